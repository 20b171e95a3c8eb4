"""Suspend, resume, close, open again. Each is audited, and tells the shop's screens."""

from sello.domains.business.audit import Action, write_audit, write_audit_as_platform
from sello.domains.business.closures import queries
from sello.domains.business.credentials import prove_again
from sello.domains.business.queries import business_of
from sello.domains.business.sessions.queries import business_exists
from sello.domains.business.sessions.rules import REOPEN_WITHIN
from sello.events import BusinessChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Caller, Claims, Keys, Passwords
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId


async def suspend(db: PlatformDb, admin: Claims, business_id: BusinessId, *, reason: str) -> None:
    """Stop a shop until `resume`; the same again changes nothing. Refuses not_found."""

    async def work(tx: PlatformDb) -> None:
        if not await business_exists(tx, business_id):
            raise Refused("not_found")
        if await queries.suspend_business(tx, business_id):
            await _tell(tx, admin, business_id, "business.suspended", reason)

    await db.transact(work)


async def resume(db: PlatformDb, admin: Claims, business_id: BusinessId, *, reason: str) -> None:
    """Let a suspended shop go on; the same again changes nothing. Refuses not_found."""

    async def work(tx: PlatformDb) -> None:
        if not await business_exists(tx, business_id):
            raise Refused("not_found")
        if await queries.resume_business(tx, business_id):
            await _tell(tx, admin, business_id, "business.resumed", reason)

    await db.transact(work)


async def _tell(tx: PlatformDb, admin: Claims, business_id: BusinessId, action: Action, reason: str) -> None:
    await facts.record_as_platform(tx, business_id, BusinessChanged(fields=["suspended_at"]))
    await write_audit_as_platform(
        tx, business_id, account_id=admin.account_id, action=action, subject_id=business_id, reason=reason
    )


async def close(
    db: Db, platform: PlatformDb, passwords: Passwords, keys: Keys, caller: Caller, *, password: str, network: str
) -> None:
    """Close the owner's shop, who types the password once more. Everything stays; for 30 days it can be undone.

    Refuses forbidden (a platform admin suspends), and what `credentials.prove` refuses.
    """
    if caller.role != "owner":
        raise Refused("forbidden")
    await prove_again(platform, passwords, keys, caller.account_id, password=password, network=network)

    async def work(tx: Db) -> None:
        if await queries.close_business(tx, caller.business_id):
            await _tell_owner(tx, caller, "business.closed")

    await db.transact(caller.business_id, work)


async def reopen(db: Db, caller: Caller) -> None:
    """Open the shop again; of one that is open nothing changes. Refuses forbidden, business_closed (after 30 days)."""
    if caller.role != "owner":
        raise Refused("forbidden")

    async def work(tx: Db) -> None:
        if await queries.reopen_business(tx, caller.business_id, within=REOPEN_WITHIN):
            await _tell_owner(tx, caller, "business.reopened")
            return
        business = await business_of(tx, caller.business_id)
        if business is None or business.closed_at is not None:
            raise Refused("business_closed")

    await db.transact(caller.business_id, work)


async def _tell_owner(tx: Db, caller: Caller, action: Action) -> None:
    await facts.record(tx, caller.business_id, BusinessChanged(fields=["closed_at"]))
    await write_audit(
        tx, caller.business_id, account_id=caller.account_id, action=action, subject_id=caller.business_id
    )
