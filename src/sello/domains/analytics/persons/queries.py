"""A person's days and summary."""

from sello.domains.customer import Row
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def day_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What each day of theirs came to."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT d.card_id, d.day, d.branch_id, d.purchases, d.stamps, d.stamps_expired, d.amount_centimos,
            d.rewards_issued, d.rewards_redeemed
          FROM cards c JOIN customer_days d ON d.business_id = c.business_id AND d.card_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY d.day, d.branch_id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def summary_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What their days come to together: visits, gaps, and since when the shop would miss them."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT s.card_id, s.enrolled_day, s.visits, s.purchases, s.stamps, s.amount_centimos, s.rewards_issued,
            s.rewards_redeemed, s.first_day, s.last_day, s.median_gap, s.at_risk_from, s.lost_from
          FROM cards c JOIN customer_stats s ON s.business_id = c.business_id AND s.card_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY s.card_id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )
