"""Callbacks above the tenants: stored, taken, settled."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sello.domains.campaign.inbox.rules import InboxKind, InboxRow
from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import BusinessId


async def insert_callback(
    db: PlatformDb, id: UUID, kind: InboxKind, *, digest: bytes, message_sid: str, params: dict[str, str]
) -> int:
    """Store what came; 0 rows when the very same came before."""
    return await db.execute(
        """
        INSERT INTO webhook_inbox (id, kind, digest, message_sid, params)
        VALUES (%(id)s, %(kind)s, %(digest)s, %(message_sid)s, %(params)s)
        ON CONFLICT (digest) DO NOTHING
        """,
        id=id,
        kind=kind,
        digest=digest,
        message_sid=message_sid,
        params=Jsonb(params),
    )


async def take_due(db: PlatformDb, kind: InboxKind, *, most: int, lease: timedelta) -> list[InboxRow]:
    """Up to `most` callbacks whose time has come, for `lease`: whoever dies with them gives them back by that."""
    return await db.fetch_all(
        InboxRow,
        """
        WITH due AS (
          SELECT id FROM webhook_inbox
          WHERE processed_at IS NULL AND kind = %(kind)s AND next_try_at <= (SELECT app_now())
          ORDER BY next_try_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
        )
        UPDATE webhook_inbox w SET tries = least(w.tries + 1, 32000), next_try_at = app_now() + %(lease)s
        FROM due WHERE w.id = due.id
        RETURNING w.id, w.kind, w.message_sid, w.params, w.received_at, w.tries
        """,
        kind=kind,
        most=most,
        lease=lease,
    )


async def callback_of(db: PlatformDb, id: UUID) -> InboxRow | None:
    """One callback that was not understood yet."""
    return await db.fetch_one(
        InboxRow,
        """
        SELECT id, kind, message_sid, params, received_at, tries FROM webhook_inbox
        WHERE id = %(id)s AND processed_at IS NULL
        """,
        id=id,
    )


async def settle(
    db: PlatformDb,
    ids: Sequence[UUID],
    *,
    outcomes: Sequence[str],
    businesses: Sequence[BusinessId | None],
    params: Sequence[dict[str, Any]],
) -> int:
    """These are understood; from here on they hold `params`, scrubbed. Settled ones stay as they are."""
    return await db.execute(
        """
        UPDATE webhook_inbox w SET processed_at = app_now(), outcome = n.outcome, business_id = n.business_id,
          params = n.params
        FROM unnest(%(ids)s::uuid[], %(outcomes)s::text[], %(businesses)s::uuid[], %(params)s::jsonb[])
          AS n (id, outcome, business_id, params)
        WHERE w.id = n.id AND w.processed_at IS NULL
        """,
        ids=list(ids),
        outcomes=list(outcomes),
        businesses=list(businesses),
        params=[Jsonb(one) for one in params],
    )


async def put_off(db: PlatformDb, ids: Sequence[UUID], *, pause: timedelta) -> int:
    """Look at these again after a while."""
    return await db.execute(
        """
        UPDATE webhook_inbox SET next_try_at = app_now() + %(pause)s
        WHERE id = ANY (%(ids)s) AND processed_at IS NULL
        """,
        ids=list(ids),
        pause=pause,
    )
