"""Facts and jobs as tests write and read them."""

from typing import Any
from uuid import UUID

from sello.events import CardConfirmed, Fact
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.facts import record_as_platform
from sello.shared.ids import BusinessId, new_id
from tests.support.servers import TestDatabase


def confirmed(card_id: UUID | None = None) -> CardConfirmed:
    """A live fact, about a card of no importance."""
    return CardConfirmed(card_id=card_id or new_id(), customer_id=new_id())


async def record(db: PlatformPool, business_id: BusinessId, *facts: Fact) -> None:
    """Facts as they are written by their changes."""
    for fact in facts:
        await record_as_platform(db, business_id, fact)


def waiting_facts(database: TestDatabase) -> int:
    """How many facts nobody has told."""
    return int(database.rows("SELECT count(*) FROM events WHERE relayed_at IS NULL")[0][0])


def queued(database: TestDatabase) -> list[tuple[Any, ...]]:
    """(entrypoint, status, payload as text, priority) of every job in the queue, oldest first."""
    return database.rows(
        "SELECT entrypoint, status::text, convert_from(payload, 'UTF8'), priority FROM pgqueuer ORDER BY id"
    )
