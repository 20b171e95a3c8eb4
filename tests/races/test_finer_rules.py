"""Happy hours, roll-over, expiry and nights at the same moment."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sello.domains.business import HappyHour, Step
from sello.domains.loyalty.nights.actions import work_night
from sello.infrastructure.database.db import TenantPool
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop
from tests.support.till import Till, code_of

LIMA = ZoneInfo("America/Lima")
EXPIRING = LOOSE.model_copy(
    update={"stamps_expire_days": 30, "rewards_expire_days": 30, "steps": (Step(at=90, title="Torta"),)}
)


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def at_once(*works: Callable[[], Awaitable[Any]]) -> list[Any]:
    """All of them released together; a refusal becomes its code."""
    barrier = asyncio.Barrier(len(works))

    async def one(work: Callable[[], Awaitable[Any]]) -> Any:
        await barrier.wait()
        return await code_of(work())

    return list(await asyncio.gather(*(one(work) for work in works)))


async def test_20_at_once_on_both_sides_of_a_happy_hour_s_edge_count_as_their_own_moment_says(
    till: Till, shop: Shop
) -> None:
    edge = (datetime.now(LIMA) - timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)
    happy = HappyHour.model_validate({"weekdays": [edge.isoweekday()], "starts": "15:00", "ends": "16:00", "factor": 3})
    shop.set_rules(LOOSE.model_copy(update={"happy_hours": (happy,)}))
    card = shop.card()
    moments = [edge - timedelta(microseconds=1), edge]
    await at_once(*(lambda n=n: till.stamp(card, occurred_at=moments[n % 2].astimezone(UTC)) for n in range(20)))
    rows = till.database.rows(
        "SELECT delta, flags - 'late' FROM (SELECT delta, array_to_json(flags)::jsonb AS flags"
        " FROM stamp_events WHERE card_id = %s AND kind = 'earn') e",
        card.id,
    )
    assert Counter((delta, tuple(flags)) for delta, flags in rows) == {(1, ()): 10, (3, ("happy_x3",)): 10}
    assert till.count("SELECT balance + 10 * cycle FROM cards WHERE id = %s", card.id) == 40


async def test_caps_count_purchases_and_not_stamps_under_20_at_once(till: Till, shop: Shop) -> None:
    always = HappyHour(weekdays=(1, 2, 3, 4, 5, 6, 7), starts="00:00", ends="24:00", factor=4)
    shop.set_rules(LOOSE.model_copy(update={"happy_hours": (always,), "card_daily_cap": 5, "steps": EXPIRING.steps}))
    card = shop.card()
    results = await at_once(*(lambda: till.stamp(card) for _ in range(20)))
    assert Counter(r if isinstance(r, str) else "counted" for r in results) == {"counted": 5, "card_cap": 15}
    assert shop.balance(card) == (20, 5)


async def test_20_at_once_on_the_last_step_without_roll_over_lose_what_is_left_over_once_a_card(
    till: Till, shop: Shop
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"roll_over": False, "steps": (Step(at=4, title="Torta"),)}))
    card = shop.card()
    await at_once(*(lambda: till.stamp(card, 3) for _ in range(20)))  # 3, then one of three, then 3 …
    rows = till.database.rows(
        "SELECT delta FROM stamp_events WHERE card_id = %s AND kind = 'earn' ORDER BY seq", card.id
    )
    assert [delta for (delta,) in rows] == [3, 1] * 10
    assert till.count("SELECT count(*) FROM rewards WHERE card_id = %s", card.id) == 10


@pytest.mark.parametrize("round_", range(3))
async def test_nights_and_stamps_at_once_lapse_the_old_stamps_exactly_once(till: Till, shop: Shop, round_: int) -> None:
    shop.set_rules(EXPIRING)
    card = shop.card()
    await till.stamp(card, 7)
    till.pass_time(timedelta(days=31))
    await at_once(
        *(lambda: work_night(till.db, shop.business_id) for _ in range(10)),
        *(lambda: till.stamp(card) for _ in range(10)),
    )
    assert shop.balance(card)[0] == 10
    lapses = till.database.rows("SELECT delta FROM stamp_events WHERE card_id = %s AND kind = 'expire'", card.id)
    assert lapses == [(-7,)]


@pytest.mark.parametrize("round_", range(3))
async def test_nights_and_late_visits_of_a_good_day_at_once_keep_every_stamp(
    till: Till, shop: Shop, round_: int
) -> None:
    """Whoever comes first: the visit keeps the stamps good, or brings them back."""
    shop.set_rules(EXPIRING)
    card = shop.card()
    await till.stamp(card, 7)
    till.pass_time(timedelta(days=31))
    visit = datetime.now(UTC) + till.late - timedelta(days=2)
    await at_once(
        *(lambda: work_night(till.db, shop.business_id) for _ in range(10)),
        *(lambda: till.stamp(card, occurred_at=visit) for _ in range(10)),
    )
    assert shop.balance(card)[0] == 17


async def test_a_reward_is_handed_over_or_expires_and_never_both(till: Till, shop: Shop) -> None:
    shop.set_rules(EXPIRING)
    cards = [shop.card() for _ in range(6)]
    for card in cards:
        await till.stamp(card, 20)
        await till.stamp(card, 20)
        await till.stamp(card, 20)
        await till.stamp(card, 20)
        await till.stamp(card, 10)
    rewards = [till.rewards(card)[0] for card in cards]
    now = datetime.now(LIMA) + till.late
    midnight = (now + timedelta(days=31)).replace(hour=0, minute=0, second=0, microsecond=0)
    till.pass_time(midnight - now - timedelta(seconds=30))
    held = [await till.reserve(reward) for reward in rewards]
    till.pass_time(timedelta(seconds=60))
    results = await at_once(
        *(lambda: work_night(till.db, shop.business_id) for _ in range(6)),
        *(lambda one=one: till.confirm(one.id) for one in held[:3]),
        *(lambda one=one: till.release(one.id) for one in held[3:]),
    )
    assert not any(isinstance(result, str) for result in results)
    till.pass_time(timedelta(days=1))
    await work_night(till.db, shop.business_id)
    rows = till.database.rows("SELECT expired_at IS NOT NULL FROM rewards WHERE id = ANY(%s) ORDER BY id", rewards)
    expired = dict(zip(sorted(rewards), (row[0] for row in rows), strict=True))
    assert [expired[reward] for reward in rewards] == [False] * 3 + [True] * 3
