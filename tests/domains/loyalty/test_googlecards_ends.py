"""How a card in Google's Wallet ends: erased, closed, merged, taken out of the phone, or never begun."""

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.loyalty import merge_customers
from sello.domains.loyalty.googlecards import jobs
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.services import Services
from tests.support.google import PlayedGoogle
from tests.support.googlecards import ask, events, saved, shown
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def test_an_erased_person_leaves_nothing_at_google(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, app: FastAPI
) -> None:
    card = shop.card(name="Ana Torres")
    await saved(client, services, google, shop, card)
    await till.stamp(card, 5)
    await jobs.refresh(services, shop.business_id, card.id)
    state = app.state
    await state.persons.erase(state.db, state.keys, shop.business_id, card.customer_id, by=None)
    await jobs.refresh(services, shop.business_id, card.id)
    object_ = await google.the_object()
    assert object_["state"] == "INACTIVE"
    assert {"accountName", "barcode", "loyaltyPoints", "heroImage", "linksModuleData"}.isdisjoint(object_)
    assert (object_["messages"], object_["textModulesData"]) == ([], [])
    said = str(object_)
    assert all(secret not in said for secret in ("Ana", card.scan_code, card.link, "Café gratis"))
    gone = await client.get(f"/c/{shop.code}{card.link}/google")
    assert gone.status_code == 410


async def test_a_shop_that_closes_ends_its_cards_and_one_that_opens_begins_them(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await till.stamp(card, 2)
    await saved(client, services, google, shop, card)
    for closed, state in ((True, "INACTIVE"), (False, "ACTIVE")):
        with shop.connect() as connection:
            connection.execute(
                "UPDATE businesses SET closed_at = CASE WHEN %s THEN app_now() END WHERE id = %s",
                (closed, shop.business_id),
            )
        await jobs.refresh(services, shop.business_id, card.id)
        assert (await google.the_object())["state"] == state
    assert shown(await google.the_object()) == "2 de 10"


async def test_a_merged_card_follows_unless_both_were_saved(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, db: TenantPool
) -> None:
    old, card = shop.card(name="Ana Torres"), shop.card(name="Ana Torres")
    await till.stamp(old, 3)
    await till.stamp(card, 1)
    await saved(client, services, google, shop, old)
    await merge_customers(db, shop.rosa.caller, old.customer_id, into=card.customer_id, reason="La misma persona")
    await jobs.refresh(services, shop.business_id, card.id)
    object_ = await google.the_object()
    assert (shown(object_), object_["barcode"]["value"]) == ("4 de 10", card.scan_code)
    await saved(client, services, google, shop, card)
    states = {one["state"] for one in await google.objects() if one["id"] != object_["id"]}
    former = next(one for one in await google.objects() if one["id"] == object_["id"])
    assert (states, former["state"], "barcode" in former) == ({"ACTIVE"}, "EXPIRED", False)


async def test_saved_and_taken_out_are_noted_once(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    payload = {"business_id": str(shop.business_id), "card_id": str(card.id)}
    link = await ask(client, services, shop, card)
    await jobs.put_object(services, payload)
    await jobs.look(services, payload)
    assert [kind for kind, _ in events(database, card)] == ["issued", "patched"]
    await google.save(link)
    await jobs.look(services, payload)
    await jobs.look(services, payload)
    await google.remove((await google.the_object())["id"])
    await jobs.look(services, payload)
    assert events(database, card)[2:] == [("saved", {}), ("unregistered", {"why": "phone"})]
    assert database.rows("SELECT saved_at FROM wallet_passes WHERE card_id = %s", card.id) == [(None,)]


async def test_links_that_lead_nowhere_give_nothing(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    card = shop.card()
    assert (await client.get(f"/c/{shop.code}{'0' * 22}/google")).status_code == 404
    assert (await client.get("/c/nothing/google")).status_code == 404
    monkeypatch.setitem(settings.__dict__, "google_wallet_on", False)
    off = await client.get(f"/c/{shop.code}{card.link}/google")
    assert (off.status_code, "Google Wallet" in off.text) == (404, True)
    await jobs.put_class(services, {"business_id": str(shop.business_id)})
    assert (await google.state())["loyaltyClass"] == {}
