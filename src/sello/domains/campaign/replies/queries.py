"""Answers: claimed once, recorded, and their states forward only."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sello.domains.campaign.replies.rules import Reply
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CardId, CustomerId


@dataclass(frozen=True, slots=True)
class Place:
    """A shop where a phone has a card."""

    business_id: BusinessId
    customer_id: CustomerId
    pending: bool
    name: str


@dataclass(frozen=True, slots=True)
class HolderOf:
    """Whose card."""

    customer_id: CustomerId


async def waiting_reply(db: Db, business_id: BusinessId, id: UUID, *, within: timedelta) -> Reply | None:
    """An answer that nobody claimed and that is not too late."""
    return await db.fetch_one(
        Reply,
        business_id,
        """
        SELECT id, customer_id, inbox_id, kind, sender, queued_at FROM replies
        WHERE business_id = %(business_id)s AND id = %(id)s AND claimed_at IS NULL
          AND queued_at > app_now() - %(within)s
        """,
        id=id,
        within=within,
    )


async def claim_reply(db: Db, business_id: BusinessId, id: UUID, *, within: timedelta) -> int:
    """Take it for the one call that there will be; 0 rows when somebody has, or it is too late."""
    return await db.execute(
        business_id,
        """
        UPDATE replies SET claimed_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND claimed_at IS NULL
          AND queued_at > app_now() - %(within)s
        """,
        id=id,
        within=within,
    )


async def give_back(db: Db, business_id: BusinessId, id: UUID) -> int:
    """It was certainly not processed: it may be claimed again."""
    return await db.execute(
        business_id,
        """
        UPDATE replies SET claimed_at = NULL
        WHERE business_id = %(business_id)s AND id = %(id)s AND sid IS NULL AND unknown_at IS NULL AND rank = 0
        """,
        id=id,
    )


async def note_unknown(db: Db, business_id: BusinessId, id: UUID) -> int:
    """Called, and no answer that says what became of it: never called again."""
    return await db.execute(
        business_id,
        """
        UPDATE replies SET unknown_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND sid IS NULL AND rank = 0
        """,
        id=id,
    )


async def note_status(
    db: Db, business_id: BusinessId, id: UUID, *, sid: str | None, rank: int, error_code: int | None
) -> int:
    """What the provider says of it: up only, the first error stays. 0 rows when there is no such answer."""
    return await db.execute(
        business_id,
        """
        UPDATE replies SET sid = coalesce(sid, %(sid)s), rank = greatest(rank, %(rank)s),
          error_code = coalesce(error_code, %(error_code)s)
        WHERE business_id = %(business_id)s AND id = %(id)s AND (sid IS NULL OR %(sid)s::text IS NULL OR sid = %(sid)s)
        """,
        id=id,
        sid=sid,
        rank=rank,
        error_code=error_code,
    )


async def places_of(db: PlatformDb, phone: str) -> list[Place]:
    """Every shop where this phone has a card, with its name."""
    return await db.fetch_all(
        Place,
        """
        SELECT h.business_id, h.customer_id, h.pending, b.name
        FROM customers_with_phone(%(phone)s) h JOIN businesses b ON b.id = h.business_id
        ORDER BY b.name, h.business_id
        """,
        phone=phone,
    )


async def holder_of(db: Db, business_id: BusinessId, card_id: CardId) -> HolderOf | None:
    """Whose card it is."""
    return await db.fetch_one(
        HolderOf,
        business_id,
        "SELECT customer_id FROM cards WHERE business_id = %(business_id)s AND id = %(card_id)s AND erased_at IS NULL",
        card_id=card_id,
    )
