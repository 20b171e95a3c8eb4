"""The shop's facts, the latest first."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from sello.domains.loyalty.happenings.rules import Told
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId

# A fact with the names of what it is about.
_NAMED: LiteralString = """
    SELECT e.id, e.kind, e.payload, e.recorded_at,
      CASE WHEN e.kind = 'StampAdded' THEN stamp.occurred_at END AS visited_at, person.id AS customer_id,
      person.name, m.name AS by, coalesce(stamp.branch_id, redemption.branch_id, reward.branch_id) AS branch_id,
      reward.title AS reward_title,
      CASE e.kind WHEN 'StampAdded' THEN stamp.voided WHEN 'RewardRedeemed' THEN redemption.voided
        WHEN 'RewardEarned' THEN reward.revoked ELSE false END IS TRUE AS taken_back
    FROM events e
    CROSS JOIN LATERAL (
      SELECT (e.payload ->> 'card_id')::uuid AS card_id, (e.payload ->> 'stamp_id')::uuid AS stamp_id,
        (e.payload ->> 'reward_id')::uuid AS reward_id, (e.payload ->> 'redemption_id')::uuid AS redemption_id,
        (e.payload ->> 'account_id')::uuid AS account_id OFFSET 0) f
    LEFT JOIN LATERAL (
      SELECT coalesce(w.id, u.id) AS id, coalesce(w.name, u.name) AS name
      FROM cards k JOIN customers u ON u.business_id = %(business_id)s AND u.id = k.customer_id
      LEFT JOIN customers w ON w.business_id = %(business_id)s AND w.id = u.merged_into
      WHERE k.business_id = %(business_id)s AND k.id = f.card_id OFFSET 0) person ON true
    LEFT JOIN LATERAL (
      SELECT s.occurred_at, s.branch_id, v.id IS NOT NULL AS voided
      FROM stamp_events s LEFT JOIN stamp_events v ON v.business_id = %(business_id)s AND v.voids = s.id
      WHERE s.business_id = %(business_id)s AND s.id = f.stamp_id OFFSET 0) stamp ON true
    LEFT JOIN LATERAL (
      SELECT x.branch_id, x.voided_at IS NOT NULL AS voided FROM redemptions x
      WHERE x.business_id = %(business_id)s AND x.id = f.redemption_id OFFSET 0) redemption ON true
    LEFT JOIN LATERAL (
      SELECT r.title, r.revoked_at IS NOT NULL AS revoked, c.branch_id
      FROM rewards r LEFT JOIN stamp_events c ON c.business_id = %(business_id)s AND c.id = r.caused_by
      WHERE r.business_id = %(business_id)s AND r.id = f.reward_id OFFSET 0) reward ON true
    LEFT JOIN memberships m ON m.business_id = %(business_id)s AND m.account_id = f.account_id
"""
_PAGE: LiteralString = """
    WHERE e.business_id = %(business_id)s AND e.kind = ANY(%(kinds)s)
      AND e.recorded_at <= %(before)s AND (e.recorded_at, e.id) < (%(before)s, %(before_id)s::uuid)
      AND NOT (e.kind = 'CustomerEnrolled' AND e.payload ->> 'source' = 'import')
      AND (%(branch_id)s::uuid IS NULL OR coalesce(stamp.branch_id, redemption.branch_id, reward.branch_id)
        = %(branch_id)s::uuid)
    ORDER BY e.recorded_at DESC, e.id DESC LIMIT %(most)s
"""


async def told_before(
    db: Db,
    business_id: BusinessId,
    *,
    kinds: list[str],
    branch_id: UUID | None,
    before: datetime,
    before_id: UUID,
    most: int,
) -> list[Told]:
    """Facts of these kinds from just before a place; of a branch, those that belong to one.

    Facts are kept for 30 days. What an import brought along is no news and left out. `OFFSET 0` keeps the ids apart
    from the casts that made them (row-level security lets no index be asked for the result of a cast) and each look-up
    by itself.
    """
    return await db.fetch_all(
        Told,
        business_id,
        _NAMED + _PAGE,
        kinds=kinds,
        branch_id=branch_id,
        before=before,
        before_id=before_id,
        most=most,
    )
