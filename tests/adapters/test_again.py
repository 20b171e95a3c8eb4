"""What the database rolled back because of others is done again, and nobody outside hears of it."""

import asyncio
from uuid import uuid4

from sello.domains.loyalty.queries import locked_card
from sello.infrastructure.database.db import Db, PlatformDb, PlatformPool, TenantPool
from sello.infrastructure.database.jobs import NewJob, enqueue_all
from sello.shared.ids import CardId
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def deadlocks(database: TestDatabase) -> int:
    return int(database.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


async def test_the_victim_of_a_deadlock_runs_again(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    before = deadlocks(database)
    one, other = shop.card().id, shop.card().id
    both_hold_one = asyncio.Barrier(2)
    runs: list[CardId] = []

    async def lock(first: CardId, second: CardId) -> str:
        async def work(tx: Db) -> str:
            await locked_card(tx, shop.business_id, first)
            runs.append(first)
            if len(runs) <= 2:
                await both_hold_one.wait()
            await locked_card(tx, shop.business_id, second)
            return "done"

        return await db.transact(shop.business_id, work)

    assert set(await asyncio.gather(lock(one, other), lock(other, one))) == {"done"}
    assert len(runs) > 2  # the victim may win the race for its first card and meet the other once more
    while deadlocks(database) == before:  # noqa: ASYNC110  # told late; tests that count deadlocks must not find this one
        await asyncio.sleep(0.05)


async def test_the_same_jobs_queued_in_two_orders_never_wait_for_each_other(
    platform_db: PlatformPool, database: TestDatabase
) -> None:
    mark = uuid4().hex
    one, two, three = (NewJob(entrypoint="test.none", payload={}, dedupe=f"{mark}:{number}") for number in (1, 2, 3))
    held = asyncio.Event()
    runs = 0

    async def hold_the_middle(tx: PlatformDb) -> None:
        await enqueue_all(tx, [two])
        held.set()
        while database.rows(_WAITING)[0][0] < 2:  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0.02)

    async def queue(wanted: list[NewJob]) -> None:
        async def work(tx: PlatformDb) -> None:
            nonlocal runs
            runs += 1
            await enqueue_all(tx, wanted)

        await held.wait()
        await platform_db.transact(work)

    holding = platform_db.transact(hold_the_middle)
    await asyncio.gather(holding, queue([one, two, three]), queue([three, two, one]))
    await platform_db.execute("DELETE FROM pgqueuer WHERE dedupe_key LIKE %(mark)s", mark=f"{mark}:%")
    assert runs == 2
