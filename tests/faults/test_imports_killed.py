"""kill -9 in the middle of an import: nothing of the shop is there, and the next try brings all of it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sello.infrastructure.database.db import TenantPool
from tests.support.archives import OTHER_KEYS, Installation, but, install
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import Shop
from tests.support.stack import SELLO, Stack
from tests.support.till import Till


@pytest.fixture
async def archive(db: TenantPool, shop: Shop, database: TestDatabase, tmp_path: Path) -> Path:
    """A shop with stamps and a logo-less past."""
    till = Till(db, shop, database)
    for number in range(5):
        await till.stamp(shop.card(name=f"Guest {number}"), number + 1)
    return await Installation(database, shop.settings).export(shop.slug, tmp_path / "shop.zip")


@pytest.fixture
def elsewhere(servers: Servers, tmp_path: Path) -> Installation:
    """Where the shop goes."""
    return install(servers, tmp_path / "elsewhere", **OTHER_KEYS)


@pytest.fixture
def importing(elsewhere: Installation, servers: Servers, archive: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`sello import-shop` at a table that is locked, in the middle of its work."""
    with psycopg.connect(elsewhere.database.url("sello_owner")) as blocker:
        blocker.execute("LOCK TABLE rewards IN ACCESS EXCLUSIVE MODE")
        process = _start(elsewhere, servers, archive)
        deadline = time.monotonic() + 60
        while not elsewhere.database.rows(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sello-import'"
            " AND wait_event_type = 'Lock'"
        ):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        yield process
    process.kill()
    process.wait()


def _start(elsewhere: Installation, servers: Servers, archive: Path, **more: str) -> "subprocess.Popen[bytes]":
    values = elsewhere.database.environment(servers, home=elsewhere.settings.sello_home) | OTHER_KEYS
    environment = Stack.environment(values) | more
    with archive.with_suffix(".said").open("wb") as said:
        return subprocess.Popen([*SELLO, "import-shop", str(archive)], env=environment, stdout=said)


def _gone(elsewhere: Installation) -> None:
    deadline = time.monotonic() + 30
    while elsewhere.database.rows(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sello-import'"
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_killed_in_the_middle_it_leaves_nothing(
    importing: "subprocess.Popen[bytes]", elsewhere: Installation, servers: Servers, archive: Path, tmp_path: Path
) -> None:
    before = dict.fromkeys(elsewhere.rows(but="rewards"), 0) | {"alembic_version": 1}
    os.kill(importing.pid, signal.SIGKILL)
    importing.wait()
    elsewhere.database.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'sello-import'"
    )  # its server would notice at the lock's end, which this test's fixture holds
    _gone(elsewhere)
    assert elsewhere.rows(but="rewards") == before
    assert elsewhere.files() == []


async def test_killed_before_the_commit_the_next_try_brings_all(
    elsewhere: Installation, servers: Servers, archive: Path, tmp_path: Path
) -> None:
    before = elsewhere.rows()
    dying = _start(elsewhere, servers, archive, CRASH_AT="import.before_commit")
    dying.wait(60)
    assert dying.returncode == 137
    _gone(elsewhere)
    assert elsewhere.rows() == before
    again = _start(elsewhere, servers, archive)
    assert again.wait(60) == 0
    assert "#token=" in archive.with_suffix(".said").read_text()
    [(slug,)] = elsewhere.database.rows("SELECT slug FROM businesses")
    # The nights that this shop never had were made up for.
    nightly = ("nights", "shop_statistics")
    assert but(nightly, await elsewhere.export(slug, tmp_path / "again.zip")) == but(nightly, archive)
    assert elsewhere.database.broken_laws() == []
