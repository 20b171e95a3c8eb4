"""The line for connections, and the statement that runs without a cursor."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

_HELLO = """
SELECT %(name)s::text AS name, %(at)s::timestamptz AS at, %(none)s::int AS none, jsonb_build_object('a', 1) AS thing,
  current_business() AS business, pg_backend_pid() AS pid
FROM set_config('app.business_id', %(business_id)s::text, true) AS tenant, LATERAL pg_sleep(%(seconds)s::float)
"""


@dataclass(frozen=True)
class Hello:
    name: str
    at: datetime
    none: int | None
    thing: dict[str, int]
    business: UUID
    pid: int


@pytest.fixture
async def pool(database: TestDatabase) -> Any:
    pool = TenantPool(database.url("sello_app"), size=2, wait=5.0)
    await pool.open()
    yield pool
    await pool.close()


async def _hello(pool: TenantPool, business_id: BusinessId, name: str = "Ana", *, seconds: float = 0) -> Hello:
    at = datetime.fromisoformat("2026-11-23T10:00:00.123456-05:00")
    found = await pool.fetch_one(Hello, business_id, _HELLO, name=name, at=at, none=None, seconds=seconds)
    assert found is not None
    assert (found.name, found.at, found.none, found.thing) == (name, at, None, {"a": 1})
    assert found.business == business_id
    return found


@pytest.mark.parametrize("size", [1, 3])
async def test_a_hundred_callers_share_few_connections_in_turn(
    database: TestDatabase, shop: Shop, neighbour: Shop, size: int
) -> None:
    pool = TenantPool(database.url("sello_app"), size=size, wait=10.0)
    await pool.open()
    order: list[int] = []

    async def call(number: int) -> int:
        shop_of_call = (shop, neighbour)[number % 2]
        found = await _hello(pool, shop_of_call.business_id, f"Ñandú '{number}'")
        order.append(number)
        return found.pid

    pids = await asyncio.gather(*(call(number) for number in range(100)))
    assert len(set(pids)) <= size
    assert sorted(order) == list(range(100))
    if size == 1:
        assert order == list(range(100))  # first come, first served
    await pool.close()


async def test_whoever_waits_too_long_is_told_so(database: TestDatabase, shop: Shop) -> None:
    pool = TenantPool(database.url("sello_app"), size=1, wait=0.1)
    await pool.open()
    slow = asyncio.create_task(_hello(pool, shop.business_id, seconds=0.6))
    await asyncio.sleep(0.05)
    with pytest.raises(Unavailable):
        await _hello(pool, shop.business_id)
    await slow
    await _hello(pool, shop.business_id)
    await pool.close()


async def test_callers_who_leave_the_line_take_nothing_with_them(pool: TenantPool, shop: Shop) -> None:
    running = [asyncio.create_task(_hello(pool, shop.business_id, seconds=0.1)) for _ in range(2)]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(_hello(pool, shop.business_id)) for _ in range(50)]
    for number in range(40):
        await asyncio.sleep(0.004)
        waiting[number].cancel()
    await asyncio.gather(*running)
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, Hello | asyncio.CancelledError) for one in done)
    assert all(isinstance(one, Hello) for one in done[40:])
    await asyncio.gather(*(_hello(pool, shop.business_id) for _ in range(20)))


async def test_a_statement_that_is_called_off_is_cancelled_and_its_connection_serves_on(
    pool: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    for _ in range(2):
        task = asyncio.create_task(_hello(pool, shop.business_id, seconds=30))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %s AND state = 'active' AND usename = 'sello_app'"
    with psycopg.connect(database.url("sello_app"), autocommit=True) as other:
        assert other.execute(active + " AND pid <> pg_backend_pid()", ("%pg_sleep%",)).fetchone() == (0,)
    await asyncio.gather(*(_hello(pool, shop.business_id) for _ in range(4)))


async def test_a_forgotten_statement_is_prepared_again(pool: TenantPool, shop: Shop) -> None:
    first = await _hello(pool, shop.business_id)
    async with pool.connection() as connection:
        await connection.execute("DEALLOCATE ALL")
        assert connection.info.backend_pid == first.pid
    assert (await _hello(pool, shop.business_id)).pid == first.pid


async def test_a_statement_from_before_a_migration_is_prepared_again(
    pool: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    text = """
    SELECT made.* FROM set_config('app.business_id', %(business_id)s::text, true) AS tenant,
      LATERAL made_for_this_test(%(number)s::int) AS made
    """
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION made_for_this_test(n int, OUT one int, OUT two int) LANGUAGE sql AS 'SELECT n, n'; "
            "GRANT EXECUTE ON FUNCTION made_for_this_test TO sello_app"
        )
        assert await pool.fetch_one(dict, shop.business_id, text, number=1) == {"one": 1, "two": 1}
        owner.execute(
            "DROP FUNCTION made_for_this_test; "
            "CREATE FUNCTION made_for_this_test(n int, OUT one int, OUT three text) LANGUAGE sql AS 'SELECT n, ''x'''; "
            "GRANT EXECUTE ON FUNCTION made_for_this_test TO sello_app"
        )
        assert await pool.fetch_one(dict, shop.business_id, text, number=2) == {"one": 2, "three": "x"}
        owner.execute("DROP FUNCTION made_for_this_test")


async def test_errors_are_those_of_a_cursor(pool: TenantPool, shop: Shop) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation) as told:
        await pool.fetch_one(
            dict, shop.business_id,
            "SELECT %(name)s::int FROM set_config('app.business_id', %(business_id)s::text, true) AS tenant", name="x",
        )  # fmt: skip
    assert told.value.diag.sqlstate == "22P02"
    await _hello(pool, shop.business_id)


async def test_broken_connections_at_hand_are_replaced(pool: TenantPool, shop: Shop, database: TestDatabase) -> None:
    found = await _hello(pool, shop.business_id)
    with psycopg.connect(database.url("sello_app"), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (found.pid,))
    with pytest.raises(Unavailable):
        await _hello(pool, shop.business_id)
    assert (await _hello(pool, shop.business_id)).pid != found.pid


async def test_nobody_waits_for_a_connection_that_cannot_be_made(database: TestDatabase, shop: Shop) -> None:
    """Three may ask psycopg's pool, which can make one connection alone: it serves them before the line."""
    name = database.rows("SELECT current_database()")[0][0]
    pool = TenantPool(database.url("sello_app"), size=3, wait=5.0)
    order: list[int] = []

    async def call(number: int) -> None:
        await _hello(pool, shop.business_id, seconds=0.01)
        order.append(number)

    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
        here = owner.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone()
        assert here is not None
        owner.execute(limit.format(sql.Identifier(name), here[0] + 1))
        try:
            await pool.open()
            await asyncio.gather(*(call(number) for number in range(60)))
        finally:
            owner.execute(limit.format(sql.Identifier(name), -1))
    assert max(order.index(number) for number in range(3)) < 20
    await pool.close()


async def test_connections_are_put_back_when_nobody_needs_them(pool: TenantPool, shop: Shop) -> None:
    await asyncio.gather(*(_hello(pool, shop.business_id) for _ in range(4)))
    assert pool._at_hand
    async with asyncio.timeout(5):
        while pool._at_hand:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.05)
    await _hello(pool, shop.business_id)
