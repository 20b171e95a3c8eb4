"""What a shop is told of its cards in phones: each one's answer and story, and where all of them are."""

from typing import Any

import httpx
import pytest

from sello.entry.settings import Settings
from sello.shared.ids import CardId
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.wallets import KeptCard, age_ledger, at_midday

Answer = dict[str, Any]


async def stamp(client: httpx.AsyncClient, shop: Shop, card: TestCard, *, minutes: float = 0) -> None:
    """One stamp, so many minutes ago."""
    at_midday(shop)
    answer = await client.post("/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
    assert answer.status_code == 201, answer.text
    age_ledger(shop, card, minutes=minutes)


async def told(client: httpx.AsyncClient, shop: Shop, card: TestCard) -> list[Answer]:
    """The cards that a customer has in phones."""
    answer = await client.get(f"/api/v1/customers/{card.customer_id}/wallets", headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    found: list[Answer] = answer.json()["cards"]
    return found


async def all_of(client: httpx.AsyncClient, shop: Shop) -> Answer:
    """The whole shop."""
    answer = await client.get("/api/v1/wallets", headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    found: Answer = answer.json()
    return found


async def test_nobody_s_phone_has_nothing_to_tell(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    assert await told(client, shop, card) == []
    assert (await all_of(client, shop))["late"] == []


async def test_the_way_of_a_change_is_told_step_by_step(client: httpx.AsyncClient, shop: Shop) -> None:
    ana = shop.card()
    await stamp(client, shop, ana, minutes=40)
    kept = KeptCard(shop, ana).saved()
    [one] = await told(client, shop, ana)
    assert (one["kind"], one["answer"]["state"], one["answer"]["why"]) == ("apple", "current", "current")
    assert (one["phones"], one["shown_seq"], one["seq"]) == (1, 1, 1)

    await stamp(client, shop, ana)
    [one] = await told(client, shop, ana)
    assert (one["answer"]["state"], one["answer"]["why"]) == ("waiting", "noting")
    kept.know(behind=1, minutes=0.9).tell("noted", minutes=0.9, seq=2).tell("pushed", minutes=0.8, phones=1)
    [one] = await told(client, shop, ana)
    assert (one["answer"]["state"], one["answer"]["why"]) == ("waiting", "phone_silent")
    kept.tell("listed", minutes=0.7).tell("logged", minutes=0.6, text="<b>no</b>")
    [one] = await told(client, shop, ana)
    assert (one["answer"]["why"], one["answer"]["said"]) == ("phone_complains", "<b>no</b>")
    kept.know(behind=0, minutes=0.9).tell("fetched", minutes=0.1, seq=2)
    [one] = await told(client, shop, ana)
    assert one["answer"]["why"] == "current"
    kinds = [event["kind"] for event in one["events"]]
    assert kinds == ["fetched", "logged", "listed", "pushed", "noted", "registered", "issued"]
    assert one["events"][4]["seq"] == 2


async def test_a_card_has_both_kinds_and_what_is_over_comes_last(client: httpx.AsyncClient, shop: Shop) -> None:
    ana = shop.card()
    KeptCard(shop, ana).void()
    KeptCard(shop, ana, "google").saved(0).tell("failed", minutes=1, reason="quota", status=429, retry=True)
    google, apple = await told(client, shop, ana)
    assert (google["kind"], google["answer"]["why"]) == ("google", "current")
    assert (google["events"][0]["said"], google["events"][0]["retry"]) == ("quota", True)
    assert (apple["kind"], apple["answer"]["why"]) == ("apple", "voided")


async def test_a_merged_card_shows_the_one_it_leads_to(client: httpx.AsyncClient, shop: Shop) -> None:
    """The pass of the former card is judged by the ledger that it shows."""
    first, second = shop.card(name="Ana Torres"), shop.card(name="Ana T")
    kept = KeptCard(shop, second).saved()
    await stamp(client, shop, first, minutes=30)
    merged = await client.put(
        f"/api/v1/customers/{second.customer_id}/merge",
        json={"into": str(first.customer_id), "reason": "Es la misma persona"},
        headers=shop.rosa.headers,
    )
    assert merged.status_code == 200, merged.text
    kept.know(behind=1, minutes=1, of=first)  # what the job notes within seconds
    for card in (first, second):
        [one] = await told(client, shop, card)
        assert one["seq"] == shop.balance(first)[1]
        assert one["answer"]["why"] == "sending"


async def test_only_its_own_shop_is_told(client: httpx.AsyncClient, shop: Shop, settings: Settings) -> None:
    ana = shop.card()
    await stamp(client, shop, ana, minutes=90)
    KeptCard(shop, ana).saved().know(behind=1, minutes=90)
    other = make_shop(settings)
    answer = await client.get(f"/api/v1/customers/{ana.customer_id}/wallets", headers=other.rosa.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "customer_not_found")
    own, others = await all_of(client, shop), await all_of(client, other)
    assert [(one["shares"]["apple"], len(one["late"])) for one in (own, others)] == [(1, 1), (0, 0)]


async def test_where_the_cards_of_a_shop_are(client: httpx.AsyncClient, shop: Shop) -> None:
    iphone, android, two, none, left, issued, gone = (shop.card(name=f"Ana {n}") for n in range(7))
    shop.card(name="Nadie", confirmed=False)
    KeptCard(shop, iphone).saved(2)
    KeptCard(shop, android, "google").saved(0)
    KeptCard(shop, two).saved()
    KeptCard(shop, two, "google").saved(0)
    KeptCard(shop, left).saved().leave(minutes=5)
    KeptCard(shop, issued)
    KeptCard(shop, issued, "google")
    KeptCard(shop, gone).saved().void()
    assert none.id != CardId(iphone.id)
    assert (await all_of(client, shop))["shares"] == {
        "customers": 7,
        "apple": 2,
        "google": 2,
        "both": 1,
        "web_only": 4,
        "resting": 1,
    }


async def test_cards_that_are_late_are_named_with_their_answer(client: httpx.AsyncClient, shop: Shop) -> None:
    silent, refused, fresh, left = (shop.card(name=name) for name in ("Silvia", "Rita", "Fe", "Lola"))
    for card in (silent, refused, left):
        await stamp(client, shop, card, minutes=90)
    await stamp(client, shop, fresh)
    KeptCard(shop, silent).saved().know(behind=1, minutes=90).tell("pushed", minutes=89, phones=1)
    google = KeptCard(shop, refused, "google").saved(0).know(behind=1, minutes=90)
    google.tell("failed", minutes=88, reason="400 invalid", status=400, retry=False)
    KeptCard(shop, fresh).saved().know(behind=1, minutes=1)
    KeptCard(shop, left).saved().know(behind=1, minutes=90)
    late = (await all_of(client, shop))["late"]
    found = {one["customer"]: (one["kind"], one["answer"]["why"], one["answer"]["said"]) for one in late}
    assert found == {
        "Silvia": ("apple", "phone_silent", None),
        "Rita": ("google", "google_refused", "400 invalid"),
        "Lola": ("apple", "queue_late", None),
    }


@pytest.mark.parametrize("kind", ["apple", "google"])
async def test_staff_are_not_told(client: httpx.AsyncClient, shop: Shop, kind: str) -> None:
    ana = shop.card()
    KeptCard(shop, ana, kind)
    for path in ("/api/v1/wallets", f"/api/v1/customers/{ana.customer_id}/wallets"):
        assert (await client.get(path, headers=shop.diego.headers)).status_code == 403
