"""How uvicorn serves us: its own protocol, except that a finished answer leaves in one write; its workers, except that
each has a listening socket.

uvicorn hands head and body to the socket one after the other, which are two system calls and two packets for each
answer, and examines every header by itself. Whole answers are the rule here, so the edge gives them away whole
(docs/performance.md says what that is worth). Whatever is not ordinary (a connection that ends, HEAD, a slow reader,
another server) takes the usual way through `send`.
"""

import asyncio
import socket
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final, cast

import uvloop
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

CYCLE: Final = "sello.cycle"

_STATUS_LINES: Final = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_LINE: Final = b"%b: %b\r\n".__mod__
_CONTROLS: Final = bytes([*range(9), *range(10, 32), 127])


class Loop(uvloop.Loop):
    """uvloop, with a listening socket for each of uvicorn's workers (for its --loop).

    On a shared one the worker that waits longest is woken for every connection: all 32 of a quiet start came to one
    worker of two, and the other stood by. The kernel spreads them over sockets of their own.
    """

    async def create_server(self, *args: Any, sock: socket.socket | None = None, **kwargs: Any) -> asyncio.Server:
        """The same on a socket of this process where uvicorn hands a shared one down."""
        server = await super().create_server(*args, sock=sock and socket_of_its_own(sock), **kwargs)
        return cast(asyncio.Server, server)


def socket_of_its_own(shared: socket.socket) -> socket.socket:
    """A socket at the address of `shared`, which is bound and does not listen; itself where there cannot be one."""
    if shared.family not in (socket.AF_INET, socket.AF_INET6) or not hasattr(socket, "SO_REUSEPORT"):
        return shared
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own = socket.socket(shared.family, socket.SOCK_STREAM)
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        own.bind(shared.getsockname())
    except OSError:
        own.close()
        return shared
    return own


class OneWrite(HttpToolsProtocol):
    """Tells the application to which exchange of the connection its scope belongs."""

    def on_headers_complete(self) -> None:
        """The request's head is complete; its task begins after we return."""
        super().on_headers_complete()
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and cycle.scope is self.scope:  # else the connection is about to become a websocket
            cast("dict[str, Any]", self.scope)[CYCLE] = cycle


def body_at_hand(scope: Scope) -> bytes | None:
    """The request's body when all of it has arrived, as nearly always; None when somebody has to wait for it."""
    cycle: RequestResponseCycle | None = scope.get(CYCLE)
    if cycle is None or cycle.more_body or cycle.waiting_for_100_continue or cycle.disconnected:
        return None
    body = bytes(cycle.body)
    cycle.body = bytearray()
    cycle.message_event.clear()  # what is waited for next is that the client hangs up
    cycle.flow.resume_reading()
    return body


def answered_whole(scope: Scope, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> bool:
    """Send a complete answer at once, its `headers` saying its length; False when it has to go the usual way."""
    cycle: RequestResponseCycle | None = scope.get(CYCLE)
    if (
        cycle is None
        or cycle.response_started
        or cycle.disconnected
        or not cycle.keep_alive
        or cycle.flow.write_paused
        or cycle.access_log
        or scope["method"] == "HEAD"
        or status not in _STATUS_LINES
        or (b"content-length", b"%d" % len(body)) not in headers
    ):
        return False
    headers = (*cycle.default_headers, *headers)
    head = b"".join(map(_LINE, headers))
    if len(head) - len(head.translate(None, _CONTROLS)) != 2 * len(headers):  # a value would begin a line of its own
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.message_event.set()
    cycle.transport.write(b"%b%b\r\n%b" % (_STATUS_LINES[status], head, body))
    cycle.on_response()
    return True
