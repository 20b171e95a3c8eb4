"""How the simulator calls us back: signed forms over a handful of kept connections, each message's in order."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from typing import Final, cast
from urllib.parse import urlencode, urlsplit

import httptools

from sello.infrastructure.whatsapp.signature import signature_of

LANES: Final = 24
_SECONDS: Final = 15.0  # Twilio waits that long for an answer

Told = Callable[[int], None]


class _Link(asyncio.Protocol):
    """One connection that posts one form at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[int] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.over = True
        self._tell(0)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if not self._parser.should_keep_alive():
            self.close()
        self._parser = httptools.HttpResponseParser(self)
        self._tell(status)

    def close(self) -> None:
        self.over = True
        if self._transport is not None:
            self._transport.close()

    async def post(self, data: bytes) -> int:
        """The status of the answer; 0 when there was none."""
        assert self._transport is not None  # noqa: S101  # connected before it is used
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        try:
            return await asyncio.wait_for(self._waiting, _SECONDS)
        except TimeoutError:
            self.close()
            return 0

    def _tell(self, status: int) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(status)


class Poster:
    """Posts forms, `LANES` at once; what has the same key goes over one lane, one after the other."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._lanes = [_Lane() for _ in range(LANES)]

    def post(self, url: str, params: dict[str, str], *, key: int, told: Told) -> None:
        """Post in a moment; `told` hears the status of the answer, 0 when there was none."""
        self._lanes[key % LANES].put(url, params, signature_of(self._token, url, params.items()), told)

    @property
    def busy(self) -> bool:
        """Whether something waits to be posted or answered."""
        return any(lane.busy for lane in self._lanes)

    async def close(self) -> None:
        """Stop, whatever waits."""
        for lane in self._lanes:
            await lane.close()


class _Lane:
    def __init__(self) -> None:
        self._queue: deque[tuple[str, dict[str, str], str, Told]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._links: dict[tuple[str, str], _Link] = {}

    @property
    def busy(self) -> bool:
        return self._task is not None and not self._task.done()

    def put(self, url: str, params: dict[str, str], signature: str, told: Told) -> None:
        self._queue.append((url, params, signature, told))
        if not self.busy:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for link in self._links.values():
            link.close()

    async def _run(self) -> None:
        while self._queue:
            url, params, signature, told = self._queue.popleft()
            told(await self._post(url, params, signature))

    async def _post(self, url: str, params: dict[str, str], signature: str) -> int:
        parts = urlsplit(url)
        try:
            link = await self._link(parts.scheme, parts.netloc)
        except (OSError, TimeoutError):
            return 0
        body = urlencode(params).encode()
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {parts.netloc}\r\nuser-agent: TwilioProxy/1.1\r\naccept: */*\r\n"
            f"content-type: application/x-www-form-urlencoded; charset=UTF-8\r\ncontent-length: {len(body)}\r\n"
            f"x-twilio-signature: {signature}\r\n\r\n"
        )
        return await link.post(head.encode() + body)

    async def _link(self, scheme: str, netloc: str) -> _Link:
        link = self._links.get((scheme, netloc))
        if link is None or link.over:
            parts = urlsplit(f"//{netloc}")
            secure = ssl.create_default_context() if scheme == "https" else None
            port = parts.port or (443 if secure else 80)
            link = made = _Link()
            opening = asyncio.get_running_loop().create_connection(lambda: made, parts.hostname or "", port, ssl=secure)
            await asyncio.wait_for(opening, _SECONDS)
            self._links[(scheme, netloc)] = link
        return link
