"""One request and its answer, as the edge sees them; and how a hot endpoint is called."""

import itertools
import re
import secrets
from time import perf_counter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from sello.entry import refusals
from sello.entry.headers import Header, SecurityHeaders
from sello.entry.places import Place
from sello.entry.serving import answered_whole
from sello.shared.logs import RequestFacts

_SANE_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?!.*(?:\d[._-]?){9})[\w.-]{8,64}", re.ASCII)

# Ids we make: half drawn once per process, half counted, since asking the system for every one costs microseconds.
_PROCESS: Final = secrets.token_hex(4)
_NUMBERS: Final = itertools.count(secrets.randbelow(1 << 24))


class Exchange:
    """One request and what became of it."""

    __slots__ = (
        "_body", "_head", "_headers", "_receive", "_send", "extra", "facts", "fields", "is_begun", "network", "place",
        "scope", "started", "status",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, headers: SecurityHeaders) -> None:
        self.started = perf_counter()
        self.scope = scope
        # The first of a doubled header counts, as it does for the endpoints.
        self.fields: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        self.facts = RequestFacts(_request_id(self.fields.get(b"x-request-id")))
        self.extra: list[Header] = [(b"x-request-id", self.facts.request_id.encode())]
        self.place: Place
        self.network = ""
        self.status = 0
        self.is_begun = False  # something of the answer has left
        self._receive = receive
        self._send = send
        self._headers = headers
        self._body: bytes | None = None
        self._head: Message | None = None

    @property
    def body(self) -> bytes:
        """The body that has arrived."""
        return self._body or b""

    def give_body(self, body: bytes) -> None:
        """Let the endpoint read this body."""
        self._body = body

    async def receive(self) -> Message:
        """The body that has already arrived, then whatever the server says."""
        body = self._body
        if body is None:
            return await self._receive()
        self._body = None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Complete the answer's head, and keep it (as ASGI lets a server do) until there is something of the body."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._head = {**message, "headers": self._completed(list(message.get("headers", ())))}
            return
        head, self._head = self._head, None
        if head is not None:
            self.is_begun = True
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            if whole and answered_whole(self.scope, head["status"], head["headers"], message.get("body", b"")):
                return
            await self._send(head)
        await self._send(message)

    async def answer(self, response: Response) -> None:
        """Send an answer whose body is all there."""
        self.status = response.status_code
        if response.background is None and hasattr(response, "body"):
            headers = self._completed(response.raw_headers)
            if answered_whole(self.scope, self.status, headers, bytes(response.body)):
                self.is_begun = True
                return
        await response(self.scope, self.receive, self.send)

    def _completed(self, headers: list[Header]) -> list[Header]:
        private = self.place.private or b"authorization" in self.fields
        return self._headers.add(headers, private=private, origin=self.fields.get(b"origin")) + self.extra


def _request_id(given: bytes | None) -> str:
    """The caller's id when it looks like one (and not like a phone), else a new one."""
    text = given.decode("latin-1") if given is not None else ""
    return text if _SANE_ID.fullmatch(text) else f"{_PROCESS}{next(_NUMBERS):08x}"


class _Arrived(Request):
    """A request whose body has arrived."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange.scope, exchange.receive)
        self._whole = exchange.body

    async def body(self) -> bytes:
        return self._whole


async def call(route: Route, exchange: Exchange) -> None:
    """A hot endpoint's answer; what it raises is answered as everywhere."""
    request = _Arrived(exchange)
    try:
        response = await route.endpoint(request)
    except Exception as error:
        response = await refusals.response_to(request, error)
        if response is None:
            raise
    await exchange.answer(response)
