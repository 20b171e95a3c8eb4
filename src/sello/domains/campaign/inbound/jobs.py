"""What sets the understanding of messages going."""

from typing import Any, Final
from uuid import UUID

from sello.domains.campaign.inbound.actions import understand
from sello.domains.campaign.inbox.actions import UNDERSTAND
from sello.infrastructure.services import Services, Work


async def understand_inbound(services: Services, payload: dict[str, Any]) -> None:
    """Payload: inbox_id. It may run twice and beside itself: see `understand`."""
    await understand(services.db, services.platform_db, services.keys, UUID(payload["inbox_id"]))


JOBS: Final[dict[str, Work]] = {UNDERSTAND: understand_inbound}
