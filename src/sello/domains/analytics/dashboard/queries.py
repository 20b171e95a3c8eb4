"""The home page's numbers, from the shop's days alone."""

from datetime import date
from uuid import UUID

from sello.domains.analytics.dashboard.rules import Period, Standing
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def standing_of(
    db: Db, business_id: BusinessId, branch_id: UUID, *, as_of: date | None = None
) -> Standing | None:
    """What stands at the end of a day (None: today in the shop's zone), and stood 30 and 60 days before.

    `branch_known`: the shop has that branch.
    """
    return await db.fetch_one(
        Standing,
        business_id,
        """
        WITH shop AS (
          SELECT zone, coalesce(%(as_of)s::date, (app_now() AT TIME ZONE zone)::date) AS day
          FROM businesses WHERE id = %(business_id)s
        ), stood AS (
          SELECT sum(d.first_visits) AS customers, sum(d.second_visits) AS repeat, sum(d.active_moved) AS active,
            sum(d.active_moved) FILTER (WHERE d.day <= shop.day - 30) AS active_30,
            sum(d.active_moved) FILTER (WHERE d.day <= shop.day - 60) AS active_60, sum(d.returned_moved) AS returned,
            sum(d.returned_moved) FILTER (WHERE d.day <= shop.day - 30) AS returned_30,
            sum(d.at_risk_moved) AS at_risk, sum(d.lost_moved) AS lost,
            sum(d.at_risk_moved) FILTER (WHERE d.day <= shop.day - 30) AS at_risk_30,
            sum(d.lost_moved) FILTER (WHERE d.day <= shop.day - 30) AS lost_30
          FROM shop JOIN daily_stats d ON d.business_id = %(business_id)s AND d.branch_id = %(branch_id)s
            AND d.day <= shop.day
        )
        SELECT shop.day, shop.zone,
          EXISTS (SELECT FROM branches WHERE business_id = %(business_id)s AND id = %(branch_id)s) AS branch_known,
          coalesce(customers, 0)::int AS customers, coalesce(repeat, 0)::int AS repeat,
          coalesce(active, 0)::int AS active, coalesce(active_30, 0)::int AS active_30,
          coalesce(active_60, 0)::int AS active_60, coalesce(returned, 0)::int AS returned,
          coalesce(returned_30, 0)::int AS returned_30, coalesce(at_risk, 0)::int AS at_risk,
          coalesce(at_risk_30, 0)::int AS at_risk_30, coalesce(lost, 0)::int AS lost,
          coalesce(lost_30, 0)::int AS lost_30
        FROM shop, stood
        """,
        branch_id=branch_id,
        as_of=as_of,
    )


async def periods_of(db: Db, business_id: BusinessId, branch_id: UUID, day: date) -> list[Period]:
    """Sums of a day and the one before, of the 30 days that end with it and the 30 before."""
    return await db.fetch_all(
        Period,
        business_id,
        """
        SELECT p.name, coalesce(sum(d.visits), 0)::int AS visits, coalesce(sum(d.purchases), 0)::int AS purchases,
          coalesce(sum(d.stamps), 0)::int AS stamps, coalesce(sum(d.rewards_issued), 0)::int AS rewards_issued,
          coalesce(sum(d.rewards_redeemed), 0)::int AS rewards_redeemed,
          coalesce(sum(d.amount_centimos), 0)::bigint AS amount_centimos,
          coalesce(sum(d.new_cards), 0)::int AS new_cards
        FROM (VALUES ('today', 0, 0), ('yesterday', 1, 1), ('last', 29, 0), ('before', 59, 30))
          AS p (name, since, until)
        LEFT JOIN daily_stats d ON d.business_id = %(business_id)s AND d.branch_id = %(branch_id)s
          AND d.day BETWEEN %(day)s::date - p.since AND %(day)s::date - p.until
        GROUP BY p.name
        """,
        branch_id=branch_id,
        day=day,
    )
