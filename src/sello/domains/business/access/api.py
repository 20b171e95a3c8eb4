"""The authenticator behind every route."""

from time import monotonic
from uuid import UUID

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from sello.domains.business.access.actions import LiveSessions
from sello.domains.business.access.rules import check_member, check_opening, check_person
from sello.domains.business.audit import write_audit_as_platform
from sello.domains.business.devices import check_till
from sello.domains.business.keys import LiveKeys
from sello.domains.business.keys.rules import looks_like_key
from sello.domains.business.sessions.queries import business_exists
from sello.infrastructure.database.db import PlatformDb
from sello.shared.auth import Caller, Claims, TokenIssuer
from sello.shared.auth.api import VERIFIED, Opening, opening_of
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId
from sello.shared.logs import current_request
from sello.shared.metrics import count_refused_access
from sello.shared.validation import Reason

_REASON: TypeAdapter[str] = TypeAdapter(Reason)
_READS = ("GET", "HEAD", "OPTIONS")
_READ_SECONDS = 600.0
_LONGEST_TOKEN = 4096


class MembershipAuthenticator:
    """Callers from bearer tokens and keys; see `shared.auth.api.Authenticator`. One for each process."""

    def __init__(self, tokens: TokenIssuer, db: PlatformDb) -> None:
        self._tokens = tokens
        self._db = db
        self.sessions = LiveSessions(db)
        self.keys = LiveKeys(db)
        self._read: dict[tuple[AccountId, BusinessId], float] = {}

    async def claims(self, request: Request) -> Claims:
        """Claims of the bearer token by signature and expiry alone, or of a key as it was at most 2 seconds ago.

        Refuses unauthenticated, key_ended; forbidden and scope_missing where the endpoint is not open to them.
        """
        claims: Claims | None = request.scope.get(VERIFIED)
        if claims is None:
            scheme, _, text = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not text or len(text) > _LONGEST_TOKEN:
                raise Refused("unauthenticated")
            claims = await self._of_key(text) if looks_like_key(text) else self._tokens.verify(text)
        check_opening(_opening(request), claims)
        return claims

    async def _of_key(self, text: str) -> Claims:
        try:
            claims = await self.keys.claims(text)
        except Refused as refused:
            count_refused_access("key", refused.code)
            raise
        facts = current_request.get()
        if facts is not None:  # the edge knew no more than that a key was shown
            facts.account_id, facts.business_id = claims.account_id, claims.business_id
        return claims

    async def person(self, request: Request) -> Claims:
        """A person's claims, for a session that holds (asked of the database at most every 2 seconds).

        Refuses forbidden to tills and keys, pin_not_enough to a PIN where the endpoint did not open to it.
        """
        claims = await self._held(request)
        check_person(_opening(request), claims)
        return claims

    async def _held(self, request: Request) -> Claims:
        claims = await self.claims(request)
        if claims.session is not None:
            await self.sessions.check(claims, closed=_opening(request).closed)
        return claims

    async def caller(self, request: Request) -> Caller:
        """A member at their shop, or a platform admin at the one they name in X-Business-Id, for X-Reason.

        Whatever an admin writes is in that shop's audit log beforehand; what they read, once in 10 minutes.
        """
        claims = await self._held(request)
        check_member(claims)
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

    async def till(self, request: Request) -> Claims:
        """A till whose credential holds; refuses forbidden to everybody else."""
        claims = await self.claims(request)
        if claims.means != "device":
            await self._held(request)
            raise Refused("forbidden")
        await check_till(self._db, claims.session_id)
        return claims

    async def admin(self, request: Request) -> Claims:
        """A platform admin; refuses forbidden to everybody else."""
        claims = await self._held(request)
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


def _opening(request: Request) -> Opening:
    return opening_of(request.scope.get("endpoint"))


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
