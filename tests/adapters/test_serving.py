"""Our protocol under a real uvicorn: whole answers leave at once, everything else as uvicorn sends it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, cast

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sello.entry import edge
from sello.entry.serving import OneWrite, answered_whole, socket_of_its_own
from sello.shared.auth.api import names_caller
from tests.support.plain_app import plain_app, plain_settings


@names_caller("anyone")
async def _echo(request: Request) -> Response:
    body = await request.body()
    return Response(body, headers={"x-told": request.headers.get("x-tell", "")}, media_type="text/plain")


async def _pieces(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"one ", b"two ", b"three"):
            yield piece

    return StreamingResponse(pieces())


@names_caller("anyone")
async def _broken(request: Request) -> Response:
    raise ZeroDivisionError


def _app() -> FastAPI:
    app = plain_app(plain_settings(), protected=False)
    app.router.routes += [
        Route("/api/v1/echo", _echo, methods=["GET", "POST"]),
        Route("/api/v1/pieces", _pieces),
        Route("/api/v1/broken", _broken),
    ]
    edge.protect(app, plain_settings())
    return app


@asynccontextmanager
async def _served(
    app: ASGIApp, protocol: type[asyncio.Protocol], *, lifespan: Literal["on", "off"] = "on"
) -> AsyncIterator[int]:
    config = uvicorn.Config(app, port=0, http=protocol, log_config=None, access_log=False, lifespan=lifespan)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def _said(port: int, *sent: bytes, until_end: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in sent:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.02)
    said = await asyncio.wait_for(reader.read() if until_end else reader.readuntil(b"}"), 10)
    writer.close()
    return said


def _asked(head: str, *headers: str, body: bytes = b"", closes: bool = True) -> bytes:
    fields = ["Host: x", *headers, *(["Connection: close"] if closes else [])]
    if body:
        fields += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join((f"{head} HTTP/1.1", *fields, "", "")).encode() + body


def _plain(said: bytes) -> bytes:
    """Without what differs from one answer to the next."""
    said = re.sub(rb'"request_id":"[^"]*"', b"", said)
    return re.sub(rb"(?m)^(date|x-request-id|ratelimit-reset|ratelimit-remaining): [^\r]*\r\n", b"", said)


REQUESTS = {
    "an answer of a hot endpoint": [_asked("POST /api/v1/echo", body=b'{"a": 1}', closes=False)],
    "its head alone": [_asked("HEAD /api/v1/echo", closes=False)],
    "a body in two parts": [
        _asked("POST /api/v1/echo", body=b'{"a": 1}', closes=False)[:-4],
        _asked("POST /api/v1/echo", body=b'{"a": 1}', closes=False)[-4:],
    ],
    "a body that waits for our word": [
        _asked("POST /api/v1/echo", "Expect: 100-continue", body=b'{"a": 1}', closes=False)[:-8],
        b'{"a": 1}',
    ],
    "two requests at once": [
        _asked("POST /api/v1/echo", body=b'{"a": 1}', closes=False)
        + _asked("POST /api/v1/echo", body=b'{"b": 22}', closes=False)
    ],
    "an answer in pieces": [_asked("GET /api/v1/pieces", closes=False)],
    "a refusal": [_asked("POST /api/v1/echo", body=b"{" * 40, closes=False)],
    "nobody foresaw it": [_asked("GET /api/v1/broken", closes=False)],
    "a page that is not there": [_asked("GET /api/v1/nowhere", closes=False)],
    "an old client": [b"GET /api/v1/echo HTTP/1.0\r\nHost: x\r\n\r\n"],
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_answers_are_those_of_uvicorn(name: str) -> None:
    """The same bytes, save the time and the ids: with a connection that stays, and then with one that ends."""
    said = []
    for protocol in (HttpToolsProtocol, OneWrite):
        async with _served(_app(), protocol) as port:
            *first, last = REQUESTS[name]
            last_words = _asked("GET /api/v1/echo", "X-Tell: bye") if not name.startswith("an old") else b""
            said.append(_plain(await _said(port, *first, last, last_words)))
    assert said[0] == said[1]
    assert said[1].startswith(b"HTTP/1.1 ")
    assert b"x-told: bye" in said[1] or name == "an old client"


class _Transport:
    """Another transport, whose writes are kept."""

    def __init__(self, inner: asyncio.Transport, writes: list[bytes]) -> None:
        self._inner = inner
        self._writes = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def write(self, data: bytes) -> None:
        self._writes.append(bytes(data))
        self._inner.write(data)


async def test_an_answer_leaves_in_one_write() -> None:
    writes: list[bytes] = []

    class Watched(OneWrite):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(cast(asyncio.Transport, _Transport(transport, writes)))

    async with _served(_app(), Watched) as port:
        await _said(port, _asked("POST /api/v1/echo", body=b'{"a": 1}', closes=False), until_end=False)
    assert len(writes) == 1
    assert writes[0].endswith(b'\r\n\r\n{"a": 1}')
    assert b"\r\ndate: " in writes[0]


async def test_a_header_cannot_begin_another_one() -> None:
    """Such an answer is left to uvicorn, which refuses to send it; one of another length likewise."""
    told: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        evil = [(b"content-length", b"2"), (b"x-evil", b"a\r\nset-cookie: b")]
        told.append(answered_whole(scope, 200, evil, b"ok"))
        told.append(answered_whole(scope, 200, [(b"content-length", b"3")], b"ok"))
        told.append(answered_whole(scope, 200, [(b"content-length", b"2")], b"{}"))

    async with _served(app, OneWrite, lifespan="off") as port:
        said = await _said(port, _asked("GET /", closes=False), until_end=False)
    assert told == [False, False, True]
    assert b"x-evil" not in said
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")


async def test_every_worker_gets_its_share_of_the_connections() -> None:
    """As uvicorn's parent and workers do it: a bound socket handed down, on which nobody listens."""
    with socket.socket() as shared:
        shared.bind(("127.0.0.1", 0))
        came = [0, 0]

        def of(worker: int) -> Callable[[], asyncio.Protocol]:
            def made() -> asyncio.Protocol:
                came[worker] += 1
                return asyncio.Protocol()

            return made

        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(of(worker), sock=socket_of_its_own(shared)) for worker in range(2)]
        opened = [await asyncio.open_connection(*shared.getsockname()) for _ in range(64)]
        async with asyncio.timeout(10):
            while sum(came) < 64:  # noqa: ASYNC110  # the last ones may still be on their way
                await asyncio.sleep(0.01)
        for _, writer in opened:
            writer.close()
        for server in servers:
            server.close()
    assert min(came) >= 10  # a fair coin fails this once in a hundred million
