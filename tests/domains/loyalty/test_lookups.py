"""The counter's look-ups: by code, by digits, by name; and who may see what of whom."""

from datetime import timedelta

import httpx
import pytest

from sello.domains.business import RewardRules, Step
from sello.domains.loyalty.lookups.rules import ByDigits, ByWords, NextStep, next_step, search_of
from sello.entry.settings import Settings
from sello.shared import clock
from sello.shared.auth import rotating_code
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from tests.support.enrolling import card_id_of, confirm, form, link_text, refused, scan_code_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop


async def test_a_scan_says_what_the_counter_needs(client: httpx.AsyncClient, shop: Shop, settings: Settings) -> None:
    card = shop.card(name="Ana Torres")
    await client.post("/api/v1/stamps", json=shop.stamp(card, stamps=6), headers=shop.diego.headers)
    for code in (card.scan_code, rotating_code(settings.keys, card.id, clock.now())):
        answer = await client.get(f"/api/v1/scans/{code}", headers=shop.diego.headers)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert (said.pop("last_at") is not None, [r["title"] for r in said.pop("rewards")]) == (True, ["Café gratis"])
        assert said == {
            "card_id": str(card.id),
            "customer_id": str(card.customer_id),
            "first_name": "Ana",
            "last_three": card.phone[-3:],
            "pending": False,
            "balance": 6,
            "of": 10,
            "stamps_until": None,
            "next_reward": {"at": 10, "title": "Almuerzo gratis", "missing": 4},
        }


async def test_a_scan_of_a_merged_card_finds_the_card_it_leads_to(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, settings: Settings
) -> None:
    known = shop.card(name="Ána Rojas")
    text = await link_text(client, form(shop, phone=known.phone))
    merged = card_id_of(database, text)
    await confirm(client, shop.diego, merged, known.phone)
    for code in (scan_code_of(database, text), rotating_code(settings.keys, merged, clock.now())):
        said = (await client.get(f"/api/v1/scans/{code}", headers=shop.diego.headers)).json()
        assert (said["card_id"], said["first_name"], said["pending"]) == (str(known.id), "Ána", False)


async def test_a_handed_over_reward_is_not_ready_any_more(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    given = await client.post("/api/v1/stamps", json=shop.stamp(card, stamps=5), headers=shop.diego.headers)
    reward, redemption = given.json()["rewards"][0]["id"], str(new_id())
    await client.post(f"/api/v1/rewards/{reward}/redemptions", json={"id": redemption}, headers=shop.diego.headers)
    done = await client.put(f"/api/v1/redemptions/{redemption}/confirmation", headers=shop.diego.headers)
    assert done.status_code == 200, done.text
    scan = await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.diego.headers)
    assert scan.json()["rewards"] == []


async def test_codes_that_lead_nowhere(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, settings: Settings
) -> None:
    card = shop.card()
    old = rotating_code(settings.keys, card.id, clock.now() - timedelta(seconds=80))
    forged = old[:-2] + ("AA" if old[-2:] != "AA" else "BB")
    for code, status, name in (
        (old, 409, "code_expired"),
        (forged, 422, "code_invalid"),
        ("A" * 20, 404, "card_not_found"),
        ("nonsense", 422, "code_invalid"),
        ("%00" * 20, 422, "code_invalid"),
        ("K" * 44, 422, "code_invalid"),
    ):
        refused(await client.get(f"/api/v1/scans/{code}", headers=shop.diego.headers), status, name)
    database.rows("UPDATE memberships SET version = version + 1 WHERE account_id = %s", shop.diego.account_id)
    answer = await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.diego.headers)
    refused(answer, 401, "unauthenticated")
    database.rows("UPDATE memberships SET disabled_at = app_now() WHERE account_id = %s", shop.diego.account_id)
    answer = await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.diego.headers)
    refused(answer, 401, "membership_ended")
    database.rows(
        "UPDATE sessions SET revoked_at = app_now(), revoked_why = 'dismissed' WHERE account_id = %s",
        shop.diego.account_id,
    )
    database.rows("UPDATE businesses SET suspended_at = app_now() WHERE id = %s", shop.business_id)
    answer = await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.rosa.headers)
    refused(answer, 403, "business_suspended")


