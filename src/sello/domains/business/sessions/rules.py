"""Refresh tokens, the choice of a shop, and what makes a session hold. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sello.shared.auth import Claims, Keys, Means, Role
from sello.shared.auth.families import generation_token, read_generation_token
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, DeviceId, SessionId

_PREFIX = "sello_r1"
_PURPOSE = "refresh"
_AGENT_LENGTH = 120

REOPEN_WITHIN: Final = timedelta(days=30)  # an owner may still come in, take everything along, and open again


@dataclass(frozen=True, slots=True)
class Membership:
    """A shop a person works at."""

    business_id: BusinessId
    business_name: str
    role: Role
    version: int
    suspended_at: datetime | None
    closed_at: datetime | None
    reopenable: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its people may sign in."""
        return self.closed_at is None and self.suspended_at is None


@dataclass(frozen=True, slots=True)
class Standing:
    """A session and everything it rests on, as the database says now.

    `version` and `role` are the membership's; None where there is none (a platform admin has none). `reopenable`: the
    shop closed within 30 days.
    """

    id: SessionId
    account_id: AccountId
    business_id: BusinessId | None
    ended: bool
    why: str | None
    version: int | None
    role: Role | None
    disabled: bool
    suspended: bool
    closed: bool
    reopenable: bool
    is_admin: bool
    means: Means
    device_id: DeviceId | None

    @property
    def acts_as(self) -> Role:
        """By PIN nobody is more than staff."""
        if self.means == "pin":
            return "staff"
        return self.role or "admin"

    @property
    def may_reopen(self) -> bool:
        """Whether this is the owner of a shop that closed a while ago, signed in with a password."""
        return self.reopenable and self.acts_as == "owner"


def refresh_token(keys: Keys, family: SessionId, generation: int) -> str:
    """The refresh token of a generation."""
    return generation_token(keys, _PURPOSE, _PREFIX, family, generation)


def read_refresh_token(keys: Keys, text: str) -> tuple[SessionId, int] | None:
    """Family and generation of a token we made, or None."""
    read = read_generation_token(keys, _PURPOSE, _PREFIX, text)
    return (SessionId(read[0]), read[1]) if read else None


def choose_membership(memberships: Sequence[Membership], wanted: BusinessId | None) -> Membership:
    """The shop to sign in to: the wanted one, or the first that is open, or one that the person may open again.

    Refuses no_membership, business_suspended, business_closed.
    """
    named = [m for m in memberships if wanted is None or m.business_id == wanted]
    for membership in sorted(named, key=lambda m: not m.is_open):
        closed_by_owner = membership.role == "owner" and membership.reopenable and membership.suspended_at is None
        if membership.is_open or closed_by_owner:
            return membership
    if any(m.closed_at is None for m in named):
        raise Refused("business_suspended")
    raise Refused("business_closed" if named else "no_membership")


def check_standing(standing: Standing | None, *, closed: bool = False) -> Standing:
    """The session, when it holds; with `closed` also at a closed shop, for an owner who may open it again.

    Refuses session_ended, membership_ended, business_suspended, business_closed.
    """
    if standing is None:
        raise Refused("session_ended")
    if standing.why == "dismissed" or standing.disabled:
        raise Refused("membership_ended")
    if standing.ended or (standing.business_id is None and not standing.is_admin):
        raise Refused("session_ended")
    if standing.business_id is not None and standing.version is None:
        raise Refused("membership_ended")
    if standing.closed and not (closed and standing.may_reopen):
        raise Refused("business_closed")
    if standing.suspended:
        raise Refused("business_suspended")
    return standing


def knows_more(claims: Claims, standing: Standing | None) -> bool:
    """Whether a token was issued after the membership was read: it carries a later version."""
    return standing is not None and standing.version is not None and claims.version > standing.version


def check_claims(claims: Claims, standing: Standing | None, *, closed: bool = False) -> None:
    """Whether an access token still says what the database says; refuses `unauthenticated` for an outdated one.

    The session may well live on: a refresh brings a token with the present role.
    """
    held = check_standing(standing, closed=closed)
    if held.business_id != claims.business_id or held.version != _version(claims):
        raise Refused("unauthenticated")


def _version(claims: Claims) -> int | None:
    return None if claims.business_id is None else claims.version


def agent_of(header: str | None) -> str:
    """The browser's or program's own name, as a person may recognise it in a list."""
    return "".join(char for char in (header or "") if char.isprintable())[:_AGENT_LENGTH]
