"""What a phone asks a shop's web service, word by word as a real one does, and what it hears."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx
import msgspec

from sello.infrastructure.passkit.simulator.reading import Pass

PKPASS: Final = "application/vnd.apple.pkpass"
_SECONDS: Final = 15.0
_MOST: Final = 4_000_000


class Unanswered(Exception):
    """The shop did not answer, or not as it must; the text is what the phone would log."""


class List(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which passes are new since a tag."""

    serial_numbers: list[str]
    last_updated: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A pass's bytes and their moment; `data` is None when nothing is new."""

    data: bytes | None
    last_modified: str | None


class Shop:
    """The web service that a pass names."""

    def __init__(self, client: httpx.AsyncClient, device: str, found: Pass) -> None:
        content = found.content
        if content.web_service_url is None:
            raise Unanswered("the pass names no web service")
        self._client = client
        self._base = content.web_service_url.rstrip("/") + "/v1"
        self._pass = quote(content.pass_type_identifier, safe=""), quote(content.serial_number, safe="")
        self._device = f"{self._base}/devices/{quote(device, safe='')}/registrations/{self._pass[0]}"
        self._shown = {"authorization": f"ApplePass {content.authentication_token}"}

    async def register(self, push_token: str) -> bool:
        """Ask to be told of changes; whether the shop says this is new."""
        answer = await self._ask("POST", f"{self._device}/{self._pass[1]}", body={"pushToken": push_token})
        if answer.status_code not in (200, 201):
            raise Unanswered(f"Registration ended with status {answer.status_code}")
        return answer.status_code == 201

    async def unregister(self) -> None:
        """Ask to be told no more."""
        answer = await self._ask("DELETE", f"{self._device}/{self._pass[1]}")
        if answer.status_code != 200:
            raise Unanswered(f"Unregistration ended with status {answer.status_code}")

    async def list(self, tag: str | None) -> List | None:
        """What is new of this pass type; None when nothing is. It shows no token: the device's name is the secret."""
        query = {} if tag is None else {"passesUpdatedSince": tag}
        answer = await self._ask("GET", self._device, query=query, shown=False)
        if answer.status_code == 204:
            return None
        if answer.status_code != 200:
            raise Unanswered(f"List of passes ended with status {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=List)
        except msgspec.DecodeError as error:
            raise Unanswered(f"List of passes cannot be read: {error}") from error

    async def fetch(self, serial: str, last_modified: str | None) -> Fetched:
        """The pass as it is now."""
        since = {} if last_modified is None else {"if-modified-since": last_modified}
        url = f"{self._base}/passes/{self._pass[0]}/{quote(serial, safe='')}"
        answer = await self._ask("GET", url, headers=since)
        if answer.status_code == 304:
            return Fetched(None, last_modified)
        if answer.status_code != 200:
            raise Unanswered(f"Get pass ended with status {answer.status_code}")
        kind = answer.headers.get("content-type", "")
        if kind != PKPASS or len(answer.content) > _MOST:
            raise Unanswered(f"Get pass answered with {kind or 'no type'}")
        return Fetched(answer.content, answer.headers.get("last-modified"))

    async def log(self, *messages: str) -> None:
        """Tell the shop what is wrong; whether it listens does not matter."""
        try:
            await self._ask("POST", f"{self._base}/log", body={"logs": list(messages)}, shown=False)
        except Unanswered:
            return

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        body: object = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        shown: bool = True,
    ) -> httpx.Response:
        sent = {**(self._shown if shown else {}), **(headers or {})}
        try:
            return await self._client.request(method, url, json=body, params=query or None, headers=sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered(f"{method} ended with {type(error).__name__}") from error


def shop_client() -> httpx.AsyncClient:
    """How phones reach shops; no redirect is followed, as no phone does."""
    return httpx.AsyncClient(timeout=_SECONDS, trust_env=False, follow_redirects=False)
