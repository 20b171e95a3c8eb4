"""A message's link leads to the card; people who touch it are counted, programs that look at it are not."""

from uuid import UUID

import httpx
import pytest

from tests.support.campaign_scenes import Scenes
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155M) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def clicks(database: TestDatabase, send: UUID) -> tuple[int, bool, bool]:
    """How often, and whether the link and the send know when first."""
    [row] = database.rows(
        "SELECT l.clicks, l.clicked_at IS NOT NULL, s.clicked_at IS NOT DISTINCT FROM l.clicked_at"
        " FROM short_links l JOIN campaign_sends s ON s.id = l.send_id WHERE l.send_id = %s",
        send,
    )
    return row[0], row[1], row[2]


async def touch(client: httpx.AsyncClient, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask for a link as a phone does, unless told otherwise."""
    return await client.request(method, path, headers={"user-agent": PHONE, **headers}, follow_redirects=False)


async def test_a_link_leads_to_the_card_and_the_first_touch_is_remembered(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, scenes: Scenes
) -> None:
    card = shop.card()
    sent = scenes.send(shop, card, accepted=True)
    for number in (1, 2):
        answer = await touch(client, sent.path)
        assert answer.status_code == 302
        assert answer.headers["location"] == f"/c/{shop.code}{card.link}"
        assert answer.headers["cache-control"] == "no-store"
        assert clicks(database, sent.id) == (number, True, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "WhatsApp/2.24.11.78 A"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "TelegramBot (like TwitterBot)"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "preview"},
        {"x-moz": "prefetch"},
    ],
)
async def test_what_looks_ahead_is_led_there_and_not_counted(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, scenes: Scenes, headers: dict[str, str]
) -> None:
    sent = scenes.send(shop, shop.card(), accepted=True)
    assert (await touch(client, sent.path, **headers)).status_code == 302
    assert clicks(database, sent.id) == (0, False, True)


async def test_links_of_merged_and_erased_cards_lead_somewhere(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, scenes: Scenes
) -> None:
    old, kept, gone = shop.card(), shop.card(), shop.card()
    merged, erased = scenes.send(shop, old, accepted=True), scenes.send(shop, gone, accepted=True)
    answer = await client.put(
        f"/api/v1/customers/{old.customer_id}/merge",
        json={"into": str(kept.customer_id), "reason": "the same person"},
        headers=shop.rosa.headers,
    )
    assert answer.status_code < 300, answer.text
    assert (await touch(client, merged.path)).headers["location"] == f"/c/{shop.code}{kept.link}"
    await scenes.erase(shop, gone)
    assert (await touch(client, erased.path)).headers["location"] == f"/e/{shop.slug}"


@pytest.mark.parametrize("text", ["nothing", "x" * 60, "ABCDEF0000000000000", "{code}0000000000000", "{code}'; --"])
async def test_an_unknown_link_is_a_page_that_says_so(client: httpx.AsyncClient, shop: Shop, text: str) -> None:
    answer = await touch(client, f"/k/{text.format(code=shop.code)}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_link_names_its_shop_and_no_other(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, scenes: Scenes
) -> None:
    sent = scenes.send(shop, shop.card(), accepted=True)
    token = sent.path.removeprefix(f"/k/{shop.code}")
    assert (await touch(client, f"/k/{neighbour.code}{token}")).status_code == 404
