"""Enrolling: the same pending card for everybody, confirmed or merged at the counter; customers of the till."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sello.domains.customer import TEXT_VERSION, Person, network_hash
from sello.domains.loyalty.enrollments import actions
from sello.domains.loyalty.enrollments.rules import Enrolment
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from tests.support.enrolling import card_id_of, confirm, enrol, form, link_text, refused
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, make_shop


async def test_the_page_learns_what_it_shows_and_nothing_private(client: httpx.AsyncClient, shop: Shop) -> None:
    answer = await client.get(f"/api/v1/shops/{shop.slug}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "slug": shop.slug,
        "name": "Café Luna",
        "locale": "es-PE",
        "picture": "star",
        "stamps_required": 10,
        "steps": [{"at": 5, "title": "Café gratis"}, {"at": 10, "title": "Almuerzo gratis"}],
        "text_version": TEXT_VERSION,
        "privacy_url": f"{shop.settings.public_base_url}/legal/{shop.slug}/privacy/{TEXT_VERSION}",
        "terms_url": f"{shop.settings.public_base_url}/legal/{shop.slug}/terms/1",
    }


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [("closed_at", 410, "business_closed"), ("suspended_at", 410, "shop_unavailable")],
)
async def test_a_shop_that_is_not_open_says_so(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, change: str, status: int, code: str
) -> None:
    text = await link_text(client, form(shop))
    if change == "closed_at":
        database.rows("UPDATE businesses SET closed_at = app_now() WHERE id = %s", shop.business_id)
    else:
        database.rows("UPDATE businesses SET suspended_at = app_now() WHERE id = %s", shop.business_id)
    refused(await client.get(f"/api/v1/shops/{shop.slug}"), status, code)
    refused(await enrol(client, form(shop)), status, code)
    refused(await client.get(f"/api/v1/cards/by-link/{text}"), status, code)


@pytest.mark.parametrize("slug", ["nobody-has-this", "x", "CAFE", "%00", "a'b", "é" * 20])
async def test_an_unknown_shop_is_not_found(client: httpx.AsyncClient, shop: Shop, slug: str) -> None:
    refused(await client.get(f"/api/v1/shops/{slug}"), 404, "not_found")
    refused(await enrol(client, form(shop, slug="nobody-has-this")), 404, "not_found")


async def test_a_shop_without_rules_takes_nobody(client: httpx.AsyncClient, settings: Settings) -> None:
    bare = make_shop(settings, rules=None)
    refused(await client.get(f"/api/v1/shops/{bare.slug}"), 409, "rules_missing")
    refused(await enrol(client, form(bare)), 409, "rules_missing")


async def test_enrolling_writes_customer_card_receipt_and_fact_at_once(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, settings: Settings
) -> None:
    body = form(shop, birthday={"day": 29, "month": 2}, marketing=True, poster_id="door-1", language="en")
    answer = await enrol(client, body | {"phone": f"0051 {body['phone'][3:6]} {body['phone'][6:]}"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["pending"] is True
    address = answer.json()["card_link"]
    assert address.startswith(f"{settings.public_base_url}/c/{shop.code}")
    card_id = card_id_of(database, address.rsplit("/", 1)[1])
    row = database.rows(
        "SELECT u.phone, u.name, u.birth_day, u.birth_month, u.source, u.confirmed_at, c.confirmed_at, u.id,"
        " u.opted_in_at IS NOT NULL FROM customers u JOIN cards c ON c.customer_id = u.id WHERE c.id = %s",
        card_id,
    )[0]
    assert (*row[:7], row[8]) == (body["phone"], "Ana Torres", 29, 2, "poster", None, None, True)
    receipts = database.rows(
        "SELECT kind, source, text_version, poster_id, length(network_hash) FROM consent_events WHERE customer_id = %s",
        row[7],
    )
    assert receipts == [("opt_in", "enrolment", f"{TEXT_VERSION}-en", "door-1", 32)]
    facts = database.rows("SELECT kind, payload FROM events WHERE business_id = %s ORDER BY kind", shop.business_id)
    assert facts == [
        ("ConsentChanged", {"customer_id": str(row[7]), "kind": "opt_in"}),
        ("CustomerEnrolled", {"card_id": str(card_id), "customer_id": str(row[7]), "source": "poster"}),
    ]


async def test_an_empty_box_leaves_no_receipt(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    await link_text(client, form(shop))
    assert database.rows("SELECT 1 FROM consent_events WHERE business_id = %s", shop.business_id) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone": "012345678"}, "phone_invalid"),
        ({"phone": "+54 9 11 1234 5678"}, "phone_invalid"),
        ({"phone": "98765432"}, "phone_invalid"),
        ({"birthday": {"day": 30, "month": 2}}, "invalid"),
        ({"birthday": {"day": 31, "month": 4}}, "invalid"),
        ({"name": "  "}, "invalid"),
        ({"name": "Ana\u202eTorres"}, "invalid"),
        ({"marketing": "yes"}, "invalid"),
        ({"text_version": "1999-01"}, "text_version_unknown"),
        ({"poster_id": "a b"}, "invalid"),
        ({"confirmed_at": "2026-01-01T00:00:00Z"}, "invalid"),
    ],
)
async def test_what_is_not_right_is_refused_and_writes_nothing(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, changes: dict[str, Any], code: str
) -> None:
    refused(await enrol(client, form(shop, **changes)), 422, code)
    assert database.rows("SELECT 1 FROM customers WHERE business_id = %s", shop.business_id) == []


async def test_known_and_unknown_phones_get_the_same_answer(client: httpx.AsyncClient, shop: Shop) -> None:
    known = shop.card()
    of_known = await enrol(client, form(shop, phone=known.phone))
    of_unknown = await enrol(client, form(shop))
    assert of_known.status_code == of_unknown.status_code == 201
    assert {k: type(v) for k, v in of_known.json().items()} == {k: type(v) for k, v in of_unknown.json().items()}
    assert len(of_known.content) == len(of_unknown.content)
    assert known.link not in of_known.text
    assert set(of_known.headers) == set(of_unknown.headers)
    pages = [
        await client.get(f"/api/v1/cards/by-link/{answer.json()['card_link'][-28:]}")
        for answer in (of_known, of_unknown)
    ]
    # Both can prove their phone by writing to us, each with a code of its own.
    told = [(page.json(), page.json()["whatsapp_url"].rsplit("%20", 1)) for page in pages]
    (one, (words, code)), (other, (other_words, other_code)) = told
    assert (words, len(code)) == (other_words, len(other_code))
    assert one | {"code": None, "whatsapp_url": None} == other | {"code": None, "whatsapp_url": None}


async def test_known_and_unknown_phones_cost_the_same_statements(settings: Settings, shop: Shop) -> None:
    said: list[str] = []
    db = TenantPool(settings.database_url, size=2, wait=10, observe=lambda sql, seconds: said.append(sql))
    await db.open()
    hashed = network_hash(settings.keys, "192.0.2.0/24")
    statements = []
    for phone in (shop.card().phone, shop.phone()):
        said.clear()
        order = Enrolment(Person("Ana", phone), None, None, hashed)
        await actions.enrol(db, settings.keys, shop.business_id, order, key=None)
        statements.append(list(said))
    await db.close()
    assert statements[0] == statements[1] != []


async def test_a_second_try_with_the_key_gives_the_first_card(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    body, key = form(shop), str(uuid4())
    first, second = await enrol(client, body, key=key), await enrol(client, body, key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(database.rows("SELECT 1 FROM customers WHERE business_id = %s", shop.business_id)) == 1
    refused(await enrol(client, body | {"name": "Eva Torres"}, key=key), 422, "key_reused")
    refused(await enrol(client, body | {"marketing": True}, key=key), 422, "key_reused")
    refused(await enrol(client, body, key="short"), 422, "invalid")
    assert len(database.rows("SELECT 1 FROM customers WHERE business_id = %s", shop.business_id)) == 1


async def test_a_key_belongs_to_its_shop(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    key = str(uuid4())
    here, there = await enrol(client, form(shop), key=key), await enrol(client, form(neighbour), key=key)
    assert (here.status_code, there.status_code) == (201, 201)
    assert here.json() != there.json()


async def test_a_phone_has_five_pending_cards_a_day_known_or_not(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    for phone in (shop.card().phone, shop.phone()):
        body = form(shop, phone=phone)
        statuses = [(await enrol(client, body)).status_code for _ in range(6)]
        assert statuses == [201] * 5 + [429]
    assert refused(await enrol(client, body), 429, "too_many_requests") == {"after": 86_400}
    database.set_clock(timedelta(days=1, minutes=1))
    assert (await enrol(client, body)).status_code == 201


async def test_a_network_has_sixty_pending_cards_an_hour(db: TenantPool, settings: Settings, shop: Shop) -> None:
    async def one(network: str) -> str | None:
        order = Enrolment(Person("Ana", shop.phone()), None, None, network_hash(settings.keys, network))
        try:
            await actions.enrol(db, settings.keys, shop.business_id, order, key=None)
        except Refused as refused:
            return refused.code
        return None

    assert [await one("192.0.2.0/24") for _ in range(61)] == [None] * 60 + ["too_many_requests"]
    assert await one("198.51.100.0/24") is None


async def test_staff_confirm_the_first_scan(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    body = form(shop)
    card_id = card_id_of(database, await link_text(client, body))
    wrong = f"{(int(body['phone'][-3:]) + 1) % 1000:03d}"
    refused(await confirm(client, shop.diego, card_id, body["phone"], digits=wrong), 409, "confirmation_mismatch")
    answer = await confirm(client, shop.diego, card_id, body["phone"])
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["card_id"], said["merged"], said["balance"], said["of"]) == (str(card_id), False, 0, 10)
    row = database.rows(
        "SELECT confirmed_at IS NOT NULL, confirmed_by, network_hash FROM customers WHERE id = %s", said["customer_id"]
    )
    assert row == [(True, shop.diego.account_id, None)]
    again = await confirm(client, shop.rosa, card_id, body["phone"])
    assert (again.status_code, again.json()) == (200, said)
    facts = database.rows(
        "SELECT kind FROM events WHERE business_id = %s AND kind <> 'CustomerEnrolled'", shop.business_id
    )
    assert facts == [("CardConfirmed",)]


async def test_knowing_somebodys_number_is_not_enough_to_get_their_card(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    known = shop.card(name="Zoila Rojas")
    card_id = card_id_of(database, await link_text(client, form(shop, phone=known.phone)))
    refused(await confirm(client, shop.diego, card_id, known.phone), 409, "name_differs")
    assert database.rows("SELECT merged_into FROM cards WHERE id = %s", card_id) == [(None,)]
    assert (await confirm(client, shop.rosa, card_id, known.phone)).json()["merged"] is True


async def test_a_known_phone_merges_into_the_card_it_has(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    known = shop.card(name="  ÁNA Rojas")
    await client.post("/api/v1/stamps", json=shop.stamp(known, stamps=4), headers=shop.diego.headers)
    text = await link_text(client, form(shop, phone=known.phone, marketing=True, poster_id="p1"))
    card_id = card_id_of(database, text)
    answer = await confirm(client, shop.diego, card_id, known.phone)
    assert answer.json() == {
        "card_id": str(known.id),
        "customer_id": str(known.customer_id),
        "merged": True,
        "balance": 4,
        "of": 10,
    }
    assert (await confirm(client, shop.rosa, card_id, known.phone)).json() == answer.json()
    receipts = database.rows(
        "SELECT customer_id = %s, kind, source, poster_id FROM consent_events WHERE business_id = %s"
        " ORDER BY recorded_at",
        known.customer_id,
        shop.business_id,
    )
    assert receipts == [(False, "opt_in", "enrolment", "p1"), (True, "opt_in", "enrolment", "p1")]
    merged = database.rows(
        "SELECT payload FROM events WHERE business_id = %s AND kind = 'CardMerged'", shop.business_id
    )
    assert merged == [
        ({"card_id": str(card_id), "into_card_id": str(known.id), "customer_id": str(known.customer_id)},)
    ]
    opened = (await client.get(f"/api/v1/cards/by-link/{text}")).json()
    assert (opened["first_name"], opened["balance"], opened["pending"]) == ("ÁNA", 4, False)


async def test_an_opt_out_after_the_pending_opt_in_survives_the_merge(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    known = shop.card()
    card_id = card_id_of(database, await link_text(client, form(shop, phone=known.phone, marketing=True)))
    stop = {"marketing": False, "text_version": TEXT_VERSION}
    stopped = await client.put(f"/api/v1/cards/by-link/{shop.code}{known.link}/consent", json=stop)
    assert stopped.status_code == 200, stopped.text
    assert (await confirm(client, shop.diego, card_id, known.phone)).json()["merged"] is True
    words = database.rows("SELECT kind FROM consent_events WHERE customer_id = %s", known.customer_id)
    assert words == [("opt_out",)]


async def test_confirming_is_for_the_cards_own_shop(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, database: TestDatabase
) -> None:
    body = form(shop)
    card_id = card_id_of(database, await link_text(client, body))
    refused(await confirm(client, neighbour.rosa, card_id, body["phone"]), 404, "card_not_found")
    refused(await confirm(client, shop.diego, new_id(), body["phone"]), 404, "card_not_found")
    anonymous = await client.post(f"/api/v1/cards/{card_id}/confirmation", json={"last_three": body["phone"][-3:]})
    refused(anonymous, 401, "unauthenticated")


async def test_the_till_enrols_whoever_stands_there(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    body = {"id": str(new_id()), "name": "Bruno Díaz", "phone": shop.phone(), "birthday": {"day": 1, "month": 5}}
    first = await client.post("/api/v1/customers", json=body, headers=shop.diego.headers)
    assert first.status_code == 201, first.text
    said = first.json()
    assert (said["first_name"], said["last_three"], said["balance"]) == ("Bruno", str(body["phone"])[-3:], 0)
    assert (await client.get(f"/api/v1/cards/by-link/{said['card_link'][-28:]}")).json()["pending"] is False
    again = await client.post("/api/v1/customers", json=body, headers=shop.diego.headers)
    assert (again.status_code, again.json()) == (200, said)
    other = body | {"phone": shop.phone()}
    refused(await client.post("/api/v1/customers", json=other, headers=shop.diego.headers), 409, "id_reused")
    old = body | {"id": str(uuid4())}
    refused(await client.post("/api/v1/customers", json=old, headers=shop.diego.headers), 422, "id_not_plausible")
    facts = database.rows("SELECT kind FROM events WHERE business_id = %s ORDER BY kind", shop.business_id)
    assert facts == [("CardConfirmed",), ("CustomerEnrolled",)]


async def test_the_till_finds_who_has_the_phone_and_keeps_their_link_to_itself(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    known = shop.card(name="Zoila Rojas")
    body = {"id": str(new_id()), "name": "Somebody Else", "phone": known.phone}
    answer = await client.post("/api/v1/customers", json=body, headers=shop.diego.headers)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["customer_id"], answer.json()["first_name"]) == (str(known.customer_id), "Zoila")
    assert answer.json()["card_link"] is None
    assert database.rows("SELECT name FROM customers WHERE id = %s", known.customer_id) == [("Zoila Rojas",)]
