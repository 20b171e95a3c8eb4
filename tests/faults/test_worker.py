"""A worker that is killed, stopped or paused at the worst moment loses nothing and does nothing twice."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sello.entry.crash import POINTS
from sello.entry.reactions import SCHEDULES
from sello.entry.settings import Settings
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import PlatformPool
from tests.support.facts import confirmed, record, waiting_facts
from tests.support.servers import Servers
from tests.support.shop import make_shop
from tests.support.whatsapp import PlayedWhatsapp
from tests.support.workers import Workshop

FACTS = 30


@pytest.fixture
def shopfloor(servers: Servers, tmp_path: Path) -> Iterator[Workshop]:
    """A queue of the test's own; no law is broken at the end."""
    workshop = Workshop(servers, tmp_path)
    yield workshop
    workshop.close()
    assert workshop.database.broken_laws() == []


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[PlayedWhatsapp]:
    """WhatsApp, played: the nightly comparison asks it."""
    played = PlayedWhatsapp(tmp_path / "whatsapp")
    try:
        yield played.start()
    finally:
        played.close()


async def tell(workshop: Workshop, facts: int) -> None:
    """Record facts of a shop, each of which sets one `test.mark` going."""
    shop = make_shop(Settings(**workshop.values))
    pool = PlatformPool(workshop.database.url("sello_platform"), wait=10)
    await pool.open()
    await record(pool, shop.business_id, *[confirmed() for _ in range(facts)])
    await pool.close()


@pytest.mark.parametrize("point", [point for point in POINTS if point.startswith(("relay.", "job."))])
async def test_a_crash_at_a_named_point_loses_no_fact_and_doubles_none(shopfloor: Workshop, point: str) -> None:
    await tell(shopfloor, FACTS)

    assert shopfloor.start(crash_at=point).wait() == 137

    if point == "relay.before_commit":
        assert (waiting_facts(shopfloor.database), shopfloor.left()) == (FACTS, 0)
    else:
        assert waiting_facts(shopfloor.database) == 0
        assert shopfloor.left() == FACTS
    if point == "job.before_work":
        assert shopfloor.tries() == {}
        assert shopfloor.database.rows("SELECT min(attempts) FROM job_attempts") == [(1,)], "counted before the work"
    shopfloor.start().wait_until_ready()
    shopfloor.wait_for(lambda: shopfloor.left() == 0)
    assert len(shopfloor.effects()) == FACTS
    assert set(shopfloor.tries()) == shopfloor.effects()
    assert shopfloor.database.rows("SELECT count(*) FROM job_attempts") == [(0,)]


async def test_workers_killed_in_the_middle_of_their_jobs_lose_none(shopfloor: Workshop) -> None:
    shopfloor.queue("test.mark", *[{"key": f"{number}", "seconds": 0.1} for number in range(80)])
    for kills in range(1, 4):
        worker = shopfloor.start(attempts=8).wait_until_ready()
        shopfloor.wait_for(lambda: len(shopfloor.effects()) >= 15 * kills)  # noqa: B023  # called before the next round
        worker.end()
    shopfloor.start(attempts=8).wait_until_ready()
    shopfloor.wait_for(lambda: shopfloor.left() == 0, 60)
    assert shopfloor.effects() == {str(number) for number in range(80)}


async def test_a_job_that_kills_its_worker_is_held_and_the_others_are_done(shopfloor: Workshop) -> None:
    shopfloor.queue("test.kill", {"key": "poison"})
    shopfloor.queue("test.mark", *[{"key": f"{number}"} for number in range(10)])
    for _ in range(3):
        assert shopfloor.start(attempts=3).wait() == -signal.SIGKILL
    shopfloor.start(attempts=3).wait_until_ready()
    shopfloor.wait_for(lambda: shopfloor.states() == ["failed"])

    tries = shopfloor.tries()
    assert tries.pop("poison") == 3
    assert max(tries.values()) <= 2, "who died beside it once is not put beside it again"
    assert shopfloor.effects() == {str(number) for number in range(10)}
    pool = PlatformPool(shopfloor.database.url("sello_platform"), wait=10)
    await pool.open()
    (held,) = await jobs.held(pool)
    assert (held.entrypoint, held.error) == ("test.kill", "WorkerDied in every attempt")
    shopfloor.database.rows("UPDATE pgqueuer SET entrypoint = 'test.mark'")  # as if a new release had mended it
    assert await jobs.requeue(pool, held.id)
    await pool.close()
    shopfloor.wait_for(lambda: shopfloor.left() == 0)
    assert "poison" in shopfloor.effects()


