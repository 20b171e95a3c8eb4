"""What a campaign did, counted in one statement each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import LiteralString
from uuid import UUID

from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages of a campaign by what became of them; `sent` holds those that failed later, `members` are customers."""

    members: int
    held_out: int
    planned: int
    waiting: int
    sending: int
    sent: int
    delivered: int
    read: int
    clicked: int
    failed: int
    unknown: int
    released: int
    opted_out: int
    codes: int
    redeemed: int
    redeemed_centimos: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many messages ended for one reason: a word of ours, or the provider's number."""

    why: str | None
    error_code: int | None
    count: int


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One arm of one campaign, of customers whose window has ended."""

    campaign_id: UUID
    arm: str
    customers: int
    visitors: int
    centimos: int
    squares: float


@dataclass(frozen=True, slots=True)
class Ready:
    """The shop's day on which the next window ends, None when none is open."""

    day: date | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One of the shop's days of a campaign."""

    day: date
    planned: int
    sent: int
    delivered: int
    read: int
    redeemed: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One occasion of one customer, and what came of it."""

    customer_id: UUID
    occasion: str
    arm: str
    planned_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    clicked_at: datetime | None
    why: str | None
    error_code: int | None
    redeemed_at: datetime | None
    stamps: int
    centimos: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What all campaigns sent and cost."""

    campaigns: int
    sent: int
    cost_micros: int


async def counts_of(db: Db, business_id: BusinessId, campaign_id: UUID, *, blamed: timedelta) -> Counts | None:
    """Everything that is counted of one campaign. An opt-out within `blamed` after a message is its doing."""
    return await db.fetch_one(
        Counts,
        business_id,
        """
        SELECT m.members, m.held_out, s.*, c.*
        FROM (
          SELECT count(DISTINCT customer_id) AS members,
            count(DISTINCT customer_id) FILTER (WHERE arm = 'holdout') AS held_out
          FROM campaign_members WHERE business_id = %(business_id)s AND campaign_id = %(campaign_id)s) m,
        (
          SELECT count(*) AS planned,
            count(*) FILTER (WHERE claimed_at IS NULL AND released_at IS NULL) AS waiting,
            count(*) FILTER (WHERE claimed_at IS NOT NULL AND unknown_at IS NULL AND accepted_at IS NULL
              AND released_at IS NULL) AS sending,
            count(*) FILTER (WHERE accepted_at IS NOT NULL) AS sent,
            count(*) FILTER (WHERE rank >= 6) AS delivered,
            count(*) FILTER (WHERE opened_at IS NOT NULL) AS read,
            count(*) FILTER (WHERE clicked_at IS NOT NULL) AS clicked, count(*) FILTER (WHERE rank = 5) AS failed,
            count(*) FILTER (WHERE unknown_at IS NOT NULL AND accepted_at IS NULL AND released_at IS NULL) AS unknown,
            count(*) FILTER (WHERE released_at IS NOT NULL) AS released,
            count(DISTINCT x.customer_id) FILTER (WHERE accepted_at IS NOT NULL AND EXISTS (
              SELECT FROM consent_events k
              WHERE k.business_id = x.business_id AND k.customer_id = x.customer_id AND k.kind = 'opt_out'
                AND k.recorded_at BETWEEN x.accepted_at AND x.accepted_at + %(blamed)s)) AS opted_out,
            coalesce(sum(cost_micros) FILTER (WHERE claimed_at IS NOT NULL AND released_at IS NULL AND rank <> 5), 0)
              ::bigint AS cost_micros
          FROM campaign_sends x WHERE x.business_id = %(business_id)s AND x.campaign_id = %(campaign_id)s) s,
        (
          SELECT count(*) AS codes, count(r.id) AS redeemed,
            coalesce(sum(r.amount_centimos), 0)::bigint AS redeemed_centimos
          FROM discount_codes d
          LEFT JOIN code_redemptions r ON r.business_id = d.business_id AND r.code_id = d.id AND r.voided_at IS NULL
          WHERE d.business_id = %(business_id)s AND d.campaign_id = %(campaign_id)s
            AND (d.withdrawn_at IS NULL OR r.id IS NOT NULL)) c
        WHERE EXISTS (SELECT FROM campaigns WHERE business_id = %(business_id)s AND id = %(campaign_id)s)
        """,
        campaign_id=campaign_id,
        blamed=blamed,
    )


