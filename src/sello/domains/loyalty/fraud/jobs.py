"""The reaction to a stamp: look whether something is odd."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sello.domains.loyalty.fraud import actions
from sello.events import StampAdded
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared.ids import AccountId, BusinessId, StampId


async def look(services: Services, payload: dict[str, Any]) -> None:
    """Look at a stamp (the payload of StampAdded). May run twice and in any order: see `look_at_stamp`."""
    await actions.look_at_stamp(
        services.db,
        BusinessId(UUID(payload["business_id"])),
        StampId(UUID(payload["stamp_id"])),
        account_id=AccountId(UUID(payload["account_id"])),
        at=datetime.fromisoformat(payload["occurred_at"]),
    )


JOBS: Final[dict[str, Work]] = {"fraud.look": look}
# Behind whatever somebody waits for: mail, passes, the reactions of a hand-over.
REACTIONS: Final[Reactions] = {StampAdded: (Reaction(entrypoint="fraud.look", priority=ANALYTICS),)}
