"""Rewards and their redemptions."""

from dataclasses import dataclass
from datetime import timedelta

from sello.domains.loyalty.rewards.rules import EarnedReward, Redemption, Reward
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BranchId, BusinessId, CardId, DeviceId, RedemptionId, RewardId


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a till and a branch."""

    device_known: bool
    branch_known: bool


_REDEMPTION = """
    SELECT x.id, x.reward_id, r.card_id, r.title, r.revoked_at, u.name AS customer_name, x.device_id, x.branch_id,
      x.reserved_by, reserver.name AS reserved_by_name, x.expires_at, x.released_at,
      x.confirmed_by, confirmer.name AS confirmed_by_name, x.confirmed_at,
      voider.name AS voided_by_name, x.voided_at, b.zone, app_now() AS now
    FROM redemptions x
    JOIN rewards r ON r.business_id = x.business_id AND r.id = x.reward_id
    JOIN cards c ON c.business_id = r.business_id AND c.id = r.card_id
    JOIN customers u ON u.business_id = c.business_id AND u.id = c.customer_id
    JOIN businesses b ON b.id = x.business_id
    JOIN memberships reserver ON reserver.business_id = x.business_id AND reserver.account_id = x.reserved_by
    LEFT JOIN memberships confirmer
      ON confirmer.business_id = x.business_id AND confirmer.account_id = x.confirmed_by
    LEFT JOIN memberships voider ON voider.business_id = x.business_id AND voider.account_id = x.voided_by
"""


async def reward_of(db: Db, business_id: BusinessId, reward_id: RewardId) -> Reward | None:
    """The reward; what it says about revocation holds only under its card's lock."""
    return await db.fetch_one(
        Reward,
        business_id,
        """
        SELECT r.id, r.card_id, r.title, r.revoked_at, r.good_until, (app_now() AT TIME ZONE b.zone)::date AS today
        FROM rewards r JOIN businesses b ON b.id = r.business_id
        WHERE r.business_id = %(business_id)s AND r.id = %(reward_id)s
        """,
        reward_id=reward_id,
    )


async def redemption_of(db: Db, business_id: BusinessId, redemption_id: RedemptionId) -> Redemption | None:
    """One redemption."""
    return await db.fetch_one(
        Redemption,
        business_id,
        _REDEMPTION + "WHERE x.business_id = %(business_id)s AND x.id = %(redemption_id)s",
        redemption_id=redemption_id,
    )


async def standing_redemption(db: Db, business_id: BusinessId, reward_id: RewardId) -> Redemption | None:
    """The reward's redemption that is neither released nor voided; the unique index allows one."""
    return await db.fetch_one(
        Redemption,
        business_id,
        _REDEMPTION
        + """
        WHERE x.business_id = %(business_id)s AND x.reward_id = %(reward_id)s
          AND x.released_at IS NULL AND x.voided_at IS NULL
        """,
        reward_id=reward_id,
    )


async def insert_redemption(
    db: Db,
    business_id: BusinessId,
    redemption_id: RedemptionId,
    reward_id: RewardId,
    *,
    account_id: AccountId,
    device_id: DeviceId | None,
    branch_id: BranchId | None,
    reserved_for: timedelta,
) -> int:
    """Reserve a reward from now on; 0 rows when the id is already an entry of the ledger.

    Raises UniqueViolation when the id is another reward's redemption.
    """
    return await db.execute(
        business_id,
        """
        INSERT INTO redemptions
          (business_id, id, reward_id, reserved_by, reserved_at, expires_at, device_id, branch_id)
        SELECT %(business_id)s, %(redemption_id)s, %(reward_id)s, %(account_id)s, t.now, t.now + %(reserved_for)s,
          %(device_id)s, %(branch_id)s
        FROM (SELECT app_now() AS now) t
        WHERE NOT EXISTS (
          SELECT FROM stamp_events e WHERE e.business_id = %(business_id)s AND e.id = %(redemption_id)s)
        """,
        redemption_id=redemption_id,
        reward_id=reward_id,
        account_id=account_id,
        device_id=device_id,
        branch_id=branch_id,
        reserved_for=reserved_for,
    )


