"""Registration, verification and passwords over HTTP, and who the caller is."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from sello.domains.business.accounts import actions, queries
from sello.domains.business.accounts.rules import SLUG, NewShop
from sello.domains.business.credentials.api import Network, Password, TheKeys, ThePasswords
from sello.domains.business.sessions.api import MembershipAnswer
from sello.domains.business.sessions.queries import memberships_of
from sello.infrastructure.database.api import Platform
from sello.shared.auth import Role
from sello.shared.auth.api import Anyone, Person, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.validation import Body, Email, Name

router = APIRouter(prefix="/api/v1", tags=["auth"])

LinkToken = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Slug = Annotated[str, StringConstraints(pattern=SLUG)]
NewPassword = Annotated[Password, Field(description="At least 10 characters, at most 72 bytes")]

_NEW_PASSWORD = ("password_too_short", "password_too_long", "busy")


class RegistrationBody(Body):
    """A person (`name`) and the shop they own; `slug` is its address, made from its name if absent."""

    email: Email
    password: NewPassword
    name: Name
    business_name: Name
    slug: Slug | None = None


class MailAnswer(Body):
    """Whatever there is to say goes by mail, so that nobody learns who has an account."""

    status: Literal["check_mail"] = "check_mail"


class VerificationBody(Body):
    """The token of the link in the mail."""

    token: LinkToken


class ChangeBody(Body):
    """The present password and the one to replace it."""

    current_password: Password
    password: NewPassword


class ResetRequestBody(Body):
    """Whose password was forgotten."""

    email: Email


class ResetBody(Body):
    """The token of the link in the mail, and the new password."""

    token: LinkToken
    password: NewPassword


class MeAnswer(Body):
    """The caller: their account, the shop and role of this session, and every shop of theirs that is open."""

    account_id: UUID
    email: str
    name: str
    business_id: UUID | None
    role: Role
    second_factor: bool
    memberships: list[MembershipAnswer]


@router.post("/auth/registrations", status_code=202, responses=refusals("slug_taken", *_NEW_PASSWORD))
async def post_registration(body: RegistrationBody, _: Anyone, db: Platform, passwords: ThePasswords) -> MailAnswer:
    """Register a shop. The same answer after the same time whether or not the e-mail has an account."""
    await actions.register(
        db,
        passwords,
        email=body.email,
        password=body.password,
        name=body.name,
        shop=NewShop(body.business_name, body.slug),
    )
    return MailAnswer()


@router.post("/auth/verifications", status_code=204, responses=refusals("link_invalid"))
async def post_verification(body: VerificationBody, _: Anyone, db: Platform, keys: TheKeys) -> None:
    """Prove the mailbox with the mailed link; from then on the account can sign in."""
    await actions.verify_email(db, keys, body.token)


@router.post(
    "/auth/password",
    status_code=204,
    responses=refusals("credentials_wrong", "slow_down", *_NEW_PASSWORD, signed_in=True),
)
async def post_password(
    body: ChangeBody,
    person: Person,
    db: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> None:
    """Change the password; every other session of the caller ends."""
    await actions.change_password(
        db, passwords, keys, person, current=body.current_password, new=body.password, network=network
    )


@router.post("/auth/password-resets", status_code=202, responses=refusals())
async def post_password_reset(body: ResetRequestBody, _: Anyone, db: Platform) -> MailAnswer:
    """Ask for a link to choose a new password. The same answer after the same time for every e-mail."""
    await actions.request_reset(db, email=body.email)
    return MailAnswer()


@router.put("/auth/password-resets", status_code=204, responses=refusals("link_invalid", *_NEW_PASSWORD))
async def put_password_reset(body: ResetBody, _: Anyone, db: Platform, passwords: ThePasswords, keys: TheKeys) -> None:
    """Choose a new password by the mailed link; every session of the account ends."""
    await actions.reset_password(db, passwords, keys, token=body.token, password=body.password)


@router.get("/me", responses=refusals(signed_in=True))
@open_to(pin=True, closed=True)
async def get_me(person: Person, db: Platform) -> MeAnswer:
    """Who is signed in."""
    profile = await queries.profile_of(db, person.account_id)
    if profile is None:
        raise Refused("unauthenticated")
    memberships = await memberships_of(db, person.account_id)
    return MeAnswer(
        account_id=profile.id,
        email=profile.email,
        name=profile.name,
        business_id=person.business_id,
        role=person.role,
        second_factor=profile.second_factor,
        memberships=[
            MembershipAnswer(business_id=m.business_id, name=m.business_name, role=m.role)
            for m in memberships
            if m.closed_at is None and m.suspended_at is None
        ],
    )
