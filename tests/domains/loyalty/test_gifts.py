"""The welcome and the birthday reward: once, whoever confirms and however often the night comes."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.business import BirthdayReward, Welcome
from sello.domains.customer import Person
from sello.domains.loyalty.enrollments.actions import enrol_at_till
from sello.domains.loyalty.gifts.rules import birthdays_after, birthdays_on
from sello.domains.loyalty.nights.actions import work_night
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import CustomerId, RewardId, new_id
from tests.support.enrolling import card_id_of, confirm, form, link_text
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, TestCard
from tests.support.till import Till

WELCOMING = LOOSE.model_copy(
    update={"welcome": Welcome(title="Galleta", stamps=2), "rewards_expire_days": 20, "stamps_expire_days": 30}
)
CELEBRATING = LOOSE.model_copy(update={"birthday": BirthdayReward(title="Torta", valid_days=10)})


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


def gifts(till: Till, card_id: Any) -> list[tuple[Any, ...]]:
    return till.database.rows(
        "SELECT g.kind, g.year, r.title, r.threshold, r.cost, r.good_until - (r.issued_at AT TIME ZONE b.zone)::date"
        " FROM gifts g JOIN cards c ON c.customer_id = g.customer_id LEFT JOIN rewards r ON r.id = g.reward_id"
        " JOIN businesses b ON b.id = g.business_id WHERE c.id = %s ORDER BY g.year",
        card_id,
    )


async def test_a_confirmed_card_is_welcomed_once(till: Till, shop: Shop, client: httpx.AsyncClient) -> None:
    shop.set_rules(WELCOMING)
    body = form(shop)
    card_id = card_id_of(till.database, await link_text(client, body))
    assert gifts(till, card_id) == []
    answers = [await confirm(client, shop.diego, card_id, body["phone"]) for _ in range(2)]
    assert [answer.json()["balance"] for answer in answers] == [2, 2]
    assert gifts(till, card_id) == [("welcome", 0, "Galleta", 0, 0, 20)]
    rows = till.database.rows("SELECT kind, delta FROM stamp_events WHERE card_id = %s ORDER BY seq", card_id)
    assert rows == [("issue_reward", 0), ("bonus", 2)]
    known = await link_text(client, form(shop, phone=body["phone"]))
    await confirm(client, shop.diego, card_id_of(till.database, known), body["phone"])
    assert len(gifts(till, card_id)) == 1, "a known phone is welcomed no second time"


async def test_somebody_at_the_till_is_welcomed_too_and_stamps_alone_will_do(
    till: Till, shop: Shop, client: httpx.AsyncClient
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"welcome": Welcome(stamps=3)}))
    body = {"id": str(new_id()), "name": "Eva Paz", "phone": shop.phone()}
    answers = [await client.post("/api/v1/customers", json=body, headers=shop.diego.headers) for _ in range(2)]
    assert [(answer.status_code, answer.json()["balance"]) for answer in answers] == [(201, 3), (200, 3)]
    assert gifts(till, answers[0].json()["card_id"]) == [("welcome", 0, None, None, None, None)]


async def test_the_welcome_is_handed_over_like_any_reward_and_no_void_touches_it(till: Till, shop: Shop) -> None:
    shop.set_rules(WELCOMING)
    card = await welcomed(till, shop)
    stamp = await till.stamp(card, 3)  # 2 + 3: the coffee
    await till.void(stamp)
    rows = till.database.rows(
        "SELECT title, revoked_at IS NULL FROM rewards WHERE card_id = %s ORDER BY title", card.id
    )
    assert rows == [("Café gratis", False), ("Galleta", True)]
    [(cookie,)] = till.database.rows("SELECT id FROM rewards WHERE card_id = %s AND source = 'welcome'", card.id)
    assert (await till.hand_over(RewardId(cookie))).title == "Galleta"


async def welcomed(till: Till, shop: Shop) -> TestCard:
    made = await enrol_at_till(till.db, shop.diego.caller, CustomerId(new_id()), Person("Eva Paz", shop.phone()))
    card = made.card
    return TestCard(card.id, made.customer.id, card.scan_code, card.link, made.customer.phone or "", "Eva Paz")


async def test_confirmed_twice_at_once_is_welcomed_once(till: Till, shop: Shop, client: httpx.AsyncClient) -> None:
    shop.set_rules(WELCOMING)
    body = form(shop)
    cards = [card_id_of(till.database, await link_text(client, body)) for _ in range(3)]
    await asyncio.gather(*(confirm(client, shop.diego, cards[n % 3], body["phone"]) for n in range(12)))
    given = [gifts(till, card_id) for card_id in cards]
    assert sorted(map(len, given)) == [0, 0, 1]
    assert till.count("SELECT count(*) FROM stamp_events WHERE card_id = ANY(%s) AND kind = 'bonus'", cards) == 1


# ---------------------------------------------------------------- birthdays


def born(till: Till, card: TestCard, month: int, day: int) -> TestCard:
    till.database.rows(
        "UPDATE customers SET birth_month = %s, birth_day = %s WHERE id = %s", month, day, card.customer_id
    )
    return card


def go_to(till: Till, at: datetime) -> None:
    """Move the database's clock to this moment."""
    till.pass_time(at - datetime.now(UTC) - till.late)


async def night(till: Till) -> int:
    done = await work_night(till.db, till.shop.business_id)
    return done.birthdays if done else 0


