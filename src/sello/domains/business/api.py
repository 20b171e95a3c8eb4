"""The shop over HTTP: reward rules, branches and tills."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from sello.domains.business import actions, queries
from sello.domains.business.rules import RewardRules, RulesInForce
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner
from sello.shared.errors import Refused, refusals
from sello.shared.ids import DeviceId
from sello.shared.validation import Body, Name

router = APIRouter(prefix="/api/v1", tags=["business"])


class NewBranch(Body):
    """A branch to open; the client makes the id (UUIDv7)."""

    id: UUID
    name: Name


class BranchAnswer(Body):
    """A branch."""

    id: UUID
    name: Name


class NewDevice(Body):
    """A till to enrol; it makes its id (UUIDv7) itself."""

    id: UUID
    name: Name
    branch_id: UUID | None = None


class DeviceAnswer(Body):
    """A till."""

    id: UUID
    name: Name
    branch_id: UUID | None
    enrolled_at: datetime
    revoked_at: datetime | None


@router.get("/reward-rules", responses=refusals("rules_missing", for_a_shop=True))
async def get_rules(caller: Member, db: Tenant) -> RulesInForce:
    """The rules in force."""
    rules = await actions.current_rules(db, caller.business_id)
    if rules is None:
        raise Refused("rules_missing")
    return rules


@router.put("/reward-rules", responses=refusals(for_a_shop=True))
async def put_rules(rules: RewardRules, caller: Owner, db: Tenant) -> RulesInForce:
    """Put new rules in force; every stamp keeps the version it was given under."""
    # A version names a member of the shop; a platform admin stands in the audit log.
    account_id = None if caller.role == "admin" else caller.account_id
    return await actions.set_rules(db, caller.business_id, rules, account_id=account_id)


@router.get("/branches", responses=refusals(for_a_shop=True))
async def list_branches(caller: Member, db: Tenant) -> list[BranchAnswer]:
    """The shop's branches."""
    return [BranchAnswer(id=b.id, name=b.name) for b in await queries.branches_of(db, caller.business_id)]


@router.post("/branches", status_code=201, responses=refusals("id_reused", "id_not_plausible", for_a_shop=True))
async def post_branch(body: NewBranch, caller: Owner, db: Tenant) -> BranchAnswer:
    """Open a branch."""
    branch = await actions.open_branch(db, caller.business_id, body.id, body.name)
    return BranchAnswer(id=branch.id, name=branch.name)


@router.get("/devices", responses=refusals(for_a_shop=True))
async def list_devices(caller: Member, db: Tenant) -> list[DeviceAnswer]:
    """The shop's tills."""
    return [_device(device) for device in await queries.devices_of(db, caller.business_id)]


@router.post(
    "/devices",
    status_code=201,
    responses=refusals("id_reused", "id_not_plausible", "branch_unknown", for_a_shop=True),
)
async def post_device(body: NewDevice, caller: Member, db: Tenant) -> DeviceAnswer:
    """Enrol a till. It stands at the shop, so a member does."""
    if caller.role == "admin":
        raise Refused("forbidden")
    return _device(await actions.enrol_device(db, caller, body.id, name=body.name, branch_id=body.branch_id))


@router.delete("/devices/{device_id}", status_code=204, responses=refusals(for_a_shop=True))
async def delete_device(device_id: UUID, caller: Owner, db: Tenant) -> None:
    """Revoke a till: it can stamp no more."""
    await actions.end_device(db, caller.business_id, DeviceId(device_id))


def _device(device: queries.Device) -> DeviceAnswer:
    return DeviceAnswer(
        id=device.id,
        name=device.name,
        branch_id=device.branch_id,
        enrolled_at=device.enrolled_at,
        revoked_at=device.revoked_at,
    )
