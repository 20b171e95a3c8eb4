"""Access tokens: HS256 JWTs of 15 minutes, verified ones remembered until they expire."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from sello.shared import clock
from sello.shared.auth.callers import Claims, Means, Role
from sello.shared.auth.keys import Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, DeviceId, SessionId

LIFETIME = timedelta(minutes=15)
_ROLES = ("owner", "staff", "admin", "device")
_MEANS = ("password", "pin", "device")  # a key is no token
_CACHED = 10_000


class TokenIssuer:
    """Signs and verifies access tokens with an installation's keys."""

    def __init__(self, keys: Keys) -> None:
        self._keys = [key for key in (keys.secret, keys.previous) if key]
        self._verified: dict[str, Claims] = {}

    def issue(
        self,
        *,
        account_id: AccountId,
        business_id: BusinessId | None,
        role: Role,
        version: int,
        session_id: SessionId,
        means: Means = "password",
        device_id: DeviceId | None = None,
    ) -> str:
        """A token for 15 minutes from now. By PIN it says staff, whoever signed in."""
        now = clock.now()
        claims: dict[str, Any] = {
            "iss": "sello", "aud": "sello:access", "iat": now, "exp": now + LIFETIME,
            "sub": str(account_id), "bid": str(business_id) if business_id else None,
            "role": role, "ver": version, "sid": str(session_id),
        }  # fmt: skip
        if means != "password":
            claims["amr"] = means
        if device_id is not None:
            claims["dev"] = str(device_id)
        return jwt.encode(claims, self._keys[0], algorithm="HS256")

    def verify(self, token: str) -> Claims:
        """The token's claims; Refused `unauthenticated` for whatever is forged, foreign or expired.

        A signature is checked once per token and process; the expiry at every call.
        """
        claims = self._verified.get(token)
        if claims is None:
            claims = self._decode(token)
            if len(self._verified) >= _CACHED:
                self._verified.clear()  # all at once: tokens live 15 minutes, a list of ages would cost more
            self._verified[token] = claims
        if claims.expires_at <= clock.now().timestamp():
            self._verified.pop(token, None)
            raise Refused("unauthenticated")
        return claims

    def _decode(self, token: str) -> Claims:
        for key in self._keys:
            try:
                raw = jwt.decode(
                    token, key, algorithms=["HS256"], audience="sello:access", issuer="sello",
                    options={"require": ["exp", "iat", "sub", "aud", "iss"], "verify_exp": False, "verify_iat": False},
                )  # fmt: skip
                return _claims(raw)
            except (jwt.InvalidTokenError, ValueError, KeyError, TypeError):
                continue
        raise Refused("unauthenticated")


def _claims(raw: dict[str, Any]) -> Claims:
    means = raw.get("amr", "password")
    if raw["role"] not in _ROLES or means not in _MEANS or not isinstance(raw["exp"], int):
        raise ValueError("not our claims")
    return Claims(
        account_id=AccountId(UUID(raw["sub"])),
        business_id=BusinessId(UUID(raw["bid"])) if raw["bid"] else None,
        role=raw["role"],
        version=int(raw["ver"]),
        session_id=SessionId(UUID(raw["sid"])),
        expires_at=raw["exp"],
        means=means,
        device_id=DeviceId(UUID(raw["dev"])) if "dev" in raw else None,
    )


def expiry(now: datetime) -> datetime:
    """When a token issued now ends."""
    return now + LIFETIME
