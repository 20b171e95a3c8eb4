"""The API of accounts and staff alone, clients in any network, and the mails that were sent."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.business.access.api import MembershipAuthenticator
from sello.entry.http import create_app
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.auth import Passwords
from tests.domains.business.people import Mailbox, Shopkeeper, found_shop
from tests.support.servers import TestDatabase

At = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def app(settings: Settings, database: TestDatabase) -> AsyncIterator[FastAPI]:
    """The API in this process, with room for twenty at once: races here are about accounts, not about load."""
    app = create_app(settings)
    app.state.passwords.close()
    app.state.passwords = Passwords(rounds=4, waiting=64)
    app.state.platform_db = PlatformPool(settings.database_platform_url, size=16, wait=20)
    app.state.authenticator = MembershipAuthenticator(app.state.tokens, app.state.platform_db)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def at(app: FastAPI, settings: Settings) -> AsyncIterator[At]:
    """`at("203.0.113.9")`: a client of that address; `browser=True` for one that lives by its cookie."""
    async with AsyncExitStack() as stack:

        def connect(address: str, *, browser: bool = False) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
            headers = {} if browser else {"X-Client": "api"}
            client = httpx.AsyncClient(transport=transport, base_url=settings.public_base_url, headers=headers)
            stack.push_async_callback(client.aclose)
            return client

        yield connect


def some_address() -> str:
    """An address whose network no other test is in, so that failures do not add up across tests."""
    return f"10.{random.randrange(256)}.{random.randrange(256)}.7"


@pytest.fixture
def client(at: At) -> httpx.AsyncClient:
    """A client that keeps its refresh token itself."""
    return at(some_address())


@pytest.fixture
def browser(at: At) -> httpx.AsyncClient:
    """A client that keeps the refresh token in its cookie."""
    return at(some_address(), browser=True)


@pytest.fixture
def mailbox(settings: Settings, platform_db: PlatformPool, db: TenantPool, tmp_path: Path) -> Mailbox:
    """Sends what is queued when asked for mail."""
    return Mailbox(settings, platform_db, db, tmp_path)


@pytest.fixture
async def rosa(settings: Settings, database: TestDatabase, platform_db: PlatformPool) -> Shopkeeper:
    """Rosa with a shop of this test's own; her e-mail is verified, nobody is signed in yet."""
    return await found_shop(platform_db)
