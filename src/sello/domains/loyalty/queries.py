"""Cards and the ledger's one way to grow (besides `add_stamp_v1`, which does the same for stamps)."""

from datetime import date, datetime
from uuid import UUID

from sello.domains.loyalty.rules import Card, EventKind, LedgerEntry
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BranchId, BusinessId, CardId, DeviceId, RewardId

_APPEND = """
    WITH card AS (
      UPDATE cards SET balance = balance + %(delta)s, seq = seq + 1, stamps_until = CASE
        WHEN balance + %(delta)s = 0 THEN NULL
        WHEN %(delta)s <= 0 OR %(kind)s::text = 'void' THEN stamps_until
        WHEN balance = 0 THEN %(stamps_until)s::date
        WHEN stamps_until IS NOT NULL AND %(stamps_until)s::date IS NOT NULL
          THEN greatest(stamps_until, %(stamps_until)s::date) END
      WHERE business_id = %(business_id)s AND id = %(card_id)s
      RETURNING business_id, id, balance, seq, stamps_until
    ), stamped AS (
      SELECT card.*, app_now() AS at, b.rule_version FROM card JOIN businesses b ON b.id = card.business_id
    )
    INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, account_id,
      device_id, branch_id, occurred_at, recorded_at, reward_id, voids, reason, stamps_until)
    SELECT business_id, %(id)s, id, seq, %(kind)s, %(delta)s, balance, rule_version, %(account_id)s,
      %(device_id)s, %(branch_id)s, coalesce(%(occurred_at)s::timestamptz, at), at, %(reward_id)s, %(voids)s,
      %(reason)s, CASE WHEN %(delta)s > 0 AND %(kind)s::text <> 'void' THEN stamps_until END
    FROM stamped
    RETURNING seq, balance_after, recorded_at
"""


async def card_of(db: Db, business_id: BusinessId, card_id: CardId) -> Card | None:
    """The card, unlocked."""
    return await db.fetch_one(
        Card,
        business_id,
        """
        SELECT id, customer_id, scan_code, link, balance, seq, cycle, last_at, issued_at, confirmed_at, merged_into,
          erased_at
        FROM cards WHERE business_id = %(business_id)s AND id = %(card_id)s
        """,
        card_id=card_id,
    )


async def locked_card(db: Db, business_id: BusinessId, card_id: CardId) -> Card | None:
    """The card, its row locked until the transaction ends: the first lock of every change to a ledger."""
    return await db.fetch_one(
        Card,
        business_id,
        """
        SELECT id, customer_id, scan_code, link, balance, seq, cycle, last_at, issued_at, confirmed_at, merged_into,
          erased_at
        FROM cards WHERE business_id = %(business_id)s AND id = %(card_id)s FOR NO KEY UPDATE
        """,
        card_id=card_id,
    )


async def append_event(
    db: Db,
    business_id: BusinessId,
    card_id: CardId,
    *,
    id: UUID,
    kind: EventKind,
    delta: int,
    account_id: AccountId | None,
    device_id: DeviceId | None = None,
    branch_id: BranchId | None = None,
    reward_id: RewardId | None = None,
    voids: UUID | None = None,
    reason: str | None = None,
    occurred_at: datetime | None = None,
    stamps_until: date | None = None,
) -> LedgerEntry | None:
    """Append one entry to a card's ledger and move its balance, in one statement.

    The UPDATE is the lock; the clock is read after it. None when the card does not exist. A balance below zero is
    refused by the table (CheckViolation): decide before, under `locked_card`. `stamps_until`, of stamps without a
    purchase (`bonus`, `adjust`): through when they are good, None for good; the card's open stamps are then good as
    long as the best of them.
    """
    return await db.fetch_one(
        LedgerEntry,
        business_id,
        _APPEND,
        card_id=card_id,
        id=id,
        kind=kind,
        delta=delta,
        account_id=account_id,
        device_id=device_id,
        branch_id=branch_id,
        reward_id=reward_id,
        voids=voids,
        reason=reason,
        occurred_at=occurred_at,
        stamps_until=stamps_until,
    )
