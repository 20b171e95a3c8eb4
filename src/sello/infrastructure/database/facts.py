"""Writing facts: one row in `events` inside the transaction of the change (hot statements insert their own)."""

import dataclasses

import msgspec

from sello.events import Fact
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId

_INSERT = """
    INSERT INTO events (id, business_id, kind, payload)
    VALUES (new_id(), %(business_id)s, %(kind)s, %(payload)s::jsonb)
"""


async def record(db: Db, business_id: BusinessId, fact: Fact) -> None:
    """Record a fact inside the caller's transaction."""
    await db.execute(business_id, _INSERT, business_id=business_id, kind=type(fact).__name__, payload=_payload(fact))


async def record_as_platform(db: PlatformDb, business_id: BusinessId, fact: Fact) -> None:
    """Record a fact inside a platform transaction (registration, dismissal by an admin)."""
    await db.execute(_INSERT, business_id=business_id, kind=type(fact).__name__, payload=_payload(fact))


def _payload(fact: Fact) -> str:
    return msgspec.json.encode(dataclasses.asdict(fact)).decode()
