"""HTTP/2 over TLS as Apple's push service speaks it, and the ways in which such a connection breaks."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, cast

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
import msgspec

_STREAMS: Final = 1000
_MOST: Final = 16_384

Way = Literal["answer", "hang", "reset", "goaway"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, whole. `certificate` is the client's, as DER, when it showed one; `connection` counts them."""

    connection: int
    headers: dict[str, str]
    body: bytes
    certificate: bytes | None


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. `hang` never comes, `reset` cuts the whole connection, `goaway` ends it in good manners unanswered."""

    status: int = 200
    reason: str = ""
    facts: dict[str, int] = field(default_factory=dict)
    apns_id: str = ""
    delay: float = 0.0
    way: Way = "answer"


Handler = Callable[[Asked], Said]


@dataclass(slots=True)
class _Stream:
    headers: dict[str, str]
    body: bytearray = field(default_factory=bytearray)


class Connection(asyncio.Protocol):
    """One client, a thousand streams."""

    def __init__(self, handle: Handler, neighbours: "set[Connection]", opened: Callable[[], int]) -> None:
        self._handle = handle
        self._neighbours = neighbours
        self._opened = opened
        self._number = 0
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        self._h2 = h2.connection.H2Connection(config)
        self._streams: dict[int, _Stream] = {}
        self._transport: asyncio.Transport | None = None
        self._certificate: bytes | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves."""
        self._transport = cast("asyncio.Transport", transport)
        self._neighbours.add(self)
        self._number = self._opened()
        secure = transport.get_extra_info("ssl_object")
        self._certificate = secure.getpeercert(binary_form=True) if secure is not None else None
        self._h2.initiate_connection()
        self._h2.update_settings({h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: _STREAMS})
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._neighbours.discard(self)
        self._transport = None

    def close(self) -> None:
        """End it at once, answered or not."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Feed the machine; what is no HTTP/2 ends the connection."""
        try:
            events = self._h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            self._flush()
            if self._transport is not None:
                self._transport.close()
            return
        for event in events:
            self._take(event)
        self._flush()

    def _take(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            headers = {str(name): str(value) for name, value in event.headers}
            self._streams[event.stream_id] = _Stream(headers)
        elif isinstance(event, h2.events.DataReceived):
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            stream = self._streams.get(event.stream_id)
            if stream is not None:
                stream.body += event.data[: _MOST - len(stream.body)]
        elif isinstance(event, h2.events.StreamEnded):
            stream = self._streams.pop(event.stream_id, None)
            if stream is not None:
                self._answer(event.stream_id, stream)
        elif isinstance(event, h2.events.StreamReset):
            self._streams.pop(event.stream_id, None)
        elif isinstance(event, h2.events.ConnectionTerminated) and self._transport is not None:
            self._transport.close()

    def _answer(self, stream_id: int, stream: _Stream) -> None:
        said = self._handle(Asked(self._number, stream.headers, bytes(stream.body), self._certificate))
        if said.delay:
            asyncio.get_running_loop().call_later(said.delay, self._say, stream_id, said)
        else:
            self._say(stream_id, said)

    def _say(self, stream_id: int, said: Said) -> None:
        if self._transport is None or said.way == "hang":
            return
        if said.way == "reset":
            self._transport.abort()
            return
        try:
            if said.way == "goaway":
                self._h2.close_connection(h2.errors.ErrorCodes.NO_ERROR, last_stream_id=0)
                self._flush()
                self._transport.close()
                return
            body = msgspec.json.encode({"reason": said.reason, **said.facts}) if said.reason else b""
            headers = [(":status", str(said.status)), ("apns-id", said.apns_id)]
            self._h2.send_headers(stream_id, headers, end_stream=not body)
            if body:
                self._h2.send_data(stream_id, body, end_stream=True)
        except h2.exceptions.ProtocolError:  # they have given the stream up, or all of it
            return
        self._flush()

    def _flush(self) -> None:
        if self._transport is not None and (data := self._h2.data_to_send()):
            self._transport.write(data)


class Listening:
    """A server of HTTP/2 on loopback; its connections end with it. `connections` counts all there ever were."""

    def __init__(self, handle: Handler, context: ssl.SSLContext) -> None:
        self._handle = handle
        self._context = context
        self._open: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self.connections = 0

    async def start(self, port: int = 0) -> int:
        """Listen; the port, chosen by the system when it is 0."""
        make = partial(Connection, self._handle, self._open, self._count)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(make, "127.0.0.1", port, ssl=self._context, backlog=256)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more and hang up."""
        if self._server is not None:
            self._server.close()
        await self.hang_up()

    async def hang_up(self) -> None:
        """End every connection; a client may come again."""
        for connection in list(self._open):
            connection.close()
        await asyncio.sleep(0)

    def _count(self) -> int:
        self.connections += 1
        return self.connections
