"""Cards with their holders, by link, and the days they saw."""

from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from sello.domains.loyalty.cards.rules import CardView
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, CustomerId

# What is past its last day at the shop is gone, whether its night has come or not.
# k: the card that was named, or the one it leads to. The name is resolved in a sub-select of its own: under row-level
# security coalesce() in a join is not pushed into an index, and every card of the shop would be read (tried).
CARD: LiteralString = """
    SELECT k.id AS card_id, k.customer_id, u.name, u.last_three, k.confirmed_at,
      greatest(k.last_at, k.history_at) AS last_at,
      CASE WHEN k.stamps_until < t.today THEN 0 ELSE k.balance END AS balance,
      CASE WHEN k.stamps_until >= t.today THEN k.stamps_until END AS stamps_until,
      u.opted_in_at, coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', w.id, 'title', w.title, 'good_until', w.good_until)
          ORDER BY w.issued_at, w.threshold, w.id)
        FROM rewards w
        WHERE w.business_id = k.business_id AND w.card_id = k.id AND w.revoked_at IS NULL AND w.expired_at IS NULL
          AND (w.good_until IS NULL OR w.good_until >= t.today) AND NOT EXISTS (
          SELECT FROM redemptions d WHERE d.business_id = w.business_id AND d.reward_id = w.id
            AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)), '[]') AS rewards
    FROM cards k
    CROSS JOIN (SELECT (app_now() AT TIME ZONE z.zone)::date AS today FROM businesses z
                WHERE z.id = %(business_id)s) t
    JOIN customers u ON u.business_id = k.business_id AND u.id = k.customer_id AND u.erased_at IS NULL
    WHERE k.business_id = %(business_id)s
"""
_WITH_LINK: LiteralString = """
    AND k.id = (SELECT coalesce(s.merged_into, s.id) FROM cards s
                WHERE s.business_id = %(business_id)s AND s.link = %(link)s)
"""
_OF_CUSTOMER: LiteralString = """
    AND k.id = (SELECT coalesce(s.merged_into, s.id) FROM cards s
                WHERE s.business_id = %(business_id)s AND s.customer_id = %(customer_id)s)
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """A day on which the customer was at the shop."""

    day: date


async def card_of_link(db: Db, business_id: BusinessId, link: str) -> CardView | None:
    """The card that this link opens."""
    return await db.fetch_one(CardView, business_id, CARD + _WITH_LINK, link=link)


async def card_of_holder(db: Db, business_id: BusinessId, customer_id: CustomerId) -> CardView | None:
    """The card of this customer."""
    return await db.fetch_one(CardView, business_id, CARD + _OF_CUSTOMER, customer_id=customer_id)


async def visits_of(db: Db, business_id: BusinessId, card_id: CardId, *, most: int) -> list[Visit]:
    """The latest days with a stamp that counts, in the shop's zone, the newest first."""
    return await db.fetch_all(
        Visit,
        business_id,
        """
        SELECT DISTINCT (e.occurred_at AT TIME ZONE b.zone)::date AS day
        FROM stamp_events e JOIN businesses b ON b.id = e.business_id
        WHERE e.business_id = %(business_id)s AND e.card_id = %(card_id)s AND e.kind IN ('earn', 'history')
          AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)
        ORDER BY day DESC LIMIT %(most)s
        """,
        card_id=card_id,
        most=most,
    )
