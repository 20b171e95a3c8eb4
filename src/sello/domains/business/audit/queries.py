"""The audit log's statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId

_INSERT = """
    INSERT INTO audit_log (id, business_id, account_id, action, subject_id, reason, details)
    VALUES (new_id(), %(business_id)s, %(account_id)s, %(action)s, %(subject_id)s, %(reason)s,
            %(details)s::jsonb)
"""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row, with the actor's name at this shop (None for a platform admin or the platform itself)."""

    id: UUID
    account_id: AccountId | None
    account_name: str | None
    action: str
    subject_id: UUID | None
    reason: str | None
    details: dict[str, Any]
    recorded_at: datetime


async def write_audit(
    db: Db,
    business_id: BusinessId,
    *,
    account_id: AccountId | None,
    action: str,
    subject_id: UUID | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a row in the caller's transaction. `action` is `noun.verb` in small letters; no personal data."""
    await db.execute(
        business_id,
        _INSERT,
        account_id=account_id,
        action=action,
        subject_id=subject_id,
        reason=reason,
        details=msgspec.json.encode(details or {}).decode(),
    )


async def write_audit_as_platform(
    db: PlatformDb,
    business_id: BusinessId | None,
    *,
    account_id: AccountId | None,
    action: str,
    subject_id: UUID | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """The same in a platform transaction; without a shop the row is the platform's own."""
    await db.execute(
        _INSERT,
        business_id=business_id,
        account_id=account_id,
        action=action,
        subject_id=subject_id,
        reason=reason,
        details=msgspec.json.encode(details or {}).decode(),
    )


async def audit_page(
    db: Db, business_id: BusinessId, *, before: datetime | None, before_id: UUID | None, limit: int
) -> list[AuditRow]:
    """Up to `limit` rows, the newest first, from just before a place (or from the end)."""
    return await db.fetch_all(
        AuditRow,
        business_id,
        """
        SELECT l.id, l.account_id, m.name AS account_name, l.action, l.subject_id, l.reason, l.details,
               l.recorded_at
        FROM audit_log l
        LEFT JOIN memberships m ON m.business_id = l.business_id AND m.account_id = l.account_id
        WHERE l.business_id = %(business_id)s
          AND (%(before)s::timestamptz IS NULL
               OR l.recorded_at <= %(before)s AND (l.recorded_at, l.id) < (%(before)s, %(before_id)s::uuid))
        ORDER BY l.recorded_at DESC, l.id DESC
        LIMIT %(limit)s
        """,
        before=before,
        before_id=before_id,
        limit=limit,
    )
