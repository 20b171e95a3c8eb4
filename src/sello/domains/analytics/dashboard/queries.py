"""The home page's numbers, from the shop's days alone."""

from datetime import date
from uuid import UUID

from sello.domains.analytics.dashboard.rules import Span
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def spans_of(db: Db, business_id: BusinessId, branch_id: UUID, *, as_of: date | None = None) -> list[Span]:
    """Sums over the spans up to a day (None: today in the shop's zone); no row for a span without days.

    At least one row for a shop that there is: one with `name` None when it has no days. `branch_known`: the shop has
    that branch.
    """
    return await db.fetch_all(
        Span,
        business_id,
        """
        WITH shop AS (
          SELECT zone, coalesce(%(as_of)s::date, (app_now() AT TIME ZONE zone)::date) AS day
          FROM businesses WHERE id = %(business_id)s
        ), days AS (
          SELECT
            CASE WHEN d.day = shop.day THEN 'today' WHEN d.day = shop.day - 1 THEN 'yesterday'
              WHEN d.day > shop.day - 30 THEN 'recent' WHEN d.day > shop.day - 60 THEN 'before' ELSE 'older'
            END AS name,
            sum(d.visits)::int AS visits, sum(d.purchases)::int AS purchases, sum(d.stamps)::int AS stamps,
            sum(d.rewards_issued)::int AS rewards_issued, sum(d.rewards_redeemed)::int AS rewards_redeemed,
            sum(d.amount_centimos)::bigint AS amount_centimos, sum(d.new_cards)::int AS new_cards,
            sum(d.first_visits)::int AS customers, sum(d.second_visits)::int AS repeat,
            sum(d.active_moved)::int AS active, sum(d.returned_moved)::int AS returned,
            sum(d.at_risk_moved)::int AS at_risk, sum(d.lost_moved)::int AS lost
          FROM shop JOIN daily_stats d ON d.business_id = %(business_id)s AND d.branch_id = %(branch_id)s
            AND d.day <= shop.day
          GROUP BY 1
        )
        SELECT shop.day, shop.zone,
          EXISTS (SELECT FROM branches WHERE business_id = %(business_id)s AND id = %(branch_id)s) AS branch_known,
          days.*
        FROM shop LEFT JOIN days ON true
        """,
        branch_id=branch_id,
        as_of=as_of,
    )
