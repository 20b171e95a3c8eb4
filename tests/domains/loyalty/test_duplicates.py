"""Customers who may be one person: guessed, and told apart for good."""

from typing import Any

import httpx

from sello.shared.ids import CustomerId
from tests.support.enrolling import refused
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard


async def guessed(client: httpx.AsyncClient, shop: Shop, **params: Any) -> list[frozenset[str]]:
    """The pairs the owner is shown."""
    answer = await client.get(
        f"/api/v1/businesses/{shop.business_id}/duplicates", headers=shop.rosa.headers, params=params
    )
    assert answer.status_code == 200, answer.text
    return [frozenset(one["customer_id"] for one in pair["customers"]) for pair in answer.json()["pairs"]]


async def tell_apart(
    client: httpx.AsyncClient, by: Person, one: TestCard, other: TestCard, *, distinct: bool = True
) -> httpx.Response:
    return await client.put(
        f"/api/v1/customers/{one.customer_id}/distinction",
        json={"other": str(other.customer_id), "distinct": distinct},
        headers=by.headers,
    )


async def test_duplicates_are_guessed_by_name_and_phone(client: httpx.AsyncClient, shop: Shop) -> None:
    def person(name: str, phone: str) -> CustomerId:
        return shop.card(name=name, phone=phone).customer_id

    ana = person("Ana Torres", "+51987654321")
    slip, swapped = person("ANA  TORRÉS", "+51987654322"), person("Ana Torres", "+51987653421")
    for name, phone in (("Ana Torres", "+51911111111"), ("Beto Ruiz", "+51987654323")):
        person(name, phone)
    found = await client.get(f"/api/v1/businesses/{shop.business_id}/duplicates", headers=shop.rosa.headers)
    pairs: list[dict[str, Any]] = found.json()["pairs"]
    ids = [{one["customer_id"] for one in pair["customers"]} for pair in pairs]
    assert {frozenset(pair) for pair in ids} == {
        frozenset({str(ana), str(slip)}), frozenset({str(ana), str(swapped)}),
    }  # fmt: skip
    refused(
        await client.get(f"/api/v1/businesses/{shop.business_id}/duplicates", headers=shop.diego.headers),
        403, "forbidden",
    )  # fmt: skip


async def test_two_people_are_told_apart_for_good_until_it_is_undone(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, database: TestDatabase
) -> None:
    ana, twin = (shop.card(phone=phone) for phone in ("+51987654321", "+51987654322"))
    third = shop.card(phone="+51987654329")
    pair = frozenset({str(ana.customer_id), str(twin.customer_id)})
    assert len(await guessed(client, shop)) == 3
    for one, other in ((ana, twin), (twin, ana)):  # either way round is the same
        assert (await tell_apart(client, shop.rosa, one, other)).status_code == 204
    assert pair not in await guessed(client, shop)
    assert len(await guessed(client, shop)) == 2
    assert await guessed(client, shop, dismissed=True) == [pair]
    for _ in range(2):
        assert (await tell_apart(client, shop.rosa, ana, twin, distinct=False)).status_code == 204
    assert (len(await guessed(client, shop)), await guessed(client, shop, dismissed=True)) == (3, [])
    assert (await tell_apart(client, shop.rosa, ana, twin)).status_code == 204
    assert await guessed(client, shop, dismissed=True) == [pair]
    said = database.rows(
        "SELECT action FROM audit_log WHERE business_id = %s AND action LIKE 'customer.%%' ORDER BY recorded_at",
        shop.business_id,
    )
    assert said == [("customer.told_apart",), ("customer.distinction_undone",), ("customer.told_apart",)]
    # And the owner may find out that they are one after all.
    merged = await client.put(
        f"/api/v1/customers/{ana.customer_id}/merge",
        json={"into": str(twin.customer_id), "reason": "Sí era ella"},
        headers=shop.rosa.headers,
    )
    assert merged.status_code == 200, merged.text
    refused(await tell_apart(client, shop.rosa, ana, third), 404, "customer_not_found")
    refused(await tell_apart(client, shop.rosa, third, third), 422, "same_customer")
    refused(await tell_apart(client, shop.rosa, third, neighbour.card()), 404, "customer_not_found")
    refused(await tell_apart(client, shop.diego, third, twin), 403, "forbidden")
    export = await client.get(f"/api/v1/customers/{twin.customer_id}/export", headers=shop.rosa.headers)
    lines = export.json()["tables"]["duplicate_dismissals"]
    assert {line["customer_id"] for line in lines} == {str(ana.customer_id), str(twin.customer_id)}
    assert all("other_id" not in line for line in lines)
