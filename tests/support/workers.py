"""Worker processes as children of a test, on a database of their own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.support.servers import Servers, TestDatabase
from tests.support.worker_process import TABLES


class Worker:
    """One child; killed by its own id."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Path, log: Path) -> None:
        self.process = process
        self._ready = ready
        self.log = log

    def wait_until_ready(self, seconds: float = 40) -> "Worker":
        """Until it relays."""
        until(self._ready.exists, seconds, self.log, self.process)
        return self

    def wait(self, seconds: float = 40) -> int:
        """Until it has ended; its exit code (negative: by that signal)."""
        return self.process.wait(seconds)

    def end(self) -> None:
        """kill -9, reaped; harmless when it has ended."""
        self.process.kill()
        self.process.wait()


class Workshop:
    """A database with the tests' tables and the workers on it."""

    def __init__(self, servers: Servers, folder: Path, **settings: Any) -> None:
        self.database: TestDatabase = servers.database("sello_worker")
        self.values = self.database.environment(servers, home=folder) | settings
        self._folder = folder
        self._workers: list[Worker] = []
        with psycopg.connect(self.database.url("sello_owner"), autocommit=True) as owner:
            owner.execute(TABLES)

    def start(self, *, crash_at: str | None = None, schedules: dict[str, str] | None = None, **policy: float) -> Worker:
        """Start a worker; see `worker_process` for its schedules and its policy."""
        number = len(self._workers)
        ready, log = self._folder / f"worker{number}.ready", self._folder / f"worker{number}.log"
        environment = {**os.environ, **{name.upper(): str(value) for name, value in self.values.items()}}
        environment |= {"SELLO_READY_FILE": str(ready), "TEST_POLICY": json.dumps(policy)}
        if schedules:
            environment["TEST_SCHEDULES"] = json.dumps(schedules)
        if crash_at:
            environment["CRASH_AT"] = crash_at
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.worker_process"],
                env=environment, stdout=out, stderr=out, cwd=Path(__file__).parents[2],
            )  # fmt: skip
        self._workers.append(Worker(process, ready, log))
        return self._workers[-1]

    def queue(self, entrypoint: str, *payloads: dict[str, Any]) -> None:
        """Queue jobs."""
        for payload in payloads:
            self.database.rows(
                "INSERT INTO pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'queued', %s, %s)",
                entrypoint,
                json.dumps(payload).encode(),
            )

    def effects(self) -> set[str]:
        """Keys whose effect is there."""
        return {row[0] for row in self.database.rows("SELECT key FROM test_effects")}

    def tries(self) -> dict[str, int]:
        """How often each key was tried."""
        return dict(self.database.rows("SELECT key, count(*) FROM test_tries GROUP BY key"))

    def left(self) -> int:
        """Jobs in the queue, in whatever state."""
        return int(self.database.rows("SELECT count(*) FROM pgqueuer")[0][0])

    def states(self) -> list[str]:
        """State of every job in the queue."""
        return [row[0] for row in self.database.rows("SELECT status::text FROM pgqueuer ORDER BY id")]

    def logs(self) -> str:
        """Everything the workers said."""
        return "".join(worker.log.read_text() for worker in self._workers)

    def wait_for(self, what: Callable[[], bool], seconds: float = 40) -> None:
        """Until it is so."""
        until(what, seconds, self._workers[-1].log)

    def close(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.end()


def until(what: Callable[[], bool], seconds: float, log: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until it is so; the log's end is shown when it is not in time."""
    deadline = time.monotonic() + seconds
    while not what():
        ended = process is not None and process.poll() is not None
        assert not ended, f"the worker ended: {log.read_text()[-3000:]}"
        assert time.monotonic() < deadline, f"not in time: {log.read_text()[-3000:]}"
        time.sleep(0.05)
