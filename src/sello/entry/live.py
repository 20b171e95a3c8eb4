"""Live messages to browsers: Socket.IO over websockets only, a room per business, Redis between the processes.

A message says what happened by its event (the fact's name) and carries `{id, business_id, at}` and the fact's
fields. It is a hint: while Redis is away messages are lost, and whoever is told `refetch` or connects again asks the
API for the state. `ended {code}` says why the server lets a connection go: at its token's expiry the client comes
back with a new one; after a dismissal it need not.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from random import uniform
from time import monotonic
from typing import Any, Final
from uuid import UUID

import msgspec
import socketio
import structlog
from fastapi import FastAPI
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from socketio.exceptions import ConnectionRefusedError as SocketRefused
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sello.events import StaffDismissed
from sello.shared import clock
from sello.shared.auth import Claims, TokenIssuer
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import AccountId, BusinessId
from sello.shared.tasks import end

log = structlog.get_logger(__name__)

CHANNEL: Final = "sello:live"
PATH: Final = "/socket.io"
PUBLISH_SECONDS: Final = 0.5
SEAT_SECONDS: Final = 10.0  # a websocket that has not signed in by then is closed
RECHECK_SECONDS: Final = 15  # between looks at whether memberships still hold: a dismissal's message may be lost
REMEMBERED_SECONDS: Final = 5.0
_QUIET_SECONDS: Final = 1.0
_SILENCE_SECONDS: Final = 5.0
_SEATED: Final = "sello.seated"
_AWAY = (RedisError, OSError, TimeoutError)

# Below ERROR the libraries' loggers write whole packets, tokens among them; given none they print by themselves.
_quiet = logging.getLogger("sello.live")
_quiet.setLevel(logging.ERROR)

Check = Callable[[Claims], Awaitable[None]]
"""Raises Refused when the membership behind verified claims has ended."""


def room_of(business_id: BusinessId) -> str:
    """The room of everybody who watches a business."""
    return f"{business_id}:live"


def room_of_person(business_id: BusinessId, account_id: AccountId) -> str:
    """The room of one person's connections at a business."""
    return f"{business_id}:{account_id}"


