"""The audit log over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.business.audit import queries
from sello.domains.business.audit.rules import PAGE, Action, Place, cursor_of, place_of
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner, open_to
from sello.shared.errors import refusals
from sello.shared.ids import AccountId
from sello.shared.validation import Body, Moment

router = APIRouter(prefix="/api/v1", tags=["business"])


class AuditEntry(Body):
    """Who did what, and why. Without a name it was the platform or one of its admins.

    `subject_name`: what a person, till, branch or key is called today; customers are not named here.
    """

    id: UUID
    account_id: UUID | None
    account_name: str | None
    action: str
    subject_id: UUID | None
    subject_name: str | None
    reason: str | None
    details: dict[str, Any]
    recorded_at: datetime


class AuditPage(Body):
    """Some rows, the newest first; `next` is the cursor of the following page, absent on the last one."""

    entries: list[AuditEntry]
    next: str | None


@router.get("/audit-log", responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def get_audit_log(
    caller: Owner,
    db: Tenant,
    account_id: Annotated[UUID | None, Query(description="Who")] = None,
    action: Annotated[list[Action] | None, Query(description="What, any of these", max_length=100)] = None,
    since: Annotated[Moment | None, Query(description="From this moment on")] = None,
    until: Annotated[Moment | None, Query(description="And before this one")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> AuditPage:
    """What was done at the shop, the newest first: all of it, or what somebody did, of some kinds, in some time."""
    place = place_of(cursor) if cursor else None
    rows = await queries.audit_page(
        db,
        caller.business_id,
        account_id=AccountId(account_id) if account_id else None,
        actions=action or None,
        since=since,
        before=place.recorded_at if place else until,
        before_id=place.id if place else None,
        limit=limit + 1,
    )
    shown = rows[:limit]
    following = cursor_of(Place(shown[-1].recorded_at, shown[-1].id)) if len(rows) > limit else None
    return AuditPage(entries=[_entry(row) for row in shown], next=following)


def _entry(row: queries.AuditRow) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        account_id=row.account_id,
        account_name=row.account_name,
        action=row.action,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        reason=row.reason,
        details=row.details,
        recorded_at=row.recorded_at,
    )
