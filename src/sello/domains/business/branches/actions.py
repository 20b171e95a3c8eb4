"""What an owner does to the places of the shop."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sello.domains.business.audit import Action, write_audit
from sello.domains.business.branches import queries
from sello.domains.business.branches.queries import Branch
from sello.events import BusinessChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BranchId, BusinessId
from sello.shared.validation import plausible_id


async def open_branch(db: Db, caller: Caller, id: UUID, name: str) -> Branch:
    """Open a branch under the id the client made; the same call again answers with the same branch."""
    branch_id = BranchId(plausible_id(id))
    business_id = caller.business_id

    async def work(tx: Db) -> Branch:
        if await queries.insert_branch(tx, business_id, branch_id, name):
            await write_audit(
                tx, business_id, account_id=caller.account_id, action="branch.opened", subject_id=branch_id
            )
        branch = await queries.branch_of(tx, business_id, branch_id)
        if branch is None or branch.name != name:
            raise Refused("id_reused")
        return branch

    return await db.transact(business_id, work)


async def open_branch_of(db: Db, business_id: BusinessId, branch_id: BranchId) -> Branch:
    """A branch that is open; refuses branch_unknown."""
    branch = await queries.branch_of(db, business_id, branch_id)
    if branch is None or branch.closed_at is not None:
        raise Refused("branch_unknown")
    return branch


async def rename_branch(db: Db, caller: Caller, branch_id: BranchId, name: str) -> Branch:
    """Call a branch otherwise; its stamps stay its own. Refuses not_found."""
    return await _change(
        db,
        caller,
        branch_id,
        "branch.renamed",
        lambda tx: queries.rename_branch(tx, caller.business_id, branch_id, name),
    )


async def place_branch(
    db: Db, caller: Caller, branch_id: BranchId, *, latitude: float | None, longitude: float | None
) -> Branch:
    """Say where a branch is, or that nobody is told; cards in phones come up near it. Refuses not_found."""

    async def place(tx: Db) -> int:
        rows = await queries.place_branch(tx, caller.business_id, branch_id, latitude=latitude, longitude=longitude)
        if rows:
            await facts.record(tx, caller.business_id, BusinessChanged(fields=["branches"]))
        return rows

    return await _change(db, caller, branch_id, "branch.placed", place)


async def close_branch(db: Db, caller: Caller, branch_id: BranchId) -> Branch:
    """Close a branch: it keeps its history and takes no new stamps; its tills should be moved. Refuses not_found."""
    return await _change(
        db, caller, branch_id, "branch.closed", lambda tx: queries.close_branch(tx, caller.business_id, branch_id)
    )


async def reopen_branch(db: Db, caller: Caller, branch_id: BranchId) -> Branch:
    """Open a closed branch again. Refuses not_found."""
    return await _change(
        db, caller, branch_id, "branch.reopened", lambda tx: queries.reopen_branch(tx, caller.business_id, branch_id)
    )


async def _change(
    db: Db, caller: Caller, branch_id: BranchId, action: Action, change: Callable[[Db], Awaitable[int]]
) -> Branch:
    """Change a branch and audit it; what changes nothing is not audited."""

    async def work(tx: Db) -> Branch:
        if await change(tx):
            await write_audit(tx, caller.business_id, account_id=caller.account_id, action=action, subject_id=branch_id)
        branch = await queries.branch_of(tx, caller.business_id, branch_id)
        if branch is None:
            raise Refused("not_found")
        return branch

    return await db.transact(caller.business_id, work)
