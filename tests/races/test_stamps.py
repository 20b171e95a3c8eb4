"""Stamps at the same moment: barriers let every request go at once, on real connections."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from sello.domains.loyalty.stamps import actions
from sello.domains.loyalty.stamps.actions import Rulebook, Stamped
from sello.domains.loyalty.stamps.rules import StampOrder
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Person, Shop, TestCard


def order(
    shop: Shop, card: TestCard, *, by: Person | None = None, id: StampId | None = None, count: int = 1
) -> StampOrder:
    return StampOrder(
        id=id or StampId(new_id()), account_id=(by or shop.diego).account_id, membership_version=1, card_id=card.id,
        customer_id=None, scan_code=None, code_issued_at=None, occurred_at=datetime.now(UTC), count=count,
        amount_centimos=None, device_id=None, branch_id=None, override_reason=None,
    )  # fmt: skip


async def at_once(db: TenantPool, shop: Shop, orders: list[StampOrder]) -> list[Stamped | str]:
    """Every order in its own task, released together; a refusal becomes its code."""
    barrier = asyncio.Barrier(len(orders))
    rulebook = Rulebook()

    async def one(order: StampOrder) -> Stamped | str:
        await barrier.wait()
        try:
            return await actions.add_stamp(db, rulebook, shop.business_id, order)
        except Refused as refused:
            return refused.code

    return await asyncio.gather(*(one(order) for order in orders))


def deadlocks(database: TestDatabase) -> int:
    return int(database.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


async def test_203_stamps_at_once_on_one_card_are_203(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    before = deadlocks(database)
    card = shop.card()
    results = await at_once(db, shop, [order(shop, card) for _ in range(203)])
    assert all(isinstance(result, Stamped) and result.new for result in results)
    earned = database.rows("SELECT count(*) FROM stamp_events WHERE card_id = %s AND kind = 'earn'", card.id)[0][0]
    rewards = database.rows("SELECT threshold, count(*) FROM rewards WHERE card_id = %s GROUP BY 1 ORDER BY 1", card.id)
    assert (earned, shop.balance(card)[0], rewards) == (203, 3, [(5, 20), (10, 20)])
    assert deadlocks(database) == before


async def test_the_same_event_20_times_at_once_is_one(db: TenantPool, shop: Shop) -> None:
    card, id = shop.card(), StampId(new_id())
    results = await at_once(db, shop, [order(shop, card, id=id) for _ in range(20)])
    assert Counter(isinstance(r, Stamped) and r.new for r in results) == {True: 1, False: 19}
    assert all(isinstance(r, Stamped) for r in results)
    assert shop.balance(card) == (1, 1)


async def test_the_same_id_on_many_cards_at_once_counts_on_one(db: TenantPool, shop: Shop) -> None:
    cards, id = [shop.card() for _ in range(10)], StampId(new_id())
    results = await at_once(db, shop, [order(shop, card, id=id) for card in cards])
    assert Counter(r if isinstance(r, str) else "counted" for r in results) == {"counted": 1, "id_reused": 9}
    assert sum(shop.balance(card)[0] for card in cards) == 1


async def test_a_daily_cap_of_5_under_20_at_once_is_5(db: TenantPool, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"card_daily_cap": 5}))
    card = shop.card()
    results = await at_once(db, shop, [order(shop, card) for _ in range(20)])
    assert Counter(r if isinstance(r, str) else "counted" for r in results) == {"counted": 5, "card_cap": 15}


async def test_a_staff_cap_of_7_over_20_cards_at_once_is_7(db: TenantPool, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"staff_daily_cap": 7}))
    results = await at_once(db, shop, [order(shop, shop.card()) for _ in range(20)])
    assert Counter(r if isinstance(r, str) else "counted" for r in results) == {"counted": 7, "staff_cap": 13}


async def test_a_cooldown_under_20_at_once_lets_one_through(db: TenantPool, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"cooldown_minutes": 30}))
    card = shop.card()
    results = await at_once(db, shop, [order(shop, card) for _ in range(20)])
    assert Counter(r if isinstance(r, str) else "counted" for r in results) == {"counted": 1, "just_stamped": 19}


@pytest.mark.parametrize("round_", range(5))
async def test_steps_crossed_by_racing_staff_are_issued_once(
    db: TenantPool, shop: Shop, database: TestDatabase, round_: int
) -> None:
    card = shop.card()
    mia = shop.person(name="Mía", role="staff")
    orders = [order(shop, card, by=(shop.diego, shop.rosa, mia)[n % 3], count=1 + n % 2) for n in range(7)]  # 10 stamps
    await at_once(db, shop, orders)
    rewards = database.rows("SELECT cycle, threshold FROM rewards WHERE card_id = %s ORDER BY 1, 2", card.id)
    assert rewards == [(0, 5), (0, 10)]
    assert shop.balance(card)[0] == 0


async def test_one_staff_member_on_two_cards_in_both_orders_never_deadlocks(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    before = deadlocks(database)
    one, other = shop.card(), shop.card()
    orders = [
        order(shop, card, by=person) for _ in range(10) for card in (one, other) for person in (shop.diego, shop.rosa)
    ]
    results = await at_once(db, shop, orders + orders[::-1])
    assert all(isinstance(r, Stamped) for r in results)
    assert shop.balance(one)[1] + shop.balance(other)[1] >= 40
    assert deadlocks(database) == before
