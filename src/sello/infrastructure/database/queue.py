"""PgQueuer on our pool: it claims jobs, keeps their leases alive, runs the cron; endings are ours (`jobs`).

Two things differ from its own psycopg driver. Statements go through a pool and wait while the server is away,
so that a restart of PostgreSQL does not end the worker; its driver shares one connection between queries and
a listener that holds it for up to a second. And what ends a job asks for the lease, which its own does not.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Self
from uuid import UUID

import psycopg
import structlog
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain import models, types
from psycopg import AsyncConnection, AsyncRawCursor, sql
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from sello.infrastructure.database.db import PlatformPool
from sello.shared.errors import Unavailable
from sello.shared.tasks import end

log = structlog.get_logger(__name__)

_LONGEST_PAUSE: Final = 2.0
_LISTEN: Final = "LISTEN {}"

# The lease of a job that another worker has taken over is not ours to prolong.
_BEAT: Final = """
    UPDATE pgqueuer SET heartbeat = queue_now()
    WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 AND status = 'picked'
"""


class PoolDriver:
    """PgQueuer's driver over a PlatformPool, and one direct connection that listens.

    While the server is away a statement waits and tries again, until `stopping` is set: then it raises
    Unavailable. `patient=False` raises at once, for pages that people wait for.
    """

    def __init__(self, pool: PlatformPool, *, listen_url: str | None = None, patient: bool = True) -> None:
        self._pool = pool
        self._listen_url = listen_url
        self._patient = patient
        self._listeners: dict[str, list[Callable[[str | bytes | bytearray], None]]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._entered = 0
        self._shutdown = asyncio.Event()
        self._tasks = TaskManager()
        self.stopping = asyncio.Event()

    @property
    def shutdown(self) -> asyncio.Event:
        """Set once the driver is no longer used."""
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        """PgQueuer's keeper of background tasks."""
        return self._tasks

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """The rows of one statement in an implicit transaction."""
        return (await self._run(query, args))[0]

    async def execute(self, query: str, *args: object) -> str:
        """One statement in an implicit transaction; its status line."""
        return (await self._run(query, args))[1]

    async def notify(self, channel: str, payload: str) -> None:
        """Tell every listener of a channel."""
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def _run(self, query: str, args: tuple[object, ...]) -> tuple[list[dict[str, object]], str]:
        pause = 0.1
        while True:
            try:
                async with self._pool.connection() as connection:
                    return await _statement(connection, query, args)
            except Unavailable:
                if not self._patient or self.stopping.is_set():
                    raise
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def add_listener(self, channel: str, callback: Callable[[str | bytes | bytearray], None]) -> None:
        """Call back for each notification of a channel; what is sent while the connection is broken is lost."""
        self._listeners.setdefault(channel, []).append(callback)
        if self._listening is None and self._listen_url is not None:
            self._listening = asyncio.create_task(self._listen(self._listen_url))

    async def _listen(self, url: str) -> None:
        pause = 0.1
        while True:
            try:
                connection = await AsyncConnection.connect(
                    url,
                    autocommit=True,
                    application_name="sello-listen",
                    connect_timeout=2,
                    keepalives_idle=10,
                )
                async with connection:
                    for channel in self._listeners:
                        await connection.execute(sql.SQL(_LISTEN).format(sql.Identifier(channel)))
                    pause = 0.1
                    async for note in connection.notifies():
                        for callback in self._listeners.get(note.channel, ()):
                            callback(note.payload)
            except psycopg.Error as error:
                log.warning("listener_lost", exc_info=error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def __aenter__(self) -> Self:
        self._entered += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        # The queue and the cron enter one driver; only the last to leave ends it.
        self._entered -= 1
        if self._entered > 0:
            return
        self._shutdown.set()
        await self._tasks.gather_tasks()
        await end(self._listening)
        self._listening = None
        self._listeners.clear()  # whoever runs again listens again


async def _statement(
    connection: AsyncConnection, query: str, args: tuple[object, ...]
) -> tuple[list[dict[str, object]], str]:
    cursor = AsyncRawCursor(connection, row_factory=dict_row)
    cursor.adapters.register_loader("jsonb", TextLoader)  # PgQueuer parses it itself
    # As bytes: PgQueuer builds its statements from its own names, the only text here that is not literal.
    await cursor.execute(query.encode(), args or None)
    rows: list[dict[str, Any]] = await cursor.fetchall() if cursor.description else []
    return rows, cursor.statusmessage or ""


class LeasedQueries(Queries):
    """PgQueuer's statements, minus its own ways to end a job, which delete it by id whoever holds it now."""

    worker: UUID | None = None
    """The lease this process claims under (its QueueManager's id); set before it runs."""

    async def log_jobs(
        self, job_status: list[tuple[models.Job, types.JOB_STATUS, models.TracebackRecord | None]]
    ) -> None:
        """Nothing: the attempt has ended its job itself, or left it to its lease."""

    async def update_heartbeat(self, job_ids: list[types.JobId]) -> None:
        """Prolong the leases that are still ours."""
        await self.driver.execute(_BEAT, list(set(job_ids)), self.worker)
