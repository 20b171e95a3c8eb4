"""The SDK's way out: connections of ours, no second try, no redirect, an address that can be the simulator's."""

import base64
import logging
from collections.abc import Mapping
from functools import cache
from typing import Final, cast
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from sello.infrastructure.whatsapp.account import REAL_HOST

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0
AT_ONCE: Final = 400
_IDLE_SECONDS: Final = 15.0  # a connection that the other side is about to close must not be used for a send

# What an answer that is not the provider's can do to the SDK, besides what the network does.
FAILURES: Final = (aiohttp.ClientError, OSError, TwilioException, ValueError, TypeError, AttributeError, KeyError)


class Answered(Exception):
    """An answer that is no success, past the SDK: its status, its words and its headers."""

    def __init__(self, http: int, text: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"http_{http}")
        self.http, self.text, self.headers = http, text, headers


class Http(AsyncHttpClient):  # type: ignore[misc]  # the SDK says no types
    """The SDK's way out. Follows no redirect and tries nothing again: a message is money and somebody's phone."""

    def __init__(self, base_url: str) -> None:
        super().__init__(logging.getLogger("sello.twilio"), True)
        parts = urlsplit(base_url)
        # The real one has a host for each part of its API; another address has all of them.
        self._base = None if parts.hostname == REAL_HOST else base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request; Answered when its status is not 2xx."""
        written = (headers or {}).get("Content-Type") == "application/json"
        async with self._open().request(
            method,
            self._address(uri),
            params=cast("dict[str, str] | None", params),
            data=None if written or data is None else urlencode(data, doseq=True).encode(),
            json=_without_nulls(data) if written else None,
            headers={**(headers or {}), "Authorization": _basic(*auth)} if auth else headers,
            allow_redirects=False,
        ) as answer:
            text = await answer.text(errors="replace")
            if not 200 <= answer.status < 300:
                raise Answered(answer.status, text, answer.headers)
            return Response(answer.status, text, answer.headers)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=_IDLE_SECONDS, ttl_dns_cache=60),
                timeout=aiohttp.ClientTimeout(total=30.0, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _address(self, uri: str) -> str:
        if self._base is None:
            return uri
        parts = urlsplit(uri)
        return f"{self._base}{parts.path}{'?' + parts.query if parts.query else ''}"


@cache
def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _without_nulls(value: object) -> object:
    """The SDK writes every field there could be as null, and the contract of contents knows no nulls."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    return value
