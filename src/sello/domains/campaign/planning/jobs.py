"""When plans are made: each shop's morning, at a campaign's start, and when something happens at the counter."""

from typing import Any, Final
from uuid import UUID

from sello.domains.campaign.planning import actions, queries
from sello.events import CampaignActivated, CampaignEnded, CampaignResumed, ExpiryNear, StampAdded
from sello.infrastructure.database.jobs import ANALYTICS, CAMPAIGN, NewJob, enqueue_all
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId, CampaignId, CustomerId
from sello.shared.logs import log

BEGIN: Final = "campaign.begin_plans"
PLAN_SHOP: Final = "campaign.plan_shop"
PLAN_ONE: Final = "campaign.plan_one"
STAMPED: Final = "campaign.stamped"
EXPIRING: Final = "campaign.expiring"
LET_GO: Final = "campaign.let_go"


async def begin_plans(services: Services, _: dict[str, Any]) -> None:
    """Queue the plan of every shop whose morning has come. While a shop's waits, a second one is not queued."""
    shops = await queries.due_shops(services.platform_db)
    jobs = [
        NewJob(
            entrypoint=PLAN_SHOP,
            payload={"business_id": shop.id},
            priority=CAMPAIGN,
            dedupe=f"{PLAN_SHOP}:{shop.id}",
        )
        for shop in shops
    ]
    await enqueue_all(services.platform_db, jobs)


async def plan_shop(services: Services, payload: dict[str, Any]) -> None:
    """Payload: business_id. May run twice and beside itself: windows and occasions decide, see `actions`."""
    business_id = BusinessId(UUID(payload["business_id"]))
    planned = await actions.plan_shop(services.db, services.keys, business_id, sender=_sender(services))
    log.info("shop_planned", business_id=str(business_id), messages=planned.messages, held_out=planned.held_out)


async def plan_one(services: Services, payload: dict[str, Any]) -> None:
    """A campaign was started or goes on: plan it now. May run twice, as above."""
    await actions.plan_campaign(
        services.db,
        services.keys,
        BusinessId(UUID(payload["business_id"])),
        CampaignId(UUID(payload["campaign_id"])),
        sender=_sender(services),
    )


async def stamped(services: Services, payload: dict[str, Any]) -> None:
    """Somebody came (the payload of StampAdded). May run twice and in any order: it looks at the card as it is."""
    await _plan_customer(services, payload, stamped=True)


async def expiring(services: Services, payload: dict[str, Any]) -> None:
    """Something of a card soon expires (the payload of ExpiryNear). May run twice, as above."""
    await _plan_customer(services, payload, stamped=False)


async def let_go(services: Services, payload: dict[str, Any]) -> None:
    """A campaign has ended: what waits is let go. The second time finds nothing."""
    business_id = BusinessId(UUID(payload["business_id"]))
    await actions.let_go(services.db, business_id, CampaignId(UUID(payload["campaign_id"])))


async def _plan_customer(services: Services, payload: dict[str, Any], *, stamped: bool) -> None:
    await actions.plan_customer(
        services.db,
        services.keys,
        BusinessId(UUID(payload["business_id"])),
        CustomerId(UUID(payload["customer_id"])),
        sender=_sender(services),
        stamped=stamped,
    )


def _sender(services: Services) -> str:
    return services.settings.twilio_whatsapp_number


JOBS: Final[dict[str, Work]] = {
    BEGIN: begin_plans,
    PLAN_SHOP: plan_shop,
    PLAN_ONE: plan_one,
    STAMPED: stamped,
    EXPIRING: expiring,
    LET_GO: let_go,
}
_PLAN: Final = (Reaction(entrypoint=PLAN_ONE, priority=CAMPAIGN, per="campaign_id"),)
REACTIONS: Final[Reactions] = {
    CampaignActivated: _PLAN,
    CampaignResumed: _PLAN,
    CampaignEnded: (Reaction(entrypoint=LET_GO, priority=CAMPAIGN, per="campaign_id"),),
    StampAdded: (Reaction(entrypoint=STAMPED, priority=ANALYTICS, per="customer_id"),),
    ExpiryNear: (Reaction(entrypoint=EXPIRING, priority=ANALYTICS, per="customer_id"),),
}
