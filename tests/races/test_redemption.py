"""Rewards at the same moment: barriers let everybody go at once, on real connections."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterator
from typing import Any

import pytest

from sello.domains.loyalty.rewards.rules import Redemption
from sello.domains.loyalty.voids.actions import Voided
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import RewardId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
from tests.support.till import Till, code_of


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


@pytest.fixture(autouse=True)
def _no_deadlocks(database: TestDatabase) -> Iterator[None]:
    before = deadlocks(database)
    yield
    assert deadlocks(database) == before


def deadlocks(database: TestDatabase) -> int:
    return int(database.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


async def at_once(*works: Awaitable[Any]) -> list[Any]:
    """Every piece of work in its own task, released together; a refusal becomes its code."""
    barrier = asyncio.Barrier(len(works))

    async def one(work: Awaitable[Any]) -> Any:
        await barrier.wait()
        return await code_of(work)

    return await asyncio.gather(*(one(work) for work in works))


def codes(results: list[Any]) -> Counter[str]:
    return Counter(result if isinstance(result, str) else "done" for result in results)


async def coffee_of(till: Till, card: TestCard) -> RewardId:
    await till.stamp(card, 5)
    return till.rewards(card)[-1]


def handed_over(till: Till, reward_id: RewardId) -> tuple[int, int]:
    """(entries in the ledger, confirmed redemptions) that stand."""
    return (
        till.count("SELECT count(*) FROM stamp_events WHERE reward_id = %s AND kind = 'redeem'", reward_id),
        till.count("SELECT count(*) FROM redemptions WHERE reward_id = %s AND confirmed_at IS NOT NULL", reward_id),
    )


@pytest.mark.parametrize("rounds", [50, pytest.param(1000, marks=pytest.mark.proof)])
async def test_one_reward_confirmed_by_two_at_once_is_one_redemption(till: Till, shop: Shop, rounds: int) -> None:
    card = shop.card()
    for _ in range(rounds):
        await till.stamp(card, 10)
        reward = till.rewards(card)[-1]
        reserved = await till.reserve(reward)
        results = await at_once(till.confirm(reserved.id), till.confirm(reserved.id, by=shop.rosa))
        assert codes(results) == {"done": 1, "reward_redeemed": 1}
        (winner,) = [result for result in results if isinstance(result, Redemption)]
        assert winner.confirmed_by_name in ("Diego Ramos", "Rosa Quispe")
        assert handed_over(till, reward) == (1, 1)


async def test_one_confirmation_sent_20_times_at_once_is_one(till: Till, shop: Shop) -> None:
    coffee = await coffee_of(till, shop.card())
    reserved = await till.reserve(coffee)
    results = await at_once(*(till.confirm(reserved.id) for _ in range(20)))
    assert {result.confirmed_at for result in results if isinstance(result, Redemption)} == {results[0].confirmed_at}
    assert (codes(results), handed_over(till, coffee)) == ({"done": 20}, (1, 1))


async def test_20_reserving_at_once_are_one(till: Till, shop: Shop) -> None:
    coffee = await coffee_of(till, shop.card())
    results = await at_once(*(till.reserve(coffee, by=(shop.rosa, shop.diego)[n % 2]) for n in range(20)))
    assert codes(results) == {"done": 1, "reward_reserved": 19}


async def test_one_reservation_sent_20_times_at_once_is_one(till: Till, shop: Shop) -> None:
    coffee, id = await coffee_of(till, shop.card()), new_id()
    results = await at_once(*(till.reserve(coffee, id=id) for _ in range(20)))
    assert codes(results) == {"done": 20}
    assert till.count("SELECT count(*) FROM redemptions WHERE reward_id = %s", coffee) == 1


async def test_one_id_for_many_rewards_at_once_holds_one(till: Till, shop: Shop) -> None:
    rewards, id = [await coffee_of(till, shop.card()) for _ in range(8)], new_id()
    results = await at_once(*(till.reserve(reward, id=id) for reward in rewards))
    assert codes(results) == {"done": 1, "id_reused": 7}


async def test_stamps_and_hand_overs_cross(till: Till, shop: Shop) -> None:
    card = shop.card()
    await till.stamp(card, 20)
    await till.stamp(card, 5)
    rewards = till.rewards(card)
    stamps = [till.stamp(card, by=(shop.rosa, shop.diego)[n % 2]) for n in range(30)]
    results = await at_once(*stamps, *(till.hand_over(reward) for reward in rewards))
    assert codes(results) == {"done": 30 + len(rewards)}
    assert shop.balance(card)[0] == 55 % 10
    assert [handed_over(till, reward) for reward in rewards] == [(1, 1)] * len(rewards)


async def test_void_and_hand_over_cross_and_never_both(till: Till, shop: Shop) -> None:
    for _ in range(30):
        card = shop.card()
        stamp = await till.stamp(card, 5)
        (coffee,) = till.rewards(card)
        voided, given = await at_once(till.void(stamp), till.hand_over(coffee, by=shop.rosa))
        if isinstance(voided, Voided):
            assert (given, handed_over(till, coffee)) == ("reward_revoked", (0, 0))
        else:
            assert (voided, handed_over(till, coffee)) == ("void_reward_used", (1, 1))


async def test_a_void_and_taking_back_cross_and_the_reward_is_free_or_gone(till: Till, shop: Shop) -> None:
    for _ in range(20):
        card = shop.card()
        stamp = await till.stamp(card, 5)
        (coffee,) = till.rewards(card)
        done = await till.hand_over(coffee)
        voided, back = await at_once(till.void(stamp), till.take_back(done.id))
        assert isinstance(back, Redemption)
        assert (till.rewards(card), shop.balance(card)[0]) == (([], 0) if isinstance(voided, Voided) else ([coffee], 5))


async def test_a_confirmation_and_letting_go_cross_and_never_both(till: Till, shop: Shop) -> None:
    for _ in range(20):
        coffee = await coffee_of(till, shop.card())
        reserved = await till.reserve(coffee)
        given, released = await at_once(till.confirm(reserved.id), till.release(reserved.id, by=shop.rosa))
        assert (given, released) == ("reservation_released", None) or released == "reward_redeemed"
        assert isinstance(given, Redemption) == (released == "reward_redeemed")


async def test_one_stamp_voided_by_20_at_once_is_voided_once(till: Till, shop: Shop) -> None:
    card = shop.card()
    stamp = await till.stamp(card, 10)
    reason = "Todos a la vez"
    results = await at_once(*(till.void(stamp, by=(shop.rosa, shop.diego)[n % 2], reason=reason) for n in range(20)))
    assert codes(results) == {"done": 1, "already_voided": 19}
    assert shop.balance(card)[0] == 0


async def test_a_hand_over_taken_back_by_20_at_once_is_taken_back_once(till: Till, shop: Shop) -> None:
    done = await till.hand_over(await coffee_of(till, shop.card()))
    results = await at_once(*(till.take_back(done.id) for _ in range(20)))
    assert codes(results) == {"done": 1, "already_voided": 19}


async def test_two_cards_in_opposite_order_never_deadlock(till: Till, shop: Shop) -> None:
    """Everything that locks a card, on two cards at once, from either end."""
    one, other = shop.card(), shop.card()

    async def work(first: TestCard, second: TestCard) -> None:
        for card in (first, second, second, first):
            stamp = await till.stamp(card, 5)
            for reward in till.rewards(card)[-1:]:
                await code_of(till.hand_over(reward))
            await code_of(till.void(stamp))

    await asyncio.gather(*(work(*pair) for _ in range(6) for pair in ((one, other), (other, one))))
    assert shop.balance(one)[0] >= 0
    assert shop.balance(other)[0] >= 0
