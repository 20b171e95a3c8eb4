"""Twenty at once on both sides of every edge of the rules: each counts as its own moment, amount and number say.

The caps in one day, the steps, roll-over and the beginning of a happy hour are in test_stamps and test_finer_rules.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sello.domains.business import BirthdayReward, HappyHour, Step, Welcome
from sello.domains.loyalty.enrollments.actions import confirm_card
from sello.domains.loyalty.nights.actions import work_night
from sello.infrastructure.database.db import TenantPool
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop
from tests.support.till import Till, code_of

LIMA = ZoneInfo("America/Lima")
MOMENT = timedelta(microseconds=1)
LONG = LOOSE.model_copy(update={"steps": (Step(at=90, title="Torta"),)})


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


def codes(results: list[Any]) -> Counter[str]:
    return Counter(result if isinstance(result, str) else "counted" for result in results)


def midnight(till: Till, *, days_ago: int = 1) -> datetime:
    """The beginning of a day in Lima."""
    today = (datetime.now(UTC) + till.late).astimezone(LIMA).date()
    return datetime.combine(today - timedelta(days=days_ago), time(), LIMA).astimezone(UTC)


async def test_the_most_of_a_purchase(till: Till, shop: Shop) -> None:
    shop.set_rules(LONG.model_copy(update={"most_per_purchase": 3}))
    card = shop.card()
    done = await at_once(*(partial(till.stamp, card, 3 + n % 2) for n in range(20)))
    assert codes(done) == {"counted": 10, "too_many_stamps": 10}
    assert shop.balance(card)[0] == 30


async def test_the_minimum_spend(till: Till, shop: Shop) -> None:
    shop.set_rules(LONG.model_copy(update={"minimum_spend_centimos": 1000}))
    card = shop.card()
    amounts = (999, 1000, None, 1000)
    done = await at_once(*(partial(till.stamp, card, amount_centimos=amounts[n % 4]) for n in range(20)))
    assert codes(done) == {"counted": 10, "below_minimum": 5, "amount_missing": 5}
    assert shop.balance(card) == (10, 10)


async def test_the_end_of_the_cooldown(till: Till, shop: Shop) -> None:
    shop.set_rules(LONG.model_copy(update={"cooldown_minutes": 30}))
    card, first = shop.card(), midnight(till) + timedelta(hours=9)
    await till.stamp(card, occurred_at=first)
    again = (first + timedelta(minutes=30) - MOMENT, first + timedelta(minutes=30))
    done = await at_once(*(partial(till.stamp, card, occurred_at=again[n % 2]) for n in range(20)))
    refused = codes(done)
    assert refused.pop("counted") == 1
    assert set(refused) <= {"cooldown", "just_stamped"}
    stamped = till.database.rows("SELECT occurred_at FROM stamp_events WHERE card_id = %s ORDER BY seq", card.id)
    assert stamped == [(first,), (again[1],)]


async def test_a_card_s_cap_is_each_day_s_own(till: Till, shop: Shop) -> None:
    shop.set_rules(LONG.model_copy(update={"card_daily_cap": 4}))
    card, edge = shop.card(), midnight(till)
    done = await at_once(*(partial(till.stamp, card, occurred_at=edge - MOMENT * (n % 2)) for n in range(20)))
    assert codes(done) == {"counted": 8, "card_cap": 12}
    days = till.database.rows(
        "SELECT (occurred_at AT TIME ZONE 'America/Lima')::date AS day, count(*) FROM stamp_events WHERE card_id = %s"
        " GROUP BY 1 ORDER BY 1",
        card.id,
    )
    assert [count for _, count in days] == [4, 4]


async def test_a_staff_member_s_cap_is_each_day_s_own(till: Till, shop: Shop) -> None:
    shop.set_rules(LONG.model_copy(update={"staff_daily_cap": 6}))
    cards, edge = [shop.card() for _ in range(20)], midnight(till)
    done = await at_once(
        *(partial(till.stamp, card, occurred_at=edge - MOMENT * (n % 2)) for n, card in enumerate(cards))
    )
    assert codes(done) == {"counted": 12, "staff_cap": 8}
    days = till.database.rows("SELECT stamps FROM staff_days WHERE business_id = %s ORDER BY day", shop.business_id)
    assert days == [(6,), (6,)]


async def test_the_end_of_a_happy_hour(till: Till, shop: Shop) -> None:
    edge = midnight(till) + timedelta(hours=16)
    day = edge.astimezone(LIMA).isoweekday()
    happy = HappyHour.model_validate({"weekdays": [day], "starts": "15:00", "ends": "16:00", "factor": 3})
    shop.set_rules(LONG.model_copy(update={"happy_hours": (happy,)}))
    card = shop.card()
    await at_once(*(partial(till.stamp, card, occurred_at=edge - MOMENT * (n % 2)) for n in range(20)))
    given = till.database.rows(
        "SELECT delta, count(*) FROM stamp_events WHERE card_id = %s GROUP BY 1 ORDER BY 1", card.id
    )
    assert given == [(1, 10), (3, 10)]
    assert shop.balance(card)[0] == 40


@pytest.mark.parametrize("round_", range(3))
async def test_the_midnight_after_the_last_day_of_stamps(till: Till, shop: Shop, round_: int) -> None:
    """Whoever comes first decides whether the old stamps are there; all twenty count, and the old ones once or not."""
    shop.set_rules(LONG.model_copy(update={"stamps_expire_days": 14}))
    card = shop.card()
    await till.stamp(card, 7)
    till.pass_time(timedelta(days=16))
    edge = midnight(till)
    done = await at_once(*(partial(till.stamp, card, occurred_at=edge - MOMENT * (n % 2)) for n in range(20)))
    assert codes(done) == {"counted": 20}
    lapses = till.database.rows("SELECT delta FROM stamp_events WHERE card_id = %s AND kind = 'expire'", card.id)
    assert (shop.balance(card)[0], lapses) in ((27, []), (20, [(-7,)]))


async def test_the_midnight_after_the_last_day_of_a_reward(till: Till, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"rewards_expire_days": 7}))
    card = shop.card()
    await till.stamp(card, 5)
    [coffee] = till.rewards(card)
    till.pass_time(midnight(till, days_ago=-8) - MOMENT - (datetime.now(UTC) + till.late) + timedelta(seconds=1))
    done = await at_once(*[partial(till.reserve, coffee)] * 10, *[partial(work_night, till.db, shop.business_id)] * 10)
    assert codes(done[:10]) == {"reward_expired": 10}
    gone = till.database.rows("SELECT kind FROM stamp_events WHERE reward_id = %s AND kind <> 'issue_reward'", coffee)
    assert gone == [("expire",)]


async def test_a_welcome_given_by_twenty_who_confirm_is_one(till: Till, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"welcome": Welcome(title="Galleta", stamps=2)}))
    card = shop.card(confirmed=False)
    confirm = partial(confirm_card, till.db, shop.diego.caller, card.id, digits=card.phone[-3:])
    await at_once(*[confirm] * 20, *[partial(till.stamp, card)] * 20)
    given = till.database.rows(
        "SELECT kind, delta FROM stamp_events WHERE card_id = %s AND kind IN ('issue_reward', 'bonus') AND"
        " (kind = 'bonus' OR reward_id IN (SELECT reward_id FROM gifts)) ORDER BY seq",
        card.id,
    )
    assert given == [("issue_reward", 0), ("bonus", 2)]
    assert till.count("SELECT count(*) FROM gifts WHERE customer_id = %s", card.customer_id) == 1


async def test_a_birthday_of_twenty_nights_at_once_is_one(till: Till, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"birthday": BirthdayReward(title="Torta", valid_days=10)}))
    cards = [shop.card() for _ in range(3)]
    today = (datetime.now(UTC) + till.late).astimezone(LIMA).date()
    till.database.rows(
        "UPDATE customers SET birth_day = %s, birth_month = %s WHERE business_id = %s",
        today.day, today.month, shop.business_id,
    )  # fmt: skip
    nights = [partial(work_night, till.db, shop.business_id)] * 20
    done = await at_once(*nights, *(partial(till.stamp, card) for card in cards * 3))
    assert not [result for result in done if isinstance(result, str)]
    given = till.database.rows(
        "SELECT customer_id, count(*) FROM gifts WHERE business_id = %s GROUP BY 1", shop.business_id
    )
    assert sorted(given) == sorted((card.customer_id, 1) for card in cards)
    assert [shop.balance(card)[0] for card in cards] == [3, 3, 3]
