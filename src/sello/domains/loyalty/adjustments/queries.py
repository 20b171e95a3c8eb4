"""What an adjustment reads besides the card."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, RewardId


@dataclass(frozen=True, slots=True)
class Today:
    """The shop's day, and whether the card's open stamps were good through an earlier one."""

    day: date
    over: bool


@dataclass(frozen=True, slots=True)
class Caused:
    """A reward that an adjustment gave."""

    id: RewardId


async def today_of(db: Db, business_id: BusinessId, card_id: CardId) -> Today | None:
    """The shop's day; `over` holds for a decision only under the card's lock."""
    return await db.fetch_one(
        Today,
        business_id,
        """
        SELECT t.day, coalesce(c.stamps_until < t.day, false) AS over
        FROM cards c CROSS JOIN (SELECT (app_now() AT TIME ZONE b.zone)::date AS day FROM businesses b
                                 WHERE b.id = %(business_id)s) t
        WHERE c.business_id = %(business_id)s AND c.id = %(card_id)s
        """,
        card_id=card_id,
    )


async def caused_by(db: Db, business_id: BusinessId, entry_id: UUID) -> list[Caused]:
    """The rewards that an adjustment gave, the lowest step first."""
    return await db.fetch_all(
        Caused,
        business_id,
        """
        SELECT id FROM rewards WHERE business_id = %(business_id)s AND caused_by = %(entry_id)s
        ORDER BY cycle, threshold
        """,
        entry_id=entry_id,
    )
