"""The simulator's HTTP server: small, quick, and able to break a connection in the ways that networks do."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Literal, cast
from urllib.parse import parse_qsl

import httptools
import msgspec

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_MOST: Final = 1_000_000


@dataclass(slots=True)
class Request:
    """One request, whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Answer:
    """What is answered, when, and whether at all: `hang` never answers, `reset` cuts the connection."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    way: Literal["answer", "hang", "reset"] = "answer"

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Answer":
        """A value as JSON."""
        return cls(status, msgspec.json.encode(value))


Awaiting = Awaitable["Answer"]
Handler = Callable[[Request], "Answer | Awaiting"]


@dataclass(slots=True)
class _Reading:
    url: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)


class Connection(asyncio.Protocol):
    """One client. Requests are answered as soon as they are ready; clients of an API do not pipeline."""

    def __init__(self, handle: Handler, neighbours: "set[Connection]") -> None:
        self._handle = handle
        self._neighbours = neighbours
        self._tasks: set[asyncio.Task[None]] = set()
        self._parser = httptools.HttpRequestParser(self)
        self._reading = _Reading()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._neighbours.add(self)
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._neighbours.discard(self)
        self._transport = None

    def close(self) -> None:
        """End it at once, answered or not."""
        for task in self._tasks:
            task.cancel()
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is not HTTP ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport is not None:
                self._transport.close()

    def on_message_begin(self) -> None:
        """A new request."""
        self._reading = _Reading()

    def on_url(self, url: bytes) -> None:
        """Its address, perhaps in parts."""
        self._reading.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._reading.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._reading.body += body
        if len(self._reading.body) > _MOST and self._transport is not None:
            self._transport.close()

    def on_message_complete(self) -> None:
        """Answer it."""
        reading = self._reading
        url = httptools.parse_url(reading.url)
        query = dict(parse_qsl((url.query or b"").decode(), keep_blank_values=True))
        method = self._parser.get_method().decode()
        request = Request(method, url.path.decode(), query, reading.headers, bytes(reading.body))
        found = self._handle(request)
        if inspect.isawaitable(found):
            task = asyncio.ensure_future(self._later(found))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._give(found)

    async def _later(self, answer: Awaitable[Answer]) -> None:
        self._give(await answer)

    def _give(self, answer: Answer) -> None:
        if answer.delay:
            asyncio.get_running_loop().call_later(answer.delay, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        if self._transport is None or answer.way == "hang":
            return
        if answer.way == "reset":
            self._transport.abort()
            return
        lines = [
            f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, '')}",
            f"content-type: {answer.kind}",
            f"content-length: {len(answer.body)}",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        self._transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)


class Listening:
    """A server on loopback; its connections end with it."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen; the port, chosen by the system when it is 0."""
        loop = asyncio.get_running_loop()
        make = partial(Connection, self._handle, self._connections)
        self._server = await loop.create_server(make, "127.0.0.1", port, backlog=2048)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more and hang up."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.close()
        await asyncio.sleep(0)  # the loop closes what was hung up