class Hub(socketio.AsyncRedisManager):
    """The Redis side of both ends: the worker publishes, API processes listen. Neither waits for Redis.

    Both are python-socketio's points of extension; its own versions know no time-outs and wait up to a minute
    before they look for Redis again.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        write_only: bool = False,
        dismissed: Callable[[BusinessId, AccountId], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(redis_url, channel=CHANNEL, write_only=write_only, logger=_quiet)  # type: ignore[no-untyped-call]  # socketio is untyped
        self._dismissed = dismissed
        self._publisher: Redis | None = None
        self._quiet_until = 0.0
        self._lost = 0

    async def close(self) -> None:
        """Stop listening and publishing."""
        await end(getattr(self, "thread", None))
        if self._publisher is not None:
            await self._publisher.aclose()

    async def _publish(self, data: dict[str, Any]) -> None:
        if monotonic() < self._quiet_until:
            self._lost += 1  # away a moment ago: the message is lost, as hints may be
            return
        if self._publisher is None:
            self._publisher = _redis(self.redis_url)
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._publisher.publish(CHANNEL, json.dumps(data))
        except _AWAY as error:
            if not self._lost:
                log.warning("live_publishing_stopped", exc_info=error)
            self._quiet_until = monotonic() + _QUIET_SECONDS
            self._lost += 1
            return
        if self._lost:
            log.info("live_publishing_resumed", lost=self._lost)
            self._lost = 0

    def _listen(self) -> Any:  # python-socketio iterates over what comes back
        return self._heard()

    async def _heard(self) -> AsyncIterator[bytes]:
        listened, away = False, False
        while True:
            try:
                async with _redis(self.redis_url) as client, client.pubsub() as inbox:
                    await inbox.subscribe(CHANNEL)
                    async for message in _messages(inbox):
                        if message["type"] == "subscribe":
                            if listened:  # the client library may have come back by itself, too
                                log.info("live_listening_resumed")
                                await self.emit("refetch", {}, namespace="/", ignore_queue=True)  # type: ignore[no-untyped-call]  # socketio is untyped
                            listened, away = True, False
                        elif message["type"] == "message":
                            yield message["data"]
                            await self._obey(message["data"])
            except _AWAY as error:
                if not away:
                    log.warning("live_listening_stopped", exc_info=error)
                away = True
            await asyncio.sleep(uniform(0.2, 0.6))  # noqa: S311  # spreads the processes, guards nothing

    async def _obey(self, data: bytes) -> None:
        """End the connections of a dismissed person once everybody was told."""
        if self._dismissed is None or StaffDismissed.__name__.encode() not in data:
            return
        with suppress(ValueError, KeyError, IndexError, TypeError):
            message = json.loads(data)
            if message["event"] == StaffDismissed.__name__:
                fact = message["data"][0]
                await self._dismissed(BusinessId(UUID(fact["business_id"])), AccountId(UUID(fact["account_id"])))


async def _messages(inbox: PubSub) -> AsyncIterator[dict[str, Any]]:
    """What arrives, for as long as the connection answers; raises TimeoutError once it does not."""
    asked = False
    while True:
        message = await inbox.get_message(timeout=_SILENCE_SECONDS)
        if message is not None:
            asked = False
            yield message
        elif asked:
            raise TimeoutError
        else:
            await inbox.ping()
            asked = True


def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2 * _SILENCE_SECONDS, socket_keepalive=True)


class Publisher:
    """The worker's end. `emit` never waits and never raises; what does not fit its queue is lost."""

    def __init__(self, redis_url: str, *, most: int = 1000) -> None:
        self._hub = Hub(redis_url, write_only=True)
        self._waiting: asyncio.Queue[tuple[str, str, Any]] = asyncio.Queue(most)

    def emit(self, business_id: BusinessId, event: str, data: Mapping[str, Any]) -> None:
        """Hint to everybody who watches a business."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait((room_of(business_id), event, msgspec.to_builtins(data)))

    async def run(self) -> None:
        """Publish what was emitted, in order, until cancelled."""
        while True:
            room, event, data = await self._waiting.get()
            await self._hub.emit(event, data, room=room)  # type: ignore[no-untyped-call]  # socketio is untyped
            self._waiting.task_done()

    async def drained(self) -> None:
        """Wait until `run` has published, or lost, everything emitted so far."""
        await self._waiting.join()

    async def close(self, *, within: float = 1.0) -> None:
        """Let `run` empty the queue for at most `within` seconds; call it before `run` is cancelled."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.drained()
        await self._hub.close()


