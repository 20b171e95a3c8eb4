"""Taking stamps back: the rewards they gave go with them, nothing goes below zero, everything stays in the ledger."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from sello.domains.business import Step
from sello.domains.loyalty.voids.rules import Standing, plan_void
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import RewardId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, TestCard
from tests.support.till import Till, code_of


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


@pytest.fixture
def ana(shop: Shop) -> TestCard:
    return shop.card()


def standing(cycle: int, threshold: int, *, cost: int = 0, used: bool = False) -> Standing:
    return Standing(RewardId(new_id()), new_id(), cycle, threshold, cost, used)


def refusal_of(delta: int, balance: int, cycle: int, *rewards: Standing) -> str | None:
    try:
        plan_void(delta, balance=balance, cycle=cycle, rewards=rewards)
    except Refused as refused:
        return refused.code
    return None


def test_the_plan_gives_back_the_reward_that_filled_the_card() -> None:
    coffee, lunch, next_coffee = standing(0, 5), standing(0, 10, cost=10), standing(1, 5)
    plan = plan_void(1, balance=0, cycle=1, rewards=[lunch, coffee])
    assert (plan.revoke, plan.balance, plan.cycle) == ((lunch,), 9, 0)
    plan = plan_void(7, balance=6, cycle=1, rewards=[next_coffee, coffee, lunch])
    assert (plan.revoke, plan.balance, plan.cycle) == ((lunch, next_coffee), 9, 0)
    plan = plan_void(3, balance=6, cycle=1, rewards=[next_coffee])
    assert (plan.revoke, plan.balance, plan.cycle) == ((next_coffee,), 3, 1)


def test_the_plan_gives_back_as_many_as_one_purchase_filled() -> None:
    first, second = standing(0, 5, cost=5), standing(1, 5, cost=5)
    plan = plan_void(11, balance=1, cycle=2, rewards=[first, second])
    assert (plan.revoke, plan.balance, plan.cycle) == ((second, first), 0, 0)


def test_the_plan_refuses_what_was_used_and_what_is_not_there() -> None:
    assert refusal_of(1, 0, 1, standing(0, 10, cost=10, used=True)) == "void_reward_used"
    assert refusal_of(1, 5, 0, standing(0, 5, used=True)) == "void_reward_used"
    assert refusal_of(7, 6, 1, standing(0, 10, cost=10), standing(1, 5, used=True)) == "void_reward_used"
    assert refusal_of(1, 6, 0, standing(0, 5, used=True)) is None
    assert refusal_of(3, 2, 0) == "void_would_go_negative"


async def test_a_stamp_is_taken_back_once(till: Till, shop: Shop, ana: TestCard) -> None:
    await till.stamp(ana)
    stamp, void_id = await till.stamp(ana), new_id()
    voided = await till.void(stamp, id=void_id)
    assert (voided.balance, voided.of, voided.seq, voided.revoked_rewards) == (1, 10, 3, ())
    await till.stamp(ana)
    assert await till.void(stamp, id=void_id) == voided
    with pytest.raises(Refused, match="already_voided") as refused:
        await till.void(stamp)
    assert refused.value.facts["by"] == "Diego Ramos"
    assert till.ledger(ana) == [("earn", 1, 1), ("earn", 1, 2), ("void", -1, 1), ("earn", 1, 2)]
    assert (
        till.count("SELECT count(*) FROM events WHERE kind = 'StampVoided' AND business_id = %s", shop.business_id) == 1
    )


async def test_the_stamp_that_filled_the_card_takes_the_reward_along(till: Till, ana: TestCard) -> None:
    for _ in range(9):
        await till.stamp(ana)
    last = await till.stamp(ana)
    lunch, void_id = till.rewards(ana)[1], new_id()
    voided = await till.void(last, id=void_id)
    assert (voided.balance, voided.revoked_rewards) == (9, (lunch,))
    assert await till.void(last, id=void_id) == voided
    assert till.ledger(ana)[-2:] == [("void", 10, 10), ("void", -1, 9)]
    assert till.database.rows("SELECT cycle FROM cards WHERE id = %s", ana.id) == [(0,)]
    await till.stamp(ana)
    again = till.rewards(ana)[1]
    assert again != lunch
    assert await code_of(till.reserve(lunch)) == "reward_revoked"
    await till.hand_over(again)


async def test_one_purchase_that_filled_twice_is_taken_back_whole(till: Till, ana: TestCard) -> None:
    await till.stamp(ana, 3)
    big = await till.stamp(ana, 20)
    rewards = till.rewards(ana)
    voided = await till.void(big)
    assert (voided.balance, set(voided.revoked_rewards)) == (3, set(rewards))
    assert till.rewards(ana) == []
    assert till.ledger(ana)[-1] == ("void", -20, 3)


async def test_a_step_no_longer_reached_goes_too(till: Till, ana: TestCard) -> None:
    first = await till.stamp(ana, 2)
    await till.stamp(ana, 3)
    (coffee,) = till.rewards(ana)
    assert (await till.void(first)).revoked_rewards == (coffee,)
    assert till.ledger(ana)[-2:] == [("void", 0, 5), ("void", -2, 3)]


async def test_a_used_reward_keeps_its_stamps(till: Till, shop: Shop, ana: TestCard) -> None:
    await till.stamp(ana, 9)
    last = await till.stamp(ana)
    coffee, lunch = till.rewards(ana)
    reserved = await till.reserve(lunch, by=shop.rosa)
    assert await code_of(till.void(last)) == "void_reward_used"
    await till.confirm(reserved.id)
    assert await code_of(till.void(last)) == "void_reward_used"
    await till.take_back(reserved.id)
    await till.hand_over(coffee)
    assert (await till.void(last)).revoked_rewards == (lunch,)  # nine stamps still reach the coffee
    assert shop.balance(ana)[0] == 9


async def test_an_expired_reservation_holds_nothing_up(till: Till, shop: Shop, ana: TestCard) -> None:
    stamp = await till.stamp(ana, 5)
    reserved = await till.reserve(till.rewards(ana)[0])
    till.pass_time(timedelta(seconds=91))
    await till.void(stamp, reason="Se marcó por error")
    assert await code_of(till.confirm(reserved.id)) == "reward_revoked"


async def test_a_reservation_let_go_holds_nothing_up(till: Till, ana: TestCard) -> None:
    stamp = await till.stamp(ana, 5)
    (coffee,) = till.rewards(ana)
    await till.release((await till.reserve(coffee)).id)
    assert (await till.void(stamp)).revoked_rewards == (coffee,)


async def test_a_replay_names_its_own_revoked_rewards_alone(till: Till, ana: TestCard) -> None:
    await till.stamp(ana, 9)
    last, more = await till.stamp(ana), await till.stamp(ana, 5)
    first_coffee, lunch, coffee = till.rewards(ana)
    ids = [new_id(), new_id()]
    voided = [await till.void(more, id=ids[0])]
    await till.take_back((await till.hand_over(first_coffee)).id)  # an entry about a reward, but no revocation
    voided.append(await till.void(last, id=ids[1]))
    assert [one.revoked_rewards for one in voided] == [(coffee,), (lunch,)]
    replayed = [await till.void(more, id=ids[0]), await till.void(last, id=ids[1])]
    assert replayed == voided


async def test_stamps_that_a_used_reward_took_cannot_be_taken_back(till: Till, ana: TestCard) -> None:
    early = await till.stamp(ana, 3)
    await till.stamp(ana, 7)
    await till.hand_over(till.rewards(ana)[1])
    assert await code_of(till.void(early)) == "void_reward_used"


async def test_the_minute_and_the_reason(till: Till, shop: Shop, ana: TestCard) -> None:
    stamp = await till.stamp(ana)
    assert await code_of(till.void(stamp, by=shop.rosa)) == "void_reason_needed"
    till.pass_time(timedelta(seconds=61))
    assert await code_of(till.void(stamp)) == "void_reason_needed"
    await till.void(stamp, by=shop.rosa, reason="Cliente equivocado")
    audit = "SELECT account_id, reason FROM audit_log WHERE action = 'stamp.voided' AND subject_id = %s"
    assert till.database.rows(audit, stamp) == [(shop.rosa.account_id, "Cliente equivocado")]


async def test_a_void_moves_the_last_visit_back_but_frees_no_quota(till: Till, shop: Shop, ana: TestCard) -> None:
    shop.set_rules(LOOSE.model_copy(update={"card_daily_cap": 2, "cooldown_minutes": 30}))
    await till.stamp(ana)
    till.pass_time(timedelta(minutes=31))
    second = await till.stamp(ana)
    await till.void(second)
    assert await code_of(till.stamp(ana)) == "card_cap"  # the cooldown is over again, the day's two are spent
    assert till.database.rows("SELECT day_count FROM cards WHERE id = %s", ana.id) == [(2,)]


async def test_a_void_under_a_new_rule(till: Till, shop: Shop, ana: TestCard) -> None:
    await till.stamp(ana, 9)
    shop.set_rules(LOOSE.model_copy(update={"steps": (Step(at=8, title="Torta"),)}))
    stamp = await till.stamp(ana)  # fills the card at 8: two are left
    voided = await till.void(stamp)
    assert (voided.balance, voided.revoked_rewards) == (1, ())  # eight of the other nine still hold the cake
    assert shop.balance(ana)[0] == 1


async def test_only_stamps_are_voided_here(till: Till, shop: Shop, neighbour: Shop, ana: TestCard) -> None:
    stamp = await till.stamp(ana, 5)
    redemption = await till.hand_over(till.rewards(ana)[0])
    assert await code_of(till.void(StampId(redemption.id))) == "not_voidable"
    assert await code_of(till.void(StampId(new_id()))) == "stamp_not_found"
    assert await code_of(till.void(stamp, by=neighbour.rosa)) == "stamp_not_found"
    assert await code_of(till.void(stamp, id=redemption.id)) == "id_reused"


async def test_a_platform_admin_voids_with_a_reason_and_stands_in_the_audit_log(
    till: Till, shop: Shop, ana: TestCard
) -> None:
    stamp, void_id, admin = await till.stamp(ana), new_id(), replace(shop.rosa, role="admin")
    assert await code_of(till.void(stamp, by=replace(shop.diego, role="admin"))) == "void_reason_needed"
    voided = await till.void(stamp, id=void_id, by=admin, reason="Por pedido del local")
    assert await till.void(stamp, id=void_id, by=admin, reason="Por pedido del local") == voided
    assert till.database.rows("SELECT account_id FROM stamp_events WHERE id = %s", void_id) == [(None,)]
    audit = "SELECT account_id FROM audit_log WHERE action = 'stamp.voided' AND subject_id = %s"
    assert till.database.rows(audit, stamp) == [(admin.account_id,)]


# ---------------------------------------------------------------- over HTTP


async def test_undo_over_http(client: httpx.AsyncClient, till: Till, shop: Shop, ana: TestCard) -> None:
    stamp = await till.stamp(ana, 5)
    (coffee,) = till.rewards(ana)
    url, body = f"/api/v1/stamps/{stamp}/void", {"id": str(new_id())}
    answer = await client.post(url, json=body, headers=shop.diego.headers)
    assert answer.status_code == 200, answer.text
    expected = {"card_id": str(ana.id), "balance": 0, "of": 10, "seq": 4, "revoked_rewards": [str(coffee)]}
    assert answer.json() == expected
    assert (await client.post(url, json=body, headers=shop.diego.headers)).json() == expected
    again = await client.post(url, json={"id": str(new_id())}, headers=shop.diego.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")


async def test_a_batch_is_judged_one_by_one(client: httpx.AsyncClient, till: Till, shop: Shop, ana: TestCard) -> None:
    stamps = [await till.stamp(ana) for _ in range(3)]
    await till.void(stamps[1])
    body = {"stamp_ids": [str(id) for id in stamps], "reason": "Sellos regalados a un amigo"}
    answer = await client.post("/api/v1/voids", json=body, headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    outcomes = answer.json()["outcomes"]
    assert [outcome["outcome"] for outcome in outcomes] == ["voided", "refused", "voided"]
    assert outcomes[1]["refusal"]["code"] == "already_voided"
    assert shop.balance(ana)[0] == 0
    again = await client.post("/api/v1/voids", json=body, headers=shop.rosa.headers)
    assert {outcome["refusal"]["code"] for outcome in again.json()["outcomes"]} == {"already_voided"}
    assert (await client.post("/api/v1/voids", json=body, headers=shop.diego.headers)).status_code == 403
    body["stamp_ids"] = [str(new_id())] * 101
    assert (await client.post("/api/v1/voids", json=body, headers=shop.rosa.headers)).status_code == 422
