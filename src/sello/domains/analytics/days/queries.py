"""The shop's days, its hours from the ledger, and the customers it misses."""

from typing import LiteralString
from uuid import UUID

from sello.domains.analytics.days.rules import AwayRow, DayMoves, HourRow
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId

# Who came today and on the same weekday of the weeks before, once a day, with what they got.
_CAME: LiteralString = """
    WITH shop AS (
      SELECT zone, app_now() AS now, (app_now() AT TIME ZONE zone)::date AS today
      FROM businesses WHERE id = %(business_id)s
    ), days AS MATERIALIZED (
      SELECT n AS weeks_ago, (today - 7 * n)::timestamp AT TIME ZONE zone AS since,
        (today - 7 * n + 1)::timestamp AT TIME ZONE zone AS until
      FROM shop, generate_series(0, %(weeks)s::int) n
    ), came AS (
      SELECT d.weeks_ago, d.since, coalesce(k.merged_into, k.id) AS card_id,
        min(e.occurred_at) FILTER (WHERE e.kind = 'earn') AS first_at, min(e.occurred_at) AS any_at,
        coalesce(sum(e.delta) FILTER (WHERE e.kind = 'earn'), 0) AS stamps,
        count(*) FILTER (WHERE e.kind = 'redeem') AS rewards
      FROM days d CROSS JOIN memberships m
      CROSS JOIN LATERAL (
        SELECT g.id, g.card_id, g.kind, g.delta, g.occurred_at FROM stamp_events g
        WHERE g.business_id = %(business_id)s AND g.account_id = m.account_id
          AND g.occurred_at >= d.since AND g.occurred_at < d.until AND g.kind IN ('earn', 'redeem')
          AND (%(branch_id)s::uuid IS NULL OR g.branch_id = %(branch_id)s::uuid)
          AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = %(business_id)s AND v.voids = g.id)
        OFFSET 0) e
      JOIN cards k ON k.business_id = %(business_id)s AND k.id = e.card_id
      WHERE m.business_id = %(business_id)s
      GROUP BY 1, 2, 3
    )
"""
_BY_HOUR: LiteralString = """
    SELECT shop.zone, shop.now, shop.today, c.weeks_ago, c.hour,
      coalesce(c.visits, 0)::int AS visits, coalesce(c.visits_by_now, 0)::int AS visits_by_now,
      coalesce(c.with_reward, 0)::int AS with_reward, coalesce(c.stamps, 0)::int AS stamps,
      coalesce(c.rewards, 0)::int AS rewards
    FROM shop LEFT JOIN (
      SELECT x.weeks_ago, extract(hour FROM coalesce(x.first_at, x.any_at) AT TIME ZONE s.zone)::int AS hour,
        count(x.first_at) AS visits,
        count(x.first_at) FILTER (WHERE x.first_at - x.since
          <= s.now - s.today::timestamp AT TIME ZONE s.zone) AS visits_by_now,
        count(x.first_at) FILTER (WHERE x.rewards > 0) AS with_reward, sum(x.stamps) AS stamps,
        sum(x.rewards) AS rewards
      FROM came x, shop s GROUP BY 1, 2) c ON true
    ORDER BY c.weeks_ago, c.hour
"""


async def moves_of(db: Db, business_id: BusinessId, branch_id: UUID, *, days: int) -> list[DayMoves]:
    """The last days with their sums and movements; what came before them stands in `moved` of the first day.

    Days on which nothing moved are left out.
    """
    return await db.fetch_all(
        DayMoves,
        business_id,
        """
        WITH shop AS (
          SELECT (app_now() AT TIME ZONE zone)::date AS today FROM businesses WHERE id = %(business_id)s
        )
        SELECT shop.today, greatest(d.day, shop.today - %(days)s::int + 1) AS day,
          coalesce(sum(d.visits) FILTER (WHERE d.day > shop.today - %(days)s::int), 0)::int AS visits,
          coalesce(sum(d.active_moved), 0)::int AS active_moved,
          coalesce(sum(d.returned_moved), 0)::int AS returned_moved,
          coalesce(sum(d.at_risk_moved), 0)::int AS at_risk_moved
        FROM shop LEFT JOIN daily_stats d ON d.business_id = %(business_id)s AND d.branch_id = %(branch_id)s
          AND d.day <= shop.today
        GROUP BY 1, 2 ORDER BY 2
        """,
        branch_id=branch_id,
        days=days,
    )


async def hours_of(db: Db, business_id: BusinessId, *, branch_id: UUID | None, weeks: int) -> list[HourRow]:
    """Today and the same weekday of the weeks before, by the hour in which each customer came first.

    From the ledger itself, so that a stamp is in it at once: the ranges of the shop's people, who are few, in the index
    by person and time (`OFFSET 0`: each range by itself, never all of the shop). Without any visit one row tells the
    clock.
    """
    return await db.fetch_all(
        HourRow,
        business_id,
        _CAME + _BY_HOUR,
        branch_id=branch_id,
        weeks=weeks,
    )


async def away_of(db: Db, business_id: BusinessId, *, most: int) -> list[AwayRow]:
    """Customers at risk and not lost yet, those who have become so last first: they are the easiest to win back."""
    return await db.fetch_all(
        AwayRow,
        business_id,
        """
        WITH shop AS (
          SELECT (app_now() AT TIME ZONE zone)::date AS today FROM businesses WHERE id = %(business_id)s
        )
        SELECT person.id AS customer_id, person.name, s.visits, s.median_gap::float8 AS median_gap,
          shop.today - s.last_day AS days_away
        FROM shop JOIN customer_stats s ON s.business_id = %(business_id)s AND s.at_risk_from <= shop.today
        JOIN LATERAL (
          SELECT u.id, u.name FROM cards k
          JOIN customers u ON u.business_id = %(business_id)s AND u.id = k.customer_id AND u.erased_at IS NULL
          WHERE k.business_id = %(business_id)s AND k.id = s.card_id OFFSET 0) person ON true
        WHERE (s.lost_from IS NULL OR s.lost_from > shop.today) AND s.last_day IS NOT NULL
        ORDER BY s.at_risk_from DESC, s.card_id LIMIT %(most)s
        """,
        most=most,
    )
