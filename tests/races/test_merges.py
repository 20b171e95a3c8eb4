"""Merges at the same moment as everything else on the two cards."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sello.domains.customer.corrections.actions import confirm_phone, correct
from sello.domains.customer.corrections.rules import Correction
from sello.domains.loyalty.merges.actions import Merged, merge_customers
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
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