async def test_a_job_that_fails_is_tried_again_then_held_and_tells_nothing_personal(shopfloor: Workshop) -> None:
    shopfloor.queue("test.fail", {"key": "bad"})
    shopfloor.database.rows(
        "INSERT INTO pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'queued', 'test.mark', 'no JSON')"
    )
    shopfloor.queue("test.mark", {"key": "good", "blob": "x" * 1_000_000})
    shopfloor.start(attempts=3).wait_until_ready()
    shopfloor.wait_for(lambda: shopfloor.states() == ["failed", "failed"])

    assert shopfloor.tries() == {"bad": 3, "good": 1}
    assert shopfloor.effects() == {"good"}
    stored = shopfloor.database.rows(
        "SELECT (SELECT string_agg(traceback::text, ' ') FROM pgqueuer_log), string_agg(last_error, ' ')"
        " FROM job_attempts WHERE held_at IS NOT NULL"
    )
    assert "ValueError" in stored[0][0]
    for told in (*stored[0], shopfloor.logs()):
        assert "canary" not in told
        assert "ana@" not in told


async def test_what_the_clock_asked_for_while_no_worker_ran_is_done_by_the_next(
    shopfloor: Workshop, provider: PlayedWhatsapp
) -> None:
    shopfloor.values |= provider.settings
    for entrypoint, expression in SCHEDULES.items():
        shopfloor.database.rows(
            "INSERT INTO pgqueuer_schedules (entrypoint, expression, next_run) VALUES (%s, %s, now() - interval '1 h')",
            entrypoint,
            expression,
        )
    shopfloor.start().wait_until_ready()
    shopfloor.wait_for(lambda: "old_rows_forgotten" in shopfloor.logs() and "laws_checked" in shopfloor.logs())
    shopfloor.wait_for(lambda: shopfloor.left() == 0)
    assert '"broken":0' in shopfloor.logs()


async def test_told_to_stop_a_worker_ends_its_job_and_claims_no_other(shopfloor: Workshop) -> None:
    shopfloor.queue("test.mark", {"key": "running", "seconds": 2})
    worker = shopfloor.start(lease=10).wait_until_ready()
    shopfloor.wait_for(lambda: "running" in shopfloor.tries())
    os.kill(worker.process.pid, signal.SIGTERM)
    shopfloor.wait_for(lambda: "worker_stopping" in shopfloor.logs())
    shopfloor.queue("test.mark", {"key": "later"})

    assert worker.wait() == 0
    assert shopfloor.effects() == {"running"}
    assert shopfloor.states() == ["queued"]


async def test_told_to_stop_a_worker_gives_back_what_takes_too_long(shopfloor: Workshop) -> None:
    shopfloor.queue("test.mark", {"key": "endless", "seconds": 600})
    worker = shopfloor.start(grace=0.5).wait_until_ready()
    shopfloor.wait_for(lambda: "endless" in shopfloor.tries())
    os.kill(worker.process.pid, signal.SIGTERM)

    assert worker.wait() == 0
    assert shopfloor.states() == ["queued"]
    assert shopfloor.database.rows("SELECT attempts FROM job_attempts") == [(0,)], "not counted against it"
    assert shopfloor.effects() == set()


async def test_a_worker_paused_beyond_its_lease_finishes_nothing_that_was_taken_over(shopfloor: Workshop) -> None:
    shopfloor.queue("test.mark_under_lease", {"key": "once", "seconds": 3})
    paused = shopfloor.start(lease=2).wait_until_ready()
    shopfloor.wait_for(lambda: shopfloor.tries() == {"once": 1})
    os.kill(paused.process.pid, signal.SIGSTOP)
    taker = shopfloor.start(lease=2).wait_until_ready()
    shopfloor.wait_for(lambda: shopfloor.tries() == {"once": 2})
    os.kill(paused.process.pid, signal.SIGCONT)
    shopfloor.wait_for(lambda: shopfloor.left() == 0)
    shopfloor.wait_for(lambda: "job_taken_over" in paused.log.read_text())

    effects = shopfloor.database.rows("SELECT key, pid FROM test_effects")
    assert effects == [("once", taker.process.pid)]
    assert not any(line for line in paused.log.read_text().splitlines() if '"outcome":"done"' in line)


async def test_a_worker_outlives_a_killed_postgresql(tmp_path: Path) -> None:
    servers = Servers(tmp_path / "servers", safe=True)
    servers.start()
    workshop = Workshop(servers, tmp_path)
    try:
        workshop.queue("test.mark", *[{"key": f"{number}", "seconds": 0.05} for number in range(60)])
        worker = workshop.start(attempts=8, first=0.5).wait_until_ready()
        workshop.wait_for(lambda: len(workshop.effects()) >= 10)
        servers.postgres.kill()
        await asyncio.sleep(1)
        servers.postgres.start()
        workshop.wait_for(lambda: workshop.left() == 0, 60)
        assert worker.process.poll() is None, "the same process"
        assert workshop.effects() == {str(number) for number in range(60)}
        os.kill(worker.process.pid, signal.SIGTERM)
        assert worker.wait() == 0
    finally:
        workshop.close()
        servers.stop()
