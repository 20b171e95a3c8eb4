"""Statistics kept by reactions against the ledger: any order, twice, late, taken back, merged, imported."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sello.domains.analytics import count_shop
from sello.domains.analytics.counts import actions, queries
from sello.domains.analytics.counts.jobs import REACTIONS
from sello.domains.loyalty.merges.actions import Merged, merge_customers
from sello.entry.personal_data import PERSONS
from sello.events import FACTS
from sello.infrastructure.database.db import Db
from tests.support.counting import LIMA, World, ago
from tests.support.figures import NONE, WHOLE, disagreements, kept
from tests.support.shop import TestCard
from tests.support.till import code_of

HAPPENS = {
    "stamp": 8, "history": 6, "void": 3, "redeem": 2, "join": 3, "erase": 1, "card": 2, "settle": 3
}  # fmt: skip


async def live(world: World, chance: random.Random, steps: int) -> None:
    """People come in, late tills report, stamps are taken back, rewards handed over, cards imported.

    Cards with stamps, rewards or a past turn out to be one person's and are merged; people have themselves erased.
    """
    imported: list[TestCard] = []
    stamps: list[Any] = []
    for _ in range(steps):
        what = chance.choices(list(HAPPENS), list(HAPPENS.values()))[0]
        if what == "card" or not world.cards:
            world.card()
        elif what == "stamp":
            card = chance.choice(world.cards)
            if card.id not in world.merged and card not in imported:
                at = ago(chance.uniform(0.01, 6.9))
                count = chance.choice((1, 1, 2, 5))
                stamps.append(await world.stamp(card, at, branch=chance.choice(world.branches), count=count))
                stamps[-1] = (stamps[-1], card)
        elif what == "history":
            if len(imported) < 3 or chance.random() < 0.2:
                imported.append(world.card())
            card = chance.choice([card for card in imported if card.id not in world.erased] or [world.card()])
            world.history(card, ago(chance.uniform(0, 170)), amount=chance.choice((None, 1200)))
        elif what == "void" and stamps:
            id, card = stamps.pop(chance.randrange(len(stamps)))
            await _voided(world, id, card)
        elif what == "redeem":
            await _redeemed(world, chance)
        elif what == "join" and len(free := world.alive()) > 1:
            await _joined(world, *chance.sample(free, 2))
        elif what == "erase" and len(free := world.alive()) > 2:
            await _erased(world, chance.choice(free))
        elif what == "settle":
            await world.settle(chance)


async def _joined(world: World, card: TestCard, into: TestCard) -> None:
    merged = await code_of(
        merge_customers(
            world.till.db, world.shop.rosa.caller, card.customer_id, into=into.customer_id, reason="La misma"
        )
    )
    assert isinstance(merged, Merged)
    world.merged.add(card.id)
    world.waiting += [card.id, into.id]


async def _erased(world: World, card: TestCard) -> None:
    caller, keys = world.shop.rosa.caller, world.shop.settings.keys
    await PERSONS.erase(world.till.db, keys, world.business_id, card.customer_id, by=caller)
    gone = [
        id for (id,) in world.database.rows("SELECT id FROM cards WHERE id = %s OR merged_into = %s", card.id, card.id)
    ]
    world.merged |= set(gone)
    world.erased |= set(gone)
    world.waiting += gone


async def _voided(world: World, id: Any, card: TestCard) -> None:
    await code_of(world.till.void(id, by=world.shop.rosa, reason="error"))  # refused once its reward was used
    world.waiting.append(card.id)


async def _redeemed(world: World, chance: random.Random) -> None:
    for card in world.cards:
        for reward in world.till.rewards(card):
            redemption = await code_of(world.till.hand_over(reward))
            world.waiting.append(card.id)
            if not isinstance(redemption, str) and chance.random() < 0.5:
                await world.till.take_back(redemption.id, by=world.shop.rosa, reason="error")
            return


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_of_facts_equals_the_ledger(world: World, seed: int) -> None:
    chance = random.Random(seed)
    await live(world, chance, 50)
    await world.settle(chance)
    assert disagreements(world.database, world.business_id) == []
    incremental = world.tables()
    assert (await count_shop(world.till.db, world.business_id)) == actions.Corrected(0, 0)
    assert world.tables() == incremental


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 160))
async def test_many_orders_of_facts_equal_the_ledger(world: World, seed: int) -> None:
    chance = random.Random(seed)
    await live(world, chance, 250)
    await world.settle(chance)
    assert disagreements(world.database, world.business_id) == []
    assert (await count_shop(world.till.db, world.business_id)) == actions.Corrected(0, 0)


async def test_an_evening_and_a_night_in_lima_are_two_days(world: World) -> None:
    midnight = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) - timedelta(days=2)
    late, early = midnight - timedelta(minutes=30), midnight + timedelta(minutes=30)
    card = world.card()
    for at in (late, early):
        await world.stamp(card, at)
    await world.count(card.id)
    assert world.whole(late)["visits"] == world.whole(early)["visits"] == 1
    assert world.database.rows("SELECT visits, median_gap::int FROM customer_stats WHERE card_id = %s", card.id) == [
        (2, 1)
    ]


async def test_two_branches_on_a_day_are_one_visit_of_the_shop(world: World) -> None:
    card, noon = world.card(), datetime.now(UTC).replace(hour=17, minute=0) - timedelta(days=1)
    for branch in world.branches[1:]:
        await world.stamp(card, noon, branch=branch)
    await world.count(card.id)
    days = kept(world.database, world.business_id)
    day = (noon + LIMA).date()
    assert [days[branch, day]["visits"] for branch in world.branches[1:] if branch] == [1, 1]
    assert (days[WHOLE, day]["visits"], days[WHOLE, day]["stamps"]) == (1, 2)
    assert (NONE, day) not in days


async def test_a_stamp_taken_back_leaves_nothing(world: World) -> None:
    card = world.card()
    await world.count(card.id)
    before = world.numbers()
    stamp = await world.stamp(card, ago(3))
    await world.count(card.id)
    assert world.whole(ago(3))["stamps"] == 1
    await world.till.void(stamp, by=world.shop.rosa, reason="error")
    await world.count(card.id)
    assert world.numbers() == before
    assert disagreements(world.database, world.business_id) == []


async def test_a_merged_customer_is_one_customer(world: World) -> None:
    one, other, third = world.card(), world.card(), world.card()
    for card, days in ((one, 9), (other, 9), (other, 5), (third, 2)):
        world.history(card, ago(days))
    await world.count(one.id, other.id, third.id)
    world.merge(one, other)
    await world.count(one.id)
    world.merge(other, third)
    await world.count(other.id)
    rows = world.database.rows(
        "SELECT visits FROM customer_stats WHERE card_id = ANY(%s) ORDER BY 1", [one.id, other.id, third.id]
    )
    assert rows == [(0,), (0,), (3,)]
    assert world.whole(ago(9))["visits"] == 1
    assert disagreements(world.database, world.business_id) == []


async def test_twenty_who_count_at_once_count_once(world: World) -> None:
    cards = [world.card() for _ in range(4)]
    for card in cards:
        for days in range(1, 7):
            await world.stamp(card, ago(days))
    chance = random.Random(1)
    await asyncio.gather(*(world.count(*chance.sample([card.id for card in cards], 3)) for _ in range(20)))
    assert disagreements(world.database, world.business_id) == []


async def test_counting_a_shop_waits_for_nobody_to_be_wrong(world: World) -> None:
    """A whole count beside reactions and stamps."""
    cards = [world.card() for _ in range(5)]

    async def till(card: TestCard) -> None:
        for days in range(1, 6):
            await world.stamp(card, ago(days))
            await world.count(card.id)

    async def counter() -> None:
        for _ in range(4):
            await count_shop(world.till.db, world.business_id)

    await asyncio.gather(counter(), counter(), *(till(card) for card in cards))
    assert disagreements(world.database, world.business_id) == []
    assert await count_shop(world.till.db, world.business_id) == actions.Corrected(0, 0)


async def test_a_count_sees_what_was_committed_while_it_waited(world: World) -> None:
    """The ledger is read after the row is held: whoever waited counts the stamp of whoever let go."""
    card = world.card()
    await world.count(card.id)
    released, held = asyncio.Event(), asyncio.Event()

    async def hold(tx: Db) -> None:
        await queries.locked_stats(tx, world.business_id, [card.id])
        held.set()
        await released.wait()

    holding = asyncio.create_task(world.till.db.transact(world.business_id, hold))
    await held.wait()
    counting = asyncio.create_task(world.count(card.id))
    while not world.database.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110  # it happens in the server
        await asyncio.sleep(0.01)
    await world.stamp(card, ago(1))
    released.set()
    await asyncio.gather(holding, counting)
    assert world.whole(ago(1))["visits"] == 1


async def test_another_threshold_moves_who_is_missed(world: World) -> None:
    card = world.card()
    world.history(card, ago(20))
    await world.count(card.id)
    assert world.database.rows("SELECT at_risk_from FROM customer_stats WHERE card_id = %s", card.id) == [
        ((ago(20) + LIMA).date() + timedelta(days=15),)
    ]
    world.database.rows("UPDATE businesses SET inactivity_threshold_days = 30 WHERE id = %s", world.business_id)
    assert await actions.count_behind(world.till.db, world.business_id) == 1
    assert disagreements(world.database, world.business_id) == []
    assert await actions.count_behind(world.till.db, world.business_id) == 0


async def test_counting_repairs_what_somebody_spoiled(world: World) -> None:
    card = world.card()
    await world.stamp(card, ago(1))
    await world.count(card.id)
    right = world.tables()
    world.database.rows("UPDATE daily_stats SET stamps = stamps + 3 WHERE business_id = %s", world.business_id)
    world.database.rows("UPDATE customer_days SET stamps = 7 WHERE business_id = %s", world.business_id)
    assert {law for law, _, _ in world.database.broken_laws()} == {
        "L80_days_ne_ledger",
        "L82_stats_ne_days",
        "L83_shop_days_ne_days",
    }
    await count_shop(world.till.db, world.business_id)
    assert world.tables() == right


async def test_an_erased_customer_s_visits_stay_and_nobody_misses_them(world: World) -> None:
    card = world.card()
    for days in (80, 70, 60, 3):
        world.history(card, ago(days))
    await world.count(card.id)
    world.database.rows("UPDATE cards SET erased_at = app_now() WHERE id = %s", card.id)
    assert await actions.count_behind(world.till.db, world.business_id) == 1
    assert disagreements(world.database, world.business_id) == []
    assert world.whole(ago(60))["visits"] == 1
    assert await count_shop(world.till.db, world.business_id) == actions.Corrected(0, 0)


def test_every_fact_about_a_ledger_sets_a_count_going() -> None:
    about = {fact for fact in FACTS.values() if "card_id" in fact.__dataclass_fields__}
    # A pending card has no ledger and is nobody's yet; a warning changes nothing.
    ignored = {FACTS["CustomerEnrolled"], FACTS["ExpiryNear"]}
    assert about - ignored <= set(REACTIONS)
