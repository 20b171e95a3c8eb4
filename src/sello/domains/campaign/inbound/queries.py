"""Who wrote, in which order, and what is noted of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sello.domains.campaign.inbound.rules import Asked, Holder, ReplyKind
from sello.domains.campaign.inbox.rules import InboxRow
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class _Turn:
    turn: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A reply that waits to be sent."""

    id: UUID


async def take_turn(db: PlatformDb, sender: str) -> None:
    """Let what one phone writes be understood one by one, until the transaction ends (an advisory lock)."""
    await db.fetch_one(
        _Turn, "SELECT pg_advisory_xact_lock(3, hashtext(%(sender)s::text))::text AS turn", sender=sender
    )


async def waiting_from(db: PlatformDb, sender: str, *, until: datetime) -> list[InboxRow]:
    """What this phone wrote up to that moment and nobody understood yet, in the order of its coming."""
    return await db.fetch_all(
        InboxRow,
        """
        SELECT id, kind, message_sid, params, received_at, tries FROM webhook_inbox
        WHERE processed_at IS NULL AND kind = 'inbound' AND params->>'From' = %(sender)s AND received_at <= %(until)s
        ORDER BY received_at, id
        """,
        sender=sender,
        until=until,
    )


async def holders_of(db: PlatformDb, phone: str, *, answered: str) -> list[Holder]:
    """Whose phone it is, at every shop; `answered`: the provider's name of the message that they answered."""
    return await db.fetch_all(
        Holder,
        """
        SELECT h.business_id, h.customer_id, h.pending, b.closed_at IS NULL AND b.suspended_at IS NULL AS open,
          k.id AS card_id,
          ARRAY(SELECT m.id FROM cards m WHERE m.business_id = h.business_id AND m.merged_into = k.id) AS merged_cards,
          k.last_at AS visited_at, s.written_at, coalesce(s.answered, false) AS answered
        FROM customers_with_phone(%(phone)s) h
        JOIN businesses b ON b.id = h.business_id
        LEFT JOIN cards k ON k.business_id = h.business_id AND k.customer_id = h.customer_id AND k.erased_at IS NULL
        CROSS JOIN LATERAL (
          SELECT max(c.accepted_at) AS written_at, bool_or(c.sid = %(answered)s) AS answered FROM campaign_sends c
          WHERE c.business_id = h.business_id AND c.customer_id = h.customer_id AND c.accepted_at IS NOT NULL) s
        ORDER BY h.business_id, h.customer_id
        """,
        phone=phone,
        answered=answered,
    )


async def open_window(
    db: Db, business_id: BusinessId, customer_id: CustomerId, *, at: datetime, window: timedelta
) -> int:
    """They wrote at that moment: free words may answer, and whatever kept messages from them is over."""
    return await db.execute(
        business_id,
        """
        INSERT INTO whatsapp_contacts AS c (business_id, customer_id, window_until)
        VALUES (%(business_id)s, %(customer_id)s, %(at)s::timestamptz + %(window)s)
        ON CONFLICT (business_id, customer_id) DO UPDATE SET
          window_until = greatest(c.window_until, EXCLUDED.window_until),
          unreachable_at = CASE WHEN c.unreachable_at > %(at)s THEN c.unreachable_at END,
          blocked_at = CASE WHEN c.blocked_at > %(at)s THEN c.blocked_at END,
          stopped_at = CASE WHEN c.stopped_at > %(at)s THEN c.stopped_at END
        """,
        customer_id=customer_id,
        at=at,
        window=window,
    )


async def claim_help(db: Db, business_id: BusinessId, customer_id: CustomerId, *, every: timedelta) -> int:
    """Whether the help may go out now; 0 rows while the last one is younger than `every`."""
    return await db.execute(
        business_id,
        """
        UPDATE whatsapp_contacts SET helped_at = app_now()
        WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s
          AND (helped_at IS NULL OR helped_at <= app_now() - %(every)s)
        """,
        customer_id=customer_id,
        every=every,
    )


async def insert_reply(
    db: Db,
    business_id: BusinessId,
    id: UUID,
    customer_id: CustomerId,
    *,
    inbox_id: UUID,
    kind: ReplyKind,
    asked: Asked,
    sender: str,
) -> Queued | None:
    """An answer to one message, once; None when it was queued before."""
    return await db.fetch_one(
        Queued,
        business_id,
        """
        INSERT INTO replies (business_id, id, customer_id, inbox_id, kind, asked, sender)
        VALUES (%(business_id)s, %(id)s, %(customer_id)s, %(inbox_id)s, %(kind)s, %(asked)s, %(sender)s)
        ON CONFLICT (business_id, inbox_id) DO NOTHING
        RETURNING id
        """,
        id=id,
        customer_id=customer_id,
        inbox_id=inbox_id,
        kind=kind,
        asked=asked,
        sender=sender,
    )
