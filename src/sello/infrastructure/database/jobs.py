"""Background jobs in PgQueuer's tables: queued by the transaction of their cause, done at least once.

    enqueue, enqueue_all    plain INSERTs in the caller's platform transaction: a rollback takes the job along
    begin                   counts an attempt, committed before the work: a job that kills its worker is seen
    finish, retry, hold, give_back      end an attempt
    still_mine              for a job's own platform transaction: refuses when another worker has the job now
    held, requeue, counts   for people

The lease is `pgqueuer.queue_manager_id` (a new id for each worker process) with a heartbeat beside it.
Whatever ends an attempt asks for the lease in its WHERE: a worker paused beyond it touches nothing and is
told so.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from sello.infrastructure.database.db import PlatformDb
from sello.shared import clock

# A bigger number goes first. A person waits for a mail; campaigns before passes before statistics.
MAIL: Final = 200
CAMPAIGN: Final = 100
WALLET: Final = 50
REACTION: Final = 0
ANALYTICS: Final = -50

State = Literal["queued", "picked", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to be queued. `dedupe`: while one with the same key waits, a second is not queued."""

    entrypoint: str
    payload: Mapping[str, Any]
    priority: int = REACTION
    delay: timedelta = timedelta(0)
    dedupe: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A job in the hands of one worker process."""

    job_id: int
    worker: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """A job that failed too often and waits for a person."""

    id: int
    entrypoint: str
    created: datetime
    attempts: int
    held_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs of a kind are in a state, and since when the oldest of them is due."""

    entrypoint: str
    state: State
    jobs: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for workers; `late_seconds`: how long the first fact, or a schedule that is due, has waited."""

    facts: int
    oldest_fact_at: datetime | None
    last_schedule_at: datetime | None
    late_seconds: float
    queued: int
    picked: int
    failed: int
    looked_at: datetime


class Superseded(Exception):
    """The lease is lost: another worker has the job now and this one must not go on."""


_lease: ContextVar[Lease] = ContextVar("lease")


@dataclass(frozen=True, slots=True)
class _Attempts:
    attempts: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: int


# ---------------------------------------------------------------- queueing

# Written out instead of PgQueuer's own enqueue(), which wants a connection of its own and would commit by
# itself. The table's trigger notifies the workers at the commit all the same.
_ENQUEUE = """
    INSERT INTO pgqueuer (priority, status, entrypoint, payload, execute_after, dedupe_key)
    SELECT job.priority, 'queued', job.entrypoint, job.payload, queue_now() + job.delay, job.dedupe
    FROM unnest(%(priorities)s::int[], %(entrypoints)s::text[], %(payloads)s::bytea[], %(delays)s::interval[],
                %(dedupes)s::text[]) AS job (priority, entrypoint, payload, delay, dedupe)
    ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING
