"""Branches over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from sello.domains.business.branches import actions, queries
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner, open_to
from sello.shared.errors import refusals
from sello.shared.ids import BranchId
from sello.shared.validation import Body, Name

router = APIRouter(prefix="/api/v1", tags=["business"])


class NewBranch(Body):
    """A branch to open; the client makes the id (UUIDv7)."""

    id: UUID
    name: Name


class BranchName(Body):
    """What a branch is called from now on."""

    name: Name


class BranchPlace(Body):
    """Where a branch is, in degrees, as maps give it."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class BranchAnswer(Body):
    """A branch. `tills` that stand in a closed one should be moved; cards in phones come up near `place`."""

    id: UUID
    name: str
    closed_at: datetime | None
    place: BranchPlace | None
    tills: int


@router.get("/branches", responses=refusals(for_a_shop=True))
@open_to(scope="customers:read")
async def list_branches(caller: Member, db: Tenant) -> list[BranchAnswer]:
    """The shop's branches, the open ones first."""
    return [_branch(branch) for branch in await queries.branches_of(db, caller.business_id)]


@router.post("/branches", status_code=201, responses=refusals("id_reused", "id_not_plausible", for_a_shop=True))
async def post_branch(body: NewBranch, caller: Owner, db: Tenant) -> BranchAnswer:
    """Open a branch."""
    return _branch(await actions.open_branch(db, caller, body.id, body.name))


@router.patch("/branches/{branch_id}", responses=refusals(for_a_shop=True))
async def patch_branch(branch_id: UUID, body: BranchName, caller: Owner, db: Tenant) -> BranchAnswer:
    """Rename a branch."""
    return _branch(await actions.rename_branch(db, caller, BranchId(branch_id), body.name))


@router.put("/branches/{branch_id}/place", responses=refusals(for_a_shop=True))
async def put_branch_place(branch_id: UUID, body: BranchPlace, caller: Owner, db: Tenant) -> BranchAnswer:
    """Say where a branch is. A customer's card comes up on the lock screen near it, and nobody learns who is there."""
    placed = await actions.place_branch(
        db, caller, BranchId(branch_id), latitude=body.latitude, longitude=body.longitude
    )
    return _branch(placed)


@router.delete("/branches/{branch_id}/place", responses=refusals(for_a_shop=True))
async def delete_branch_place(branch_id: UUID, caller: Owner, db: Tenant) -> BranchAnswer:
    """Tell nobody where a branch is."""
    return _branch(await actions.place_branch(db, caller, BranchId(branch_id), latitude=None, longitude=None))


@router.put("/branches/{branch_id}/closure", responses=refusals(for_a_shop=True))
async def put_branch_closure(branch_id: UUID, caller: Owner, db: Tenant) -> BranchAnswer:
    """Close a branch. Its history stays, and its tills stamp on without a branch until they are moved."""
    return _branch(await actions.close_branch(db, caller, BranchId(branch_id)))


@router.delete("/branches/{branch_id}/closure", responses=refusals(for_a_shop=True))
async def delete_branch_closure(branch_id: UUID, caller: Owner, db: Tenant) -> BranchAnswer:
    """Open a branch again."""
    return _branch(await actions.reopen_branch(db, caller, BranchId(branch_id)))


def _branch(branch: queries.Branch) -> BranchAnswer:
    place = None
    if branch.latitude is not None and branch.longitude is not None:
        place = BranchPlace(latitude=branch.latitude, longitude=branch.longitude)
    return BranchAnswer(id=branch.id, name=branch.name, closed_at=branch.closed_at, place=place, tills=branch.tills)
