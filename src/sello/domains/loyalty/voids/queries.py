"""What a void reads and writes besides the ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.domains.loyalty.voids.rules import Standing
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, RewardId


@dataclass(frozen=True, slots=True)
class Lapse:
    """Open stamps that expired."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Revoked:
    """A reward that a void revoked."""

    id: RewardId


async def standing_rewards(db: Db, business_id: BusinessId, card_id: CardId) -> list[Standing]:
    """The card's rewards of steps that are not revoked, and those of cards merged into it that count on it.

    It holds for a decision only under the card's lock.
    """
    return await db.fetch_all(
        Standing,
        business_id,
        """
        SELECT r.id, e.id AS issued_as, coalesce(r.counts_in, r.cycle) AS cycle, r.threshold, r.cost,
          r.expired_at IS NOT NULL
            OR coalesce(r.good_until < (app_now() AT TIME ZONE b.zone)::date, false) AS expired,
          EXISTS (SELECT FROM redemptions x WHERE x.business_id = r.business_id AND x.reward_id = r.id
            AND x.released_at IS NULL AND x.voided_at IS NULL
            AND (x.confirmed_at IS NOT NULL OR x.expires_at > app_now())) AS used
        FROM rewards r
        JOIN businesses b ON b.id = r.business_id
        JOIN stamp_events e
          ON e.business_id = r.business_id AND e.reward_id = r.id AND e.kind = 'issue_reward'
        WHERE r.business_id = %(business_id)s AND (r.card_id = %(card_id)s OR r.counts_on = %(card_id)s)
          AND r.revoked_at IS NULL AND r.source = 'step'
        """,
        card_id=card_id,
    )


async def lapse_after(db: Db, business_id: BusinessId, card_id: CardId, seq: int) -> Lapse | None:
    """The expiry of open stamps that stands after this entry; it holds for a decision only under the card's lock."""
    return await db.fetch_one(
        Lapse,
        business_id,
        """
        SELECT e.id FROM stamp_events e
        WHERE e.business_id = %(business_id)s AND e.card_id = %(card_id)s AND e.seq > %(seq)s
          AND e.kind = 'expire' AND e.delta < 0
          AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)
        LIMIT 1
        """,
        card_id=card_id,
        seq=seq,
    )


async def revoke_reward(db: Db, business_id: BusinessId, reward_id: RewardId, *, at: datetime) -> int:
    """Mark a reward revoked at the time of the entry that voids its issue."""
    return await db.execute(
        business_id,
        """
        UPDATE rewards SET revoked_at = %(at)s
        WHERE business_id = %(business_id)s AND id = %(reward_id)s AND revoked_at IS NULL
        """,
        reward_id=reward_id,
        at=at,
    )


async def settle_card(db: Db, business_id: BusinessId, card_id: CardId, *, cycle: int) -> int:
    """Put the card into a round and recompute its last visit, and through when its stamps are good.

    `day_count` stays: a void does not free quota.
    """
    return await db.execute(
        business_id,
        """
        UPDATE cards SET cycle = %(cycle)s, last_at = (
          SELECT max(e.occurred_at) FROM stamp_events e
          WHERE e.business_id = %(business_id)s AND e.card_id = %(card_id)s AND e.kind = 'earn'
            AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)),
          stamps_until = CASE WHEN balance > 0 THEN (
            SELECT e.stamps_until FROM stamp_events e
            WHERE e.business_id = %(business_id)s AND e.card_id = %(card_id)s
              AND e.kind IN ('earn', 'bonus', 'adjust') AND e.delta > 0
              AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)
            ORDER BY e.seq DESC LIMIT 1) END
        WHERE business_id = %(business_id)s AND id = %(card_id)s
        """,
        card_id=card_id,
        cycle=cycle,
    )


async def revoked_before(db: Db, business_id: BusinessId, card_id: CardId, seq: int) -> list[Revoked]:
    """The rewards that the void with this seq revoked: the voided issues directly before it, without a gap."""
    return await db.fetch_all(
        Revoked,
        business_id,
        """
        SELECT v.reward_id AS id FROM stamp_events v
        WHERE v.business_id = %(business_id)s AND v.card_id = %(card_id)s AND v.seq < %(seq)s AND v.seq > (
          SELECT coalesce(max(o.seq), 0) FROM stamp_events o
          LEFT JOIN stamp_events t ON t.business_id = o.business_id AND t.id = o.voids
          WHERE o.business_id = %(business_id)s AND o.card_id = %(card_id)s AND o.seq < %(seq)s
            AND t.kind IS DISTINCT FROM 'issue_reward')
        ORDER BY v.seq
        """,
        card_id=card_id,
        seq=seq,
    )
