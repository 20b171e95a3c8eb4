"""Stamps and rewards that run out: on time in the shop's zone, told once, and what undoing means around it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from sello.domains.loyalty.nights.actions import Nightly, work_night
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import RewardId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, TestCard
from tests.support.till import Till, code_of

LIMA = ZoneInfo("America/Lima")
EXPIRING = LOOSE.model_copy(update={"stamps_expire_days": 30, "rewards_expire_days": 20})


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    shop.set_rules(EXPIRING)
    return Till(db, shop, database)


@pytest.fixture(autouse=True)
def noon(till: Till) -> None:
    """Noon at the shop, so that a test which moves by days knows on which one it is."""
    now = datetime.now(LIMA)
    till.pass_time(now.replace(hour=12, minute=0, second=0) + timedelta(days=1) - now)


def today(till: Till) -> date:
    return (datetime.now(LIMA) + till.late).date()


async def night(till: Till) -> Nightly | None:
    return await work_night(till.db, till.shop.business_id)


def facts(till: Till, kind: str) -> list[dict[str, Any]]:
    rows = till.database.rows(
        "SELECT payload FROM events WHERE business_id = %s AND kind = %s ORDER BY id", till.shop.business_id, kind
    )
    return [row[0] for row in rows]


def card_row(till: Till, card: TestCard) -> tuple[Any, ...]:
    return till.database.rows("SELECT balance, cycle, stamps_until, lapsed_until FROM cards WHERE id = %s", card.id)[0]


async def test_open_stamps_are_good_through_their_last_day_and_gone_the_next(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 3)
    until = today(till) + timedelta(days=30)
    assert card_row(till, card) == (3, 0, until, None)
    till.pass_time(timedelta(days=30))
    done = await night(till)
    assert done is not None
    assert (done.stamps_expired, done.announced) == (0, 1)
    till.pass_time(timedelta(days=1))
    assert await night(till) == Nightly(stamps_expired=1, rewards_expired=0, announced=0, birthdays=0)
    assert await night(till) is None
    assert card_row(till, card) == (0, 1, None, until)
    assert till.ledger(card) == [("earn", 3, 3), ("expire", -3, 0)]
    [(at,)] = till.database.rows("SELECT occurred_at FROM stamp_events WHERE card_id = %s AND kind = 'expire'", card.id)
    assert at.astimezone(LIMA) == datetime.combine(until + timedelta(days=1), datetime.min.time(), LIMA)
    [expired] = facts(till, "StampsExpired")
    assert (expired["card_id"], expired["count"], expired["seq"]) == (str(card.id), 3, 2)


async def test_every_visit_renews_all_open_stamps(till: Till, shop: Shop) -> None:
    card = shop.card()
    for _ in range(3):
        await till.stamp(card)
        till.pass_time(timedelta(days=30))
    assert (await night(till) or Nightly(9, 9, 9, 9)).stamps_expired == 0
    assert card_row(till, card)[0] == 3


async def test_a_stamp_on_a_lapsed_card_lapses_it_first_and_begins_anew(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 6)  # a coffee on the way
    till.pass_time(timedelta(days=31))
    last = await till.stamp(card, 5)  # the same step again, on what is a new card
    assert till.ledger(card) == [
        ("earn", 6, 6), ("issue_reward", 0, 6), ("expire", -6, 0), ("earn", 5, 5), ("issue_reward", 0, 5),
    ]  # fmt: skip
    assert card_row(till, card) == (5, 1, today(till) + timedelta(days=30), None)
    await till.void(last)
    assert card_row(till, card) == (0, 1, None, None), "undoing the stamp does not bring back what had lapsed"


async def test_a_visit_before_the_lapse_that_arrives_after_it_brings_the_stamps_back(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 4)
    till.pass_time(timedelta(days=31))
    await night(till)
    assert card_row(till, card)[0] == 0
    honest = await till.stamp(card, occurred_at=datetime.now(UTC) + till.late - timedelta(days=2))
    assert till.ledger(card)[1:] == [("expire", -4, 0), ("void", 4, 4), ("earn", 1, 5), ("issue_reward", 0, 5)]
    assert card_row(till, card) == (5, 0, today(till) + timedelta(days=28), None)
    await till.void(honest)
    assert card_row(till, card)[:2] == (4, 0)
    await till.stamp(card, occurred_at=datetime.now(UTC) + till.late)
    assert till.ledger(card)[-2:] == [("expire", -4, 0), ("earn", 1, 1)]


async def test_a_late_visit_after_somebody_began_anew_counts_on_the_new_stamps(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 4)
    till.pass_time(timedelta(days=31))
    await till.stamp(card)
    await till.stamp(card, occurred_at=datetime.now(UTC) + till.late - timedelta(days=2))
    assert till.ledger(card)[1:] == [("expire", -4, 0), ("earn", 1, 1), ("earn", 1, 2)]


async def test_new_rules_never_shorten_what_a_card_was_promised(till: Till, shop: Shop) -> None:
    card, other = shop.card(), shop.card()
    await till.stamp(card)
    promised = today(till) + timedelta(days=30)
    shop.set_rules(LOOSE)
    await till.stamp(other)  # under rules without an end
    shop.set_rules(EXPIRING.model_copy(update={"stamps_expire_days": 14}))
    await till.stamp(card)
    await till.stamp(other)
    assert (card_row(till, card)[2], card_row(till, other)[2]) == (promised, None)
    await till.stamp(card, 8)  # full: what comes next is under the new rules
    await till.stamp(card)
    assert card_row(till, card)[2] == today(till) + timedelta(days=14)


async def test_undoing_a_visit_takes_its_days_back(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card)
    first = today(till) + timedelta(days=30)
    till.pass_time(timedelta(days=10))
    last = await till.stamp(card)
    assert card_row(till, card)[2] == first + timedelta(days=10)
    await till.void(last)
    assert card_row(till, card)[2] == first


async def test_what_was_before_an_expiry_cannot_be_voided_after_it(till: Till, shop: Shop) -> None:
    card = shop.card()
    stamp = await till.stamp(card, 3)
    till.pass_time(timedelta(days=31))
    await night(till)
    assert await code_of(till.void(stamp, by=shop.rosa, reason="Por error")) == "void_after_expiry"
    assert till.ledger(card)[-1] == ("expire", -3, 0)


# ---------------------------------------------------------------- rewards


def reward_of(till: Till, card: TestCard) -> RewardId:
    return till.rewards(card)[0]


async def test_a_reward_is_refused_after_its_last_day_even_before_the_night(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 5)
    coffee, until = reward_of(till, card), today(till) + timedelta(days=20)
    till.pass_time(timedelta(days=20))
    kept = await till.reserve(coffee)
    await till.release(kept.id)
    till.pass_time(timedelta(days=1))
    with pytest.raises(Refused) as refused:
        await till.reserve(coffee)
    assert (refused.value.code, refused.value.facts["until_local"]) == ("reward_expired", f"{until:%d/%m/%Y}")
    done = await night(till)
    assert done is not None
    assert done.rewards_expired == 1
    assert till.ledger(card)[-1] == ("expire", 0, 5)
    [expired] = facts(till, "RewardExpired")
    assert (expired["reward_id"], expired["seq"]) == (str(coffee), 3)
    assert await code_of(till.reserve(coffee)) == "reward_expired"


async def test_a_stamp_whose_reward_has_expired_is_not_voided(till: Till, shop: Shop) -> None:
    card = shop.card()
    stamp = await till.stamp(card, 5)
    till.pass_time(timedelta(days=21))
    assert await code_of(till.void(stamp, by=shop.rosa, reason="Por error")) == "void_reward_expired"
    await night(till)
    assert await code_of(till.void(stamp, by=shop.rosa, reason="Por error")) == "void_reward_expired"
    assert till.count("SELECT count(*) FROM stamp_events WHERE card_id = %s AND kind = 'void'", card.id) == 0


async def test_what_was_reserved_in_time_is_handed_over_after_midnight(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 5)
    now = datetime.now(LIMA) + till.late
    midnight = datetime.combine(now.date() + timedelta(days=21), datetime.min.time(), LIMA)
    till.pass_time(midnight - now - timedelta(seconds=40))
    held = await till.reserve(reward_of(till, card))
    till.pass_time(timedelta(seconds=60))
    done = await night(till)
    assert done is not None
    assert done.rewards_expired == 0, "somebody is handing it over"
    assert (await till.confirm(held.id)).confirmed_at is not None


async def test_a_reservation_let_go_after_midnight_is_found_by_the_next_night(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 5)
    now = datetime.now(LIMA) + till.late
    midnight = datetime.combine(now.date() + timedelta(days=21), datetime.min.time(), LIMA)
    till.pass_time(midnight - now - timedelta(seconds=40))
    await till.reserve(reward_of(till, card))
    till.pass_time(timedelta(seconds=60))
    await night(till)
    till.pass_time(timedelta(days=1))
    done = await night(till)
    assert done is not None
    assert done.rewards_expired == 1


async def test_a_hand_over_taken_back_after_the_last_day_expires_at_once(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 5)
    coffee = reward_of(till, card)
    given = await till.hand_over(coffee)
    till.pass_time(timedelta(days=25))
    await night(till)
    await till.take_back(given.id, by=shop.rosa, reason="No era suyo")
    assert till.ledger(card)[-3:] == [("redeem", 0, 5), ("void", 0, 5), ("expire", 0, 5)]
    assert await code_of(till.reserve(coffee)) == "reward_expired"


async def test_new_rules_keep_the_end_that_a_reward_was_given(till: Till, shop: Shop) -> None:
    old, new = shop.card(), shop.card()
    await till.stamp(old, 5)
    shop.set_rules(LOOSE)
    await till.stamp(new, 5)
    rows = till.database.rows(
        "SELECT card_id, good_until FROM rewards WHERE business_id = %s AND threshold = 5", shop.business_id
    )
    assert dict(rows) == {old.id: today(till) + timedelta(days=20), new.id: None}


# ---------------------------------------------------------------- told in time


async def test_seven_days_before_it_is_told_once_and_again_when_renewed(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 5)
    first = today(till)
    told = list[tuple[str, str]]()
    for _ in range(24):
        till.pass_time(timedelta(days=1))
        await night(till)
        now = [(fact["what"], fact["until"]) for fact in facts(till, "ExpiryNear")]
        assert all(date.fromisoformat(until) - today(till) == timedelta(days=7) for _, until in now[len(told) :])
        told = now
    assert told == [("reward", f"{first + timedelta(days=20)}"), ("stamps", f"{first + timedelta(days=30)}")]
    await till.stamp(card)
    for _ in range(25):
        till.pass_time(timedelta(days=1))
        await night(till)
    assert [fact["what"] for fact in facts(till, "ExpiryNear")] == ["reward", "stamps", "stamps"]
    [near] = [fact for fact in facts(till, "ExpiryNear") if fact["what"] == "reward"]
    assert near["reward_id"] == str(reward_of(till, card))


async def test_the_card_s_page_the_scan_and_the_customer_say_until_when(
    till: Till, shop: Shop, client: httpx.AsyncClient
) -> None:
    card, diego = shop.card(), shop.diego.headers
    await till.stamp(card, 6)
    stamps, reward = (f"{today(till) + timedelta(days=days)}" for days in (30, 20))

    async def said() -> list[tuple[Any, ...]]:
        page = (await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}")).json()
        scan = (await client.get(f"/api/v1/scans/{card.scan_code}", headers=diego)).json()
        one = (await client.get(f"/api/v1/customers/{card.customer_id}", headers=diego)).json()
        rewards = [[reward["good_until"] for reward in body["rewards"]] for body in (page, scan)]
        return [(body["balance"], body["stamps_until"]) for body in (page, scan, one)] + [tuple(rewards)]

    assert await said() == [(6, stamps)] * 3 + [([reward], [reward])]
    till.pass_time(timedelta(days=31))
    assert await said() == [(0, None)] * 3 + [([], [])], "before its night has come"
    await night(till)
    assert await said() == [(0, None)] * 3 + [([], [])]
    listed = (await client.get(f"/api/v1/cards/{card.id}/rewards", headers=diego)).json()["rewards"]
    assert [(one["state"], one["good_until"]) for one in listed] == [("expired", reward)]


async def test_the_answer_to_a_stamp_says_until_when_and_a_replay_the_same(
    till: Till, shop: Shop, client: httpx.AsyncClient
) -> None:
    card = shop.card()
    body = shop.stamp(card, stamps=3, id=str(StampId(new_id())), occurred_at=datetime.now(UTC).isoformat())
    first = await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers)
    again = await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json() == again.json()
    visit = datetime.fromisoformat(first.json()["occurred_at"]).astimezone(LIMA).date()
    assert first.json()["stamps_until"] == f"{visit + timedelta(days=30)}"


# ---------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Asia/Beirut", date(2027, 3, 28)),  # that day begins at one in the morning
        ("America/Santiago", date(2027, 9, 5)),  # so does this one
        ("America/Santiago", date(2027, 4, 4)),  # the hour before it comes twice
        ("Asia/Kathmandu", date(2027, 1, 1)),  # a quarter of an hour off everybody else
    ],
)
async def test_every_day_has_one_night_also_where_clocks_change(
    till: Till, shop: Shop, zone: str, change: date
) -> None:
    with shop.connect() as owner:
        owner.execute("UPDATE businesses SET zone = %s WHERE id = %s", (zone, shop.business_id))
    card, local, worked = shop.card(), ZoneInfo(zone), list[datetime]()
    begin = datetime.combine(change - timedelta(days=31), datetime.min.time(), UTC)
    till.pass_time(begin - datetime.now(UTC) - till.late)
    await till.stamp(card)
    for quarter in range(96 + 4):
        now = datetime.combine(change - timedelta(days=1), datetime.min.time(), UTC) + timedelta(minutes=30 * quarter)
        till.pass_time(now - datetime.now(UTC) - till.late)
        if await night(till) is not None:
            worked.append(now.astimezone(local))
    assert [at.date() for at in worked] == [worked[0].date() + timedelta(days=number) for number in range(len(worked))]
    assert all(at - timedelta(minutes=30) < at.replace(hour=0, minute=0) + timedelta(hours=1) for at in worked[1:])
    assert len(worked) >= 3
    assert card_row(till, card)[0] == 0
