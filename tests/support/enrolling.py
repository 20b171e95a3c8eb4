"""People at the enrolment page: what they send, and what became of their card."""

from typing import Any
from uuid import UUID

import httpx

from sello.domains.customer import TEXT_VERSION
from sello.shared.ids import CardId
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop


def form(shop: Shop, **changes: Any) -> dict[str, Any]:
    """The body of an enrolment at this shop, its phone nobody else's."""
    body = {
        "slug": shop.slug,
        "name": "Ana Torres",
        "phone": shop.phone(),
        "marketing": False,
        "text_version": TEXT_VERSION,
    }
    return body | changes


async def enrol(client: httpx.AsyncClient, body: dict[str, Any], *, key: str | None = None) -> httpx.Response:
    """Send the form, with an Idempotency-Key when there is one."""
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post("/api/v1/enrollments", json=body, headers=headers)


async def link_text(client: httpx.AsyncClient, body: dict[str, Any]) -> str:
    """Enrol, and the text after `/c/` of the card's address."""
    answer = await enrol(client, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["card_link"]).rsplit("/", 1)[1]


def card_id_of(database: TestDatabase, text: str) -> CardId:
    """The id of the very card that a link belongs to, merged or not."""
    rows = database.rows("SELECT id FROM cards WHERE link = %s", text[6:])
    return CardId(UUID(str(rows[0][0])))


def scan_code_of(database: TestDatabase, text: str) -> str:
    """The static code in the QR of a card, by its link."""
    return str(database.rows("SELECT scan_code FROM cards WHERE link = %s", text[6:])[0][0])


async def confirm(
    client: httpx.AsyncClient, by: Person, card_id: UUID, phone: str, *, digits: str | None = None
) -> httpx.Response:
    """Staff type the last three digits that the customer says."""
    body = {"last_three": digits or phone[-3:]}
    return await client.post(f"/api/v1/cards/{card_id}/confirmation", json=body, headers=by.headers)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Assert a refusal; its details."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return dict(answer.json()["details"])
