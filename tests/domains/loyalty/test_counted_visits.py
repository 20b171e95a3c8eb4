"""Visits that are counted as stamps: as if they had been stamped at the counter, and beside those who stamp there."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.business import HappyHour, RewardRules, RulesInForce, Step
from sello.domains.loyalty.history.rules import Growth, Purchase, Standing, entry_id
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import CardId, StampId
from tests.support.figures import disagreements
from tests.support.moving import bring
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
from tests.support.till import Till, code_of

LIMA = ZoneInfo("America/Lima")
PRESENT = datetime(2026, 11, 23, 17, tzinfo=UTC)


def some_rules(chance: random.Random) -> RewardRules:
    """Rules of every kind, such as let a week of visits meet all of them."""
    steps = sorted(chance.sample(range(1, 9), chance.randint(1, 3)))
    happy = HappyHour(weekdays=(1, 2, 3, 4, 5, 6, 7), starts="12:00", ends="23:00", factor=chance.choice((2, 3)))
    return RewardRules(
        steps=tuple(Step(at=at, title=f"Step {at}") for at in steps),
        roll_over=chance.random() < 0.5,
        cooldown_minutes=chance.choice((0, 30, 300)),
        card_daily_cap=chance.choice((1, 2, 1000)),
        staff_daily_cap=10_000,
        most_per_purchase=1,
        minimum_spend_centimos=chance.choice((None, 500)),
        happy_hours=chance.choice(((), (happy,))),
        stamps_expire_days=chance.choice((None, 14)),
        rewards_expire_days=chance.choice((None, 30)),
    )


def written(database: TestDatabase, card: TestCard) -> list[tuple[Any, ...]]:
    """A ledger without what tells a till from a file: what the rules did not count is left out."""
    rows = database.rows(
        "SELECT e.kind, e.delta, e.balance_after, e.occurred_at, e.amount_centimos, array_remove(e.flags, 'imported'),"
        " e.stamps_until, r.title, r.cost, r.cycle, r.good_until FROM stamp_events e"
        " LEFT JOIN rewards r ON r.id = e.reward_id WHERE e.card_id = %s AND e.kind <> 'history' ORDER BY e.seq",
        card.id,
    )
    # What is two days old by the till's clock says so; of a file everything is.
    return [(*row[:5], [flag for flag in row[5] if flag != "late"], *row[6:]) for row in rows]


def row_of(database: TestDatabase, card: TestCard) -> list[tuple[Any, ...]]:
    return database.rows(
        "SELECT balance, cycle, last_at, day, day_count, stamps_until FROM cards WHERE id = %s", card.id
    )


@pytest.mark.parametrize("seed", range(8))
async def test_a_file_counts_as_the_counter_would_have(
    db: TenantPool, shop: Shop, database: TestDatabase, seed: int
) -> None:
    chance, till = random.Random(seed), Till(db, shop, database)
    shop.set_rules(some_rules(chance))
    stamped, brought = shop.card(), shop.card()
    now = datetime.now(UTC).replace(microsecond=0)
    times = sorted(now - timedelta(minutes=chance.randrange(5, 6 * 1440)) for _ in range(25))
    visits = [(at, chance.choice((None, 499, 500, 1250))) for at in times]
    for at, amount in visits:
        await code_of(till.stamp(stamped, occurred_at=at, amount_centimos=amount))
    lines = [f"{brought.phone},{at.isoformat()},{'' if amount is None else amount / 100}" for at, amount in visits]
    chance.shuffle(lines)
    _, done = await bring(db, shop, "visits", "\n".join(("phone,visited_at,amount", *lines)), count_stamps=True)
    assert written(database, brought) == written(database, stamped)
    assert row_of(database, brought) == row_of(database, stamped)
    assert done.new_entries == len(visits)
    assert disagreements(database, shop.business_id) == []


async def test_visits_before_the_card_count_and_old_stamps_have_run_out(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    shop.set_rules(RewardRules(steps=(Step(at=3, title="Café"),), cooldown_minutes=0, stamps_expire_days=14))
    card, now = shop.card(days_ago=0), datetime.now(UTC)
    visits = "\n".join(f"{card.phone},{(now - timedelta(days=days)).isoformat()}" for days in (90, 89, 60, 59, 58, 40))
    for _ in range(2):
        await bring(db, shop, "visits", f"phone,visited_at\n{visits}\n", count_stamps=True)
    assert [row[:3] for row in written(database, card)] == [
        ("earn", 1, 1), ("earn", 1, 2), ("expire", -2, 0),
        ("earn", 1, 1), ("earn", 1, 2), ("earn", 1, 3), ("issue_reward", -3, 0),
        ("earn", 1, 1), ("expire", -1, 0),
    ]  # fmt: skip
    kinds = database.rows("SELECT DISTINCT kind FROM events WHERE business_id = %s", shop.business_id)
    assert kinds == [("VisitsImported",)]


async def test_imported_stamps_keep_the_cooldown_of_those_at_the_counter(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    shop.set_rules(RewardRules(steps=(Step(at=5, title="Café"),), cooldown_minutes=30))
    card, till, now = shop.card(), Till(db, shop, database), datetime.now(UTC)
    at = (now - timedelta(minutes=10)).isoformat()
    await bring(db, shop, "visits", f"phone,visited_at\n{card.phone},{at}\n", count_stamps=True)
    assert await code_of(till.stamp(card)) == "cooldown"
    [(stamp,)] = database.rows("SELECT id FROM stamp_events WHERE card_id = %s", card.id)
    await till.void(StampId(stamp), by=shop.rosa, reason="It was somebody else")
    await till.stamp(card)
    assert till.ledger(card) == [("earn", 1, 1), ("void", -1, 0), ("earn", 1, 1)]


@pytest.fixture
async def beside(shop: Shop) -> AsyncIterator[TenantPool]:
    """Connections of another process."""
    pool = TenantPool(shop.settings.database_url, size=8, wait=20)
    await pool.open()
    yield pool
    await pool.close()


@pytest.mark.parametrize("counted", [False, True])
async def test_stamps_given_while_a_file_is_written(
    db: TenantPool, beside: TenantPool, shop: Shop, database: TestDatabase, counted: bool
) -> None:
    cards, now = [shop.card() for _ in range(8)], datetime.now(UTC)
    lines = [f"{card.phone},{(now - timedelta(days=days)).isoformat()}" for card in cards for days in range(1, 6)]
    text, barrier = "\n".join(("phone,visited_at", *lines)), asyncio.Barrier(len(cards) + 3)

    async def stamp(card: TestCard) -> None:
        await barrier.wait()
        for _ in range(4):
            await Till(beside, shop, database).stamp(card)

    async def move_in() -> None:
        await barrier.wait()
        await bring(db, shop, "visits", text, count_stamps=counted)

    async def people_too() -> None:
        await barrier.wait()
        people = "\n".join(("phone,name,stamps", *(f"{card.phone},Somebody,2" for card in reversed(cards))))
        await bring(db, shop, "customers", people)

    await asyncio.gather(*map(stamp, cards), move_in(), move_in(), people_too())
    for card in cards:
        kinds = [kind for kind, *_ in Till(db, shop, database).ledger(card)]
        assert (kinds.count("earn"), kinds.count("history")) == ((9, 0) if counted else (4, 5))
        assert kinds.count("adjust") == 1


# ---------------------------------------------------------------- the pure part


def grown(visits: list[tuple[datetime, int | None]], rules: RewardRules) -> Growth:
    card = Standing(CardId(UUID(int=1)), 0, 0, 0, None, None, 0, None, None, None, None, None)
    growth = Growth(card, b"key", LIMA, PRESENT.date(), RulesInForce(**rules.model_dump(), version=1))
    for number, (at, amount) in enumerate(sorted(visits, key=lambda visit: visit[0])):
        growth.add_visit(Purchase(entry_id(b"key", at, number), at, amount))
    growth.lapse()
    return growth


MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 22), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(st.tuples(MOMENTS, st.one_of(st.none(), st.integers(0, 2000))), max_size=40), st.integers(0, 2**32))
def test_whatever_the_visits_a_ledger_adds_up(visits: list[tuple[datetime, int | None]], seed: int) -> None:
    growth = grown(visits, some_rules(random.Random(seed)))
    balance = 0
    for place, entry in enumerate(growth.entries, 1):
        balance += entry.delta
        assert (entry.seq, entry.balance_after) == (place, balance)
        assert balance >= 0
    assert (growth.standing.balance, growth.standing.seq) == (balance, len(growth.entries))
    kinds = [entry.kind for entry in growth.entries]
    assert kinds.count("earn") + kinds.count("history") == len(visits)
    assert len({entry.id for entry in growth.entries}) == len(growth.entries)
    issued = [entry.reward_id for entry in growth.entries if entry.kind == "issue_reward"]
    assert issued == [reward.id for reward in growth.rewards]
    assert growth.entries == grown(visits, some_rules(random.Random(seed))).entries


@given(MOMENTS, st.text(max_size=20), st.integers(0, 9))
def test_ids_are_those_of_their_moment(at: datetime, said: str, number: int) -> None:
    id = entry_id(b"key", at, said, number)
    assert (id.version, id.variant) == (7, "specified in RFC 4122")
    assert id.int >> 80 == int(at.timestamp() * 1000) // 1
    assert id == entry_id(b"key", at, said, number) != entry_id(b"other", at, said, number)
