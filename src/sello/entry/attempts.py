"""One attempt of a job: counted, carried out, ended; and what follows when it fails.

An attempt ends its job by itself, under its lease: done and gone, queued again after a growing pause, or held after
the last one. A worker that dies in it leaves the job to its lease; the next one finds the attempt counted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import random
from time import perf_counter
from typing import Any, TypeVar

import msgspec
from pgqueuer.domain.models import Job

from sello.entry.reporting import Reporting
from sello.entry.scrubbing import told, told_at_length
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.database.jobs import Lease
from sello.infrastructure.services import Services, Work
from sello.shared.errors import Unavailable
from sello.shared.logs import log, observe_job

Answer = TypeVar("Answer")

_CANCEL_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often, how soon again, how long: after 1, 4, 16 … seconds, 15 minutes at most; 36 minutes in all."""

    attempts: int = 8
    first: timedelta = timedelta(seconds=1)
    factor: float = 4.0
    longest: timedelta = timedelta(minutes=15)
    seconds: float = 300.0
    """What one attempt may take."""
    lease: timedelta = timedelta(seconds=15)
    """After this long without a sign of life another worker takes the job over."""
    grace: float = 10.0
    """What running jobs get to end when the worker is told to stop; then they are given back."""

    def pause(self, attempt: int, *, luck: float) -> timedelta:
        """The pause after the failed attempt number `attempt`; `luck` (0 to 1) spreads it by half both ways."""
        return min(self.first * self.factor ** (attempt - 1), self.longest) * (0.5 + luck)


class Attempts:
    """Carries out what the queue claims. `db` is the queue's own pool, so that busy jobs cannot starve their ends."""

    def __init__(
        self,
        db: PlatformDb,
        services: Services,
        works: Mapping[str, Work],
        *,
        policy: Policy,
        crash: Callable[[str], None],
        reports: Reporting | None = None,
    ) -> None:
        self._db = db
        self._services = services
        self._works = works
        self._policy = policy
        self._crash = crash
        self._reports = reports
        self._running: set[asyncio.Task[None]] = set()
        self._suspects = asyncio.Lock()
        self._leaving = False

    async def carry_out(self, job: Job) -> None:
        """One attempt at a claimed job, to its end.

        Jobs whose last attempt never ended go one at a time: if one of them kills this worker, too, the others have
        not begun and are not counted for it.
        """
        if job.queue_manager_id is None:
            return
        lease = Lease(job.id, job.queue_manager_id)
        number = await self._insist(lambda: jobs.begin(self._db, lease))
        if number is not None:
            await self._attempt(job, lease, number)
            return
        async with self._suspects:
            if self._leaving:
                await jobs.give_back(self._db, lease, counted=False)
                return
            number = await self._insist(lambda: jobs.begin(self._db, lease, alone=True))
            if number is not None:
                await self._attempt(job, lease, number)
                return
        log.warning("job_taken_over", job_id=job.id, job_type=job.entrypoint)

    async def _attempt(self, job: Job, lease: Lease, number: int) -> None:
        if number > self._policy.attempts:
            await self._insist(lambda: jobs.hold(self._db, lease, error="WorkerDied in every attempt"))
            observe_job(job.entrypoint, 0.0, "held", job_id=job.id, attempt=number)
            return
        self._crash("job.before_work")
        started = perf_counter()
        error = await self._reported(job)
        self._crash("job.after_work")
        await self._end(job, lease, number, error, perf_counter() - started)

    async def _reported(self, job: Job) -> BaseException | None:
        if self._reports is None:
            return await self._work(job)
        end = self._reports.begin("job", f"job {job.entrypoint}")
        error = await self._work(job)
        end(200 if error is None else 500)
        if isinstance(error, Exception):
            self._reports.error(error)
        return error

    async def _work(self, job: Job) -> BaseException | None:
        task = asyncio.create_task(self._run(job))
        self._running.add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._policy.seconds)
            if not done:
                task.cancel()
                await asyncio.wait({task}, timeout=_CANCEL_SECONDS)
                return TimeoutError()
        except asyncio.CancelledError:
            task.cancel()  # nobody waits for it now; its job is left to the lease
            raise
        finally:
            self._running.discard(task)
        return asyncio.CancelledError() if task.cancelled() else task.exception()

    async def _run(self, job: Job) -> None:
        payload = msgspec.json.decode(job.payload or b"{}", type=dict[str, Any])
        await self._works[job.entrypoint](self._services, payload)

    async def _end(self, job: Job, lease: Lease, number: int, error: BaseException | None, seconds: float) -> None:
        if error is None:
            ended = await self._insist(lambda: jobs.finish(self._db, lease))
            observe_job(job.entrypoint, seconds, "done", job_id=job.id, attempt=number, lease_kept=ended)
            return
        if isinstance(error, jobs.Superseded):
            log.warning("job_taken_over", job_id=job.id, job_type=job.entrypoint)
            return
        if isinstance(error, asyncio.CancelledError) and self._leaving:
            await self._insist(lambda: jobs.give_back(self._db, lease))
            log.info("job_given_back", job_id=job.id, job_type=job.entrypoint)
            return
        reason = _reason(error)
        if number >= self._policy.attempts:
            await self._insist(lambda: jobs.hold(self._db, lease, error=reason))
            observe_job(job.entrypoint, seconds, "held", job_id=job.id, attempt=number, exc_info=error)
            return
        pause = self._policy.pause(number, luck=random())  # noqa: S311  # spreads retries, guards nothing
        await self._insist(lambda: jobs.retry(self._db, lease, delay=pause, error=reason))
        observe_job(job.entrypoint, seconds, "retry", job_id=job.id, attempt=number, exc_info=error)

    async def _insist(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask until the database answers; while leaving, once is enough (the lease takes care of the job)."""
        pause = 0.1
        while True:
            try:
                return await ask()
            except Unavailable:
                if self._leaving:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2.0)

    def leave(self) -> None:
        """Stop the work that still runs; its jobs are given back."""
        self._leaving = True
        for task in self._running:
            task.cancel()


def _reason(error: BaseException) -> str:
    """The error's kind and where it came from, without anybody's data."""
    places = told_at_length(error)
    place = next((line for line in reversed(places) if line.startswith("sello/")), "")
    return f"{told(error)} {place}".strip()
