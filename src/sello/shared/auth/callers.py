"""The person behind a request."""

from dataclasses import dataclass
from typing import Literal

from sello.shared.ids import AccountId, BusinessId, SessionId

Role = Literal["owner", "staff", "admin"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says; whether it still holds is for the database to tell."""

    account_id: AccountId
    business_id: BusinessId | None
    role: Role
    version: int
    session_id: SessionId
    expires_at: int


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person acting for one business (a platform admin names it and is audited)."""

    account_id: AccountId
    business_id: BusinessId
    role: Role
    version: int
    session_id: SessionId