async def test_the_birthday_reward_comes_with_the_shop_s_midnight_once_a_year(till: Till, shop: Shop) -> None:
    shop.set_rules(CELEBRATING)
    ana, other = born(till, shop.card(), 3, 9), born(till, shop.card(), 3, 10)
    go_to(till, datetime(2027, 3, 9, 4, 59, tzinfo=UTC))  # a minute before it is the 9th in Lima
    assert await night(till) == 0
    go_to(till, datetime(2027, 3, 9, 5, 1, tzinfo=UTC))
    assert (await night(till), await night(till)) == (1, 0)
    assert (gifts(till, ana.id), gifts(till, other.id)) == ([("birthday", 2027, "Torta", 0, 0, 10)], [])
    go_to(till, datetime(2028, 3, 9, 12, tzinfo=UTC))
    await night(till)
    assert [gift[1] for gift in gifts(till, ana.id)] == [2027, 2028]
    assert [fact["source"] for fact in earned(till)] == ["birthday"] * 2


def earned(till: Till) -> list[dict[str, Any]]:
    rows = till.database.rows(
        "SELECT payload FROM events WHERE business_id = %s AND kind = 'RewardEarned'", till.shop.business_id
    )
    return [row[0] for row in rows]


async def test_the_29th_of_february_counts_on_the_28th_where_there_is_none(till: Till, shop: Shop) -> None:
    shop.set_rules(CELEBRATING)
    leap, day_before = born(till, shop.card(), 2, 29), born(till, shop.card(), 2, 28)
    for year, month, day in ((2027, 2, 28), (2027, 3, 1), (2028, 2, 28), (2028, 2, 29)):
        go_to(till, datetime(year, month, day, 12, tzinfo=UTC))
        await night(till)
    days = "SELECT (issued_at AT TIME ZONE 'America/Lima')::date FROM rewards WHERE card_id = %s ORDER BY 1"
    assert till.database.rows(days, leap.id) == [(date(2027, 2, 28),), (date(2028, 2, 29),)]
    assert till.database.rows(days, day_before.id) == [(date(2027, 2, 28),), (date(2028, 2, 28),)]


async def test_nights_that_were_missed_are_made_up_for(till: Till, shop: Shop) -> None:
    shop.set_rules(CELEBRATING)
    cards = [born(till, shop.card(), 6, day) for day in (10, 12, 14, 15)]
    go_to(till, datetime(2027, 6, 11, 12, tzinfo=UTC))
    await night(till)
    go_to(till, datetime(2027, 6, 14, 12, tzinfo=UTC))
    assert await night(till) == 2
    assert [len(gifts(till, card.id)) for card in cards] == [0, 1, 1, 0]


async def test_who_is_not_there_before_the_day_waits_a_year(till: Till, shop: Shop) -> None:
    shop.set_rules(CELEBRATING)
    go_to(till, datetime(2027, 6, 14, 12, tzinfo=UTC))
    await night(till)
    today, pending, erased = (born(till, shop.card(confirmed=n != 1), 6, 15) for n in range(3))
    till.database.rows("UPDATE customers SET enrolled_at = '2027-06-15 05:00+00' WHERE id = %s", today.customer_id)
    till.database.rows(
        "UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, birth_day = NULL, birth_month = NULL,"
        " erased_at = app_now() WHERE id = %s",
        erased.customer_id,
    )
    go_to(till, datetime(2027, 6, 15, 12, tzinfo=UTC))
    assert await night(till) == 0
    assert [len(gifts(till, card.id)) for card in (today, pending, erased)] == [0, 0, 0]
    till.database.rows("UPDATE customers SET enrolled_at = '2027-06-15 04:59+00' WHERE id = %s", today.customer_id)
    till.database.rows("DELETE FROM nights WHERE business_id = %s", shop.business_id)
    assert await night(till) == 1, "a minute earlier it was the day before, in Lima"


async def test_twenty_nights_at_once_celebrate_once(till: Till, shop: Shop) -> None:
    shop.set_rules(CELEBRATING)
    cards = [born(till, shop.card(), 7, 1) for _ in range(15)]
    go_to(till, datetime(2027, 7, 1, 12, tzinfo=UTC))
    barrier = asyncio.Barrier(20)

    async def one() -> int:
        await barrier.wait()
        return await night(till)

    assert sum(await asyncio.gather(*(one() for _ in range(20)))) == 15
    assert {len(gifts(till, card.id)) for card in cards} == {1}


# ---------------------------------------------------------------- the calendar


@given(st.dates(date(1999, 1, 1), date(2101, 1, 1)))
def test_every_birthday_has_one_day_in_every_year(day: date) -> None:
    """Whoever was born on `day` celebrates on exactly one day of each year around it."""
    for year in range(day.year - 1, day.year + 5):
        if not 1 <= year <= 9998:
            continue
        days = [
            date(year, 1, 1) + timedelta(days=number)
            for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
        ]
        on = [one for one in days if any((b.month, b.day) == (day.month, day.day) for b in birthdays_on(one))]
        assert len(on) == 1
        assert (on[0].month, on[0].day) in {(day.month, day.day), (2, 28)}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_the_days_made_up_for_follow_the_last_one(today: date, missed: int) -> None:
    days = {one.on for one in birthdays_after(today - timedelta(days=missed), today)}
    assert days == {today - timedelta(days=number) for number in range(min(missed, 32))}
    assert {one.on for one in birthdays_after(None, today)} == {today}
