"""Privacy requests: asked at the counter, due in working days, answered by the owner; and consent said face to face."""

import hashlib
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.customer.requests.jobs import privacy_requests_overdue
from sello.domains.customer.requests.queries import count_overdue, requests_page
from sello.domains.customer.requests.rules import HOLIDAYS, HOLIDAYS_UNTIL, due_on, is_working_day
from sello.domains.customer.rules import CONSENT_TEXTS, TEXT_VERSION
from sello.infrastructure.database.db import PlatformPool, TenantPool
from tests.support.enrolling import refused
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard


async def ask(client: httpx.AsyncClient, by: Person, card: TestCard, **body: Any) -> httpx.Response:
    return await client.post(f"/api/v1/customers/{card.customer_id}/privacy-requests", json=body, headers=by.headers)


async def answer(client: httpx.AsyncClient, by: Person, id: str, **body: Any) -> httpx.Response:
    return await client.put(f"/api/v1/privacy-requests/{id}/answer", json=body, headers=by.headers)


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        (date(2026, 11, 23), 10, date(2026, 12, 7)),  # Monday: two weeks
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday: over the weekend
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # Saturday
        (date(2026, 12, 4), 10, date(2026, 12, 22)),  # the Immaculate Conception and Ayacucho between
        (date(2026, 12, 23), 3, date(2026, 12, 29)),  # Christmas on a Friday
        (date(2026, 3, 31), 2, date(2026, 4, 6)),  # Holy Thursday and Friday
        (date(2027, 7, 22), 1, date(2027, 7, 26)),  # 23 July, a Friday, and the weekend
        (date(2028, 12, 29), 1, date(2029, 1, 1)),  # beyond the table only weekends count: never later than due
    ],
)
def test_working_days_of_peru(opened: date, days: int, due: date) -> None:
    assert due_on(opened, days) == due


def test_the_holidays_are_those_of_the_law() -> None:
    assert max(day.year for day in HOLIDAYS) == HOLIDAYS_UNTIL
    assert {sum(day.year == year for day in HOLIDAYS) for year in (2026, 2027)} == {16}
    assert not is_working_day(date(2026, 7, 28))
    assert is_working_day(date(2026, 7, 27))


async def test_a_request_has_a_clock_and_an_answer(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, db: TenantPool, platform_db: PlatformPool
) -> None:
    card = shop.card()
    opened = await ask(client, shop.diego, card, kind="access", wish="¿Qué saben de mí?")
    assert (opened.status_code, opened.json()["state"]) == (201, "open"), opened.text
    assert date.fromisoformat(opened.json()["due_on"]) >= date.fromisoformat(opened.json()["opened_at"][:10])
    again = await ask(client, shop.rosa, card, kind="access")
    assert (again.status_code, again.json()["id"]) == (200, opened.json()["id"])
    overdue = (await count_overdue(platform_db)) or None
    database.set_clock(timedelta(days=40))
    listed = await requests_page(db, shop.business_id, customer_id=None, waiting=True, before=None, limit=10)
    assert [(one.state, one.customer_name, one.wish, one.source) for one in listed] == [
        ("overdue", card.name, "¿Qué saben de mí?", "counter")
    ]
    late = await count_overdue(platform_db)
    assert overdue is not None
    assert late is not None
    assert late.requests >= overdue.requests + 1
    database.set_clock(None)
    id = opened.json()["id"]
    refused(await answer(client, shop.diego, id, outcome="granted"), 403, "forbidden")
    refused(await answer(client, shop.rosa, id, outcome="refused"), 422, "answer_needed")
    granted = await answer(client, shop.rosa, id, outcome="granted", answer="Se le entregó una copia")
    assert (granted.status_code, granted.json()["state"]) == (200, "granted")
    assert (await answer(client, shop.rosa, id, outcome="granted", answer="Se le entregó una copia")).status_code == 200
    refused(await answer(client, shop.rosa, id, outcome="refused", answer="Otra cosa"), 409, "request_answered")
    assert (await client.get("/api/v1/privacy-requests", headers=shop.rosa.headers)).json()["requests"] == []
    everything = await client.get("/api/v1/privacy-requests", params={"waiting": False}, headers=shop.rosa.headers)
    assert [one["id"] for one in everything.json()["requests"]] == [id]
    actions = database.rows("SELECT action, reason, details FROM audit_log WHERE subject_id = %s ORDER BY id", id)
    assert [(action, reason) for action, reason, _ in actions] == [
        ("privacy.request_opened", None), ("privacy.request_answered", None),
    ]  # fmt: skip
    assert card.name not in str(actions)


