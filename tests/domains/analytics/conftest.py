"""A shop to count."""

import pytest

from sello.infrastructure.database.db import TenantPool
from tests.support.counting import World
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till


@pytest.fixture
async def world(db: TenantPool, shop: Shop, database: TestDatabase) -> World:
    return World(Till(db, shop, database))
