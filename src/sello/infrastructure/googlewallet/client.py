"""Google Wallet's REST API by httpx: our own assertion for a token, no second try but for a stale token, no redirect.

What is logged of a call is its method, kind and answer; ids, names and words are not.
"""

import asyncio
import ssl
from datetime import timedelta
from functools import cache
from http import HTTPMethod
from typing import Any, Final

import httpx
import jwt

from sello.infrastructure.googlewallet.answers import (
    Absent,
    Answer,
    Body,
    Declined,
    Exhausted,
    Exists,
    GoogleAway,
    Kind,
    Taken,
)
from sello.infrastructure.googlewallet.issuer import Issuer
from sello.infrastructure.googlewallet.rules import answer_of, wait_of
from sello.shared import clock
from sello.shared.logs import external_call

SCOPE: Final = "https://www.googleapis.com/auth/wallet_object.issuer"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_HOUR: Final = 3600
_EARLY: Final = timedelta(minutes=5)  # a token is left that long before its end
_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)


@cache
def _trust() -> ssl.SSLContext:
    """Whom the machine trusts; read once, for it takes longer than a call."""
    return ssl.create_default_context()


class RestWallet:
    """Google Wallet through an issuer's account, at Google or at the simulator."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, verify=_trust(), trust_env=False, follow_redirects=False)
        self._root = f"{issuer.base_url}/walletobjects/v1"
        self._token: tuple[str, float] | None = None
        self._asking = asyncio.Lock()

    @property
    def issuer_id(self) -> str:
        """Whose classes and objects."""
        return self._issuer.id

    async def put(self, kind: Kind, body: Body) -> Answer:
        """Bring the resource up to date, or make it."""
        answer = await self.patch(kind, body["id"], body)
        if not isinstance(answer, Absent):
            return answer
        whole = {name: value for name, value in body.items() if value is not None}
        made = await self._ask(HTTPMethod.POST, kind, kind, whole)
        if isinstance(made, Exists):  # another worker, or the person's own save, came first
            return await self.patch(kind, body["id"], body)
        return made

    async def get(self, kind: Kind, id_: str) -> Taken | Absent | Declined:
        """The resource as it stands."""
        answer = await self._ask(HTTPMethod.GET, kind, f"{kind}/{id_}", None)
        if isinstance(answer, Exists | Exhausted):
            raise GoogleAway("nonsense")
        return answer

    async def patch(self, kind: Kind, id_: str, body: Body) -> Answer:
        """Bring an existing resource up to date."""
        return await self._ask(HTTPMethod.PATCH, kind, f"{kind}/{id_}", body)

    async def add_message(self, id_: str, message: Body) -> Answer:
        """Add a message to an object."""
        path = f"loyaltyObject/{id_}/addMessage"
        answer = await self._ask(HTTPMethod.POST, "loyaltyObject", path, {"message": message})
        if isinstance(answer, Taken):
            return Taken(answer.resource.get("resource", {}))
        return answer

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _ask(self, method: HTTPMethod, kind: Kind, path: str, body: Body | None) -> Answer:
        with external_call("google_wallet", f"{method.lower()} {kind}") as found:
            answer = await self._answer(method, path, body)
            found["http"] = answer.status_code
            return answer_of(answer.status_code, answer.content, dict(answer.headers))

    async def _answer(self, method: HTTPMethod, path: str, body: Body | None) -> httpx.Response:
        token = await self._bearer()
        answer = await self._send(method, path, body, token)
        if answer.status_code != 401:
            return answer
        if self._token is not None and self._token[0] == token:
            self._token = None  # taken back before its time; nothing was done, so once more with a fresh one
        return await self._send(method, path, body, await self._bearer())

    async def _send(self, method: HTTPMethod, path: str, body: Body | None, token: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        try:
            return await self._http.request(method, f"{self._root}/{path}", json=body, headers=headers)
        except httpx.TimeoutException as error:
            raise GoogleAway("timeout") from error
        except httpx.HTTPError as error:
            raise GoogleAway("unreachable") from error

    async def _bearer(self) -> str:
        """A token that is good for five minutes yet; one is asked for at a time."""
        async with self._asking:
            if self._token is None or self._token[1] <= clock.now().timestamp():
                self._token = await self._new_token()
            return self._token[0]

    async def _new_token(self) -> tuple[str, float]:
        now = int(clock.now().timestamp())
        account = self._issuer.account
        url = self._issuer.token_url
        claims = {"iss": account.email, "scope": SCOPE, "aud": url, "iat": now, "exp": now + _HOUR}
        assertion = jwt.encode(claims, account.key, algorithm="RS256", headers={"kid": account.key_id})
        with external_call("google_wallet", "token") as found:
            try:
                answer = await self._http.post(url, data={"grant_type": GRANT, "assertion": assertion})
                found["http"] = answer.status_code
                said: dict[str, Any] = answer.json()
                if answer.status_code == 200:
                    lives = float(said["expires_in"]) - _EARLY.total_seconds()
                    return str(said["access_token"]), now + max(0.0, lives)
            except httpx.TimeoutException as error:
                raise GoogleAway("timeout") from error
            except httpx.HTTPError as error:
                raise GoogleAway("unreachable") from error
            except (ValueError, KeyError, TypeError) as error:
                raise GoogleAway("nonsense", http=answer.status_code) from error
        after = wait_of(dict(answer.headers))
        reason = "credentials" if answer.status_code in (400, 401, 403) else "busy"
        raise GoogleAway(reason, http=answer.status_code, after=after)
