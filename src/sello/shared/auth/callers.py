"""Who is behind a request: a person, a till, or the bearer of an API key."""

from dataclasses import dataclass
from typing import Literal

from sello.shared.ids import AccountId, BusinessId, DeviceId, SessionId

Role = Literal["owner", "staff", "admin", "device"]

# How somebody proved who they are. By PIN an owner has staff's powers; a till and a key reach only what says so.
Means = Literal["password", "pin", "device", "key"]

Scope = Literal["stamps:write", "customers:read", "enrollments:write", "redemptions:write"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token or key says; whether it still holds is for the database to tell.

    `session_id` is the session's, or the till's credential (then `account_id` is the till's own id and nobody's
    account), or the key itself (then `account_id` is the key's membership). `device_id` is the till a person signed in
    on, or the till itself.
    """

    account_id: AccountId
    business_id: BusinessId | None
    role: Role
    version: int
    session_id: SessionId
    expires_at: int
    means: Means = "password"
    device_id: DeviceId | None = None
    scopes: frozenset[Scope] = frozenset()

    @property
    def session(self) -> SessionId | None:
        """The session of a person who signed in; a till and a key have none."""
        return self.session_id if self.means in ("password", "pin") else None


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody acting for one business (a platform admin names it and is audited). By PIN nobody is an owner."""

    account_id: AccountId
    business_id: BusinessId
    role: Role
    version: int
    session_id: SessionId
    means: Means = "password"
    device_id: DeviceId | None = None
