"""Merges at the same moment as everything else on the two cards."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sello.domains.customer.corrections.actions import confirm_phone, correct
from sello.domains.customer.corrections.rules import Correction
from sello.domains.loyalty.adjustments.actions import Adjusted, adjust_card
from sello.domains.loyalty.merges.actions import Merged, merge_customers
from sello.domains.loyalty.nights.actions import work_night
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, TestCard
from tests.support.till import Till

Work = Callable[[], Awaitable[Any]]


async def at_once(*works: Work) -> list[Any]:
    """Each work in its own task, released together; a refusal becomes its code."""
    barrier = asyncio.Barrier(len(works))

    async def one(work: Work) -> Any:
        await barrier.wait()
        try:
            return await work()
        except Refused as refused:
            return refused.code

    return await asyncio.gather(*(one(work) for work in works))


def deadlocks(database: TestDatabase) -> int:
    return int(database.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


def merging(db: TenantPool, shop: Shop, card: TestCard, into: TestCard) -> Work:
    return lambda: merge_customers(
        db, shop.rosa.caller, card.customer_id, into=into.customer_id, reason="La misma persona"
    )


async def test_a_merge_20_times_at_once_is_one(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    old, card = shop.card(), shop.card()
    await Till(db, shop, database).stamp(old, 7)
    done = await at_once(*[merging(db, shop, old, card)] * 20)
    assert {(merged.balance, merged.stamps, merged.rewards) for merged in done} == {(7, 7, 1)}
    assert shop.balance(card)[0] == 7


async def test_a_merge_each_way_at_once_goes_one_way(db: TenantPool, shop: Shop) -> None:
    for _ in range(20):
        one, other = shop.card(), shop.card()
        done = await at_once(merging(db, shop, one, other), merging(db, shop, other, one))
        assert Counter(type(result) for result in done) == {Merged: 1, str: 1}
        assert "already_merged" in done


async def test_stamps_during_a_merge_all_count(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    till = Till(db, shop, database)
    for _ in range(5):
        old, card = shop.card(), shop.card()
        stamps = [lambda c=c: till.stamp(c) for c in (old, card) * 10]
        done = await at_once(merging(db, shop, old, card), *stamps)
        assert not [result for result in done if isinstance(result, str)]
        earned = till.count(
            "SELECT count(*) FROM stamp_events WHERE card_id = ANY (%s) AND kind = 'earn'", [old.id, card.id]
        )
        costs = till.count(
            "SELECT coalesce(sum(cost), 0) FROM rewards WHERE card_id = ANY (%s) AND revoked_at IS NULL",
            [old.id, card.id],
        )
        assert (earned, shop.balance(old)[0], shop.balance(card)[0]) == (20, 0, 20 - costs)


async def insisting(work: Work) -> Any:
    """A merge that waits for a hand-over, sent again until it is done, as an owner would."""
    while True:
        try:
            return await work()
        except Refused as refused:
            if refused.code != "merge_waits":
                raise


async def test_hand_overs_on_both_cards_during_a_merge_happen_once_or_come_along(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    till, before = Till(db, shop, database), deadlocks(database)
    for _ in range(8):
        old, card = shop.card(), shop.card()
        for one in (old, card):
            await till.stamp(one, 16)  # two coffees and a lunch, 6 in the book
        given = [partial(till.hand_over, reward) for one in (old, card) for reward in till.rewards(one)]
        done = await at_once(partial(insisting, merging(db, shop, old, card)), *given)
        assert isinstance(done[0], Merged)
        assert set(filter(lambda result: isinstance(result, str), done)) <= {"reward_revoked", "reward_not_found"}
        # 16 + 16 stamps: four coffees and two lunches, each in somebody's hands or waiting on the new card;
        # and the lunch of 6 + 6.
        owed = till.count(
            "SELECT count(*) FROM rewards WHERE card_id = ANY (%s) AND revoked_at IS NULL AND (card_id = %s OR EXISTS"
            " (SELECT FROM redemptions x WHERE x.reward_id = rewards.id AND x.confirmed_at IS NOT NULL))",
            [old.id, card.id],
            card.id,
        )
        assert (owed, shop.balance(old)[0], shop.balance(card)[0]) == (7, 0, 2)
    assert deadlocks(database) == before


async def test_voids_on_both_cards_during_a_merge_take_back_what_they_say(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    till, before = Till(db, shop, database), deadlocks(database)
    for drunk in (False, True) * 5:
        old, card = shop.card(), shop.card()
        stamps = [await till.stamp(one, count) for one in (old, card) for count in (2, 3)]
        if drunk:
            await till.hand_over(till.rewards(old)[0])
        works = [partial(till.void, stamp, by=shop.rosa, reason="Se equivocó") for stamp in stamps]
        done = await at_once(merging(db, shop, old, card), *works)
        assert isinstance(done[0], Merged)
        assert set(filter(lambda result: isinstance(result, str), done)) <= {"card_closed", "void_reward_used"}
        standing = till.count(
            "SELECT coalesce(sum(e.delta), 0) FROM stamp_events e WHERE card_id = ANY (%s) AND kind = 'earn'"
            " AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.voids = e.id)",
            [old.id, card.id],
        )
        lunch = till.count(
            "SELECT count(*) FROM rewards WHERE card_id = %s AND cost > 0 AND revoked_at IS NULL", card.id
        )
        assert (shop.balance(old)[0], shop.balance(card)[0]) == (0, standing - 10 * lunch)
    assert deadlocks(database) == before


async def test_nights_during_a_merge_let_what_is_over_expire_once(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"stamps_expire_days": 30, "rewards_expire_days": 30}))
    till, before = Till(db, shop, database), deadlocks(database)
    pairs = [(shop.card(), shop.card()) for _ in range(6)]
    for old, card in pairs:
        await till.stamp(old, 7)
        await till.stamp(card, 3)
    till.pass_time(timedelta(days=31))
    nights = [partial(work_night, db, shop.business_id)] * 4
    done = await at_once(*(merging(db, shop, old, card) for old, card in pairs), *nights)
    refused = {result for result in done if isinstance(result, str)}
    assert refused <= {"merge_tomorrow"}
    await work_night(db, shop.business_id)
    for old, card in pairs:
        await merging(db, shop, old, card)()  # once more is the same; those who were told to come tomorrow
        lapses = till.count("SELECT -sum(delta) FROM stamp_events WHERE card_id = ANY (%s) AND kind = 'expire'",
                            [old.id, card.id])  # fmt: skip
        assert (lapses, shop.balance(old)[0], shop.balance(card)[0]) == (10, 0, 0)
    assert deadlocks(database) == before


async def test_a_star_of_merges_ends_in_one_card(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    """Many duplicates, merged crosswise by two owners: whoever loses is told, and no card leads in a circle."""
    cards = [shop.card() for _ in range(6)]
    pairs = [(one, other) for one in cards for other in cards if one is not other]
    done = await at_once(*[merging(db, shop, one, other) for one, other in pairs[:24]])
    assert Counter(type(result) for result in done)[Merged] >= 1
    for (lead,) in database.rows("SELECT merged_into FROM cards WHERE id = ANY (%s)", [card.id for card in cards]):
        assert lead is None or database.rows("SELECT merged_into FROM cards WHERE id = %s", lead) == [(None,)]


async def test_one_new_phone_for_two_customers_goes_to_one(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    for _ in range(10):
        people, phone = [shop.card(), shop.card()], shop.phone()
        for card in people:
            await correct(db, shop.rosa.caller, card.customer_id, Correction(phone=phone))
        confirm = partial(confirm_phone, db, shop.diego.caller, digits=phone[-3:])
        done = await at_once(*[partial(confirm, card.customer_id) for card in people])
        assert done.count("phone_taken") == 1
        holders = database.rows("SELECT count(*) FROM customers WHERE phone = %s", phone)
        assert holders == [(1,)]


async def test_an_adjustment_20_times_at_once_is_one(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    till, card, other, id = Till(db, shop, database), shop.card(), shop.card(), new_id()
    await till.stamp(card, 4)

    def adjusting(card: TestCard) -> Work:
        return lambda: adjust_card(db, shop.rosa.caller, card.id, id, delta=2, reason="Eran dos")

    done = await at_once(*[adjusting(card)] * 19, adjusting(other))
    answers = [one.balance for one in done if isinstance(one, Adjusted)]
    entries = [(entry, delta) for of in (card, other) for entry, delta, _ in till.ledger(of) if entry == "adjust"]
    # Whichever card was first has it; the other is told that the id is taken.
    assert entries == [("adjust", 2)]
    assert set(answers) in ({6}, {2})
    assert {one for one in done if not isinstance(one, Adjusted)} == {"id_reused"}
