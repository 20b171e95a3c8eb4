"""Refresh tokens, the choice of a shop, and what makes a session hold. Pure."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.shared.auth import Claims, Keys, Role
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, SessionId

_PREFIX = "sello_r1"
_PURPOSE = "refresh"
_AGENT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Membership:
    """A shop a person works at."""

    business_id: BusinessId
    business_name: str
    role: Role
    version: int
    suspended_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A session and everything it rests on, as the database says now.

    `version` and `role` are the membership's; None where there is none (a platform admin has none).
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
    is_admin: bool


def refresh_token(keys: Keys, family: SessionId, generation: int) -> str:
    """The token of a generation: the same whoever makes it, so nothing secret has to be kept."""
    mac = base64.urlsafe_b64encode(keys.mac(_PURPOSE, _message(family, generation))).decode().rstrip("=")
    return f"{_PREFIX}.{family}.{generation}.{mac}"


def read_refresh_token(keys: Keys, text: str) -> tuple[SessionId, int] | None:
    """Family and generation of a token we made, or None."""
    parts = text.split(".")
    if len(parts) != 4 or parts[0] != _PREFIX or not parts[2].isdecimal() or len(parts[2]) > 9:
        return None
    try:
        family, generation = SessionId(UUID(parts[1])), int(parts[2])
        mac = base64.urlsafe_b64decode(parts[3].encode("ascii") + b"=" * (-len(parts[3]) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    # The whole MAC: a shortened one would be easier to guess.
    if len(mac) != 32 or not keys.verify(_PURPOSE, _message(family, generation), mac):
        return None
    return family, generation


def _message(family: SessionId, generation: int) -> bytes:
    return family.bytes + generation.to_bytes(8, "big")


def choose_membership(memberships: Sequence[Membership], wanted: BusinessId | None) -> Membership:
    """The shop to sign in to: the wanted one, or the first that is open.

    Refuses no_membership, business_suspended, business_closed.
    """
    named = [m for m in memberships if wanted is None or m.business_id == wanted]
    for membership in named:
        if membership.closed_at is None and membership.suspended_at is None:
            return membership
    if any(m.closed_at is None for m in named):
        raise Refused("business_suspended")
    raise Refused("business_closed" if named else "no_membership")


def check_standing(standing: Standing | None) -> Standing:
    """The session, when it holds.

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
    if standing.closed:
        raise Refused("business_closed")
    if standing.suspended:
        raise Refused("business_suspended")
    return standing


def knows_more(claims: Claims, standing: Standing | None) -> bool:
    """Whether a token was issued after the membership was read: it carries a later version."""
    return standing is not None and standing.version is not None and claims.version > standing.version


def check_claims(claims: Claims, standing: Standing | None) -> None:
    """Whether an access token still says what the database says; refuses `unauthenticated` for an outdated one.

    The session may well live on: a refresh brings a token with the present role.
    """
    held = check_standing(standing)
    if held.business_id != claims.business_id or held.version != _version(claims):
        raise Refused("unauthenticated")


def _version(claims: Claims) -> int | None:
    return None if claims.business_id is None else claims.version


def agent_of(header: str | None) -> str:
    """The browser's or program's own name, as a person may recognise it in a list."""
    return "".join(char for char in (header or "") if char.isprintable())[:_AGENT_LENGTH]
