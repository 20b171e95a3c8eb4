"""People of a shop over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, model_validator

from sello.domains.business.credentials.api import Network, Password, TheKeys, ThePasswords
from sello.domains.business.staff import actions, queries
from sello.domains.business.staff.actions import Acceptance
from sello.domains.business.staff.rules import StaffRole
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth.api import Anyone, Owner
from sello.shared.errors import refusals
from sello.shared.ids import AccountId
from sello.shared.validation import Body, Email, Name

router = APIRouter(prefix="/api/v1", tags=["staff"])


class InvitationBody(Body):
    """Whom to invite, under which name they appear at the shop, and as what."""

    email: Email
    name: Name
    role: StaffRole


class InvitationAnswer(Body):
    """An invitation nobody has accepted yet."""

    id: UUID
    email: str
    name: str
    role: StaffRole
    created_at: datetime
    expires_at: datetime


class MemberAnswer(Body):
    """Somebody who works, or worked, at the shop. `seen_at`: their last sign-in or refresh, a month back at most."""

    account_id: UUID
    name: str
    role: StaffRole
    since: datetime
    dismissed_at: datetime | None
    pin_set_at: datetime | None
    seen_at: datetime | None


class StaffAnswer(Body):
    """Everybody at the shop, and who is invited."""

    members: list[MemberAnswer]
    invitations: list[InvitationAnswer]


class AcceptanceBody(Body):
    """The token of the mailed link, and the password: of the account with that e-mail, or of the one to be made."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    password: Password
    name: Name | None = Field(None, description="Shown at the shop instead of the name in the invitation")


class AcceptanceAnswer(Body):
    """Where the person now works."""

    business_id: UUID
    business_name: str
    role: StaffRole


class MemberChange(Body):
    """What changes; at least one of the two."""

    role: StaffRole | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "MemberChange":
        if self.role is None and self.name is None:
            raise ValueError("name a role or a name")
        return self


@router.get("/staff", responses=refusals(for_a_shop=True))
async def get_staff(caller: Owner, db: Tenant) -> StaffAnswer:
    """Everybody who works or worked at the shop, and open invitations."""
    members = await queries.members_of(db, caller.business_id)
    invitations = await queries.invitations_of(db, caller.business_id)
    seen = {one.account_id: one.seen_at for one in await queries.last_seen(db, caller.business_id)}
    return StaffAnswer(
        members=[_member(member, seen.get(member.account_id)) for member in members],
        invitations=[_invitation(invitation) for invitation in invitations],
    )


@router.post(
    "/staff/invitations",
    status_code=201,
    responses=refusals("already_member", "too_many_requests", for_a_shop=True),
)
async def post_invitation(body: InvitationBody, caller: Owner, db: Tenant, platform: Platform) -> InvitationAnswer:
    """Invite somebody by mail; inviting the same e-mail again sends a new link and ends the old one."""
    invitation = await actions.invite(db, platform, caller, email=body.email, name=body.name, role=body.role)
    return _invitation(invitation)


@router.delete("/staff/invitations/{invitation_id}", status_code=204, responses=refusals(for_a_shop=True))
async def delete_invitation(invitation_id: UUID, caller: Owner, db: Tenant) -> None:
    """Withdraw an invitation: its link ends."""
    await actions.withdraw_invitation(db, caller, invitation_id)


@router.post(
    "/auth/invitations",
    status_code=201,
    responses=refusals(
        "link_invalid",
        "credentials_wrong",
        "slow_down",
        "password_too_short",
        "password_too_long",
        "already_member",
        "email_taken",
        "business_suspended",
        "business_closed",
        "busy",
    ),
)
async def post_acceptance(
    body: AcceptanceBody,
    _: Anyone,
    db: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> AcceptanceAnswer:
    """Accept an invitation; afterwards the person signs in as usual."""
    accepted = await actions.accept_invitation(
        db, passwords, keys, Acceptance(body.token, body.password, body.name, network)
    )
    return AcceptanceAnswer(business_id=accepted.business_id, business_name=accepted.business_name, role=accepted.role)


@router.patch("/staff/{account_id}", responses=refusals("last_owner", for_a_shop=True))
async def patch_member(account_id: UUID, body: MemberChange, caller: Owner, db: Tenant) -> MemberAnswer:
    """Change somebody's role or shown name. Another role ends their access tokens, not their sessions."""
    member = await actions.change_member(db, caller, AccountId(account_id), role=body.role, name=body.name)
    seen = {one.account_id: one.seen_at for one in await queries.last_seen(db, caller.business_id)}
    return _member(member, seen.get(member.account_id))


@router.delete("/staff/{account_id}", status_code=204, responses=refusals("last_owner", for_a_shop=True))
async def delete_member(account_id: UUID, caller: Owner, db: Tenant) -> None:
    """Dismiss somebody: they are out everywhere within 2 seconds."""
    await actions.dismiss(db, caller, AccountId(account_id))


def _member(member: queries.Member, seen_at: datetime | None) -> MemberAnswer:
    return MemberAnswer(
        account_id=member.account_id,
        name=member.name,
        role=member.role,
        since=member.since,
        dismissed_at=member.dismissed_at,
        pin_set_at=member.pin_set_at,
        seen_at=seen_at,
    )


def _invitation(invitation: queries.Invitation) -> InvitationAnswer:
    return InvitationAnswer(
        id=invitation.id,
        email=invitation.email,
        name=invitation.name,
        role=invitation.role,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )
