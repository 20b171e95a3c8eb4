"""Working off the files that were sent over HTTP."""

from typing import Any, Final
from uuid import UUID

from sello.domains.loyalty.imports import actions
from sello.events import ImportOpened
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared import clock
from sello.shared.ids import BusinessId
from sello.shared.metrics import count_import

WORK_OFF: Final = "imports.work_off"


async def work_off(services: Services, payload: dict[str, Any]) -> None:
    """Work a file off. May run twice: what was written is found by its ids, and what has ended is left alone."""
    business_id, import_id = BusinessId(UUID(payload["business_id"])), UUID(payload["import_id"])
    ended = await actions.work_off(services.db, services.keys, business_id, import_id)
    if ended is None:
        return
    count_import(ended.kind, ended.state, lines=ended.lines)
    told = {"business_id": business_id, "import_id": import_id, "state": ended.state, "at": clock.now()}
    services.emit(business_id, "ImportEnded", told)


JOBS: Final[dict[str, Work]] = {WORK_OFF: work_off}
REACTIONS: Final[Reactions] = {ImportOpened: (Reaction(entrypoint=WORK_OFF, priority=ANALYTICS),)}
