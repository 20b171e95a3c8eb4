"""What the database rolled back because of others is done again, and nobody outside hears of it."""

import asyncio

from sello.domains.loyalty.queries import locked_card
from sello.infrastructure.database.db import Db, TenantPool
from sello.shared.ids import CardId
from tests.support.shop import Shop


async def test_the_victim_of_a_deadlock_runs_again(db: TenantPool, shop: Shop) -> None:
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

    assert await asyncio.gather(lock(one, other), lock(other, one)) == ["done", "done"]
    assert len(runs) == 3
