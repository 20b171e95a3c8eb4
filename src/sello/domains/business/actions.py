"""What an owner does to the shop: set rules, open branches, enrol tills."""

from uuid import UUID

from sello.domains.business import queries
from sello.domains.business.queries import Branch, Business, Device
from sello.domains.business.rules import RewardRules, RulesInForce
from sello.events import RulesChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BranchId, BusinessId, DeviceId
from sello.shared.validation import plausible_id


async def open_business(db: Db, business_id: BusinessId) -> Business:
    """The shop, when it may act; refuses business_closed, business_suspended, not_found."""
    business = await queries.business_of(db, business_id)
    if business is None:
        raise Refused("not_found")
    if business.closed_at:
        raise Refused("business_closed")
    if business.suspended_at:
        raise Refused("business_suspended")
    return business


async def current_rules(db: Db, business_id: BusinessId) -> RulesInForce | None:
    """The rules in force, or None before the first version."""
    row = await queries.rules_in_force(db, business_id)
    return RulesInForce(**row.body, version=row.version) if row else None


async def set_rules(
    db: Db, business_id: BusinessId, rules: RewardRules, *, account_id: AccountId | None
) -> RulesInForce:
    """Put a new version in force. The same rules again change nothing. Locks the shop's row."""

    async def work(tx: Db) -> RulesInForce:
        present = await current_rules(tx, business_id)
        if present is not None and present.model_dump(exclude={"version"}) == rules.model_dump():
            return present
        counted = await queries.next_rules_version(tx, business_id)
        if counted is None:
            raise Refused("not_found")
        await queries.insert_rules(tx, business_id, counted.version, rules.model_dump_json(), account_id=account_id)
        await facts.record(tx, business_id, RulesChanged(version=counted.version))
        return RulesInForce(**rules.model_dump(), version=counted.version)

    return await db.transact(business_id, work)


async def enrol_device(db: Db, caller: Caller, id: UUID, *, name: str, branch_id: UUID | None) -> Device:
    """Enrol a till under the id it made itself; the same call again answers with the same till."""
    device_id = DeviceId(plausible_id(id))
    branch = BranchId(branch_id) if branch_id else None

    async def work(tx: Db) -> Device:
        if branch and await queries.branch_of(tx, caller.business_id, branch) is None:
            raise Refused("branch_unknown")
        await queries.insert_device(
            tx, caller.business_id, device_id, name=name, branch_id=branch, account_id=caller.account_id
        )
        device = await queries.device_of(tx, caller.business_id, device_id)
        if device is None or (device.name, device.branch_id) != (name, branch):
            raise Refused("id_reused")
        return device

    return await db.transact(caller.business_id, work)


async def end_device(db: Db, business_id: BusinessId, device_id: DeviceId) -> None:
    """Revoke a till: it can stamp no more."""
    if await queries.revoke_device(db, business_id, device_id) == 0:
        raise Refused("not_found")


async def open_branch(db: Db, business_id: BusinessId, id: UUID, name: str) -> Branch:
    """Open a branch under the id the client made; the same call again answers with the same branch."""
    branch_id = BranchId(plausible_id(id))
    await queries.insert_branch(db, business_id, branch_id, name)
    branch = await queries.branch_of(db, business_id, branch_id)
    if branch is None or branch.name != name:
        raise Refused("id_reused")
    return branch