async def test_new_rules_show_at_the_next_scan(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    await client.post("/api/v1/stamps", json=shop.stamp(card, stamps=4), headers=shop.diego.headers)
    shop.set_rules(RewardRules(steps=(Step(at=3, title="Té"),), cooldown_minutes=0))
    said = (await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.diego.headers)).json()
    assert (said["of"], said["next_reward"]) == (3, {"at": 3, "title": "Té", "missing": 1})


@pytest.mark.parametrize("q", ["ñuño", "NUNO", "perez", "Pérez  Núñ", "María Pérez", "unez"])
async def test_names_are_found_without_their_accents(client: httpx.AsyncClient, shop: Shop, q: str) -> None:
    shop.card(name="Ana Torres")
    found = shop.card(name="María Ñuño Pérez Núñez")
    answer = await client.get("/api/v1/customers", params={"q": q}, headers=shop.diego.headers)
    assert answer.status_code == 200, answer.text
    assert [customer["id"] for customer in answer.json()["customers"]] == [str(found.customer_id)]


async def test_phones_are_found_by_their_last_digits(client: httpx.AsyncClient, shop: Shop) -> None:
    one, other = shop.card(phone="+51987650431"), shop.card(phone="+51912340531")
    for q, ids in (
        ("31", [other.customer_id, one.customer_id]),
        ("0431", [one.customer_id]),
        ("431", [one.customer_id]),
        ("987 650 431", [one.customer_id]),
        ("+51 987-650-431", [one.customer_id]),
        ("0051912340531", [other.customer_id]),
        ("999", []),
    ):
        answer = await client.get("/api/v1/customers", params={"q": q}, headers=shop.diego.headers)
        assert [customer["id"] for customer in answer.json()["customers"]] == [str(id) for id in ids], q


async def test_pending_merged_and_erased_people_are_not_found(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, database: TestDatabase
) -> None:
    phone = shop.phone()
    kept = shop.card(name="Ana Kept", phone=phone)
    pending = shop.card(name="Ana Pending", confirmed=False)
    erased = shop.card(name="Ana Erased")
    merged = card_id_of(database, await link_text(client, form(shop, name="Ana Merged", phone=phone)))
    await confirm(client, shop.diego, merged, phone)
    database.rows(
        "UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, erased_at = app_now() WHERE id = %s",
        erased.customer_id,
    )
    neighbour.card(name="Ana Next Door", phone=phone)
    found = await client.get("/api/v1/customers", params={"q": "ana"}, headers=shop.rosa.headers)
    assert [customer["name"] for customer in found.json()["customers"]] == ["Ana Kept"]
    by_phone = await client.get("/api/v1/customers", params={"q": phone[3:]}, headers=shop.rosa.headers)
    assert [customer["id"] for customer in by_phone.json()["customers"]] == [str(kept.customer_id)]
    for id in (pending.customer_id, erased.customer_id, new_id()):
        answer = await client.get(f"/api/v1/customers/{id}", headers=shop.rosa.headers)
        refused(answer, 404, "customer_not_found")
    leads_to = database.rows("SELECT customer_id FROM cards WHERE id = %s", merged)[0][0]
    followed = await client.get(f"/api/v1/customers/{leads_to}", headers=shop.rosa.headers)
    assert followed.json()["id"] == str(kept.customer_id)


