"""The queue's statements: in the caller's transaction, counted before the work, ended by the lease alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pgqueuer.adapters.persistence.schema_ddl import render_install
from pgqueuer.domain.settings import DBSettings

from sello.entry.settings import Settings
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import PlatformDb, PlatformPool
from sello.infrastructure.database.jobs import Lease
from sello.infrastructure.database.migrate import FOLDER
from sello.infrastructure.database.retention import RETENTION, forget_old_rows
from tests.support.facts import queued
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import make_shop


@pytest.fixture
def own(servers: Servers) -> Iterator[TestDatabase]:
    """A database of the test's own: nobody else's jobs are in its queue."""
    database = servers.database("sello_jobs")
    yield database
    assert database.broken_laws() == []


@pytest.fixture
async def db(own: TestDatabase) -> AsyncIterator[PlatformPool]:
    """Connections of sello_platform to it."""
    pool = PlatformPool(own.url("sello_platform"), size=4, wait=10)
    await pool.open()
    yield pool
    await pool.close()


def claim(own: TestDatabase, worker: UUID) -> Lease:
    """Claim the oldest job as PgQueuer does."""
    (row,) = own.rows(
        "UPDATE pgqueuer SET status = 'picked', queue_manager_id = %s"
        " WHERE id = (SELECT min(id) FROM pgqueuer) RETURNING id",
        worker,
    )
    return Lease(row[0], worker)


def test_the_migration_is_what_the_installed_pgqueuer_wants() -> None:
    ours = " ".join((FOLDER / "sql" / "0002_jobs.sql").read_text().split()).replace(
        "-- squawk-ignore prefer-identity ", ""
    )
    wanted = render_install(DBSettings()).split("\n\n")
    assert len(wanted) > 10
    for statement in wanted:
        assert " ".join(statement.split()) in ours


async def test_a_job_leaves_with_the_transaction_it_came_with(db: PlatformPool, own: TestDatabase) -> None:
    async def fail(inside: PlatformDb) -> None:
        await jobs.enqueue(inside, "test.mark", {})  # as the first statement: the trap of a lazy BEGIN
        raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        await db.transact(fail)
    assert queued(own) == []


async def test_a_key_is_queued_once_until_the_work_begins(db: PlatformPool, own: TestDatabase) -> None:
    for _ in range(3):
        await jobs.enqueue(db, "test.mark", {"n": 1}, dedupe="card:1", priority=jobs.MAIL)
    assert len(queued(own)) == 1
    lease = claim(own, uuid4())
    await jobs.enqueue(db, "test.mark", {"n": 2}, dedupe="card:1")
    assert len(queued(own)) == 1, "claimed and not begun: the work will still see what is there now"
    assert await jobs.begin(db, lease) == 1
    await jobs.enqueue(db, "test.mark", {"n": 3}, dedupe="card:1")
    assert [row[1] for row in queued(own)] == ["picked", "queued"]


async def test_who_lost_the_lease_ends_nothing(db: PlatformPool, own: TestDatabase) -> None:
    await jobs.enqueue(db, "test.mark", {})
    paused = claim(own, uuid4())
    assert await jobs.begin(db, paused) == 1
    taker = claim(own, uuid4())
    assert await jobs.begin(db, taker) is None, "the last attempt never ended: not beside others"
    assert await jobs.begin(db, taker, alone=True) == 2

    assert await jobs.begin(db, paused, alone=True) is None
    assert not await jobs.finish(db, paused)
    assert not await jobs.retry(db, paused, delay=timedelta(0), error="Late")
    assert not await jobs.hold(db, paused, error="Late")
    assert not await jobs.give_back(db, paused)
    assert [row[1] for row in queued(own)] == ["picked"]

    assert await jobs.finish(db, taker)
    assert queued(own) == []
    assert own.rows("SELECT count(*) FROM job_attempts") == [(0,)]


async def test_a_transaction_of_the_job_holds_the_lease_or_is_refused(db: PlatformPool, own: TestDatabase) -> None:
    await jobs.enqueue(db, "test.mark", {})
    lease = claim(own, uuid4())
    await jobs.begin(db, lease)
    holds, go = asyncio.Event(), asyncio.Event()

    async def effect(inside: PlatformDb) -> None:
        await jobs.still_mine(inside)
        holds.set()
        await go.wait()

    work = asyncio.create_task(db.transact(effect))
    await asyncio.wait_for(holds.wait(), 30)
    skipped = own.rows("SELECT id FROM pgqueuer FOR UPDATE SKIP LOCKED")
    assert skipped == [], "nobody can claim it while the effect is being committed"
    go.set()
    await work

    claim(own, uuid4())
    with pytest.raises(jobs.Superseded):
        await db.transact(effect)


async def test_held_jobs_are_shown_and_begin_anew(db: PlatformPool, own: TestDatabase) -> None:
    await jobs.enqueue(db, "test.mark", {}, priority=jobs.ANALYTICS)
    lease = claim(own, uuid4())
    await jobs.begin(db, lease)
    assert await jobs.hold(db, lease, error="ValueError sello/somewhere.py:1 f")
    (job,) = await jobs.held(db)
    assert (job.id, job.entrypoint, job.attempts) == (lease.job_id, "test.mark", 1)
    assert job.error == "ValueError sello/somewhere.py:1 f"
    (count,) = await jobs.counts(db)
    assert (count.entrypoint, count.state, count.jobs) == ("test.mark", "failed", 1)

    assert await jobs.requeue(db, job.id)
    assert not await jobs.requeue(db, job.id)
    assert await jobs.held(db) == []
    again = claim(own, uuid4())
    assert await jobs.begin(db, again) == 1, "with all its attempts"


async def test_old_rows_are_forgotten_and_young_ones_stay(db: PlatformPool, own: TestDatabase) -> None:
    ages = ("1 hour", "13 days", "31 days", "91 days")
    for age in ages:
        own.rows(
            "INSERT INTO login_failures (id, account_hash, network_hash, failed_at)"
            " VALUES (new_id(), 'a', 'n', app_now() - %s::interval)",
            age,
        )
        own.rows(
            "INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint, created)"
            " VALUES (1, 'successful', 0, 'x', now() - %s::interval)",
            age,
        )
        own.rows(
            "INSERT INTO job_attempts (job_id, entrypoint, started_at)"
            " VALUES ((SELECT count(*) FROM job_attempts), 'x', app_now() - %s::interval)",
            age,
        )
    gone = await forget_old_rows(db)
    assert set(gone) == set(RETENTION)
    assert (gone["login_failures"], gone["pgqueuer_log"], gone["job_attempts"]) == (3, 2, 2)
    assert not any((await forget_old_rows(db)).values())


async def test_facts_and_keys_and_sessions_are_kept_for_their_time(
    db: PlatformPool, own: TestDatabase, servers: Servers, tmp_path: Path
) -> None:
    shop = make_shop(Settings(**own.environment(servers, home=tmp_path)))
    business, account, card = shop.business_id, shop.rosa.account_id, shop.card()

    def leave(*, told: bool) -> None:
        own.rows(
            "INSERT INTO events (id, business_id, kind, payload, relayed_at)"
            " VALUES (new_id(), %s, 'RulesChanged', '{}', CASE WHEN %s THEN app_now() END)",
            business,
            told,
        )
        for lifetime in ("1 hour", "7 days"):
            own.rows(
                "INSERT INTO sessions (id, account_id, business_id, expires_at)"
                " VALUES (new_id(), %s, %s, app_now() + %s::interval)",
                account,
                business,
                lifetime,
            )
        own.rows(
            "INSERT INTO account_tokens (id, account_id, kind, expires_at)"
            " VALUES (new_id(), %s, 'verify_email', app_now() + interval '1 hour')",
            account,
        )
        own.rows(
            "INSERT INTO idempotency_keys (business_id, key, request_hash, resource_id)"
            " VALUES (%s, new_id()::text, 'h', %s)",
            business,
            card.id,
        )

    own.set_clock(timedelta(days=-31))
    leave(told=True)
    leave(told=False)
    own.set_clock(None)
    leave(told=True)

    gone = await forget_old_rows(db)

    assert gone["events"] == 1, "what nobody told stays, and so does what is young"
    assert (gone["sessions"], gone["account_tokens"], gone["idempotency_keys"]) == (2, 2, 2)
    own.rows("UPDATE events SET relayed_at = app_now()")
