"""The platform as real processes, for tests that kill them: PostgreSQL with its safety on, Valkey, APIs, a worker.

Every process is a child of the test and is killed by its own id. The supervisor is left out on purpose: here the test
decides what comes back and when.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from sello.entry.settings import Settings
from sello.infrastructure.database.embedded import free_port
from tests.support.servers import Servers, TestDatabase

SELLO = (sys.executable, "-c", "from sello.entry.cli import main; main()")


class Api:
    """One API process on a port of its own. `app`: what it runs, another one after a deployment."""

    app = "sello.entry.http:create_app"

    def __init__(self, environment: dict[str, str], log: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Api":
        """Start it; `wait` until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-m", "uvicorn", self.app, "--factory", "--host", "127.0.0.1",
                    "--port", str(self.port), "--loop", "uvloop", "--http", "sello.entry.serving:OneWrite",
                    "--no-access-log", "--timeout-graceful-shutdown", "10",
                ],
                env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        return self

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self, seconds: float = 90) -> "Api":
        """Until /health/live answers. One that ends, its port taken by somebody else, is started on another."""
        assert self._process is not None
        deadline, ports = time.monotonic() + seconds, 3
        while not answers(f"{self.url}/health/live"):
            if ports and self._process.poll() is not None:
                self.port, ports = free_port(), ports - 1
                self.start()
            assert time.monotonic() < deadline, f"{self.url} never answered: {self._log.read_text()[-2000:]}"
            time.sleep(0.05)
        return self

    @property
    def over(self) -> bool:
        """Whether it was stopped or killed."""
        return self._process is None or self._process.poll() is not None

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9, reaped."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        """SIGTERM."""
        assert self._process is not None
        self._process.terminate()

    def stop(self) -> int:
        """SIGTERM, wait; the exit code."""
        self.terminate()
        assert self._process is not None
        return self._process.wait(timeout=20)


class Stack:
    """Servers of its own and the processes on them."""

    def __init__(self, folder: Path, *, apis: int = 2, safe: bool = True) -> None:
        self.folder = folder
        self.servers = Servers(folder, safe=safe)
        self.database: TestDatabase
        self.settings: Settings
        self.apis: list[Api] = []
        self._count = apis
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self, port: int | None = None, **settings: Any) -> "Stack":
        """Start everything but the worker; `settings` override the test's defaults, `port` is the only API's."""
        self.servers.start()
        self.database = self.servers.database("sello_test")
        values = self.database.environment(self.servers, home=self.folder / "home") | settings
        self.settings = Settings(**values)
        for number in range(self._count):
            self.apis.append(Api(self.environment(values), self.folder / f"api{number}.log", port).start())
        for api in self.apis:
            api.wait()
        return self

    @staticmethod
    def environment(values: dict[str, Any]) -> dict[str, str]:
        """Settings as environment variables of a child."""
        return {**os.environ, **{name.upper(): str(value) for name, value in values.items()}}

    def start_worker(self, **extra: str) -> int:
        """Start the worker and wait for its heartbeat; its process id."""
        ready = self.folder / "worker.ready"
        ready.unlink(missing_ok=True)
        values = self.database.environment(self.servers, home=self.folder / "home")
        environment = self.environment(values) | {"SELLO_READY_FILE": str(ready)} | extra
        with (self.folder / "worker.log").open("ab") as log:
            self._worker = subprocess.Popen([*SELLO, "worker"], env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not ready.exists():
            if self._worker.poll() == 137:  # it reached a point at which it dies
                break
            if time.monotonic() > deadline or self._worker.poll() is not None:
                raise AssertionError(f"the worker did not start: {(self.folder / 'worker.log').read_text()[-2000:]}")
            time.sleep(0.05)
        return self._worker.pid

    @property
    def worker_ended(self) -> int | None:
        """The exit code of a worker that ended by itself."""
        return self._worker.poll() if self._worker is not None else None

    @property
    def worker_pid(self) -> int:
        """The process id of the worker."""
        assert self._worker is not None
        return self._worker.pid

    def let_go(self) -> "subprocess.Popen[bytes]":
        """The worker, from here on somebody else's to end: another one may be started beside it."""
        assert self._worker is not None
        worker, self._worker = self._worker, None
        return worker

    def stop_worker(self, *, kill: bool = False) -> int:
        """End the worker; its exit code."""
        assert self._worker is not None
        if kill:
            self._worker.kill()
        else:
            self._worker.terminate()
        code = self._worker.wait(timeout=30)
        self._worker = None
        return code

    def stop(self) -> None:
        """End everything."""
        if self._worker is not None:
            self.stop_worker(kill=True)
        for api in self.apis:
            api.kill()
        self.servers.stop()


def answers(url: str) -> bool:
    """Whether `url` answers 200 within a second."""
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
