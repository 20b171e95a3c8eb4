"""Fixtures of every test: real servers per session, a database per worker, the laws after every test that commits.

The servers are embedded ones (`SELLO_POSTGRES_BIN` picks other PostgreSQL binaries). The database of a worker is a
clone of a template that was migrated once. Tests make their own shops, so they never see each other's rows.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from sello.entry.http import create_app
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.googlewallet import ServiceAccount, made_account
from sello.shared import clock
from tests.support.campaign_scenes import Scenes
from tests.support.chromium import find_chromium
from tests.support.google import PlayedGoogle, playing
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import Shop, make_shop
from tests.support.whatsapp import PlayedWhatsapp

_DATABASE = pytest.StashKey[TestDatabase]()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Valkey of this session."""
    servers = Servers(tmp_path_factory.mktemp("servers"))
    try:
        yield servers.start()
    finally:
        servers.stop()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, servers: Servers) -> TestDatabase:
    """This worker's own migrated database."""
    request.session.stash[_DATABASE] = servers.database("sello_test")
    return request.session.stash[_DATABASE]


@pytest.fixture(scope="module", autouse=True)
def _as_empty_as_it_began(request: pytest.FixtureRequest) -> Iterator[None]:
    """No file pays for the rows of those before it."""
    yield
    if database := request.session.stash.get(_DATABASE, None):
        database.forget(shops=20)


@pytest.fixture(scope="session")
def settings(servers: Servers, database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a process that uses this worker's database."""
    return Settings(**database.environment(servers, home=tmp_path_factory.mktemp("home")))


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[TenantPool]:
    """Connections of sello_app."""
    pool = TenantPool(settings.database_url, size=24, wait=10)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
async def platform_db(settings: Settings) -> AsyncIterator[PlatformPool]:
    """Connections of sello_platform."""
    pool = PlatformPool(settings.database_platform_url, size=8, wait=10)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def app(settings: Settings, database: TestDatabase) -> AsyncIterator[FastAPI]:
    """The API in this process, its lifespan running for the whole session."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI, settings: Settings, database: TestDatabase) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API that gets its refresh tokens in the body."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=settings.public_base_url, headers={"X-Client": "api"}
    ) as client:
        yield client


@pytest.fixture
def shop(settings: Settings, database: TestDatabase) -> Shop:
    """A shop of this test's own: Rosa owns, Diego stamps, rules 5 = coffee and 10 = lunch, no cooldown."""
    return make_shop(settings)


@pytest.fixture
def neighbour(settings: Settings, database: TestDatabase) -> Shop:
    """Bodega Sol next door, with people and rules of its own."""
    return make_shop(settings, name="Bodega Sol")


@pytest.fixture(scope="session")
def _played_whatsapp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedWhatsapp]:
    played = PlayedWhatsapp(tmp_path_factory.mktemp("whatsapp"))
    try:
        yield played.start()
    finally:
        played.close()


@pytest.fixture
def whatsapp(_played_whatsapp: PlayedWhatsapp) -> PlayedWhatsapp:
    """The simulator, as if it had just been started. Its callbacks go where the messages say."""
    _played_whatsapp.reset()
    return _played_whatsapp


@pytest.fixture(scope="session")
def google_account(tmp_path_factory: pytest.TempPathFactory) -> ServiceAccount:
    """The key that the simulator of Google Wallet knows."""
    return made_account(tmp_path_factory.mktemp("google-wallet"))


@pytest.fixture
async def google(tmp_path: Path, google_account: ServiceAccount) -> AsyncIterator[PlayedGoogle]:
    """Google Wallet, played for this test alone."""
    async with playing(tmp_path / "google", google_account) as played:
        yield played


@pytest.fixture
def scenes(shop: Shop, app: FastAPI) -> Iterator[Scenes]:
    """Campaigns of this test's shops, as they stand after sending."""
    made = Scenes(shop.owner_url, app)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _laws_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test that wrote to the database ends with no broken law."""
    yield
    clock.shift(timedelta(0))
    if "database" in request.fixturenames:
        database: TestDatabase = request.getfixturevalue("database")
        database.set_clock(None)
        broken = database.broken_since()
        assert not broken, f"broken laws: {broken[:10]}"


collect_ignore = [] if find_chromium() else ["browser"]
# Files go to workers whole and in this order: what takes longest first, so that no worker ends long before the others.
_LONGEST = ("test_openapi", "test_sending", "tests/browser", "tests/faults", "tests/journeys", "tests/adapters")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first; everything else keeps its order."""
    items.sort(key=lambda item: next((n for n, part in enumerate(_LONGEST) if part in str(item.path)), len(_LONGEST)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it when the journeys in a browser were left out."""
    if collect_ignore:
        terminalreporter.write_line(
            "tests/browser was LEFT OUT: no Chromium here. Install Debian's package or name one in SELLO_CHROMIUM."
        )
