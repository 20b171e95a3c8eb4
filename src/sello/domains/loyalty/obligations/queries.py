"""Open stamps and open rewards of a shop. What is past its last day is not owed, whether its night has come or not."""

from dataclasses import dataclass

from sello.domains.loyalty.obligations.rules import Ends, OpenRewards, Standing
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class OwedStamps:
    """Cards with open stamps that end in the same span, and the stamps on them."""

    ends: Ends
    cards: int
    stamps: int


@dataclass(frozen=True, slots=True)
class OwedRewards:
    """Open rewards of one title that end in the same span."""

    ends: Ends
    title: str
    rewards: int


async def standings(db: Db, business_id: BusinessId) -> list[Standing]:
    """How many cards hold how many open stamps."""
    return await db.fetch_all(
        Standing,
        business_id,
        """
        SELECT c.balance, c.stamps_until IS NULL AS for_good, count(*)::int AS cards
        FROM cards c JOIN businesses b ON b.id = c.business_id
        WHERE c.business_id = %(business_id)s AND c.balance > 0 AND c.erased_at IS NULL
          AND (c.stamps_until IS NULL OR c.stamps_until >= (app_now() AT TIME ZONE b.zone)::date)
        GROUP BY 1, 2
        """,
    )


async def open_rewards(db: Db, business_id: BusinessId) -> OpenRewards | None:
    """How many rewards wait to be collected."""
    return await db.fetch_one(
        OpenRewards,
        business_id,
        """
        SELECT count(*)::int AS rewards, count(r.good_until)::int AS with_end
        FROM rewards r JOIN businesses b ON b.id = r.business_id
        JOIN cards c ON c.business_id = r.business_id AND c.id = r.card_id AND c.erased_at IS NULL
        WHERE r.business_id = %(business_id)s AND r.revoked_at IS NULL AND r.expired_at IS NULL
          AND (r.good_until IS NULL OR r.good_until >= (app_now() AT TIME ZONE b.zone)::date)
          AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = r.business_id AND x.reward_id = r.id
            AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL)
        """,
    )


async def owed_stamps(db: Db, business_id: BusinessId) -> list[OwedStamps]:
    """Open stamps by when they end."""
    return await db.fetch_all(
        OwedStamps,
        business_id,
        """
        SELECT CASE WHEN c.stamps_until IS NULL THEN 'never' WHEN c.stamps_until <= t.today + 7 THEN 'within_7_days'
            WHEN c.stamps_until <= t.today + 30 THEN 'within_30_days' ELSE 'later' END AS ends,
          count(*)::int AS cards, sum(c.balance)::int AS stamps
        FROM cards c
        CROSS JOIN (SELECT (app_now() AT TIME ZONE z.zone)::date AS today FROM businesses z
                    WHERE z.id = %(business_id)s) t
        WHERE c.business_id = %(business_id)s AND c.balance > 0 AND c.erased_at IS NULL
          AND (c.stamps_until IS NULL OR c.stamps_until >= t.today)
        GROUP BY 1
        """,
    )


async def owed_rewards(db: Db, business_id: BusinessId, *, most: int) -> list[OwedRewards]:
    """Open rewards by title and by when they end, the most numerous first."""
    return await db.fetch_all(
        OwedRewards,
        business_id,
        """
        SELECT CASE WHEN r.good_until IS NULL THEN 'never' WHEN r.good_until <= t.today + 7 THEN 'within_7_days'
            WHEN r.good_until <= t.today + 30 THEN 'within_30_days' ELSE 'later' END AS ends,
          r.title, count(*)::int AS rewards
        FROM rewards r
        JOIN cards c ON c.business_id = r.business_id AND c.id = r.card_id AND c.erased_at IS NULL
        CROSS JOIN (SELECT (app_now() AT TIME ZONE z.zone)::date AS today FROM businesses z
                    WHERE z.id = %(business_id)s) t
        WHERE r.business_id = %(business_id)s AND r.revoked_at IS NULL AND r.expired_at IS NULL
          AND (r.good_until IS NULL OR r.good_until >= t.today)
          AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = r.business_id AND x.reward_id = r.id
            AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL)
        GROUP BY 1, 2 ORDER BY 3 DESC, 2, 1 LIMIT %(most)s
        """,
        most=most,
    )
