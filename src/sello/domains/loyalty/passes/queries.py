"""Passes, and what became of every change: the last 200 things of each, in a ring."""

from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId

EventKind = Literal[
    "issued", "registered", "unregistered", "noted", "pushed", "push_failed", "listed", "fetched", "logged", "saved",
    "patched", "notified", "failed", "voided",
]  # fmt: skip

_EVENT: LiteralString = """
    WITH pass AS (
      UPDATE wallet_passes SET events = events + 1 WHERE business_id = %(business_id)s AND id = %(pass_id)s
      RETURNING business_id, id, events
    )
    INSERT INTO wallet_events AS e (business_id, pass_id, slot, number, kind, details)
    SELECT business_id, id, events %% 200, events, %(kind)s, %(details)s FROM pass
    ON CONFLICT (business_id, pass_id, slot) DO UPDATE
      SET number = excluded.number, kind = excluded.kind, at = app_now(), details = excluded.details
"""


async def write_event(db: Db, business_id: BusinessId, pass_id: UUID, kind: EventKind, **details: Any) -> int:
    """Add to what happened to a pass; the oldest of 200 goes."""
    return await db.execute(business_id, _EVENT, pass_id=pass_id, kind=kind, details=Jsonb(details))


async def write_event_as_platform(
    db: PlatformDb, business_id: BusinessId, pass_id: UUID, kind: EventKind, **details: Any
) -> int:
    """The same where a phone asked before the tenant was known."""
    return await db.execute(_EVENT, business_id=business_id, pass_id=pass_id, kind=kind, details=Jsonb(details))