"""


async def enqueue(
    db: PlatformDb,
    entrypoint: str,
    payload: dict[str, Any],
    *,
    priority: int = REACTION,
    delay: timedelta = timedelta(0),
    dedupe: str | None = None,
) -> None:
    """Queue a job inside the caller's platform transaction; it is due `delay` after now.

    `payload` becomes JSON and carries ids only (people see it on the queue's page), with `business_id` where
    there is one. While a job with the same `dedupe` waits, nothing is added; once it has begun, a new one is.
    """
    await enqueue_all(
        db, [NewJob(entrypoint=entrypoint, payload=payload, priority=priority, delay=delay, dedupe=dedupe)]
    )


async def enqueue_all(db: PlatformDb, jobs: Sequence[NewJob]) -> None:
    """Queue many jobs in one statement; see `enqueue`.

    In the order of their keys: whoever queues one with the same key waits for us, and two must not wait crosswise.
    """
    if jobs:
        jobs = sorted(jobs, key=lambda job: job.dedupe or "")
        await db.execute(
            _ENQUEUE,
            priorities=[job.priority for job in jobs],
            entrypoints=[job.entrypoint for job in jobs],
            payloads=[msgspec.json.encode(job.payload) for job in jobs],
            delays=[job.delay for job in jobs],
            dedupes=[job.dedupe for job in jobs],
        )


# ---------------------------------------------------------------- the life of one attempt

# A job whose last attempt never ended is a suspect: its worker died in it, or beside it. It is counted only for a
# caller that says nothing else suspect runs beside it; else the neighbours of a job that kills would be held with it.
# The dedupe key is let go here and not at the end: what happens after this moment may no longer be seen by
# the work, so it must be able to queue its own job. A job once held counts anew, however it was requeued.
_BEGIN = """
    WITH mine AS (
      SELECT id, entrypoint FROM pgqueuer
      WHERE id = %(job_id)s AND queue_manager_id = %(worker)s AND status = 'picked' FOR UPDATE
    ), freed AS (
      UPDATE pgqueuer SET dedupe_key = NULL WHERE id = (SELECT id FROM mine) AND dedupe_key IS NOT NULL
    )
    INSERT INTO job_attempts (job_id, entrypoint, attempts)
    SELECT id, entrypoint, 1 FROM mine
    ON CONFLICT (job_id) DO UPDATE SET
      attempts = CASE WHEN job_attempts.held_at IS NULL THEN job_attempts.attempts + 1 ELSE 1 END,
      started_at = app_now(), finished_at = NULL, held_at = NULL
      WHERE job_attempts.finished_at IS NOT NULL OR %(alone)s
    RETURNING attempts
"""

_FINISH = """
    WITH mine AS (
      DELETE FROM pgqueuer WHERE id = %(job_id)s AND queue_manager_id = %(worker)s AND status = 'picked'
      RETURNING id, entrypoint, priority
    ), uncounted AS (
      DELETE FROM job_attempts WHERE job_id = (SELECT id FROM mine)
    )
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
    SELECT id, 'successful', entrypoint, priority FROM mine
    RETURNING job_id AS id
"""

_RETRY = """
    WITH mine AS (
      UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = queue_now(),
        execute_after = queue_now() + %(delay)s, attempts = attempts + 1
      WHERE id = %(job_id)s AND queue_manager_id = %(worker)s AND status = 'picked'
      RETURNING id, entrypoint, priority
    ), noted AS (
      UPDATE job_attempts SET finished_at = app_now(), last_error = left(%(error)s, 500)
      WHERE job_id = (SELECT id FROM mine)
    )
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority, traceback)
    SELECT id, 'queued', entrypoint, priority, %(trace)s::jsonb FROM mine
    RETURNING job_id AS id
"""

_HOLD = """
    WITH mine AS (
      UPDATE pgqueuer SET status = 'failed', queue_manager_id = NULL, updated = queue_now()
      WHERE id = %(job_id)s AND queue_manager_id = %(worker)s AND status = 'picked'
      RETURNING id, entrypoint, priority
    ), noted AS (
      UPDATE job_attempts SET finished_at = app_now(), held_at = app_now(), last_error = left(%(error)s, 500)
      WHERE job_id = (SELECT id FROM mine)
    )
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority, traceback)
    SELECT id, 'failed', entrypoint, priority, %(trace)s::jsonb FROM mine
    RETURNING job_id AS id
"""

_GIVE_BACK = """
    WITH mine AS (
      UPDATE pgqueuer SET status = 'queued', queue_manager_id = NULL, updated = queue_now()
      WHERE id = %(job_id)s AND queue_manager_id = %(worker)s AND status = 'picked'
      RETURNING id
    ), uncounted AS (
      UPDATE job_attempts SET attempts = attempts - 1, finished_at = app_now()
      WHERE job_id = (SELECT id FROM mine) AND %(counted)s
    )
    SELECT id FROM mine
"""

# FOR SHARE: until the caller's transaction ends a claiming worker skips the row, so the lease cannot be lost.
_MINE = """
    SELECT id FROM pgqueuer
    WHERE id = %(job_id)s AND queue_manager_id = %(worker)s AND status = 'picked' FOR SHARE
