"""Fraud signals, and the stamps they are read from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sello.domains.loyalty.fraud.rules import FraudKind, StaffStamp
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CardId


@dataclass(frozen=True, slots=True)
class Signal:
    """A record for the owner, with the names of those it is about."""

    id: UUID
    kind: FraudKind
    account_id: AccountId
    account_name: str
    day: date
    details: dict[str, Any]
    recorded_at: datetime
    seen_at: datetime | None
    seen_by: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stamp that a signal is about, with the names of those it concerns."""

    id: UUID
    card_id: CardId
    customer_id: UUID
    name: str | None
    device: str | None
    count: int
    occurred_at: datetime
    recorded_at: datetime
    reason: str | None
    flags: list[str]
    voided: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A signal that was written; `new` when it is the first of its kind, person and day."""

    id: UUID
    new: bool


async def stamps_around(
    db: Db, business_id: BusinessId, account_id: AccountId, at: datetime, *, margin: timedelta, most: int
) -> list[StaffStamp]:
    """One person's stamps of the shop's day of `at` and of the `margin` around `at`, in the order of time.

    Only the newest `most` of them.
    """
    return await db.fetch_all(
        StaffStamp,
        business_id,
        """
        WITH day AS (
          SELECT zone, date_trunc('day', %(at)s::timestamptz AT TIME ZONE zone) AS starts
          FROM businesses WHERE id = %(business_id)s
        ), stamps AS (
          SELECT e.id, e.card_id, e.occurred_at, e.flags,
            date_trunc('day', e.occurred_at AT TIME ZONE day.zone) = day.starts AS today
          FROM day JOIN stamp_events e ON e.business_id = %(business_id)s AND e.account_id = %(account_id)s
            AND e.kind = 'earn'
            AND e.occurred_at >= least(day.starts AT TIME ZONE day.zone, %(at)s - %(margin)s)
            AND e.occurred_at <= greatest((day.starts + interval '1 day') AT TIME ZONE day.zone, %(at)s + %(margin)s)
          ORDER BY e.occurred_at DESC, e.id DESC LIMIT %(most)s
        )
        SELECT id, card_id, occurred_at, flags, today FROM stamps ORDER BY occurred_at, id
        """,
        account_id=account_id,
        at=at,
        margin=margin,
        most=most,
    )


async def record_signal(
    db: Db,
    business_id: BusinessId,
    *,
    kind: FraudKind,
    account_id: AccountId,
    at: datetime,
    details: str,
) -> Recorded | None:
    """Keep a signal of the shop's day of `at`; a stronger one of the same day (a greater count) replaces its details.

    None when the one that stands says as much. So it does not matter how often, or in what order, stamps are looked at.
    """
    return await db.fetch_one(
        Recorded,
        business_id,
        """
        INSERT INTO fraud_signals AS s (business_id, id, kind, account_id, day, details)
        SELECT b.id, new_id(), %(kind)s, %(account_id)s, (%(at)s::timestamptz AT TIME ZONE b.zone)::date,
          %(details)s::jsonb
        FROM businesses b WHERE b.id = %(business_id)s
        ON CONFLICT (business_id, kind, account_id, day) DO UPDATE SET details = EXCLUDED.details
          WHERE (EXCLUDED.details ->> 'count')::int > (s.details ->> 'count')::int
        RETURNING s.id, s.xmax = 0 AS new
        """,
        kind=kind,
        account_id=account_id,
        at=at,
        details=details,
    )


async def signals_of(
    db: Db, business_id: BusinessId, *, before: UUID | None, only_unseen: bool, only_seen: bool, most: int
) -> list[Signal]:
    """The shop's signals, the newest first, from just below the id `before`."""
    return await db.fetch_all(
        Signal,
        business_id,
        """
        SELECT s.id, s.kind, s.account_id, m.name AS account_name, s.day, s.details, s.recorded_at, s.seen_at,
          seer.name AS seen_by
        FROM fraud_signals s
        JOIN memberships m ON m.business_id = s.business_id AND m.account_id = s.account_id
        LEFT JOIN memberships seer ON seer.business_id = s.business_id AND seer.account_id = s.seen_by
        WHERE s.business_id = %(business_id)s AND (%(before)s::uuid IS NULL OR s.id < %(before)s::uuid)
          AND (s.seen_at IS NULL OR NOT %(only_unseen)s) AND (s.seen_at IS NOT NULL OR NOT %(only_seen)s)
        ORDER BY s.id DESC LIMIT %(most)s
        """,
        before=before,
        only_unseen=only_unseen,
        only_seen=only_seen,
        most=most,
    )


async def signal_of(db: Db, business_id: BusinessId, signal_id: UUID) -> Signal | None:
    """One signal."""
    return await db.fetch_one(
        Signal,
        business_id,
        """
        SELECT s.id, s.kind, s.account_id, m.name AS account_name, s.day, s.details, s.recorded_at, s.seen_at,
          seer.name AS seen_by
        FROM fraud_signals s
        JOIN memberships m ON m.business_id = s.business_id AND m.account_id = s.account_id
        LEFT JOIN memberships seer ON seer.business_id = s.business_id AND seer.account_id = s.seen_by
        WHERE s.business_id = %(business_id)s AND s.id = %(signal_id)s
        """,
        signal_id=signal_id,
    )


async def stamps_with_ids(db: Db, business_id: BusinessId, stamp_ids: list[UUID]) -> list[Evidence]:
    """These stamps in the order of their visits; `voided` when somebody took them back."""
    return await db.fetch_all(
        Evidence,
        business_id,
        """
        SELECT e.id, e.card_id, u.id AS customer_id, u.name, d.name AS device, e.delta AS count, e.occurred_at,
          e.recorded_at, e.reason, e.flags, v.id IS NOT NULL AS voided
        FROM stamp_events e
        JOIN cards k ON k.business_id = e.business_id AND k.id = e.card_id
        JOIN customers u ON u.business_id = e.business_id AND u.id = k.customer_id
        LEFT JOIN devices d ON d.business_id = e.business_id AND d.id = e.device_id
        LEFT JOIN stamp_events v ON v.business_id = e.business_id AND v.voids = e.id
        WHERE e.business_id = %(business_id)s AND e.id = ANY(%(stamp_ids)s::uuid[])
        ORDER BY e.occurred_at, e.id
        """,
        stamp_ids=stamp_ids,
    )


async def mark_unseen(db: Db, business_id: BusinessId, signal_id: UUID) -> int:
    """Put a signal back among those nobody has looked at."""
    return await db.execute(
        business_id,
        """
        UPDATE fraud_signals SET seen_at = NULL, seen_by = NULL
        WHERE business_id = %(business_id)s AND id = %(signal_id)s AND seen_at IS NOT NULL
        """,
        signal_id=signal_id,
    )


async def mark_seen(db: Db, business_id: BusinessId, signal_id: UUID, *, account_id: AccountId | None) -> int:
    """Note who saw a signal first (None: a platform admin); 0 rows when it was seen before or is not the shop's."""
    return await db.execute(
        business_id,
        """
        UPDATE fraud_signals SET seen_at = app_now(), seen_by = %(account_id)s
        WHERE business_id = %(business_id)s AND id = %(signal_id)s AND seen_at IS NULL
        """,
        signal_id=signal_id,
        account_id=account_id,
    )
