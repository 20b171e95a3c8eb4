"""The authenticator behind every route."""

from time import monotonic
from uuid import UUID

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from sello.domains.business.access.rules import check_opening
from sello.domains.business.audit import write_audit_as_platform
from sello.domains.business.sessions import LiveSessions
from sello.domains.business.sessions.queries import business_exists
from sello.infrastructure.database.db import PlatformDb
from sello.shared.auth import Caller, Claims, TokenIssuer
from sello.shared.auth.api import opening_of
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId
from sello.shared.validation import Reason

_REASON: TypeAdapter[str] = TypeAdapter(Reason)
_READS = ("GET", "HEAD", "OPTIONS")
_READ_SECONDS = 600.0
_LONGEST_TOKEN = 4096


class MembershipAuthenticator:
    """Callers from bearer tokens; see `shared.auth.api.Authenticator`. One for each process."""

    def __init__(self, tokens: TokenIssuer, db: PlatformDb) -> None:
        self._tokens = tokens
        self._db = db
        self.sessions = LiveSessions(db)
        self._read: dict[tuple[AccountId, BusinessId], float] = {}

    async def claims(self, request: Request) -> Claims:
        """Claims of the bearer token by signature and expiry alone; refuses unauthenticated, forbidden."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
            raise Refused("unauthenticated")
        claims = self._tokens.verify(token)
        check_opening(opening_of(request.scope.get("endpoint")), claims)
        return claims

    async def person(self, request: Request) -> Claims:
        """The same, for a session that holds (asked of the database at most every 2 seconds)."""
        claims = await self.claims(request)
        await self.sessions.check(claims)
        return claims

    async def caller(self, request: Request) -> Caller:
        """A member at their shop, or a platform admin at the one they name in X-Business-Id, for X-Reason.

        Whatever an admin writes is in that shop's audit log beforehand; what they read, once in 10 minutes.
        """
        claims = await self.person(request)
        business_id = claims.business_id
        if business_id is None:
            business_id = await self._enter(request, claims)
        return Caller(
            claims.account_id,
            business_id,
            claims.role,
            claims.version,
            claims.session_id,
            claims.means,
            claims.device_id,
        )

    async def admin(self, request: Request) -> Claims:
        """A platform admin; refuses forbidden to members."""
        claims = await self.person(request)
        if claims.role != "admin":
            raise Refused("forbidden")
        return claims

    async def _enter(self, request: Request, claims: Claims) -> BusinessId:
        business_id, reason = _named_business(request), _reason(request)
        if business_id is None or reason is None:
            raise Refused("business_required")
        if not await business_exists(self._db, business_id):
            raise Refused("not_found")
        reads = request.method in _READS
        if reads and not self._first_read(claims.account_id, business_id):
            return business_id
        await write_audit_as_platform(
            self._db,
            business_id,
            account_id=claims.account_id,
            action="admin.read" if reads else "admin.wrote",
            reason=reason,
            details={"method": request.method, "route": getattr(request.scope.get("route"), "path", "")},
        )
        return business_id

    def _first_read(self, account_id: AccountId, business_id: BusinessId) -> bool:
        now, key = monotonic(), (account_id, business_id)
        if self._read.get(key, 0.0) > now:
            return False
        self._read = {known: until for known, until in self._read.items() if until > now}
        self._read[key] = now + _READ_SECONDS
        return True


def _named_business(request: Request) -> BusinessId | None:
    try:
        return BusinessId(UUID(request.headers.get("x-business-id", "")))
    except ValueError:
        return None


def _reason(request: Request) -> str | None:
    """The reason as typed: headers are read as Latin-1, but pages send UTF-8."""
    raw = request.headers.get("x-reason", "").encode("latin-1")
    try:
        return _REASON.validate_python(raw.decode().strip())
    except (UnicodeDecodeError, ValidationError):
        return None
