"""The audit log's statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from sello.domains.business.audit.rules import Action
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId

_INSERT = """
    INSERT INTO audit_log (id, business_id, account_id, action, subject_id, reason, details)
    VALUES (new_id(), %(business_id)s, %(account_id)s, %(action)s, %(subject_id)s, %(reason)s,
            %(details)s::jsonb)
"""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row, with the actor's name at this shop (None for a platform admin or the platform itself).

    `subject_name`: of a person, a till, a branch or a key of the shop; nothing is said of customers here.
    """

    id: UUID
    account_id: AccountId | None
    account_name: str | None
    action: str
    subject_id: UUID | None
    subject_name: str | None
    reason: str | None
    details: dict[str, Any]
    recorded_at: datetime


async def write_audit(
    db: Db,
    business_id: BusinessId,
    *,
    account_id: AccountId | None,
    action: Action,
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
    action: Action,
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
    db: Db,
    business_id: BusinessId,
    *,
    account_id: AccountId | None,
    actions: list[Action] | None,
    since: datetime | None,
    before: datetime | None,
    before_id: UUID | None,
    limit: int,
) -> list[AuditRow]:
    """Up to `limit` rows, the newest first, from just before a place (or a moment, or from the end) back to `since`."""
    return await db.fetch_all(
        AuditRow,
        business_id,
        """
        WITH page AS (
          SELECT l.id, l.account_id, l.action, l.subject_id, l.reason, l.details, l.recorded_at FROM audit_log l
          WHERE l.business_id = %(business_id)s
            AND (%(account_id)s::uuid IS NULL OR l.account_id = %(account_id)s)
            AND (%(actions)s::text[] IS NULL OR l.action = ANY (%(actions)s))
            AND l.recorded_at >= coalesce(%(since)s::timestamptz, '-infinity')
            AND (%(before)s::timestamptz IS NULL
                 OR l.recorded_at <= %(before)s AND (l.recorded_at < %(before)s OR l.id < %(before_id)s::uuid))
          ORDER BY l.recorded_at DESC, l.id DESC LIMIT %(limit)s
        )
        SELECT l.id, l.account_id, m.name AS account_name, l.action, l.subject_id,
               coalesce(p.name, d.name, b.name, i.name) AS subject_name, l.reason, l.details, l.recorded_at
        FROM page l
        LEFT JOIN memberships m ON m.business_id = %(business_id)s AND m.account_id = l.account_id
        LEFT JOIN memberships p ON p.business_id = %(business_id)s AND p.account_id = l.subject_id
        LEFT JOIN devices d ON d.business_id = %(business_id)s AND d.id = l.subject_id
        LEFT JOIN branches b ON b.business_id = %(business_id)s AND b.id = l.subject_id
        LEFT JOIN invitations i ON i.business_id = %(business_id)s AND i.id = l.subject_id
        ORDER BY l.recorded_at DESC, l.id DESC
        """,
        account_id=account_id, actions=actions, since=since, before=before, before_id=before_id, limit=limit,
    )  # fmt: skip