async def release_redemption(db: Db, business_id: BusinessId, redemption_id: RedemptionId) -> int:
    """Let a reservation go; 0 rows when it was let go or confirmed before."""
    return await db.execute(
        business_id,
        """
        UPDATE redemptions SET released_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(redemption_id)s
          AND released_at IS NULL AND confirmed_at IS NULL
        """,
        redemption_id=redemption_id,
    )


async def confirm_redemption(
    db: Db, business_id: BusinessId, redemption_id: RedemptionId, *, account_id: AccountId
) -> int:
    """Mark a reservation handed over, at the time of its entry in the ledger."""
    return await db.execute(
        business_id,
        """
        UPDATE redemptions x SET confirmed_by = %(account_id)s, confirmed_at = e.recorded_at
        FROM stamp_events e
        WHERE x.business_id = %(business_id)s AND x.id = %(redemption_id)s
          AND x.confirmed_at IS NULL AND x.released_at IS NULL
          AND e.business_id = x.business_id AND e.id = x.id
        """,
        redemption_id=redemption_id,
        account_id=account_id,
    )


async def void_redemption(
    db: Db, business_id: BusinessId, redemption_id: RedemptionId, *, account_id: AccountId, reason: str | None
) -> int:
    """Mark a hand-over taken back: its reward can be used again."""
    return await db.execute(
        business_id,
        """
        UPDATE redemptions SET voided_by = %(account_id)s, voided_at = app_now(), void_reason = %(reason)s
        WHERE business_id = %(business_id)s AND id = %(redemption_id)s AND voided_at IS NULL
        """,
        redemption_id=redemption_id,
        account_id=account_id,
        reason=reason,
    )


async def rewards_of(db: Db, business_id: BusinessId, card_id: CardId, *, most: int) -> list[EarnedReward]:
    """The card's rewards: those that can be used first, then the newest."""
    return await db.fetch_all(
        EarnedReward,
        business_id,
        """
        SELECT r.id, r.title, r.threshold, r.cost,
          CASE WHEN r.revoked_at IS NOT NULL THEN 'revoked' WHEN x.confirmed_at IS NOT NULL THEN 'redeemed'
            WHEN x.id IS NOT NULL THEN 'reserved'
            WHEN r.good_until < (app_now() AT TIME ZONE b.zone)::date THEN 'expired' ELSE 'ready' END AS state,
          r.issued_at, r.good_until, r.revoked_at, x.id AS redemption_id,
          CASE WHEN x.confirmed_at IS NULL THEN x.expires_at END AS expires_at,
          x.confirmed_at AS redeemed_at, m.name AS redeemed_by
        FROM rewards r
        JOIN businesses b ON b.id = r.business_id
        LEFT JOIN redemptions x ON x.business_id = r.business_id AND x.reward_id = r.id
          AND x.released_at IS NULL AND x.voided_at IS NULL
          AND (x.confirmed_at IS NOT NULL OR x.expires_at > app_now())
        LEFT JOIN memberships m ON m.business_id = x.business_id AND m.account_id = x.confirmed_by
        WHERE r.business_id = %(business_id)s AND r.card_id = %(card_id)s
        ORDER BY r.revoked_at IS NULL AND x.confirmed_at IS NULL AND r.expired_at IS NULL DESC,
          r.issued_at DESC, r.threshold DESC, r.id
        LIMIT %(most)s
        """,
        card_id=card_id,
        most=most,
    )


async def place_of(
    db: Db, business_id: BusinessId, device_id: DeviceId | None, branch_id: BranchId | None
) -> Place | None:
    """Whether the till and the branch, as far as they are given, are the shop's and in use."""
    return await db.fetch_one(
        Place,
        business_id,
        """
        SELECT
          %(device_id)s::uuid IS NULL OR EXISTS (SELECT FROM devices d WHERE d.business_id = %(business_id)s
            AND d.id = %(device_id)s::uuid AND d.revoked_at IS NULL) AS device_known,
          %(branch_id)s::uuid IS NULL OR EXISTS (SELECT FROM branches r WHERE r.business_id = %(business_id)s
            AND r.id = %(branch_id)s::uuid AND r.closed_at IS NULL) AS branch_known
        """,
        device_id=device_id,
        branch_id=branch_id,
    )
