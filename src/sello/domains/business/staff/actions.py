"""Invite, accept, change and dismiss."""

from dataclasses import dataclass
from uuid import UUID

from sello.domains.business.accounts import insert_account, mark_verified
from sello.domains.business.accounts.queries import account_by_email
from sello.domains.business.audit import Action, write_audit, write_audit_as_platform
from sello.domains.business.credentials import prove
from sello.domains.business.pins import drop_pin
from sello.domains.business.sessions import end_shop_sessions
from sello.domains.business.staff import queries, rules
from sello.domains.business.staff.queries import Invitation, Member, OpenInvitation
from sello.domains.business.staff.rules import StaffRole
from sello.events import StaffDismissed, StaffInvited
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Caller, Keys, Passwords, check_new_password, read_link
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, new_id
from sello.shared.logs import auth_event


@dataclass(frozen=True, slots=True, repr=False)
class Acceptance:
    """What the holder of an invitation's link says."""

    token: str
    password: str
    name: str | None
    network: str


async def invite(
    db: Db, platform_db: PlatformDb, caller: Caller, *, email: str, name: str, role: StaffRole
) -> Invitation:
    """Invite somebody; the reaction to StaffInvited sends the mail. Inviting again ends the link sent before.

    Refuses already_member, too_many_requests (50 a day). Locks the shop's row.
    """
    if await queries.is_member(platform_db, caller.business_id, email):
        raise Refused("already_member")
    business_id, id_ = caller.business_id, new_id()

    async def work(tx: Db) -> Invitation:
        await queries.lock_shop(tx, business_id)  # what is counted next cannot be raced
        if await queries.invited_today(tx, business_id) >= rules.MOST_INVITATIONS_A_DAY:
            raise Refused("too_many_requests", after=3600)
        invitation = await queries.put_invitation(
            tx,
            business_id,
            id_,
            email=email,
            name=name,
            role=role,
            invited_by=None if caller.role == "admin" else caller.account_id,
            lifetime=rules.INVITATION_LIFETIME,
        )
        if invitation is None:
            raise Refused("not_found")
        await facts.record(tx, business_id, StaffInvited(invitation_id=id_))
        await _audit(tx, caller, "staff.invited", id_, role=role)
        return invitation

    return await db.transact(business_id, work)


async def withdraw_invitation(db: Db, caller: Caller, id_: UUID) -> None:
    """End an open invitation; refuses not_found."""

    async def work(tx: Db) -> None:
        if await queries.revoke_invitation(tx, caller.business_id, id_) == 0:
            raise Refused("not_found")
        await _audit(tx, caller, "staff.uninvited", id_)

    await db.transact(caller.business_id, work)


async def accept_invitation(db: PlatformDb, passwords: Passwords, keys: Keys, acceptance: Acceptance) -> OpenInvitation:
    """Become a member by the mailed link.

    Whoever has an account proves it with its password; otherwise one is made, its mailbox known by the link.
    Refuses link_invalid, credentials_wrong, slow_down, password_too_short, password_too_long, already_member,
    email_taken, business_suspended, business_closed, busy.
    """
    invitation = await _open_invitation(db, keys, acceptance.token)
    name = acceptance.name or invitation.name
    known = await account_by_email(db, invitation.email)
    if known is None:
        hashed = await passwords.hash(check_new_password(acceptance.password))
    else:
        await prove(
            db,
            passwords,
            keys,
            email=invitation.email,
            password=acceptance.password,
            network=acceptance.network,
        )

    async def work(tx: PlatformDb) -> AccountId:
        if await queries.use_invitation(tx, invitation.business_id, invitation.id) == 0:
            raise Refused("link_invalid")
        if known is not None:
            await mark_verified(tx, known)
            await add_member(tx, invitation.business_id, known, role=invitation.role, name=name)
            return known
        made = AccountId(new_id())
        if not await insert_account(tx, made, email=invitation.email, name=name, password_hash=hashed, verified=True):
            raise Refused("email_taken")
        await add_member(tx, invitation.business_id, made, role=invitation.role, name=name)
        return made

    account_id = await db.transact(work)
    auth_event("invitation_accepted", outcome="ok", account_id=account_id)
    return invitation


async def _open_invitation(db: PlatformDb, keys: Keys, token: str) -> OpenInvitation:
    id_ = read_link(keys, "invitation", token)
    invitation = await queries.invitation_by_link(db, id_) if id_ else None
    if invitation is None:
        raise Refused("link_invalid")
    if invitation.closed_at is not None:
        raise Refused("business_closed")
    if invitation.suspended_at is not None:
        raise Refused("business_suspended")
    return invitation


async def add_member(
    tx: PlatformDb, business_id: BusinessId, account_id: AccountId, *, role: StaffRole, name: str
) -> None:
    """Let somebody work at a shop, in the caller's transaction; refuses already_member."""
    if await queries.put_member(tx, business_id, account_id, role=role, name=name) == 0:
        raise Refused("already_member")
    await write_audit_as_platform(
        tx,
        business_id,
        account_id=account_id,
        action="staff.joined",
        subject_id=account_id,
        details={"role": role},
    )


async def change_member(
    db: Db, caller: Caller, account_id: AccountId, *, role: StaffRole | None, name: str | None
) -> Member:
    """Change somebody's role or shown name. Locks the shop's row. Refuses not_found, last_owner."""
    business_id = caller.business_id

    async def work(tx: Db) -> Member:
        before = await _changeable(tx, business_id, account_id, becomes=role)
        await queries.change_member(tx, business_id, account_id, role=role or before.role, name=name or before.name)
        if role is not None and role != before.role:
            await _audit(tx, caller, "staff.changed", account_id, role=role, was=before.role)
        after = await queries.member_of(tx, business_id, account_id)
        if after is None:
            raise Refused("not_found")
        return after

    return await db.transact(business_id, work)


async def dismiss(db: Db, caller: Caller, account_id: AccountId) -> None:
    """End somebody's membership and their sessions at the shop. Locks the shop's row.

    Other processes notice within 2 seconds; stamps at once. Refuses not_found, last_owner.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> None:
        before = await _changeable(tx, business_id, account_id, becomes=None, dismissed=True)
        await queries.end_membership(tx, business_id, account_id)
        await end_shop_sessions(tx, business_id, account_id)
        await drop_pin(tx, business_id, account_id)
        await facts.record(tx, business_id, StaffDismissed(account_id=account_id))
        await _audit(tx, caller, "staff.dismissed", account_id, was=before.role)

    await db.transact(business_id, work)


async def _changeable(
    tx: Db, business_id: BusinessId, account_id: AccountId, *, becomes: StaffRole | None, dismissed: bool = False
) -> Member:
    """The member, once the shop is locked so that two owners cannot remove each other at once."""
    await queries.lock_shop(tx, business_id)
    member = await queries.member_of(tx, business_id, account_id)
    if member is None:
        raise Refused("not_found")
    others = await queries.count_other_owners(tx, business_id, account_id)
    after = None if dismissed else becomes or member.role
    if rules.loses_owner(was=member.role, becomes=after, other_owners=others):
        raise Refused("last_owner")
    return member


async def _audit(tx: Db, caller: Caller, action: Action, subject_id: UUID, **details: str) -> None:
    await write_audit(
        tx,
        caller.business_id,
        account_id=caller.account_id,
        action=action,
        subject_id=subject_id,
        details=details,
    )
