"""Handing a reward over: reserved, confirmed once, let go, taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import RedemptionId, RewardId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
from tests.support.till import Till, code_of


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


@pytest.fixture
async def coffee(till: Till, ana: TestCard) -> RewardId:
    """Ana has five stamps: a coffee is hers."""
    await till.stamp(ana, 5)
    return till.rewards(ana)[0]


@pytest.fixture
def ana(shop: Shop) -> TestCard:
    return shop.card()


async def test_two_steps_hand_a_reward_over(till: Till, ana: TestCard, coffee: RewardId) -> None:
    reserved = await till.reserve(coffee)
    assert (reserved.title, reserved.customer_name) == ("Café gratis", "Ana Torres")
    assert timedelta(seconds=88) < reserved.expires_at - reserved.now <= timedelta(seconds=90)
    confirmed = await till.confirm(reserved.id)
    assert confirmed.confirmed_by_name == "Diego Ramos"
    assert till.ledger(ana)[-1] == ("redeem", 0, 5)
    facts = "SELECT payload ->> 'seq' FROM events WHERE kind = 'RewardRedeemed' AND payload ->> 'redemption_id' = %s"
    assert till.count(facts, str(reserved.id)) == 3


async def test_replays_answer_the_same_and_write_nothing(
    till: Till, shop: Shop, ana: TestCard, coffee: RewardId
) -> None:
    id = new_id()
    first, again = await till.reserve(coffee, id=id), await till.reserve(coffee, id=id)
    assert (first.id, first.expires_at) == (again.id, again.expires_at)
    done = await till.confirm(first.id)
    assert (await till.confirm(first.id)).confirmed_at == done.confirmed_at
    assert (await till.reserve(coffee, id=id)).expires_at == first.expires_at
    void_id = new_id()
    await till.take_back(first.id, id=void_id)
    assert (await till.take_back(first.id, id=void_id)).voided_at is not None
    assert len(till.ledger(ana)) == 2 + 2
    assert await code_of(till.confirm(first.id)) == "already_voided"
    assert await code_of(till.take_back(first.id)) == "already_voided"


async def test_a_second_reservation_waits_and_then_takes_over(till: Till, shop: Shop, coffee: RewardId) -> None:
    first = await till.reserve(coffee)
    with pytest.raises(Refused) as refused:
        await till.reserve(coffee, by=shop.rosa)
    assert (refused.value.code, refused.value.facts["by"]) == ("reward_reserved", "Diego Ramos")
    assert 80 <= refused.value.facts["seconds"] <= 90
    till.pass_time(timedelta(seconds=91))
    assert await code_of(till.confirm(first.id)) == "reservation_expired"
    second = await till.reserve(coffee, by=shop.rosa)
    assert await code_of(till.confirm(first.id)) == "reservation_expired"
    await till.confirm(second.id, by=shop.rosa)
    with pytest.raises(Refused) as late:
        await till.confirm(first.id)
    assert (late.value.code, late.value.facts["by"]) == ("reward_redeemed", "Rosa Quispe")
    assert late.value.facts["redemption_id"] == str(second.id)


async def test_who_confirmed_is_told_to_everybody_else(till: Till, shop: Shop, coffee: RewardId) -> None:
    reserved = await till.reserve(coffee)
    done = await till.confirm(reserved.id, by=shop.rosa)
    assert done.confirmed_at is not None
    for attempt in (till.confirm(reserved.id), till.reserve(coffee), till.release(reserved.id)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "reward_redeemed"
        assert (refused.value.facts["by"], refused.value.facts["at"]) == ("Rosa Quispe", done.confirmed_at.isoformat())


async def test_letting_go_frees_the_reward_at_once(till: Till, shop: Shop, coffee: RewardId) -> None:
    reserved = await till.reserve(coffee)
    await till.release(reserved.id)
    await till.release(reserved.id)
    assert await code_of(till.confirm(reserved.id)) == "reservation_released"
    await till.hand_over(coffee, by=shop.rosa)


async def test_taking_back_is_free_for_a_minute_and_for_oneself(
    till: Till, shop: Shop, ana: TestCard, coffee: RewardId
) -> None:
    first = await till.hand_over(coffee)
    assert await code_of(till.take_back(first.id, by=shop.rosa)) == "void_reason_needed"
    await till.take_back(first.id)
    second = await till.hand_over(coffee)
    till.pass_time(timedelta(seconds=61))
    assert await code_of(till.take_back(second.id)) == "void_reason_needed"
    await till.take_back(second.id, by=shop.rosa, reason="Era de otra persona")
    await till.hand_over(coffee)
    assert [kind for kind, _, _ in till.ledger(ana)[2:]] == ["redeem", "void", "redeem", "void", "redeem"]
    audit = "SELECT account_id, reason FROM audit_log WHERE action = 'redemption.voided' AND subject_id = %s"
    assert till.database.rows(audit, second.id) == [(shop.rosa.account_id, "Era de otra persona")]
    assert till.database.rows(audit, first.id) == []
    assert (
        till.count("SELECT count(*) FROM events WHERE kind = 'RedemptionVoided' AND business_id = %s", shop.business_id)
        == 2
    )


async def test_ids_are_used_for_one_thing(till: Till, shop: Shop, ana: TestCard, coffee: RewardId) -> None:
    stamp = await till.stamp(ana, 5)
    lunch = till.rewards(ana)[1]
    assert await code_of(till.reserve(coffee, id=stamp)) == "id_reused"
    reserved = await till.reserve(coffee)
    assert await code_of(till.reserve(lunch, id=reserved.id)) == "id_reused"
    assert await code_of(till.reserve(coffee, id=reserved.id, by=shop.rosa)) == "id_reused"
    await till.confirm(reserved.id)
    assert await code_of(till.take_back(reserved.id, id=stamp)) == "id_reused"
    other = await till.reserve(lunch)
    await till.stamp(ana, id=other.id)  # an id that a stamp took after the reservation
    assert await code_of(till.confirm(other.id)) == "id_reused"


async def test_what_there_is_not_is_refused(till: Till, shop: Shop, neighbour: Shop, coffee: RewardId) -> None:
    assert await code_of(till.reserve(coffee, by=neighbour.rosa)) == "reward_not_found"
    reserved = await till.reserve(coffee)
    assert await code_of(till.confirm(reserved.id, by=neighbour.rosa)) == "redemption_not_found"
    assert await code_of(till.take_back(reserved.id)) == "not_voidable"
    assert await code_of(till.confirm(RedemptionId(new_id()))) == "redemption_not_found"


async def test_a_platform_admin_hands_nothing_over(till: Till, shop: Shop, coffee: RewardId) -> None:
    admin = replace(shop.rosa, role="admin")
    assert await code_of(till.reserve(coffee, by=admin)) == "forbidden"
    reserved = await till.reserve(coffee)
    assert await code_of(till.confirm(reserved.id, by=admin)) == "forbidden"
    assert await code_of(till.take_back(reserved.id, by=admin, reason="Por pedido del local")) == "forbidden"


# ---------------------------------------------------------------- over HTTP


def said(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_the_hand_over_over_http(
    client: httpx.AsyncClient, till: Till, shop: Shop, ana: TestCard, coffee: RewardId
) -> None:
    url, diego, rosa = f"/api/v1/rewards/{coffee}/redemptions", shop.diego.headers, shop.rosa.headers
    body = {"id": str(new_id())}
    reserved = said(await client.post(url, json=body, headers=diego), 201)
    assert (reserved["title"], reserved["customer_name"]) == ("Café gratis", "Ana")
    assert said(await client.post(url, json=body, headers=diego), 200) == reserved
    refused = said(await client.post(url, json={"id": str(new_id())}, headers=rosa), 409)
    assert refused["code"] == "reward_reserved"
    assert "Diego Ramos" in refused["message"]
    state = said(await client.get(f"/api/v1/cards/{ana.id}/rewards", headers=rosa), 200)["rewards"][0]
    assert (state["state"], state["redemption_id"]) == ("reserved", body["id"])

    redemption = f"/api/v1/redemptions/{body['id']}"
    confirmed = said(await client.put(f"{redemption}/confirmation", headers=diego), 200)
    assert confirmed["confirmed_by"] == "Diego Ramos"
    assert said(await client.put(f"{redemption}/confirmation", headers=diego), 200) == confirmed
    taken = said(await client.put(f"{redemption}/confirmation", headers=rosa), 409)
    assert (taken["code"], taken["details"]["by"]) == ("reward_redeemed", "Diego Ramos")
    assert "Diego Ramos" in taken["message"]
    assert said(await client.delete(f"{redemption}/reservation", headers=diego), 409)["code"] == "reward_redeemed"

    void = {"id": str(new_id())}
    assert said(await client.post(f"{redemption}/void", json=void, headers=rosa), 422)["code"] == "void_reason_needed"
    voided = said(await client.post(f"{redemption}/void", json=void, headers=diego), 200)
    assert (voided["voided_by"], voided["confirmed_at"]) == ("Diego Ramos", confirmed["confirmed_at"])
    assert said(await client.post(f"{redemption}/void", json=void, headers=diego), 200) == voided
    state = said(await client.get(f"/api/v1/cards/{ana.id}/rewards", headers=rosa), 200)["rewards"][0]
    assert (state["state"], state["redemption_id"]) == ("ready", None)


async def test_letting_go_over_http(client: httpx.AsyncClient, shop: Shop, coffee: RewardId) -> None:
    body = {"id": str(new_id())}
    said(await client.post(f"/api/v1/rewards/{coffee}/redemptions", json=body, headers=shop.diego.headers), 201)
    for _ in range(2):
        said(await client.delete(f"/api/v1/redemptions/{body['id']}/reservation", headers=shop.diego.headers), 204)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"id": "5b1e5a2c-4c4e-4d59-9b0a-0b6f0b0c0d0e"}, 422, "id_not_plausible"),
        ({"id": "nothing"}, 422, "invalid"),
        ({"device_id": str(new_id())}, 403, "device_unknown"),
        ({"branch_id": str(new_id())}, 422, "branch_unknown"),
        ({"reward": "free"}, 422, "invalid"),
    ],
)
async def test_a_bad_reservation_is_told_why(
    client: httpx.AsyncClient, shop: Shop, coffee: RewardId, body: dict[str, Any], status: int, code: str
) -> None:
    url = f"/api/v1/rewards/{coffee}/redemptions"
    answer = await client.post(url, json={"id": str(new_id())} | body, headers=shop.diego.headers)
    assert said(answer, status)["code"] == code
