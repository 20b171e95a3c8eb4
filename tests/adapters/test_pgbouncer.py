"""Behind a real PgBouncer in transaction mode: no prepared statements, and no tenant stays on a server connection."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from sello.domains.business import current_rules
from sello.domains.loyalty.queries import append_event
from sello.infrastructure.database.db import Db, TenantPool
from sello.infrastructure.database.embedded import free_port
from sello.shared.ids import BusinessId, new_id
from tests.support.servers import PASSWORD, Servers, TestDatabase
from tests.support.shop import Shop

PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


@dataclass(frozen=True)
class Count:
    n: int


@pytest.fixture(scope="module")
def pooled_url(servers: Servers, database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The worker's database through PgBouncer: 3 server connections for everybody."""
    folder = tmp_path_factory.mktemp("pgbouncer")
    port = free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\n{database.name} = host=127.0.0.1 port={servers.postgres.port} dbname={database.name}"
        f" user=sello_app password={PASSWORD}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = plain\n"
        f"auth_file = {folder}/users.txt\npool_mode = transaction\ndefault_pool_size = 3\nmax_client_conn = 100\n"
    )
    (folder / "users.txt").write_text(f'"sello_app" "{PASSWORD}"\n')
    process = _start(config)
    try:
        url = f"postgresql://sello_app:{PASSWORD}@127.0.0.1:{port}/{database.name}"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _start(config: Path) -> "subprocess.Popen[bytes]":
    """As an unprivileged user when we are root, which PgBouncer refuses to be."""
    nobody = 65534 if os.getuid() == 0 else None
    if nobody:
        for path in (config, config.with_name("users.txt")):
            path.chmod(0o644)
        for parent in (config.parent, *config.parent.parents[:3]):
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    with (config.parent / "log").open("wb") as log:
        return subprocess.Popen(
            [PGBOUNCER, str(config)],
            stdout=log,
            stderr=log,
            user=nobody,
            group=nobody,
            extra_groups=[] if nobody else None,
        )


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        try:
            psycopg.connect(url, connect_timeout=1, prepare_threshold=None).close()
        except psycopg.OperationalError:
            assert process.poll() is None, "pgbouncer ended"
            time.sleep(0.05)
        else:
            return
    raise AssertionError("pgbouncer never answered")


@pytest.fixture
async def pooled(pooled_url: str) -> AsyncIterator[TenantPool]:
    pool = TenantPool(pooled_url, size=16, wait=10, prepare=False)
    await pool.open()
    yield pool
    await pool.close()


async def _cards(db: Db, business_id: BusinessId) -> int:
    row = await db.fetch_one(Count, business_id, "SELECT count(*)::int AS n FROM cards")
    assert row is not None
    return row.n


async def test_every_statement_sees_its_own_tenant_alone(pooled: TenantPool, shop: Shop, neighbour: Shop) -> None:
    for _ in range(2):
        shop.card()
    for _ in range(5):
        neighbour.card()
    seen = await asyncio.gather(
        *(_cards(pooled, (shop if n % 2 else neighbour).business_id) for n in range(300)),
    )
    assert seen == [2 if n % 2 else 5 for n in range(300)]


async def test_nothing_of_a_tenant_is_left_on_the_connections(pooled: TenantPool, pooled_url: str, shop: Shop) -> None:
    shop.card()
    await asyncio.gather(*(_cards(pooled, shop.business_id) for _ in range(50)))
    with psycopg.connect(pooled_url, autocommit=True, prepare_threshold=None) as connection:
        for _ in range(20):
            row = connection.execute("SELECT current_setting('app.business_id', true), count(*) FROM cards").fetchone()
            assert row is not None
            assert (row[0] or "", row[1]) == ("", 0)


async def test_transactions_and_repeated_statements_work_unprepared(pooled: TenantPool, shop: Shop) -> None:
    card = shop.card()

    async def adjust(tx: Db) -> None:
        assert await current_rules(tx, shop.business_id) is not None
        await append_event(
            tx,
            shop.business_id,
            card.id,
            id=new_id(),
            kind="adjust",
            delta=1,
            account_id=shop.rosa.account_id,
            reason="ajuste",
        )

    await asyncio.gather(*(pooled.transact(shop.business_id, adjust) for _ in range(40)))
    assert shop.balance(card) == (40, 40)
