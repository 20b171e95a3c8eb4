"""Reactions to whatever changes a customer's numbers."""

from typing import Any, Final
from uuid import UUID

from sello.domains.analytics.counts import actions, queries
from sello.events import (
    BonusAdded,
    BusinessChanged,
    CardConfirmed,
    CardMerged,
    CustomerErased,
    RedemptionVoided,
    RewardEarned,
    RewardExpired,
    RewardRedeemed,
    StampAdded,
    StampsAdjusted,
    StampsExpired,
    StampVoided,
    VisitsImported,
)
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared import clock
from sello.shared.ids import BusinessId, CardId, CustomerId, time_of
from sello.shared.metrics import observe_statistics

_COUNTED_BY: Final = frozenset({"zone", "inactivity_threshold_days"})


async def count_card(services: Services, payload: dict[str, Any]) -> None:
    """Count the card of a fact anew. May run twice and in any order: see `actions`.

    The job's key is let go before the work begins, so a fact of the moment after has a job of its own.
    """
    business_id = BusinessId(UUID(payload["business_id"]))
    if await actions.count_cards(services.db, business_id, [CardId(UUID(payload["card_id"]))]):
        await _tell(services, business_id)
    if "event_id" in payload:
        observe_statistics((clock.now() - time_of(UUID(payload["event_id"]))).total_seconds())


async def count_customer(services: Services, payload: dict[str, Any]) -> None:
    """Count the cards of a customer who was erased: their visits stay, and nobody misses them. May run twice."""
    business_id = BusinessId(UUID(payload["business_id"]))
    cards = await queries.cards_of(services.db, business_id, CustomerId(UUID(payload["customer_id"])))
    if await actions.count_cards(services.db, business_id, [card.card_id for card in cards]):
        await _tell(services, business_id)


async def count_shop(services: Services, payload: dict[str, Any]) -> None:
    """Count a shop anew, when what days or absences are measured by has changed."""
    if "fields" in payload and not _COUNTED_BY.intersection(payload["fields"]):
        return
    business_id = BusinessId(UUID(payload["business_id"]))
    await actions.count_shop(services.db, business_id)
    await _tell(services, business_id)


async def count_behind(services: Services, payload: dict[str, Any]) -> None:
    """Count the cards that an import wrote to. May run twice: the second time finds none behind."""
    business_id = BusinessId(UUID(payload["business_id"]))
    if await actions.count_behind(services.db, business_id):
        await _tell(services, business_id)


async def _tell(services: Services, business_id: BusinessId) -> None:
    """The numbers are others now: what was remembered of them is not, and whoever looks at them asks again."""
    await services.cache.drop(business_id)
    services.emit(business_id, "StatisticsChanged", {"business_id": business_id, "at": clock.now()})


_CARD: Final = (Reaction(entrypoint="analytics.count_card", priority=ANALYTICS, per="card_id"),)
# A long import is a fact for each of its batches, and while one waits to be counted the next ones are counted with it.
_BEHIND: Final = (Reaction(entrypoint="analytics.count_behind", priority=ANALYTICS, per="import_id"),)
_SHOP: Final = (Reaction(entrypoint="analytics.count_shop", priority=ANALYTICS),)

JOBS: Final[dict[str, Work]] = {
    "analytics.count_card": count_card,
    "analytics.count_customer": count_customer,
    "analytics.count_shop": count_shop,
    "analytics.count_behind": count_behind,
}
REACTIONS: Final[Reactions] = {
    **dict.fromkeys(
        (
            StampAdded,
            StampVoided,
            BonusAdded,
            StampsAdjusted,
            StampsExpired,
            RewardEarned,
            RewardExpired,
            RewardRedeemed,
            RedemptionVoided,
            CardConfirmed,
            CardMerged,
        ),
        _CARD,
    ),
    CustomerErased: (Reaction(entrypoint="analytics.count_customer", priority=ANALYTICS),),
    BusinessChanged: _SHOP,
    VisitsImported: _BEHIND,
}
