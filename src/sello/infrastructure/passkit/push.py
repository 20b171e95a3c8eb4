"""Apple's push service over HTTP/2: one connection for the key, or one for each certificate, its streams side by side.

A push is empty and says the same twice as once, so the one that a dying connection took along is sent again. Tokens of
phones are not logged.
"""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import Final

import httpx
import jwt

from sello.infrastructure.passkit.outcomes import (
    EXPIRED_TOKEN,
    REAL_PUSH,
    Barred,
    Busy,
    Delivered,
    PushKey,
    PushOutcome,
    outcome_of,
)
from sello.shared import clock
from sello.shared.logs import external_call

AT_ONCE: Final = 200
# Apple answers 403 to a token older than an hour, and 429 to one that is changed more often than every 20 minutes.
TOKEN_SECONDS: Final = 40 * 60.0
_YOUNGEST_TO_CHANGE: Final = 20 * 60.0
_TIMEOUT: Final = httpx.Timeout(connect=5.0, read=10.0, write=5.0, pool=10.0)
_KEPT_SECONDS: Final = 30 * 60.0
_DAYS_KEPT_FOR_THE_PHONE: Final = 30
# After so many pushes in a row without an answer nobody waits for one for a while, but for one push now and then: jobs
# of everything else stand behind those that wait.
_SILENT: Final = 3
_REST_SECONDS: Final = 5.0


Certificates = Callable[[str], bytes | None]
"""Certificate and key of a pass type id as PEM, which open the push service for that pass type; None without."""


class ApplePush:
    """Pushes with the key when there is one, else with each pass type's certificate."""

    def __init__(
        self,
        base_url: str = REAL_PUSH,
        *,
        ca_file: Path | None = None,
        key: PushKey | None = None,
        certificates: Certificates = lambda _: None,
    ) -> None:
        self._base_url = base_url
        self._ca_file = ca_file
        self._tokens = None if key is None else _Tokens(key)
        self._certificates = certificates
        self._clients: dict[bytes | None, httpx.AsyncClient] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._silent = 0
        self._resting_until = 0.0

    async def push(self, *, topic: str, token: str) -> PushOutcome:
        """Tell the phone behind `token` that something of `topic` is new."""
        async with self._room:
            if not self._may_ask():
                return Busy("resting")
            with external_call("apns", "push", topic=topic) as found:
                outcome = await self._push(topic, token)
                self._heard(outcome)
                found["answer"] = type(outcome).__name__.lower()
                if not isinstance(outcome, Delivered):
                    found["reason"] = outcome.reason
                return outcome

    async def close(self) -> None:
        """Close every connection."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    def _may_ask(self) -> bool:
        """Whether Apple answered lately; where it did not, one push at a time finds out whether it does again."""
        if self._silent < _SILENT:
            return True
        now = monotonic()
        if now < self._resting_until:
            return False
        self._resting_until = now + _REST_SECONDS
        return True

    def _heard(self, outcome: PushOutcome) -> None:
        if not isinstance(outcome, Busy) or outcome.status is not None:
            self._silent = 0
            return
        self._silent += 1
        if self._silent == _SILENT:
            self._resting_until = monotonic() + _REST_SECONDS

    async def _push(self, topic: str, token: str) -> PushOutcome:
        if not token.isalnum() or not token.isascii():
            # It would be part of an address: what is no token never leaves.
            return Barred("token_malformed")
        certificate = None if self._tokens is not None else self._certificates(topic)
        if self._tokens is None and certificate is None:
            return Barred("certificate_missing")
        outcome = await self._ask(certificate, topic, token)
        if isinstance(outcome, Barred) and outcome.reason == EXPIRED_TOKEN and self._tokens is not None:
            self._tokens.renew()
            outcome = await self._ask(certificate, topic, token)
        return outcome

    async def _ask(self, certificate: bytes | None, topic: str, token: str) -> PushOutcome:
        expires = int(clock.now().timestamp()) + _DAYS_KEPT_FOR_THE_PHONE * 86_400
        headers = {
            "apns-topic": topic,
            # Not "background": those are held back at Apple's discretion, and a customer stands at the counter.
            "apns-push-type": "alert",
            "apns-priority": "10",
            "apns-expiration": str(expires),
        }
        if self._tokens is not None:
            headers["authorization"] = f"bearer {self._tokens.current()}"
        for last in (False, True):
            try:
                client = self._client(certificate)
            except (OSError, ssl.SSLError, ValueError):
                return Barred("certificate_unreadable")
            try:
                answer = await client.post(f"/3/device/{token}", content=b"{}", headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                return _unreached(error)
            except (httpx.RemoteProtocolError, httpx.LocalProtocolError, httpx.ReadError, httpx.WriteError):
                if last:  # the connection ended under it; a fresh one was tried
                    return Busy("connection_lost")
            except httpx.TimeoutException:
                return Busy("timeout")
            except httpx.HTTPError:
                return Busy("unreachable")
            else:
                return outcome_of(answer.status_code, answer.content, answer.headers.get("retry-after"))
        raise AssertionError("the second try answers")

    def _client(self, certificate: bytes | None) -> httpx.AsyncClient:
        client = self._clients.get(certificate)
        if client is None:
            context = ssl.create_default_context(cafile=self._ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if certificate is not None:
                _load(context, certificate)
            client = self._clients[certificate] = httpx.AsyncClient(
                base_url=self._base_url,
                http1=False,
                http2=True,
                verify=context,
                trust_env=False,
                timeout=_TIMEOUT,
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEPT_SECONDS),
            )
        return client


def _load(context: ssl.SSLContext, pem: bytes) -> None:
    """OpenSSL reads certificates from files alone: one for our eyes, for as long as that takes."""
    with NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)


class _Tokens:
    """The signed token that opens the connection, made anew every 40 minutes and never more often than Apple likes."""

    def __init__(self, key: PushKey) -> None:
        self._key = key
        self._made_at = float("-inf")
        self._token = ""

    def current(self) -> str:
        """The token for a push of this moment."""
        now = clock.now().timestamp()
        if not 0 <= now - self._made_at < TOKEN_SECONDS:
            headers = {"kid": self._key.key_id}
            claims = {"iss": self._key.team_id, "iat": int(now)}
            self._token = jwt.encode(claims, self._key.pem, algorithm="ES256", headers=headers)
            self._made_at = now
        return self._token

    def renew(self) -> None:
        """Apple calls it too old (a clock is wrong): the next push makes another, unless this one is young."""
        if clock.now().timestamp() - self._made_at >= _YOUNGEST_TO_CHANGE:
            self._made_at = float("-inf")


def _unreached(error: Exception) -> PushOutcome:
    """A certificate that does not hold, theirs or ours, is no matter of trying again; a broken handshake is."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or "_ALERT_" in (getattr(cause, "reason", None) or ""):
            return Barred("tls_refused")
        cause = cause.__cause__ or cause.__context__
    return Busy("unreachable")
