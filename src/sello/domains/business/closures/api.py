"""Suspending and closing over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from sello.domains.business.closures import actions
from sello.domains.business.credentials.api import Network, Password, TheKeys, ThePasswords
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth.api import Admin, Owner, open_to
from sello.shared.errors import refusals
from sello.shared.ids import BusinessId
from sello.shared.validation import Body, Reason

router = APIRouter(prefix="/api/v1", tags=["business"])


class Why(Body):
    """Why, for the audit log."""

    reason: Reason


class ClosureBody(Body):
    """The owner's password, once more."""

    password: Password


@router.put(
    "/admin/businesses/{business_id}/suspension",
    status_code=204,
    responses=refusals("forbidden", "not_found", signed_in=True),
)
async def put_suspension(business_id: UUID, body: Why, admin: Admin, db: Platform) -> None:
    """Suspend a shop. Its people are told at their next request; nothing is deleted."""
    await actions.suspend(db, admin, BusinessId(business_id), reason=body.reason)


@router.post(
    "/admin/businesses/{business_id}/resumption",
    status_code=204,
    responses=refusals("forbidden", "not_found", signed_in=True),
)
async def post_resumption(business_id: UUID, body: Why, admin: Admin, db: Platform) -> None:
    """Let a suspended shop go on."""
    await actions.resume(db, admin, BusinessId(business_id), reason=body.reason)


@router.put(
    "/businesses/{business_id}/closure",
    status_code=204,
    responses=refusals("credentials_wrong", "slow_down", "busy", for_a_shop=True),
)
async def put_closure(
    business_id: UUID,
    body: ClosureBody,
    caller: Owner,
    db: Tenant,
    platform: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> None:
    """Close the shop. Its owners may open it again, and take everything along, for 30 days."""
    await actions.close(db, platform, passwords, keys, caller, password=body.password, network=network)


@router.delete("/businesses/{business_id}/closure", status_code=204, responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def delete_closure(business_id: UUID, caller: Owner, db: Tenant) -> None:
    """Open the shop again, as it was."""
    await actions.reopen(db, caller)
