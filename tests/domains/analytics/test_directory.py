"""The list of customers: groups, search, orders, pages that miss nobody, and the file of it."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.domains.analytics.directory.rules import place_of
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from tests.support.counting import World, ago
from tests.support.enrolling import refused
from tests.support.shop import Person, Shop


async def listed(client: httpx.AsyncClient, by: Person, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/businesses/{by.business_id}/directory", params=query, headers=by.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def names(client: httpx.AsyncClient, by: Person, **query: Any) -> list[str]:
    return [customer["name"] for customer in (await listed(client, by, **query))["customers"]]


async def test_everybody_stands_in_their_groups(world: World, client: httpx.AsyncClient) -> None:
    shop, rosa = world.shop, world.shop.rosa
    with_visits = {
        "Ana Torres": (50, 40, 10, 1, 0), "Beto Díaz": (50, 40), "Carla Soto": (5,), "Dora Ñahui": (80,),
    }  # fmt: skip
    cards = {name: shop.card(name=name, days_ago=100) for name in with_visits}
    for name, days in with_visits.items():
        for day in days:
            world.history(cards[name], ago(day), amount=1000)
    new, pending = shop.card(name="Eva Luz", days_ago=2), shop.card(name="Fito Paz", confirmed=False)
    await world.till.stamp(new, 5)
    await world.count(*(card.id for card in cards.values()), new.id)
    groups = {
        "all": ["Eva Luz", "Ana Torres", "Carla Soto", "Beto Díaz", "Dora Ñahui"],
        "active": ["Eva Luz", "Ana Torres", "Carla Soto"], "new": ["Eva Luz"], "ready": ["Eva Luz"],
        "at_risk": ["Beto Díaz"], "lost": ["Dora Ñahui"], "once": ["Eva Luz", "Carla Soto", "Dora Ñahui"],
        "birthday": [], "pending": ["Fito Paz"],
    }  # fmt: skip
    for group, expected in groups.items():
        assert sorted(await names(client, rosa, group=group)) == sorted(expected), group
    answer = await client.get(f"/api/v1/businesses/{rosa.business_id}/directory/counts", headers=rosa.headers)
    assert answer.json() == {group: len(found) for group, found in groups.items()}
    found = {one["name"]: one for one in (await listed(client, rosa, order="name"))["customers"]}
    assert list(found) == ["Ana Torres", "Beto Díaz", "Carla Soto", "Dora Ñahui", "Eva Luz"]
    assert [found[name]["state"] for name in found] == ["active", "at_risk", "active", "lost", "new"]
    assert (found["Eva Luz"]["ready"], found["Eva Luz"]["balance"], found["Ana Torres"]["visits"]) == (1, 5, 5)
    assert found["Beto Díaz"]["days_between_visits"] == 10
    assert (await listed(client, rosa, group="pending"))["customers"][0]["state"] == "pending"
    assert pending.phone in str(await listed(client, rosa, group="pending"))


async def test_search_looks_in_names_and_phones(world: World, client: httpx.AsyncClient) -> None:
    shop, rosa = world.shop, world.shop.rosa
    card = shop.card(name="Íñigo Ñuñez")
    shop.card(name="Otra Persona")
    assert await names(client, rosa, q="nunez ini") == ["Íñigo Ñuñez"]
    assert await names(client, rosa, q=card.phone[-4:]) == ["Íñigo Ñuñez"]
    assert await names(client, rosa, q=card.phone) == ["Íñigo Ñuñez"]
    for nobody in ("nadie", "%%", "__", "n%z", "\\\\"):
        assert await names(client, rosa, q=nobody) == []
    assert await names(client, rosa, id=str(card.customer_id)) == ["Íñigo Ñuñez"]
    assert await names(client, rosa, marketing=True) == []
    answer = await client.get(
        f"/api/v1/businesses/{rosa.business_id}/directory", params={"q": "a"}, headers=rosa.headers
    )
    refused(answer, 422, "invalid")


@pytest.mark.parametrize("order", ["visit", "name", "newest"])
async def test_pages_show_everybody_once(world: World, client: httpx.AsyncClient, order: str) -> None:
    shop = world.shop
    made = [shop.card(name=f"Ana {n % 3}", days_ago=n % 4 + 1) for n in range(11)]  # many of a kind
    for card in made[:4]:
        world.history(card, ago(3), amount=100)
    cursor, seen = None, list[str]()
    for _ in range(6):
        page = await listed(client, shop.rosa, order=order, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [customer["id"] for customer in page["customers"]]
        cursor = page["next"]
    assert cursor is None
    assert (len(seen), set(seen)) == (11, {str(card.customer_id) for card in made})
    whole = await listed(client, shop.rosa, order=order)
    assert [customer["id"] for customer in whole["customers"]] == seen


async def test_a_place_is_one_of_ours(world: World, client: httpx.AsyncClient) -> None:
    for text in ("x", "bnVsbA==", "WzEsMl0=", "WyJ4IiwgIngiXQ==", "ñ"):
        with pytest.raises(Refused, match="invalid"):
            place_of(text, "visit")
    rosa = world.shop.rosa
    world.shop.card(), world.shop.card()
    by_name = (await listed(client, rosa, order="name", limit=1))["next"]
    answer = await client.get(
        f"/api/v1/businesses/{rosa.business_id}/directory",
        params={"cursor": by_name, "order": "visit"},
        headers=rosa.headers,
    )
    refused(answer, 422, "invalid")


async def test_the_file_opens_as_text_and_leaves_a_trace(world: World, client: httpx.AsyncClient) -> None:
    shop, rosa = world.shop, world.shop.rosa
    card = shop.card(name="=HYPERLINK(1)", days_ago=3)
    shop.card(name="Ana Torres", days_ago=90)
    path = f"/api/v1/businesses/{rosa.business_id}/directory.csv"
    answer = await client.get(path, params={"group": "new"}, headers=rosa.headers | {"Accept-Language": "es"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="clientes.csv"'
    [head, line] = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[:3] == ["Nombre", "Celular", "Cómo va"]
    assert line[:4] == ["'=HYPERLINK(1)", f"'{card.phone}", "nuevo", "0"]
    assert len(list(csv.reader(io.StringIO((await client.get(path, headers=rosa.headers)).text)))) == 3
    empty = await client.get(path, params={"group": "lost"}, headers=rosa.headers | {"Accept-Language": "en"})
    assert empty.text.startswith('\ufeff"Name","Mobile"')
    rows = shop_rows(shop, "SELECT details FROM audit_log WHERE action = 'customers.listed' ORDER BY recorded_at")
    assert rows == [({"customers": 1, "group": "new"},), ({"customers": 2, "group": "all"},),
                    ({"customers": 0, "group": "lost"},)]  # fmt: skip


async def test_one_person_s_requests_are_asked_for(world: World, client: httpx.AsyncClient) -> None:
    shop, rosa = world.shop, world.shop.rosa
    ana, other = shop.card(), shop.card()
    for card in (ana, other):
        await client.post(
            f"/api/v1/customers/{card.customer_id}/privacy-requests", json={"kind": "access"}, headers=rosa.headers
        )
    answer = await client.get(
        "/api/v1/privacy-requests", params={"customer_id": str(ana.customer_id)}, headers=rosa.headers
    )
    assert [one["customer_id"] for one in answer.json()["requests"]] == [str(ana.customer_id)]
    answer = await client.get("/api/v1/privacy-requests", params={"customer_id": str(new_id())}, headers=rosa.headers)
    assert answer.json()["requests"] == []


async def test_a_phone_that_waits_is_shown_to_the_owner(world: World, client: httpx.AsyncClient) -> None:
    card, rosa = world.shop.card(), world.shop.rosa
    path = f"/api/v1/customers/{card.customer_id}"
    assert (await client.get(path, headers=rosa.headers)).json()["new_phone"] is None
    await client.patch(path, json={"phone": "987654321"}, headers=rosa.headers)
    assert (await client.get(path, headers=rosa.headers)).json()["new_phone"] == "+51987654321"
    world.till.pass_time(timedelta(days=31))
    assert (await client.get(path, headers=rosa.headers)).json()["new_phone"] is None


def shop_rows(shop: Shop, sql: str) -> list[tuple[Any, ...]]:
    with shop.connect() as connection:
        return connection.execute(sql.encode()).fetchall()