async def test_staff_see_less_than_owners(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card(name="Zoila Canaria")
    seen = {}
    for person in (shop.diego, shop.rosa):
        listed = await client.get("/api/v1/customers", params={"q": "zoila"}, headers=person.headers)
        one = await client.get(f"/api/v1/customers/{card.customer_id}", headers=person.headers)
        seen[person.role] = (listed.json()["customers"][0], one.json())
        assert ("Canaria" in listed.text, card.phone[3:] in one.text) == ((person is shop.rosa),) * 2
    allowed = {"id", "card_id", "first_name", "last_three", "balance", "of", "stamps_until", "last_at"}
    assert [set(body) for body in seen["staff"]] == [allowed, allowed]
    more = {"name", "phone", "birthday", "source", "enrolled_at", "opted_in_at"}
    assert [set(body) for body in seen["owner"]] == [
        allowed | more,
        allowed | more | {"consent", "history", "new_phone"},
    ]
    listing = f"/api/v1/businesses/{shop.business_id}/customers"
    refused(await client.get(listing, headers=shop.diego.headers), 403, "forbidden")
    assert [c["name"] for c in (await client.get(listing, headers=shop.rosa.headers)).json()["customers"]] == [
        "Zoila Canaria"
    ]


async def test_the_owner_sees_the_proof_of_consent(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    body = form(shop, marketing=True, birthday={"day": 29, "month": 2})
    card_id = card_id_of(database, await link_text(client, body))
    customer_id = (await confirm(client, shop.diego, card_id, body["phone"])).json()["customer_id"]
    said = (await client.get(f"/api/v1/customers/{customer_id}", headers=shop.rosa.headers)).json()
    assert (said["source"], said["birthday"], said["phone"]) == ("poster", {"day": 29, "month": 2}, body["phone"])
    assert said["consent"].pop("recorded_at") == said["opted_in_at"] is not None
    assert said["consent"] == {"marketing": True, "source": "enrolment", "text_version": "2026-11-es"}


async def test_pages_follow_each_other_without_gap_or_overlap(client: httpx.AsyncClient, shop: Shop) -> None:
    made = [str(shop.card(name=f"Ana {n}").customer_id) for n in range(7)]
    for address in ("/api/v1/customers?q=ana", f"/api/v1/businesses/{shop.business_id}/customers?"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            more = f"&limit=3&cursor={cursor}" if cursor else "&limit=3"
            page = (await client.get(address + more, headers=shop.rosa.headers)).json()
            seen += [customer["id"] for customer in page["customers"]]
            cursor = page["next"]
        assert seen == list(reversed(made))


@pytest.mark.parametrize(
    "query", ["q=", "q=a", "q=1", "q=%00ab", "q=ana&limit=51", "q=ana&cursor=x", "", "q=12345678901"]
)
async def test_a_search_that_is_none_is_refused(client: httpx.AsyncClient, shop: Shop, query: str) -> None:
    refused(await client.get(f"/api/v1/customers?{query}", headers=shop.diego.headers), 422, "invalid")


async def test_another_shops_ids_are_not_found(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    card = shop.card()
    answer = await client.get(f"/api/v1/customers/{card.customer_id}", headers=neighbour.rosa.headers)
    refused(answer, 404, "customer_not_found")
    listing = await client.get(f"/api/v1/businesses/{shop.business_id}/customers", headers=neighbour.rosa.headers)
    refused(listing, 404, "not_found")
    nobody = await client.get("/api/v1/customers", params={"q": card.phone[3:]}, headers=neighbour.rosa.headers)
    assert nobody.json() == {"customers": [], "next": None}


@pytest.mark.parametrize(
    ("balance", "expected"),
    [(0, NextStep(5, "a", 5)), (4, NextStep(5, "a", 1)), (5, NextStep(10, "b", 5)), (12, NextStep(10, "b", 1))],
)
def test_the_step_ahead(balance: int, expected: NextStep) -> None:
    assert next_step([5, 10], ["a", "b"], balance) == expected


def test_what_the_counter_types() -> None:
    assert search_of("31") == ByDigits("31", [f"{n}31" for n in range(10)])
    assert search_of(" 987-654-321") == ByDigits("987654321", ["321"])
    assert search_of("José  Ñato") == ByWords(["jose", "nato"])
    for unclear in ("a", "5", "+", "1234567890", "a b c d e f g"):
        with pytest.raises(Refused):
            search_of(unclear)
