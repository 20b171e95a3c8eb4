"""A real worker with jobs of the tests' own: `python -m tests.support.worker_process`.

Settings come from the environment; TEST_POLICY is a JSON object with `attempts`, `first`, `lease` and `grace` (s), and
TEST_SCHEDULES one with cron expressions (the sixth place is seconds) that take the place of some of the worker's own.
Every try of a job leaves a row in `test_tries`; its effect is one row in `test_effects`, whatever happens.
"""

import asyncio
import json
import os
import signal
from datetime import timedelta
from typing import Any, Final

import uvloop

from sello.entry import watching
from sello.entry.attempts import Policy
from sello.entry.reactions import SCHEDULES, all_works
from sello.entry.settings import load
from sello.entry.worker import work
from sello.events import CardConfirmed
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.database.jobs import still_mine
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work

TABLES: Final = """
CREATE TABLE test_tries (key text NOT NULL, pid int NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE test_effects (key text PRIMARY KEY, pid int NOT NULL);
GRANT SELECT, INSERT ON test_tries, test_effects TO sello_platform;
"""


async def mark(services: Services, payload: dict[str, Any]) -> None:
    """Try, take `seconds`, leave the effect."""
    key = str(payload.get("key") or payload["event_id"])
    await _try(services, key)
    await asyncio.sleep(payload.get("seconds", 0))
    await services.platform_db.execute(
        "INSERT INTO test_effects (key, pid) VALUES (%(key)s, %(pid)s) ON CONFLICT DO NOTHING",
        key=key,
        pid=os.getpid(),
    )


async def mark_under_lease(services: Services, payload: dict[str, Any]) -> None:
    """The same effect, in a transaction that refuses when the job was taken over meanwhile."""
    await _try(services, payload["key"])
    await asyncio.sleep(payload["seconds"])

    async def effect(db: PlatformDb) -> None:
        await still_mine(db)
        await db.execute(
            "INSERT INTO test_effects (key, pid) VALUES (%(key)s, %(pid)s)", key=payload["key"], pid=os.getpid()
        )

    await services.platform_db.transact(effect)


async def fail(services: Services, payload: dict[str, Any]) -> None:
    """Fail with a text that must be found nowhere."""
    await _try(services, payload["key"])
    raise ValueError(f"canary of {payload['key']}: ana@example.pe +51987654321")


async def kill(services: Services, payload: dict[str, Any]) -> None:
    """Kill the worker that works on it."""
    await _try(services, payload["key"])
    os.kill(os.getpid(), signal.SIGKILL)


async def _try(services: Services, key: str) -> None:
    await services.platform_db.execute(
        "INSERT INTO test_tries (key, pid) VALUES (%(key)s, %(pid)s)", key=key, pid=os.getpid()
    )


WORKS: Final[dict[str, Work]] = {
    "test.mark": mark,
    "test.mark_under_lease": mark_under_lease,
    "test.fail": fail,
    "test.kill": kill,
}
REACTIONS: Final[Reactions] = {CardConfirmed: (Reaction(entrypoint="test.mark"),)}


def main() -> None:
    """Run until told to stop."""
    settings = load()
    watching.set_up(level=settings.log_level)
    raw = json.loads(os.environ.get("TEST_POLICY", "{}"))
    policy = Policy(
        attempts=raw.get("attempts", 3),
        first=timedelta(seconds=raw.get("first", 0.05)),
        factor=1.0,
        lease=timedelta(seconds=raw.get("lease", 2)),
        grace=raw.get("grace", 10),
    )
    hours = {**SCHEDULES, **json.loads(os.environ.get("TEST_SCHEDULES", "{}"))}
    works = all_works(settings) | WORKS
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(settings, works=works, reactions=REACTIONS, schedules=hours, policy=policy))


if __name__ == "__main__":
    main()
