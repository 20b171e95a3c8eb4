"""The feed: what is told, with which names, and how it goes back page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.loyalty.happenings.rules import KINDS, short_name
from sello.events import FACTS
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import BranchId, new_id
from tests.support.enrolling import enrol, form
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard
from tests.support.till import Till

PATH = "/api/v1/happenings"


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def asked(client: httpx.AsyncClient, by: Person, **query: Any) -> dict[str, Any]:
    answer = await client.get(PATH, params=query, headers=by.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def stamped(client: httpx.AsyncClient, shop: Shop, card: TestCard, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/stamps", json=shop.stamp(card, **changes), headers=shop.diego.headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_shop_s_evening(client: httpx.AsyncClient, shop: Shop) -> None:
    """Carmen fills her card, collects, it is undone; somebody takes a card; a stamp is taken back."""
    carmen = shop.card(name="Carmen Flores Rojas")
    body = shop.stamp(carmen, stamps=5)
    await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers)
    rewards = await client.get(f"/api/v1/cards/{carmen.id}/rewards", headers=shop.diego.headers)
    reward_id = rewards.json()["rewards"][0]["id"]
    redemption = str(new_id())
    await client.post(f"/api/v1/rewards/{reward_id}/redemptions", json={"id": redemption}, headers=shop.diego.headers)
    await client.put(f"/api/v1/redemptions/{redemption}/confirmation", headers=shop.diego.headers)
    await enrol(client, form(shop, name="Ñuño <b>"))
    found = (await asked(client, shop.rosa))["happenings"]
    assert [(one["what"], one["customer"]) for one in found[:2]] == [
        ("enrolment", "Ñuño <."),
        ("redemption", "Carmen F."),
    ]
    # A stamp and the reward that it earns are of the same moment.
    both = {one["what"]: one for one in found[2:]}
    assert both.keys() == {"stamp", "reward"}
    stamp, reward, handed = both["stamp"], both["reward"], found[1]
    assert (stamp["count"], stamp["balance"], stamp["of"]) == (5, 5, 10)
    assert (stamp["by"], handed["by"], reward["by"]) == ("Diego Ramos", "Diego Ramos", None)
    assert reward["reward"] == handed["reward"] == "Café gratis"
    assert found[0]["source"] == "poster"
    assert {one["customer_id"] for one in found[1:]} == {str(carmen.customer_id)}
    assert not any(one["taken_back"] for one in found)

    void = await client.post(
        f"/api/v1/redemptions/{redemption}/void",
        json={"id": str(new_id()), "reason": "Otro"},
        headers=shop.rosa.headers,
    )
    assert void.status_code == 200, void.text
    void = await client.post(
        f"/api/v1/stamps/{body['id']}/void", json={"id": str(new_id())}, headers=shop.diego.headers
    )
    assert void.status_code == 200, void.text
    found = (await asked(client, shop.diego))["happenings"]
    assert [one["what"] for one in found[:2]] == ["stamp_void", "redemption_void"]
    assert {one["what"] for one in found if one["taken_back"]} == {"stamp", "reward", "redemption"}


async def test_it_goes_back_without_a_gap_and_without_twice(client: httpx.AsyncClient, shop: Shop, till: Till) -> None:
    cards = [shop.card() for _ in range(3)]
    given = [str(await till.stamp(cards[number % 3])) for number in range(7)]
    seen, cursor, pages = list[str](), None, 0
    while True:
        page = await asked(client, shop.rosa, limit=3, **({"cursor": cursor} if cursor else {}))
        seen += [one["id"] for one in page["happenings"] if one["what"] == "stamp"]
        cursor, pages = page["next"], pages + 1
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == len(given)
    assert pages >= 3
    assert (await client.get(PATH, params={"cursor": "x"}, headers=shop.rosa.headers)).json()["code"] == "invalid"


async def test_one_branch(client: httpx.AsyncClient, shop: Shop, till: Till) -> None:
    north = BranchId(new_id())
    till.database.rows(
        "INSERT INTO branches (business_id, id, name) VALUES (%s, %s, 'Norte') RETURNING id", shop.business_id, north
    )
    here, there = shop.card(name="Aquí"), shop.card(name="Allá")
    await till.stamp(here, 5, branch_id=north)
    await till.stamp(there, 5)
    found = (await asked(client, shop.rosa, branch_id=str(north)))["happenings"]
    assert sorted((one["what"], one["customer"], one["branch_id"]) for one in found) == [
        ("reward", "Aquí", str(north)),
        ("stamp", "Aquí", str(north)),
    ]
    assert (await asked(client, shop.rosa, branch_id=str(new_id())))["happenings"] == []


async def test_a_visit_without_a_signal_says_when_it_was(client: httpx.AsyncClient, shop: Shop) -> None:
    before = datetime.now(UTC) - timedelta(hours=3)
    await stamped(client, shop, shop.card(), occurred_at=before.isoformat())
    [found] = (await asked(client, shop.rosa))["happenings"]
    assert datetime.fromisoformat(found["visited_at"]) == before
    assert datetime.fromisoformat(found["at"]) > before + timedelta(hours=2)


async def test_the_names_of_the_merged_and_the_erased(client: httpx.AsyncClient, shop: Shop, till: Till) -> None:
    old, kept, gone = shop.card(name="Mila Vieja"), shop.card(name="Milagros Nueva"), shop.card(name="Nadie Ya")
    for card in (old, gone):
        await till.stamp(card)
    merge = await client.put(
        f"/api/v1/customers/{old.customer_id}/merge",
        json={"into": str(kept.customer_id), "reason": "La misma"},
        headers=shop.rosa.headers,
    )
    assert merge.status_code == 200, merge.text
    erasure = f"/api/v1/customers/{gone.customer_id}/erasure"
    sight = (await client.get(erasure, headers=shop.rosa.headers)).json()
    erased = await client.put(erasure, json={"confirmation": sight["confirmation"]}, headers=shop.rosa.headers)
    assert erased.status_code == 200, erased.text
    found = [one for one in (await asked(client, shop.rosa))["happenings"] if one["what"] == "stamp"]
    assert [one["customer"] for one in found] == [None, "Milagros N."]
    assert found[1]["customer_id"] == str(kept.customer_id)


def test_every_kind_is_a_live_fact() -> None:
    """Whatever the feed tells, open screens hear of at once."""
    assert all(FACTS[kind].live for kind in KINDS)


@pytest.mark.parametrize(
    ("name", "short"),
    [("Carmen Flores Rojas", "Carmen F."), ("Ana", "Ana"), ("  josé   ñahui ", "josé Ñ."), ("Ana 3", "Ana 3.")],
)
def test_a_name_as_a_screen_may_show_it(name: str, short: str) -> None:
    assert short_name(name) == short
