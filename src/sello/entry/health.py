"""Whether this process lives, whether it may be sent requests, and what it has counted."""

import asyncio
import hmac
import ipaddress
import time
from contextlib import suppress
from typing import Annotated, Any, Final, Literal

import psycopg
from fastapi import APIRouter, Depends, FastAPI, Request, Response

from sello.entry.exposition import CONTENT_TYPE, exposed
from sello.entry.settings import Settings
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused
from sello.shared.validation import Body

router = APIRouter(tags=["health"])

CHECK_SECONDS: Final = 0.5
_FRESH_SECONDS: Final = 0.25  # checks are shared, so that asking often costs nobody anything

State = Literal["ok", "down"]


class Alive(Body):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Checks(Body):
    """What the process depends on. Redis may be away: then it is slower and nothing fails."""

    database: State
    redis: State


class Readiness(Body):
    """Whether requests may be sent here. `draining`: it is about to end and takes no new ones."""

    status: Literal["ready", "not ready", "draining"]
    checks: Checks


def start_draining(app: FastAPI) -> None:
    """Say "not here" to whoever asks for readiness from now on, and end connections; what is running goes on."""
    app.state.draining = True


class Probe:
    """Looks at PostgreSQL over a connection of its own (a busy pool is not an absent server) and at Redis."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._redis: Any = None
        self._running: asyncio.Task[Checks] | None = None
        self._ended = float("-inf")

    async def look(self) -> Checks:
        """Both at once, each within 0.5 s; callers at the same time share one look."""
        running = self._running
        if running is None or (running.done() and time.monotonic() - self._ended > _FRESH_SECONDS):
            running = self._running = asyncio.get_running_loop().create_task(self._look())
        return await asyncio.shield(running)

    async def close(self) -> None:
        """Let go of both connections."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                await self._connection.close()
        if self._redis is not None:
            with suppress(Exception):
                await self._redis.aclose()

    async def _look(self) -> Checks:
        database, redis = await asyncio.gather(self._within(self._ask_database), self._within(self._ask_redis))
        self._ended = time.monotonic()
        return Checks(database=database, redis=redis)

    async def _within(self, ask: Any) -> State:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await ask()
        except Exception:  # whatever it was, it did not answer as it should
            return "down"
        return "ok"

    async def _ask_database(self) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                try:
                    await connection.execute("SELECT 1")
                except psycopg.Error:
                    await connection.close()  # from before a restart: a new one tells how it is now
                    connection = None
            if connection is None:
                connection = await psycopg.AsyncConnection.connect(
                    self._settings.database_url,
                    autocommit=True,
                    prepare_threshold=None,
                    application_name="sello-health",
                )
                await connection.execute("SELECT 1")
        except BaseException:
            if connection is not None:
                connection.pgconn.finish()  # at once: a polite good-bye could hang like the question did
            raise
        self._connection = connection

    async def _ask_redis(self) -> None:
        if self._redis is None:
            from redis.asyncio import Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff

            self._redis = Redis.from_url(
                self._settings.redis_url,
                socket_timeout=CHECK_SECONDS,
                socket_connect_timeout=CHECK_SECONDS,
                retry=Retry(NoBackoff(), 0),
                max_connections=2,
            )
        await self._redis.ping()


async def probe_of(request: Request) -> Probe:
    """The probe of this process."""
    state = request.app.state
    if not hasattr(state, "probe"):
        state.probe = Probe(state.settings)
    probe: Probe = state.probe
    return probe


@router.get("/health/live")
async def get_live(caller: Anyone) -> Alive:
    """The process runs; nothing else is looked at."""
    return Alive()


@router.get(
    "/health/ready",
    responses={503: {"model": Readiness, "description": "Not ready, or draining: send requests elsewhere"}},
)
async def get_ready(
    request: Request, response: Response, caller: Anyone, probe: Annotated[Probe, Depends(probe_of)]
) -> Readiness:
    """Whether requests may be sent here: PostgreSQL answers and the process is not about to end."""
    checks = await probe.look()
    if request.app.state.draining:
        response.status_code = 503
        return Readiness(status="draining", checks=checks)
    if checks.database == "down":
        response.status_code = 503
        return Readiness(status="not ready", checks=checks)
    return Readiness(status="ready", checks=checks)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def get_metrics(request: Request, caller: Anyone) -> Response:
    """What all processes have counted, for Prometheus: from this machine, or with the bearer METRICS_TOKEN."""
    if not (_is_local(request) or _has_token(request)):
        raise Refused("unauthenticated")
    return Response(await asyncio.to_thread(exposed), media_type=CONTENT_TYPE)


def _is_local(request: Request) -> bool:
    """Asked from this machine itself; a proxy on this machine speaks for others and says so."""
    if {"forwarded", "x-forwarded-for", "x-real-ip", "via"} & set(request.headers):
        return False
    try:
        return ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


def _has_token(request: Request) -> bool:
    expected = request.app.state.settings.metrics_token
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return bool(expected) and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), expected.encode())
