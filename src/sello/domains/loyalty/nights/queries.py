"""How far each shop's nights have come."""

from dataclasses import dataclass
from datetime import date

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class DueShop:
    """A shop where a day has begun that was not worked off, and for how long it has waited."""

    id: BusinessId
    seconds: float


@dataclass(frozen=True, slots=True)
class Night:
    """The shop's present day and the last one worked off, None before the first; how long ago this day began."""

    today: date
    done_through: date | None
    seconds: float


async def due_shops(db: PlatformDb) -> list[DueShop]:
    """Open shops where a new day has begun in their own zone; a suspended one waits until it may act again.

    A shop without a night yet waits since it was registered; one that was suspended, since the first day it missed.
    """
    return await db.fetch_all(
        DueShop,
        """
        SELECT b.id, extract(epoch FROM app_now()
          - coalesce((n.done_through + 1)::timestamp AT TIME ZONE b.zone, b.created_at))::float AS seconds
        FROM businesses b LEFT JOIN nights n ON n.business_id = b.id
        WHERE b.closed_at IS NULL AND b.suspended_at IS NULL
          AND (n.business_id IS NULL OR n.done_through < (app_now() AT TIME ZONE b.zone)::date)
        ORDER BY b.id
        """,
    )


async def night_of(db: Db, business_id: BusinessId) -> Night | None:
    """Where the shop stands; None when it may not act."""
    return await db.fetch_one(
        Night,
        business_id,
        """
        SELECT (app_now() AT TIME ZONE b.zone)::date AS today, n.done_through,
          extract(epoch FROM app_now() - date_trunc('day', app_now() AT TIME ZONE b.zone) AT TIME ZONE b.zone)::float
            AS seconds
        FROM businesses b LEFT JOIN nights n ON n.business_id = b.id
        WHERE b.id = %(business_id)s AND b.closed_at IS NULL AND b.suspended_at IS NULL
        """,
    )


async def close_night(db: Db, business_id: BusinessId, done_through: date) -> None:
    """The beginning of this day, and of all before it, is worked off."""
    await db.execute(
        business_id,
        """
        INSERT INTO nights AS n (business_id, done_through) VALUES (%(business_id)s, %(done_through)s)
        ON CONFLICT (business_id) DO UPDATE SET done_through = greatest(n.done_through, EXCLUDED.done_through)
        """,
        done_through=done_through,
    )