async def test_an_erasure_is_granted_by_erasing_alone(client: httpx.AsyncClient, shop: Shop) -> None:
    id = (await ask(client, shop.rosa, shop.card(), kind="erasure")).json()["id"]
    refused(await answer(client, shop.rosa, id, outcome="granted"), 409, "erasure_by_erasing")
    declined = await answer(client, shop.rosa, id, outcome="refused", answer="No es la misma persona")
    assert declined.json()["state"] == "refused"


async def test_an_objection_is_a_no_to_marketing_at_once(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    await client.put(
        f"/api/v1/customers/{card.customer_id}/consent", json={"marketing": True}, headers=shop.diego.headers
    )
    assert (await ask(client, shop.diego, card, kind="opposition")).status_code == 201
    history = (await client.get(f"/api/v1/customers/{card.customer_id}/consents", headers=shop.rosa.headers)).json()
    assert (history["marketing"], [entry["kind"] for entry in history["entries"]]) == (False, ["opt_out", "opt_in"])


async def test_requests_come_page_by_page(client: httpx.AsyncClient, shop: Shop) -> None:
    made = [(await ask(client, shop.rosa, shop.card(), kind="access")).json()["id"] for _ in range(5)]
    seen, cursor = list[str](), None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/privacy-requests", params=params, headers=shop.rosa.headers)).json()
        seen += [one["id"] for one in page["requests"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_the_metric_is_there() -> None:
    assert [metric.name for metric in privacy_requests_overdue.describe()] == ["privacy_requests_overdue"]


async def test_consent_is_heard_at_the_counter(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card, pending = shop.card(), shop.card(confirmed=False)
    path = f"/api/v1/customers/{card.customer_id}/consent"
    yes = await client.put(
        path, json={"marketing": True, "text_version": TEXT_VERSION, "language": "en"}, headers=shop.diego.headers
    )
    assert (yes.json()["source"], yes.json()["text_version"]) == ("counter", f"{TEXT_VERSION}-en")
    unknown = {"marketing": True, "text_version": "1999-01"}
    refused(await client.put(path, json=unknown, headers=shop.diego.headers), 422, "text_version_unknown")
    no = await client.put(path, json={"marketing": False}, headers=shop.diego.headers)
    assert no.json()["kind"] == "opt_out"
    waiting = f"/api/v1/customers/{pending.customer_id}/consent"
    refused(await client.put(waiting, json={"marketing": True}, headers=shop.diego.headers), 404, "customer_not_found")
    assert (await client.put(waiting, json={"marketing": False}, headers=shop.diego.headers)).status_code == 200
    heard = database.rows(
        "SELECT account_id, details ->> 'kind' FROM audit_log WHERE subject_id = %s ORDER BY id", card.customer_id
    )
    assert heard == [(shop.diego.account_id, "opt_in"), (shop.diego.account_id, "opt_out")]


def test_a_published_text_never_changes() -> None:
    """Receipts name a version and a language, so what stood there is part of the proof: a change is a new version."""
    prints = {
        version: hashlib.sha256(texts.model_dump_json().encode()).hexdigest()[:16]
        for version, texts in CONSENT_TEXTS.items()
    }
    assert prints == {"2026-11": "2b160d136eb7d257"}
