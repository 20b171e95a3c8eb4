"""One person: handed out whole, formulas defused, erased in two steps; and what an erased card answers."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.customer.persons.rules import csv_of
from sello.entry.personal_data import PERSONS
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import new_id
from tests.support.enrolling import enrol, form, link_text, refused
from tests.support.message import had_a_message
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard
from tests.support.till import Till, code_of
from tests.support.wallets import KeptCard


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def look(client: httpx.AsyncClient, by: Person, card: TestCard) -> httpx.Response:
    return await client.get(f"/api/v1/customers/{card.customer_id}/erasure", headers=by.headers)


async def erase(client: httpx.AsyncClient, by: Person, card: TestCard) -> httpx.Response:
    seen = await look(client, by, card)
    body = {"confirmation": seen.json()["confirmation"]}
    return await client.put(f"/api/v1/customers/{card.customer_id}/erasure", json=body, headers=by.headers)


@given(st.lists(st.fixed_dictionaries({"name": st.text(), "note": st.text() | st.none() | st.integers()}), min_size=1))
def test_no_cell_begins_a_formula_and_every_cell_comes_back(rows: list[dict[str, Any]]) -> None:
    data = csv_of(rows)
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert sorted(read[0]) == ["name", "note"]
    for row, cells in zip(rows, read[1:], strict=True):
        for value, cell in zip((row[column] for column in read[0]), cells, strict=True):
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
            plain = "" if value is None else str(value).replace("\x00", "")
            assert cell in (plain, f"'{plain}")


async def test_a_copy_holds_every_column_that_is_shown(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card, twin = shop.card(name="=HYPERLINK(Ana)"), shop.card(name="Ana")
    stamp = await till.stamp(card)
    await till.void(stamp, reason="Ana se equivocó")
    await till.stamp(card, 5)
    redemption = await till.hand_over(till.rewards(card)[0])
    await till.take_back(redemption.id, reason="No le gustó")
    path = f"/api/v1/customers/{card.customer_id}"
    for send in (
        client.put(f"{path}/consent", json={"marketing": True}, headers=shop.diego.headers),
        client.post(f"{path}/privacy-requests", json={"kind": "access"}, headers=shop.diego.headers),
        client.put(
            f"{path}/distinction",
            json={"other": str(shop.card().customer_id), "distinct": True},
            headers=shop.rosa.headers,
        ),
        client.put(
            f"/api/v1/customers/{twin.customer_id}/merge",
            json={"into": str(card.customer_id), "reason": "La misma"},
            headers=shop.rosa.headers,
        ),
    ):
        assert (await send).status_code in (200, 201, 204)
    had_a_message(shop, card.customer_id)
    KeptCard(shop, card).saved()
    answer = await client.get(f"{path}/export", headers=shop.rosa.headers)
    assert answer.headers["content-disposition"] == f'attachment; filename="sello-{card.customer_id}.json"'
    tables = answer.json()["tables"]
    for name, table in PERSONS.tables.items():
        for line in tables.get(name, ()):
            assert tuple(line) == table.shown or set(line) == set(table.shown), name
    assert {name for name, table in PERSONS.tables.items() if table.shown} == set(tables)
    assert {name for name, lines in tables.items() if not lines} <= {"gifts", "customer_days", "customer_stats"}
    assert {line["reason"] for line in tables["stamp_events"]} == {None, "Ana se equivocó", "No le gustó"}
    assert {line["phone"] for line in tables["customers"]} == {card.phone, twin.phone}
    assert "Diego" not in answer.text  # staff are other people
    packed = await client.get(f"{path}/export.zip", headers=shop.rosa.headers)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert json.loads(archive.read("person.json"))["tables"].keys() == tables.keys()
        people = archive.read("customers.csv").decode("utf-8-sig")
        assert f'"\'{card.phone}"' in people
        assert '"\'=HYPERLINK(Ana)"' in people
        assert {name for name in archive.namelist() if name.endswith(".csv")} == {
            f"{name}.csv" for name, lines in tables.items() if lines
        }
    logged = database.rows(
        "SELECT action, details FROM audit_log WHERE subject_id = %s AND action = 'customer.exported'", card.customer_id
    )
    assert len(logged) == 2
    refused(await client.get(f"{path}/export", headers=shop.diego.headers), 403, "forbidden")


async def test_the_holder_of_the_link_takes_a_copy_with_the_phone(client: httpx.AsyncClient, shop: Shop) -> None:
    phone = shop.phone()
    text = await link_text(client, form(shop, phone=phone))
    path = f"/api/v1/cards/by-link/{text}"
    refused(await client.post(f"{path}/export", json={"phone": "+51911111111"}), 403, "proof_wrong")
    refused(await client.post(f"{path}/export", json={"phone": "321"}), 422, "phone_invalid")
    copy = await client.post(f"{path}/export", json={"phone": phone[3:]})
    assert copy.json()["tables"]["customers"][0]["phone"] == phone
    packed = await client.post(f"{path}/export", json={"phone": phone, "format": "zip"})
    assert zipfile.is_zipfile(io.BytesIO(packed.content))


async def test_whoever_holds_the_link_guesses_five_times(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card, other = shop.card(), shop.card()

    async def copy(of: TestCard, phone: str) -> httpx.Response:
        return await client.post(f"/api/v1/cards/by-link/{shop.code}{of.link}/export", json={"phone": phone})

    for _ in range(4):
        refused(await copy(card, "+51911111111"), 403, "proof_wrong")
    assert (await copy(card, card.phone)).status_code == 200  # the right one forgets the wrong ones before it
    for _ in range(5):
        refused(await copy(card, "+51911111111"), 403, "proof_wrong")
    locked = refused(await copy(card, card.phone), 429, "proof_locked")
    assert locked["minutes"] == 15
    assert (await copy(other, other.phone)).status_code == 200
    database.set_clock(timedelta(minutes=15, seconds=1))
    assert (await copy(card, card.phone)).status_code == 200


async def test_the_holder_asks_for_their_rights(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    path = f"/api/v1/cards/by-link/{shop.code}{card.link}"
    await client.put(
        f"/api/v1/customers/{card.customer_id}/consent", json={"marketing": True}, headers=shop.diego.headers
    )
    opened = await client.post(f"{path}/privacy-requests", json={"kind": "opposition"})
    assert (opened.status_code, opened.json()["state"]) == (201, "open")
    assert (await client.post(f"{path}/privacy-requests", json={"kind": "opposition"})).status_code == 200
    assert (await client.get(path)).json()["marketing"] is False
    again = await client.put(f"{path}/consent", json={"marketing": False})
    assert again.status_code == 200  # no harder than a yes: nothing to have read
    refused(await client.put(f"{path}/consent", json={"marketing": True}), 422, "text_version_unknown")
    seen = (await client.get(f"{path}/privacy-requests")).json()["requests"]
    assert [(one["kind"], one["answer"]) for one in seen] == [("opposition", None)]
    listed = (await client.get("/api/v1/privacy-requests", headers=shop.rosa.headers)).json()["requests"]
    assert [one["source"] for one in listed] == ["card"]


async def test_two_steps_by_one_person(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    card, other = shop.card(), shop.card()
    partner = shop.person(name="Elena", role="owner")
    seen = (await look(client, shop.rosa, card)).json()
    assert seen["rows"] == {"customers": 1, "cards": 1}
    body = {"confirmation": seen["confirmation"]}

    async def send(by: Person, whom: TestCard) -> httpx.Response:
        return await client.put(f"/api/v1/customers/{whom.customer_id}/erasure", json=body, headers=by.headers)

    refused(await send(shop.rosa, other), 409, "erasure_unconfirmed")
    refused(await send(partner, card), 409, "erasure_unconfirmed")
    refused(await send(neighbour.rosa, card), 404, "customer_not_found")
    refused(await look(client, shop.diego, card), 403, "forbidden")
    assert (await send(shop.rosa, card)).json() == {"customer_id": str(card.customer_id), "new": True}
    assert (await send(shop.rosa, card)).json() == {"customer_id": str(card.customer_id), "new": False}
    refused(await look(client, shop.rosa, card), 404, "customer_not_found")


async def test_what_an_erased_card_answers(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card = shop.card()
    counted = shop.stamp(card)
    assert (await client.post("/api/v1/stamps", json=counted, headers=shop.diego.headers)).status_code == 201
    await till.stamp(card, 4)
    coffee = till.rewards(card)[0]
    reserved = await till.reserve(coffee)
    link = f"/api/v1/cards/by-link/{shop.code}{card.link}"
    code = (await client.get(f"{link}/code")).json()["code"]
    assert (await erase(client, shop.rosa, card)).status_code == 200
    for path in (link, f"{link}/code", f"{link}/privacy-requests"):
        gone = refused(await client.get(path), 410, "customer_erased")
        assert gone == {}
    refused(await client.post(f"{link}/privacy-requests", json={"kind": "access"}), 410, "customer_erased")
    for scanned in (card.scan_code, code):
        refused(await client.get(f"/api/v1/scans/{scanned}", headers=shop.diego.headers), 410, "customer_erased")
    # A stamp that waited on a tablet, however it names the card: refused for good, with a sentence.
    late = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    for name in ({}, {"scan_code": code}, {"scan_code": None, "card_id": str(card.id)}):
        body = shop.stamp(card, occurred_at=late, **name)
        answer = await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers)
        refused(answer, 410, "customer_erased")
    batch = {"stamps": [shop.stamp(card, occurred_at=late)]}
    outcome = (await client.post("/api/v1/stamps/batches", json=batch, headers=shop.diego.headers)).json()
    assert (outcome["outcomes"][0]["refusal"]["code"], outcome["outcomes"][0]["refusal"]["permanent"]) == (
        "customer_erased", True,
    )  # fmt: skip
    assert await code_of(till.reserve(coffee)) == "customer_erased"
    assert await code_of(till.confirm(reserved.id)) == "reservation_released"
    assert await code_of(till.void(counted["id"], reason="Otra vez Ana")) == "card_closed"
    assert shop.balance(card)[0] == 5
    # The same phone enrols as if it had never been here.
    again = await enrol(client, form(shop, phone=card.phone))
    assert again.status_code == 201
    assert database.rows("SELECT count(*) FROM customers WHERE phone = %s AND merged_into IS NULL", card.phone) == [
        (1,)
    ]


async def test_an_erasure_answers_what_was_asked(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card = shop.card()
    for kind in ("erasure", "access"):
        await client.post(
            f"/api/v1/customers/{card.customer_id}/privacy-requests",
            json={"kind": kind, "wish": "Soy Ana"},
            headers=shop.diego.headers,
        )
    await erase(client, shop.rosa, card)
    rows = database.rows(
        "SELECT kind, outcome, wish, answered_by FROM privacy_requests WHERE customer_id = %s ORDER BY 1",
        card.customer_id,
    )
    assert rows == [
        ("access", "refused", None, shop.rosa.account_id),
        ("erasure", "granted", None, shop.rosa.account_id),
    ]


async def test_the_narrow_way_blanks_nobody_who_is_there(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, till: Till, database: TestDatabase
) -> None:
    """sello_app itself may call the functions, and reaches no living person and no other shop with them."""
    there, gone = shop.card(), neighbour.card()
    await till.void(await till.stamp(there), reason="Se equivocó")
    key = new_id().hex
    await enrol(client, form(shop), key=key)
    await erase(client, neighbour.rosa, gone)
    reasons = "SELECT count(*) FROM stamp_events WHERE reason IS NOT NULL"
    before = database.rows(reasons)
    customers = [row[0] for row in database.rows("SELECT id FROM customers WHERE business_id = %s", shop.business_id)]
    with psycopg.connect(database.url("sello_app"), autocommit=True) as app:
        for tenant in (shop.business_id, neighbour.business_id):
            app.execute("SELECT set_config('app.business_id', %s, false)", (str(tenant),))
            app.execute("SELECT forget_ledger_texts(%s, %s)", (shop.business_id, [there.id]))
            app.execute("SELECT forget_audit_texts(%s, %s)", (shop.business_id, customers))
            app.execute("SELECT forget_consent_traces(%s, %s)", (shop.business_id, customers))
            app.execute("SELECT forget_keys(%s, %s)", (shop.business_id, customers))
    assert database.rows(reasons) == before
    assert database.rows("SELECT count(*) FROM idempotency_keys WHERE key = %s", key) == [(1,)]
