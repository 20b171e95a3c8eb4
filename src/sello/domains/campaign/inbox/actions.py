"""Store what the provider tells, in the moment it is told."""

from uuid import UUID

from sello.domains.campaign.inbox import queries
from sello.domains.campaign.inbox.rules import InboxKind
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.database.jobs import CAMPAIGN, enqueue
from sello.shared.ids import new_id

UNDERSTAND = "campaign.understand_inbound"


async def receive(db: PlatformDb, kind: InboxKind, digest: bytes, params: dict[str, str]) -> UUID | None:
    """The id under which a callback was stored; None when the very same was stored before.

    What a person wrote sets a job going in the same transaction; states of messages are taken in bulk
    (`queries.take_due`). A row that could not be stored raises: the provider has to hear 5xx, never 200.
    """
    inbox_id = new_id()

    async def work(tx: PlatformDb) -> UUID | None:
        sid = params.get("MessageSid", "")[:64]
        if not await queries.insert_callback(tx, inbox_id, kind, digest=digest, message_sid=sid, params=params):
            return None
        if kind == "inbound":
            await enqueue(tx, UNDERSTAND, {"inbox_id": str(inbox_id)}, priority=CAMPAIGN)
        return inbox_id

    return await db.transact(work)
