"""The reaction to an opt-out: do too many people leave?"""

from typing import Any, Final
from uuid import UUID

from sello.domains.campaign.alerts.actions import watch_opt_outs
from sello.events import ConsentChanged
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId, CustomerId

WATCH: Final = "campaign.watch_opt_outs"


async def watch(services: Services, payload: dict[str, Any]) -> None:
    """Payload of ConsentChanged. May run twice and in any order: see `watch_opt_outs`."""
    if payload["kind"] == "opt_out":
        business_id, customer_id = BusinessId(UUID(payload["business_id"])), CustomerId(UUID(payload["customer_id"]))
        await watch_opt_outs(services.db, business_id, customer_id)


JOBS: Final[dict[str, Work]] = {WATCH: watch}
REACTIONS: Final[Reactions] = {ConsentChanged: (Reaction(entrypoint=WATCH),)}
