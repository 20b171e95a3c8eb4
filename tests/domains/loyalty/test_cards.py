"""The card's own page: who holds the link sees this card, and a pending link never sees another one."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.customer import TEXT_VERSION
from sello.domains.loyalty.cards.rules import split_link
from sello.entry.settings import Settings
from sello.shared.auth import read_code
from sello.shared.ids import CardId, random_code
from tests.support.enrolling import card_id_of, confirm, form, link_text, refused, scan_code_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard


async def opened(client: httpx.AsyncClient, shop: Shop, card: TestCard) -> dict[str, Any]:
    """The page of a confirmed card."""
    answer = await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def stamp(client: httpx.AsyncClient, shop: Shop, body: dict[str, Any]) -> httpx.Response:
    return await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers)


async def test_the_page_shows_balance_rewards_and_visits(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card(name="Ana Torres")
    three_days_ago = datetime.now().astimezone() - timedelta(days=3)
    assert (await stamp(client, shop, shop.stamp(card, occurred_at=three_days_ago.isoformat()))).status_code == 201
    assert (await stamp(client, shop, shop.stamp(card, stamps=5))).status_code == 201
    said = await opened(client, shop, card)
    assert said["business"] == {"name": "Café Luna", "slug": shop.slug, "locale": "es-PE", "picture": "star"}
    assert (said["first_name"], said["pending"], said["balance"], said["of"]) == ("Ana", False, 6, 10)
    assert said["steps"] == [{"at": 5, "title": "Café gratis"}, {"at": 10, "title": "Almuerzo gratis"}]
    assert [reward["title"] for reward in said["rewards"]] == ["Café gratis"]
    days = database.rows(
        "SELECT DISTINCT (occurred_at AT TIME ZONE 'America/Lima')::date::text FROM stamp_events"
        " WHERE card_id = %s AND kind = 'earn' ORDER BY 1 DESC",
        card.id,
    )
    assert said["visits"] == [day for (day,) in days]
    assert len(said["visits"]) == 2
    assert card.phone[3:] not in str(said)
    assert "Torres" not in str(said)


async def test_the_code_rotates_and_counts_once(client: httpx.AsyncClient, shop: Shop, settings: Settings) -> None:
    card = shop.card()
    shown = (await opened(client, shop, card))["code"]
    fresh = (await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}/code")).json()
    for code in (shown, fresh):
        expires_at = datetime.fromisoformat(code["expires_at"])
        card_id, issued = read_code(settings.keys, code["code"], expires_at)
        assert (card_id, expires_at - issued) == (card.id, timedelta(seconds=60))
    assert (await stamp(client, shop, shop.stamp(card, scan_code=fresh["code"]))).status_code == 201
    refused(await stamp(client, shop, shop.stamp(card, scan_code=fresh["code"])), 409, "code_used")


async def test_the_pending_link_reaches_nothing_of_the_known_customer(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    canary = shop.card(name="Zoila Canaria")
    assert (await stamp(client, shop, shop.stamp(canary, stamps=6))).status_code == 201
    text = await link_text(client, form(shop, phone=canary.phone, name="Someone Curious"))
    pending = card_id_of(database, text)
    consent = {"marketing": True, "text_version": TEXT_VERSION}
    code = (await client.get(f"/api/v1/cards/by-link/{text}/code")).json()["code"]
    seen = [
        await client.get(f"/api/v1/cards/by-link/{text}"),
        await client.put(f"/api/v1/cards/by-link/{text}/consent", json=consent),
        await client.get(f"/api/v1/cards/by-link/{text}/code"),
        await client.get(f"/api/v1/scans/{scan_code_of(database, text)}", headers=shop.diego.headers),
        await client.get(f"/api/v1/scans/{code}", headers=shop.diego.headers),
        await client.get(f"/api/v1/cards/{pending}/rewards", headers=shop.diego.headers),
        await stamp(client, shop, shop.stamp(canary, scan_code=code)),
        await stamp(client, shop, shop.stamp(canary, scan_code=scan_code_of(database, text))),
    ]
    assert [answer.status_code for answer in seen] == [200, 200, 200, 200, 200, 200, 409, 409]
    for answer in seen:
        for secret in ("Zoila", "Canaria", canary.phone[3:], str(canary.id), str(canary.customer_id), canary.link):
            assert secret not in answer.text
    page, scan = seen[0].json(), seen[3].json()
    assert (page["balance"], page["rewards"], page["visits"]) == (0, [], [])
    assert (scan["first_name"], scan["last_three"], scan["pending"], scan["balance"]) == ("Someone", None, True, 0)
    assert database.rows("SELECT opted_in_at FROM customers WHERE id = %s", canary.customer_id) == [(None,)]
    assert shop.balance(canary)[0] == 6


async def test_the_qr_alone_reaches_nothing(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    code = (await opened(client, shop, card))["code"]["code"]
    for text in (card.scan_code, code, shop.code + card.scan_code, card.link):
        refused(await client.get(f"/api/v1/cards/by-link/{text}"), 404, "card_not_found")
        refused(await client.get(f"/api/v1/cards/by-link/{text}/code"), 404, "card_not_found")
    for text in (card.scan_code, code):
        refused(await client.get(f"/api/v1/scans/{text}"), 401, "unauthenticated")
        refused(await client.get(f"/api/v1/scans/{text}", headers=neighbour.rosa.headers), 404, "card_not_found")


@pytest.mark.parametrize(
    "text", ["", "x", "A" * 28, "a" * 28, "%00" * 28, "É" * 28, "A" * 29, "R4RPRKB2K8VE6CYRAX5C907FDW60"]
)
async def test_what_is_no_link_is_not_found(client: httpx.AsyncClient, shop: Shop, text: str) -> None:
    refused(await client.get(f"/api/v1/cards/by-link/{text or '-'}"), 404, "card_not_found")


async def test_a_link_under_another_shops_code_is_not_found(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop
) -> None:
    card = shop.card()
    refused(await client.get(f"/api/v1/cards/by-link/{neighbour.code}{card.link}"), 404, "card_not_found")


async def test_an_erased_card_is_not_found(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card = shop.card()
    database.rows(
        "UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, erased_at = app_now() WHERE id = %s",
        card.customer_id,
    )
    refused(await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}"), 404, "card_not_found")
    refused(await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.diego.headers), 404, "card_not_found")
    refused(await confirm(client, shop.diego, CardId(card.id), card.phone), 404, "card_not_found")
    words = {"marketing": False, "text_version": TEXT_VERSION}
    answer = await client.put(f"/api/v1/cards/by-link/{shop.code}{card.link}/consent", json=words)
    refused(answer, 404, "card_not_found")


async def test_marketing_is_agreed_to_and_stopped_on_the_card(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    address = f"/api/v1/cards/by-link/{shop.code}{card.link}/consent"
    said = []
    for marketing in (False, True, True, False):
        answer = await client.put(address, json={"marketing": marketing, "text_version": TEXT_VERSION})
        assert answer.status_code == 200, answer.text
        said.append((answer.json()["kind"], (await opened(client, shop, card))["marketing"]))
    assert said == [("opt_out", False), ("opt_in", True), ("opt_in", True), ("opt_out", False)]
    log = database.rows(
        "SELECT kind, source, text_version, length(network_hash) FROM consent_events WHERE customer_id = %s"
        " ORDER BY recorded_at",
        card.customer_id,
    )
    assert log == [(kind, "card", f"{TEXT_VERSION}-es", 32) for kind in ("opt_out", "opt_in", "opt_out")]
    facts = database.rows(
        "SELECT payload ->> 'kind' FROM events WHERE business_id = %s AND kind = 'ConsentChanged' ORDER BY id",
        shop.business_id,
    )
    assert sorted(facts) == [("opt_in",), ("opt_out",), ("opt_out",)]
    refused(await client.put(address, json={"marketing": True, "text_version": "1999"}), 422, "text_version_unknown")
    refused(await client.put(address, json={"marketing": 1, "text_version": TEXT_VERSION}), 422, "invalid")


async def test_a_merged_link_speaks_for_the_surviving_customer(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    known = shop.card(name="Ana Rojas")
    text = await link_text(client, form(shop, phone=known.phone))
    await confirm(client, shop.diego, card_id_of(database, text), known.phone)
    words = {"marketing": True, "text_version": TEXT_VERSION}
    assert (await client.put(f"/api/v1/cards/by-link/{text}/consent", json=words)).status_code == 200
    log = database.rows("SELECT customer_id FROM consent_events WHERE business_id = %s", shop.business_id)
    assert log == [(known.customer_id,)]


async def test_the_notice_can_be_read_word_for_word(client: httpx.AsyncClient, database: TestDatabase) -> None:
    texts = (await client.get(f"/api/v1/consent-texts/{TEXT_VERSION}")).json()
    assert texts["version"] == TEXT_VERSION
    assert "29733" in texts["es"]["notice"]
    assert "BAJA" in texts["en"]["marketing"]
    refused(await client.get("/api/v1/consent-texts/1999-01"), 404, "not_found")


def test_a_link_is_a_code_and_a_secret() -> None:
    text = random_code(28)
    assert split_link(text) == (text[:6], text[6:])
    assert split_link(text + "\n") is None