"""


async def begin(db: PlatformDb, lease: Lease, *, alone: bool = False) -> int | None:
    """Count an attempt and commit it before the work; how many there were.

    None when the lease is lost, or when the job's last attempt never ended and this is not said to be `alone` among
    such jobs. From here on `still_mine` knows the lease in this task and those it starts.
    """
    row = await db.fetch_one(_Attempts, _BEGIN, job_id=lease.job_id, worker=lease.worker, alone=alone)
    if row is None:
        return None
    _lease.set(lease)
    return row.attempts


async def finish(db: PlatformDb, lease: Lease) -> bool:
    """The work is done: the job leaves the queue. False when the lease was lost, as for the other endings."""
    return await db.fetch_one(_Id, _FINISH, job_id=lease.job_id, worker=lease.worker) is not None


async def retry(db: PlatformDb, lease: Lease, *, delay: timedelta, error: str) -> bool:
    """The attempt failed: the next is due `delay` from now. `error`: its kind and place, no personal data."""
    row = await db.fetch_one(
        _Id,
        _RETRY,
        job_id=lease.job_id,
        worker=lease.worker,
        delay=delay,
        error=error,
        trace=_trace(lease, error),
    )
    return row is not None


async def hold(db: PlatformDb, lease: Lease, *, error: str) -> bool:
    """The job failed too often: it stays, held, until a person queues it again."""
    row = await db.fetch_one(
        _Id, _HOLD, job_id=lease.job_id, worker=lease.worker, error=error, trace=_trace(lease, error)
    )
    return row is not None


async def give_back(db: PlatformDb, lease: Lease, *, counted: bool = True) -> bool:
    """The worker is going away before the work is done: queued again at once; the attempt, if it began, not counted."""
    return await db.fetch_one(_Id, _GIVE_BACK, job_id=lease.job_id, worker=lease.worker, counted=counted) is not None


async def still_mine(db: PlatformDb) -> None:
    """First statement of a job's own platform transaction: raises Superseded when the job was taken over.

    Locks the job's row against a take-over until that transaction ends. Outside of a job it does nothing.
    """
    lease = _lease.get(None)
    if lease is None:
        return
    if await db.fetch_one(_Id, _MINE, job_id=lease.job_id, worker=lease.worker) is None:
        raise Superseded


def _trace(lease: Lease, error: str) -> str:
    """What PgQueuer's pages show beside a failure; ours holds the kind and place of the error, no values."""
    kind, _, place = error.partition(" ")
    record = {
        "job_id": lease.job_id,
        "timestamp": clock.now(),
        "exception_type": kind,
        "exception_message": place,
        "traceback": error,
        "additional_context": {"worker": str(lease.worker)},
    }
    return msgspec.json.encode(record).decode()


# ---------------------------------------------------------------- for people

_HELD = """
    SELECT q.id, q.entrypoint, q.created, coalesce(a.attempts, q.attempts) AS attempts,
           coalesce(a.held_at, q.updated) AS held_at, a.last_error AS error
    FROM pgqueuer q LEFT JOIN job_attempts a ON a.job_id = q.id
    WHERE q.status = 'failed' ORDER BY q.id DESC LIMIT %(limit)s
"""

_REQUEUE = """
    WITH again AS (
      UPDATE pgqueuer SET status = 'queued', attempts = 0, updated = queue_now(),
        execute_after = queue_now()
      WHERE id = %(job_id)s AND status = 'failed'
      RETURNING id, entrypoint, priority
    )
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
    SELECT id, 'queued', entrypoint, priority FROM again
    RETURNING job_id AS id
"""

_COUNTS = """
    SELECT entrypoint, status::text AS state, count(*) AS jobs, min(execute_after) AS oldest
    FROM pgqueuer GROUP BY entrypoint, status ORDER BY entrypoint, status
"""


# Schedules are written in the server's time, facts in the platform's (a demo lives in another).
_BACKLOG = """
    SELECT f.facts, f.oldest AS oldest_fact_at, s.last_run AS last_schedule_at,
           greatest(0, extract(epoch FROM app_now() - f.oldest),
                    extract(epoch FROM queue_now() - s.due))::float AS late_seconds,
           q.queued, q.picked, q.failed, app_now() AS looked_at
    FROM (SELECT count(*) AS facts, min(recorded_at) AS oldest FROM events WHERE relayed_at IS NULL) f,
         (SELECT max(last_run) AS last_run, min(next_run) AS due FROM pgqueuer_schedules) s,
         (SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
                 count(*) FILTER (WHERE status = 'picked') AS picked,
                 count(*) FILTER (WHERE status = 'failed') AS failed FROM pgqueuer) q
"""


async def backlog(db: PlatformDb) -> Backlog:
    """What waits for the workers at this moment."""
    found = await db.fetch_one(Backlog, _BACKLOG)
    if found is None:
        raise AssertionError("counting always answers")
    return found


async def held(db: PlatformDb, *, limit: int = 100) -> list[Held]:
    """Jobs that wait for a person, the newest first."""
    return await db.fetch_all(Held, _HELD, limit=limit)


async def requeue(db: PlatformDb, job_id: int) -> bool:
    """Let a held job begin anew, with all its attempts; False when no held job has this id."""
    return await db.fetch_one(_Id, _REQUEUE, job_id=job_id) is not None


async def counts(db: PlatformDb) -> list[Count]:
    """What is in the queue, by job and state (`picked` is being worked on, `failed` is held)."""
    return await db.fetch_all(Count, _COUNTS)