async def endings_of(db: Db, business_id: BusinessId, campaign_id: UUID) -> list[Ended]:
    """Why messages did not go out, and with which number of the provider others failed; the most frequent first."""
    return await db.fetch_all(
        Ended,
        business_id,
        """
        SELECT released_why AS why, CASE WHEN released_at IS NULL OR released_why = 'refused' THEN error_code END
            AS error_code, count(*)
        FROM campaign_sends
        WHERE business_id = %(business_id)s AND campaign_id = %(campaign_id)s AND (released_at IS NOT NULL OR rank = 5)
        GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 100
        """,
        campaign_id=campaign_id,
    )


# A customer counts once a campaign, from the first time it meant them. Stamps of a card that was merged lie on the
# other one from then on. What was taken back did not happen.
_OUTCOMES: LiteralString = """
    WITH firsts AS (
      SELECT DISTINCT ON (m.campaign_id, m.customer_id) m.campaign_id, m.customer_id, m.arm, m.planned_at
      FROM campaign_members m
      WHERE m.business_id = %(business_id)s
        AND (%(campaign_id)s::uuid IS NULL OR m.campaign_id = %(campaign_id)s)
      ORDER BY m.campaign_id, m.customer_id, m.planned_at
    )
"""
_VISITS: LiteralString = """
      SELECT count(*) AS stamps, coalesce(sum(e.amount_centimos), 0)::bigint AS centimos
      FROM cards k
      JOIN stamp_events e ON e.business_id = k.business_id AND e.card_id = ANY (ARRAY[k.id, k.merged_into])
      WHERE k.business_id = %(business_id)s AND k.customer_id = f.customer_id AND e.kind IN ('earn', 'history')
        AND e.occurred_at > f.planned_at AND e.occurred_at <= f.planned_at + %(window)s
        AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)
"""
_ARMS: LiteralString = """
    SELECT f.campaign_id, f.arm, count(*) AS customers, count(*) FILTER (WHERE v.stamps > 0) AS visitors,
      sum(v.centimos)::bigint AS centimos, sum(v.centimos::float8 * v.centimos::float8) AS squares
    FROM firsts f CROSS JOIN LATERAL (
"""
_ARMS_END: LiteralString = """
    ) v
    WHERE f.planned_at + %(window)s <= (SELECT app_now())
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_READY: LiteralString = """
    SELECT (min(f.planned_at + %(window)s) AT TIME ZONE
      (SELECT zone FROM businesses WHERE id = %(business_id)s))::date AS day
    FROM firsts f WHERE f.planned_at + %(window)s > (SELECT app_now())
"""
_MEMBERS: LiteralString = """
    WITH f AS (
      SELECT m.customer_id, m.occasion, m.arm, m.planned_at, m.send_id FROM campaign_members m
      WHERE m.business_id = %(business_id)s AND m.campaign_id = %(campaign_id)s
        AND (m.customer_id, m.occasion) > (%(after)s::uuid, %(occasion)s)
      ORDER BY m.customer_id, m.occasion LIMIT %(most)s
    )
    SELECT f.customer_id, f.occasion, f.arm, f.planned_at, s.accepted_at AS sent_at, s.delivered_at,
      s.opened_at AS read_at, s.clicked_at, s.released_why AS why, s.error_code,
      (SELECT r.redeemed_at FROM discount_codes d
       JOIN code_redemptions r ON r.business_id = d.business_id AND r.code_id = d.id AND r.voided_at IS NULL
       WHERE d.business_id = %(business_id)s AND d.send_id = f.send_id) AS redeemed_at,
      v.stamps, v.centimos,
      CASE WHEN s.claimed_at IS NOT NULL AND s.released_at IS NULL AND s.rank <> 5 THEN s.cost_micros ELSE 0 END
        AS cost_micros
    FROM f LEFT JOIN campaign_sends s ON s.business_id = %(business_id)s AND s.id = f.send_id
    CROSS JOIN LATERAL (
"""
_MEMBERS_END: LiteralString = """
    ) v ORDER BY f.customer_id, f.occasion
