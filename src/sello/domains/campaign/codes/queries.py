"""Discount codes and their use: one statement each."""

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from sello.domains.campaign.codes.rules import CodeId, DiscountCode
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BranchId, BusinessId, CustomerId, DeviceId, SendId

_CODE: LiteralString = """
    SELECT d.id, d.code, d.campaign_id, c.name AS campaign_name, d.customer_id, u.name AS customer_name, d.send_id,
      d.percent, d.gift, d.issued_at, d.expires_at, d.withdrawn_at, x.id AS redemption_id,
      x.account_id AS redeemed_by, m.name AS used_by, x.redeemed_at AS used_at, x.amount_centimos, b.zone,
      app_now() AS now
    FROM discount_codes d
    JOIN businesses b ON b.id = d.business_id
    JOIN campaigns c ON c.business_id = d.business_id AND c.id = d.campaign_id
    JOIN customers u ON u.business_id = d.business_id AND u.id = d.customer_id
    LEFT JOIN code_redemptions x ON x.business_id = d.business_id AND x.code_id = d.id AND x.voided_at IS NULL
    LEFT JOIN memberships m ON m.business_id = x.business_id AND m.account_id = x.account_id
    WHERE d.business_id = %(business_id)s
"""

_OF_CUSTOMER: LiteralString = """
    AND d.customer_id = ANY(ARRAY(SELECT y.id FROM customers y WHERE y.business_id = %(business_id)s
      AND (y.id = %(customer_id)s OR y.merged_into = %(customer_id)s)))
    AND EXISTS (SELECT FROM campaign_sends s WHERE s.business_id = %(business_id)s AND s.id = d.send_id
      AND s.claimed_at IS NOT NULL)
    ORDER BY (x.id IS NULL AND d.withdrawn_at IS NULL AND d.expires_at > app_now()) DESC, d.issued_at DESC, d.id
    LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A use of a code, taken back or not."""

    id: UUID
    code_id: CodeId
    account_id: AccountId


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a till and a branch."""

    device_known: bool
    branch_known: bool


async def code_of(db: Db, business_id: BusinessId, code: str) -> DiscountCode | None:
    """The code, unlocked."""
    return await db.fetch_one(DiscountCode, business_id, _CODE + "AND d.code = %(code)s", code=code)


@dataclass(frozen=True, slots=True)
class _Locked:
    id: CodeId


async def lock_code(db: Db, business_id: BusinessId, code: str) -> bool:
    """Lock a code until the transaction ends; what is read of it afterwards stands. False when there is none."""
    locked = await db.fetch_one(
        _Locked,
        business_id,
        "SELECT id FROM discount_codes WHERE business_id = %(business_id)s AND code = %(code)s FOR NO KEY UPDATE",
        code=code,
    )
    return locked is not None


async def codes_of(db: Db, business_id: BusinessId, customer_id: CustomerId, *, most: int) -> list[DiscountCode]:
    """A customer's codes, those of duplicates that were merged into them too: the usable ones first, then the newest.

    A code whose message has not left yet is nobody's to use and left out.
    """
    return await db.fetch_all(
        DiscountCode,
        business_id,
        _CODE + _OF_CUSTOMER,
        customer_id=customer_id,
        most=most,
    )


async def redeemed_of(db: Db, business_id: BusinessId, redemption_id: UUID) -> Redeemed | None:
    """The use with this id."""
    return await db.fetch_one(
        Redeemed,
        business_id,
        """
        SELECT id, code_id, account_id FROM code_redemptions
        WHERE business_id = %(business_id)s AND id = %(redemption_id)s
        """,
        redemption_id=redemption_id,
    )


async def insert_redemption(
    db: Db,
    business_id: BusinessId,
    redemption_id: UUID,
    code_id: CodeId,
    *,
    account_id: AccountId,
    device_id: DeviceId | None,
    branch_id: BranchId | None,
    amount_centimos: int | None,
) -> int:
    """A code is used. Raises UniqueViolation when it was, or when the id is another one's use."""
    return await db.execute(
        business_id,
        """
        INSERT INTO code_redemptions (business_id, id, code_id, account_id, device_id, branch_id, amount_centimos,
          redeemed_at)
        VALUES (%(business_id)s, %(redemption_id)s, %(code_id)s, %(account_id)s, %(device_id)s::uuid,
          %(branch_id)s::uuid, %(amount_centimos)s::bigint, app_now())
        """,
        redemption_id=redemption_id,
        code_id=code_id,
        account_id=account_id,
        device_id=device_id,
        branch_id=branch_id,
        amount_centimos=amount_centimos,
    )


async def void_redemption(db: Db, business_id: BusinessId, redemption_id: UUID, *, account_id: AccountId) -> int:
    """The use is taken back; 0 rows when it was."""
    return await db.execute(
        business_id,
        """
        UPDATE code_redemptions SET voided_at = app_now(), voided_by = %(account_id)s
        WHERE business_id = %(business_id)s AND id = %(redemption_id)s AND voided_at IS NULL
        """,
        redemption_id=redemption_id,
        account_id=account_id,
    )


async def withdraw_codes(db: Db, business_id: BusinessId, send_ids: list[SendId]) -> int:
    """The codes of messages that never went out are worth nothing."""
    return await db.execute(
        business_id,
        """
        UPDATE discount_codes SET withdrawn_at = app_now()
        WHERE business_id = %(business_id)s AND send_id = ANY(%(send_ids)s) AND withdrawn_at IS NULL
        """,
        send_ids=send_ids,
    )


async def place_of(
    db: Db, business_id: BusinessId, device_id: DeviceId | None, branch_id: BranchId | None
) -> Place | None:
    """Whether the till and the branch are the shop's and in use; what is not named is known."""
    return await db.fetch_one(
        Place,
        business_id,
        """
        SELECT %(device_id)s::uuid IS NULL OR EXISTS (SELECT FROM devices d WHERE d.business_id = %(business_id)s
            AND d.id = %(device_id)s AND d.revoked_at IS NULL) AS device_known,
          %(branch_id)s::uuid IS NULL OR EXISTS (SELECT FROM branches b WHERE b.business_id = %(business_id)s
            AND b.id = %(branch_id)s AND b.closed_at IS NULL) AS branch_known
        """,
        device_id=device_id,
        branch_id=branch_id,
    )
