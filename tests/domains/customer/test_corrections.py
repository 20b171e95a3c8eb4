"""Putting right what is known of somebody; a new phone counts once it was said at the counter."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.domains.customer.corrections.actions import confirm_phone
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from tests.support.enrolling import refused
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard


async def patch(client: httpx.AsyncClient, by: Person, card: TestCard, **body: Any) -> httpx.Response:
    return await client.patch(f"/api/v1/customers/{card.customer_id}", json=body, headers=by.headers)


async def said(client: httpx.AsyncClient, by: Person, card: TestCard, digits: str) -> httpx.Response:
    return await client.post(
        f"/api/v1/customers/{card.customer_id}/phone-confirmation", json={"last_three": digits}, headers=by.headers
    )


async def profile(client: httpx.AsyncClient, shop: Shop, card: TestCard) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/customers/{card.customer_id}", headers=shop.rosa.headers)
    return dict(answer.json())


async def test_name_and_birthday_are_the_owners_to_correct(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card(name="Aan Tores")
    birthday = {"day": 29, "month": 2}
    answer = await patch(client, shop.rosa, card, name="Ana Torres", birthday=birthday)
    assert (answer.status_code, answer.json()["phone_waits"]) == (200, False)
    now = await profile(client, shop, card)
    assert (now["name"], now["birthday"]) == ("Ana Torres", birthday)
    found = await client.get("/api/v1/customers", params={"q": "torres"}, headers=shop.rosa.headers)
    assert str(card.customer_id) in {customer["id"] for customer in found.json()["customers"]}
    assert (await patch(client, shop.rosa, card, birthday=None)).status_code == 200
    assert (await profile(client, shop, card))["birthday"] is None
    refused(await patch(client, shop.diego, card, name="Otra"), 403, "forbidden")
    refused(await patch(client, shop.rosa, card), 422, "invalid")
    refused(await patch(client, shop.rosa, card, name=None), 422, "invalid")
    logged = database.rows(
        "SELECT action, details::text FROM audit_log WHERE subject_id = %s ORDER BY id", card.customer_id
    )
    assert logged == [
        ("customer.corrected", '{"fields": ["name", "birthday"]}'),
        ("customer.corrected", '{"fields": ["birthday"]}'),
    ]


async def test_a_new_phone_counts_once_it_was_said(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    assert (await patch(client, shop.diego, card, phone="987 111 222")).json()["phone_waits"] is True
    assert (await profile(client, shop, card))["phone"] == card.phone
    refused(await said(client, shop.diego, card, "000"), 409, "confirmation_mismatch")
    assert (await said(client, shop.diego, card, "222")).status_code == 200
    assert (await profile(client, shop, card))["phone"] == "+51987111222"
    refused(await said(client, shop.diego, card, "222"), 409, "phone_not_waiting")
    # The number that counts already waits for nothing.
    await patch(client, shop.diego, card, phone="987 333 444")
    await patch(client, shop.diego, card, phone="987111222")
    refused(await said(client, shop.diego, card, "444"), 409, "phone_not_waiting")


async def test_a_new_phone_does_not_wait_for_ever(
    client: httpx.AsyncClient, db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    await patch(client, shop.rosa, card, phone="987111333")
    database.set_clock(timedelta(days=31))
    with pytest.raises(Refused, match="phone_not_waiting"):
        await confirm_phone(db, shop.diego.caller, card.customer_id, digits="333")


async def test_somebody_elses_phone_is_told_to_the_owner_alone(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop
) -> None:
    ana, beto = shop.card(), shop.card(name="Beto Ruiz")
    neighbours = neighbour.card()
    assert refused(await patch(client, shop.diego, ana, phone=beto.phone), 409, "phone_taken") == {}
    told = refused(await patch(client, shop.rosa, ana, phone=beto.phone), 409, "phone_taken")
    assert told == {"customer_id": str(beto.customer_id)}
    assert (await patch(client, shop.rosa, ana, phone=neighbours.phone)).status_code == 200
    # Somebody else enrols with it before it is confirmed: at the counter it is a duplicate like any other.
    body = {"id": str(shop.stamp(ana)["id"]), "name": "Carla", "phone": neighbours.phone}
    assert (await client.post("/api/v1/customers", json=body, headers=shop.diego.headers)).status_code == 201
    assert refused(await said(client, shop.diego, ana, neighbours.phone[-3:]), 409, "phone_taken") == {}


async def test_who_cannot_be_corrected(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    for card in (shop.card(confirmed=False), neighbour.card()):
        refused(await patch(client, shop.rosa, card, phone="987111222"), 404, "customer_not_found")
        refused(await said(client, shop.rosa, card, "222"), 404, "customer_not_found")
    refused(await patch(client, shop.rosa, shop.card(), phone="12345"), 422, "phone_invalid")
