"""Rosa's campaigns."""

import httpx
import pytest

from sello.infrastructure.database.db import TenantPool
from tests.support.campaigns import Campaigns
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till


@pytest.fixture
def campaigns(shop: Shop, client: httpx.AsyncClient, db: TenantPool, database: TestDatabase) -> Campaigns:
    """Campaigns of the test's own shop."""
    return Campaigns(shop, client, db, database)


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    """Diego's till."""
    return Till(db, shop, database)
