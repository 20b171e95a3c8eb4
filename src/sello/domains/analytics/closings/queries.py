"""How far each shop's days are closed."""

from dataclasses import dataclass
from datetime import date

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class Due:
    """A shop whose midnight has passed."""

    business_id: BusinessId


@dataclass(frozen=True, slots=True)
class CountedShop:
    """A shop by its address."""

    business_id: BusinessId
    slug: str


@dataclass(frozen=True, slots=True)
class Closing:
    """Where a shop stands: the last closed day, and its yesterday."""

    closed_through: date | None
    yesterday: date


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """A day's sums, and the numbers that stood at its end."""

    visits: int
    stamps: int
    at_risk: int
    lost: int


async def due_shops(db: PlatformDb) -> list[Due]:
    """Open shops, whatever their zone, with a day that is over and not closed."""
    return await db.fetch_all(
        Due,
        """
        SELECT b.id AS business_id FROM businesses b LEFT JOIN shop_statistics s ON s.business_id = b.id
        WHERE b.closed_at IS NULL
          AND (s.closed_through IS NULL OR s.closed_through < (app_now() AT TIME ZONE b.zone)::date - 1)
        ORDER BY b.id
        """,
    )


async def counted_shops(db: PlatformDb, *, slug: str | None) -> list[CountedShop]:
    """Every shop, closed ones too, or the one at this address."""
    return await db.fetch_all(
        CountedShop,
        """
        SELECT id AS business_id, slug FROM businesses WHERE %(slug)s::text IS NULL OR slug = %(slug)s ORDER BY slug
        """,
        slug=slug,
    )


async def locked_closing(db: Db, business_id: BusinessId) -> Closing | None:
    """Where the shop stands, held against others who close; those who count cards go on."""
    return await db.fetch_one(
        Closing,
        business_id,
        """
        SELECT s.closed_through, (app_now() AT TIME ZONE b.zone)::date - 1 AS yesterday
        FROM shop_statistics s JOIN businesses b ON b.id = s.business_id
        WHERE s.business_id = %(business_id)s FOR NO KEY UPDATE OF s
        """,
    )


async def close(db: Db, business_id: BusinessId, day: date) -> int:
    """The shop's days are closed through this one."""
    return await db.execute(
        business_id,
        "UPDATE shop_statistics SET closed_through = %(day)s WHERE business_id = %(business_id)s",
        day=day,
    )


async def end_of_day(db: Db, business_id: BusinessId, day: date) -> EndOfDay | None:
    """The whole shop's numbers at the end of a day."""
    return await db.fetch_one(
        EndOfDay,
        business_id,
        """
        SELECT coalesce(sum(visits) FILTER (WHERE day = %(day)s), 0)::int AS visits,
          coalesce(sum(stamps) FILTER (WHERE day = %(day)s), 0)::int AS stamps,
          coalesce(sum(at_risk_moved), 0)::int AS at_risk, coalesce(sum(lost_moved), 0)::int AS lost
        FROM daily_stats
        WHERE business_id = %(business_id)s AND branch_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff' AND day <= %(day)s
        """,
        day=day,
    )
