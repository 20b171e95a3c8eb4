"""People who save their cards in Google's Wallet, and what became of them."""

from typing import Any

import httpx

from sello.domains.loyalty.googlecards import jobs
from sello.infrastructure.services import Services
from tests.support.google import PlayedGoogle
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard


async def ask(client: httpx.AsyncClient, services: Services, shop: Shop, card: TestCard, **query: str) -> str:
    """Ask for the card's save link as a person does, and let the job run that it queues."""
    await jobs.put_class(services, {"business_id": str(shop.business_id)})
    answer = await client.get(f"/c/{shop.code}{card.link}/google", params=query)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def saved(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, card: TestCard
) -> None:
    """The card is in somebody's phone."""
    link = await ask(client, services, shop, card)
    assert (await google.save(link)).status_code == 200
    await jobs.refresh(services, shop.business_id, card.id)


def events(database: TestDatabase, card: TestCard) -> list[tuple[str, dict[str, Any]]]:
    rows = database.rows(
        "SELECT e.kind, e.details FROM wallet_events e JOIN wallet_passes p ON p.id = e.pass_id"
        " WHERE p.card_id = %s ORDER BY e.number",
        card.id,
    )
    return [(str(kind), dict(details)) for kind, details in rows]


def shown(resource: dict[str, Any]) -> str:
    return str(resource["loyaltyPoints"]["balance"]["string"])