class Live:
    """The API's end: signs connections in, seats them in their rooms, shows them out when they may stay no longer."""

    def __init__(self, *, redis_url: str, tokens: TokenIssuer, check: Check, origins: Sequence[str]) -> None:
        self._tokens = tokens
        self._check = check
        self._seats: dict[str, tuple[Claims, Scope]] = {}
        self._dismissed: dict[tuple[BusinessId, AccountId], float] = {}
        self._hub = Hub(redis_url, dismissed=self._dismiss)
        self._sweeping: asyncio.Task[None] | None = None
        self._io: Any = socketio.AsyncServer(
            async_mode="asgi",
            client_manager=self._hub,
            transports=["websocket"],
            cors_allowed_origins=_of_ours(origins),
            max_http_buffer_size=16 * 1024,  # clients have nothing to say but their token
            logger=_quiet,
            engineio_logger=_quiet,
        )
        self._io.on("connect", self._connect)
        self._io.on("disconnect", self._disconnect)
        self.asgi: ASGIApp = _Door(socketio.ASGIApp(self._io, socketio_path=None))

    async def start(self) -> None:
        """Listen for messages and keep the seats in order; not waiting for Redis."""
        self._io.manager_initialized = True
        self._hub.initialize()  # type: ignore[no-untyped-call]  # socketio is untyped
        self._sweeping = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """End what `start` began; the server closes the websockets."""
        await end(self._sweeping)
        await self._io.shutdown()
        await self._hub.close()

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            claims = self._tokens.verify(token if isinstance(token, str) else "")
            if claims.business_id is None:
                raise Refused("forbidden")  # an admin watches no shop
            if (claims.business_id, claims.account_id) in self._dismissed:
                raise Refused("membership_ended")
            await self._check(claims)
        except Refused as refused:
            raise SocketRefused(refused.code, {"code": refused.code}) from refused
        scope: Scope = environ["asgi.scope"]
        scope[_SEATED] = True
        self._seats[sid] = (claims, scope)
        await self._io.enter_room(sid, room_of(claims.business_id))
        await self._io.enter_room(sid, room_of_person(claims.business_id, claims.account_id))

    async def _disconnect(self, sid: str, reason: object = None) -> None:
        self._seats.pop(sid, None)

    async def _dismiss(self, business_id: BusinessId, account_id: AccountId) -> None:
        # `check` may remember a membership for a moment, in which its owner could come back.
        self._dismissed[business_id, account_id] = monotonic()
        await self._end_where(lambda seat: (seat.business_id, seat.account_id) == (business_id, account_id))

    async def _end_where(self, gone: Callable[[Claims], bool], code: str = "membership_ended") -> None:
        for sid, (claims, scope) in list(self._seats.items()):
            if gone(claims):
                scope[_SEATED] = False
                self._seats.pop(sid, None)
                await self._io.emit("ended", {"code": code}, to=sid, ignore_queue=True)
                await self._io.disconnect(sid, ignore_queue=True)

    async def _sweep(self) -> None:
        """Every second: out with expired tokens. Now and then: out with memberships that have ended."""
        seconds = 0
        while True:
            await asyncio.sleep(1)
            seconds += 1
            try:
                now = clock.now().timestamp()
                moment = monotonic() - REMEMBERED_SECONDS
                self._dismissed = {person: at for person, at in self._dismissed.items() if at > moment}
                await self._end_where(lambda seat: seat.expires_at <= now, "unauthenticated")  # noqa: B023  # awaited here
                if seconds % RECHECK_SECONDS == 0:
                    await self._recheck()
            except Unavailable:
                continue  # nobody is shown out because the database is away
            except Exception as error:
                log.error("live_sweep_failed", exc_info=error)

    async def _recheck(self) -> None:
        for person in {claims for claims, _ in self._seats.values()}:
            try:
                await self._check(person)
            except Unavailable:
                raise
            except Refused as refused:
                await self._end_where(lambda seat: seat == person, refused.code)  # noqa: B023  # awaited here


def _of_ours(origins: Sequence[str]) -> Callable[[str | None, Mapping[str, Any]], bool]:
    """Whether a page of this origin may connect: one we listed, or served by the very host it connects to."""
    listed = frozenset(origin.rstrip("/") for origin in origins)

    def may_connect(origin: str | None, environ: Mapping[str, Any]) -> bool:
        return origin is None or origin in listed or origin.partition("://")[2] == environ.get("HTTP_HOST")

    return may_connect


class _Door:
    """Closes websockets that do not sign in, or no longer hold a seat, instead of keeping them for nothing."""

    def __init__(self, inside: ASGIApp) -> None:
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._inside(scope, receive, send)
            return
        pending: asyncio.Future[Message] | None = None

        async def receive_while_seated() -> Message:
            nonlocal pending
            while True:
                pending = pending or asyncio.ensure_future(receive())
                done, _ = await asyncio.wait({pending}, timeout=SEAT_SECONDS)
                if done:
                    message, pending = pending.result(), None
                    return message
                if not scope.get(_SEATED):
                    return {"type": "websocket.disconnect", "code": 1008}

        try:
            await self._inside(scope, receive_while_seated, send)
        finally:
            if pending is not None:
                pending.cancel()


def mount(app: FastAPI, *, check: Check) -> Live:
    """Serve live messages of `app` at /socket.io; entry starts and stops what is returned.

    Needs `app.state.settings` and `app.state.tokens`.
    """
    settings = app.state.settings
    live = Live(
        redis_url=settings.redis_url,
        tokens=app.state.tokens,
        check=check,
        origins=[settings.public_base_url, *settings.cors_origins],
    )
    app.mount(PATH, live.asgi)
    return live