"""


async def arms_of(db: Db, business_id: BusinessId, campaign_id: UUID | None, *, window: timedelta) -> list[ArmRow]:
    """The arms of a campaign, or of every one (None), of customers whose window has ended."""
    return await db.fetch_all(
        ArmRow,
        business_id,
        _OUTCOMES + _ARMS + _VISITS + _ARMS_END,
        campaign_id=campaign_id,
        window=window,
    )


async def ready_on(db: Db, business_id: BusinessId, campaign_id: UUID | None, *, window: timedelta) -> Ready | None:
    """When the first of the windows that are open ends."""
    return await db.fetch_one(
        Ready,
        business_id,
        _OUTCOMES + _READY,
        campaign_id=campaign_id,
        window=window,
    )


async def days_of(db: Db, business_id: BusinessId, campaign_id: UUID, *, most: int) -> list[DayRow]:
    """The latest days on which anything happened, in the shop's zone, the first of them first."""
    return await db.fetch_all(
        DayRow,
        business_id,
        """
        WITH told AS (
          SELECT x.what, x.at FROM campaign_sends s
          CROSS JOIN LATERAL (VALUES ('planned', s.planned_at), ('sent', s.accepted_at), ('delivered', s.delivered_at),
            ('read', s.opened_at)) x (what, at)
          WHERE s.business_id = %(business_id)s AND s.campaign_id = %(campaign_id)s AND x.at IS NOT NULL
          UNION ALL
          SELECT 'redeemed', r.redeemed_at FROM discount_codes d
          JOIN code_redemptions r ON r.business_id = d.business_id AND r.code_id = d.id AND r.voided_at IS NULL
          WHERE d.business_id = %(business_id)s AND d.campaign_id = %(campaign_id)s
        ), days AS (
          SELECT (t.at AT TIME ZONE b.zone)::date AS day, t.what
          FROM told t, businesses b WHERE b.id = %(business_id)s
        ), latest AS (
          SELECT day, count(*) FILTER (WHERE what = 'planned') AS planned,
            count(*) FILTER (WHERE what = 'sent') AS sent, count(*) FILTER (WHERE what = 'delivered') AS delivered,
            count(*) FILTER (WHERE what = 'read') AS read, count(*) FILTER (WHERE what = 'redeemed') AS redeemed
          FROM days GROUP BY day ORDER BY day DESC LIMIT %(most)s
        )
        SELECT * FROM latest ORDER BY day
        """,
        campaign_id=campaign_id,
        most=most,
    )


async def member_lines(
    db: Db,
    business_id: BusinessId,
    campaign_id: UUID,
    *,
    window: timedelta,
    after: tuple[UUID, str] | None,
    most: int,
) -> list[MemberRow]:
    """Everybody the campaign meant, in the order of their ids, from just after a place."""
    return await db.fetch_all(
        MemberRow,
        business_id,
        _MEMBERS + _VISITS + _MEMBERS_END,
        campaign_id=campaign_id,
        window=window,
        after=after[0] if after else UUID(int=0),
        occasion=after[1] if after else "",
        most=most,
    )


async def spent_of(db: Db, business_id: BusinessId) -> Spent | None:
    """What all campaigns of the shop sent and cost."""
    return await db.fetch_one(
        Spent,
        business_id,
        """
        SELECT count(DISTINCT campaign_id) AS campaigns, count(*) FILTER (WHERE accepted_at IS NOT NULL) AS sent,
          coalesce(sum(cost_micros) FILTER (WHERE claimed_at IS NOT NULL AND released_at IS NULL AND rank <> 5), 0)
            ::bigint AS cost_micros
        FROM campaign_sends WHERE business_id = %(business_id)s
        """,
    )
