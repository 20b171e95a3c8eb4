"""An assertion for a token (RFC 7523): whoever holds the key file is the issuer."""

import secrets
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sello.infrastructure.playing.serving import Answer, Request
from sello.shared import clock

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE: Final = "https://www.googleapis.com/auth/wallet_object.issuer"
_LEEWAY: Final = 60
_HOUR: Final = 3600


class Tokens:
    """Tokens that were given, until they end. `key`: the issuer's public key and mail address, asked for each time."""

    def __init__(self, key: Callable[[], tuple[RSAPublicKey, str]], *, url: str) -> None:
        self._key = key
        self._url = url
        self._until: dict[str, float] = {}

    def give(self, request: Request, *, seconds: int) -> Answer:
        """Answer `POST /token`."""
        form = parse_qs(request.body.decode("latin-1"))
        if form.get("grant_type") != [_GRANT]:
            return Answer.json({"error": "unsupported_grant_type"}, 400)
        claims = self._claims(form.get("assertion", [""])[0])
        if claims is None:
            return Answer.json({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        token = f"ya29.{secrets.token_urlsafe(40)}"
        now = clock.now().timestamp()
        self._until = {known: until for known, until in self._until.items() if until > now}
        self._until[token] = now + seconds
        return Answer.json({"access_token": token, "expires_in": seconds, "token_type": "Bearer"})

    def knows(self, request: Request) -> bool:
        """Whether a request carries a token that is good now."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and self._until.get(token, 0.0) > clock.now().timestamp()

    def forget(self) -> None:
        """Take every token back."""
        self._until.clear()

    def _claims(self, assertion: str) -> dict[str, Any] | None:
        key, email = self._key()
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion, key, algorithms=["RS256"], audience=self._url, issuer=email, leeway=_LEEWAY,
                options={"require": ["iss", "aud", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError:
            return None
        now, issued, ends = clock.now().timestamp(), claims["iat"], claims["exp"]
        timely = issued - _LEEWAY <= now < ends + _LEEWAY and 0 < ends - issued <= _HOUR
        return claims if timely and claims.get("scope") == _SCOPE else None
