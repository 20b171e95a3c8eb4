"""The parts of the supervisor: a child process, its restarts, and the signals to stop."""

import http.client
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final, Literal, Protocol, Self

from sello.infrastructure.database.embedded_process import EmbeddedServerError, dies_with_parent

RUN_VARIABLE: Final = "SELLO_RUN"
STEADY_SECONDS: Final = 30.0  # who lived that long is forgiven earlier ends
LONGEST_PAUSE: Final = 10.0


def say(sentence: str) -> None:
    """One line for the person at the terminal; a terminal that is gone must not stop the shop."""
    try:
        print(f"sello: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        return


class Service(Protocol):
    """What the supervisor keeps alive: a server or one of our own processes."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def exit_code(self) -> int | None: ...
    @property
    def log_file(self) -> Path: ...
    def launch(self) -> None: ...
    def is_ready(self) -> bool: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class ChildSpec:
    """One process of ours, ready when it answers on `port`, touches SELLO_READY_FILE or just runs.

    `stop_seconds` is what it gets between SIGTERM and SIGKILL.
    """

    name: str
    argv: tuple[str, ...]
    ready: Literal["http", "file", "running"] = "running"
    port: int = 0
    env: Mapping[str, str] = field(default_factory=dict)
    stop_seconds: float = 20.0


class ChildProcess:
    """A child in a session of its own, so that its own children end with it and Ctrl-C reaches only us."""

    def __init__(self, spec: ChildSpec, *, env: Mapping[str, str], log_file: Path, ready_file: Path) -> None:
        self.name = spec.name
        self.log_file = log_file
        self._spec = spec
        self._ready_file = ready_file
        self._env = {**env, **spec.env, "SELLO_READY_FILE": str(ready_file)}
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How the last run ended (negative: by that signal); None while it runs."""
        return self._child.poll() if self._child is not None else None

    def launch(self) -> None:
        """Start it and return at once; leftovers of an earlier run (they may hold the port) end first."""
        self._kill_group()
        self._ready_file.unlink(missing_ok=True)
        with self.log_file.open("ab") as log:
            self._child = subprocess.Popen(
                self._spec.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )

    def is_ready(self) -> bool:
        """Whether it does its work, as its spec says."""
        if self.pid is None:
            return False
        if self._spec.ready == "file":
            return self._ready_file.exists()
        return self._spec.ready == "running" or answers(self._spec.port)

    def stop(self) -> None:
        """SIGTERM, time to finish, then SIGKILL for it and all its children."""
        if self._child is not None:
            self._child.terminate()
            try:
                self._child.wait(self._spec.stop_seconds)
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not end within {self._spec.stop_seconds:.0f} s and is killed.")
            self._kill_group()
            self._child.wait()

    def _kill_group(self) -> None:
        if self._child is not None:
            try:
                os.killpg(self._child.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # nobody left (macOS says the latter of zombies)
                return


def answers(port: int) -> bool:
    """Whether `/health/ready` on this port of 127.0.0.1 says 200 within two seconds."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        link.request("GET", "/health/ready")
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


class Watched:
    """One service under watch: when it ends it is started again, at once and then after growing pauses."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ends = 0
        self._launched_at = 0.0
        self._restart_at: float | None = None
        self._ready = False

    def launch(self) -> None:
        """Start it, now."""
        self._launched_at, self._restart_at, self._ready = time.monotonic(), None, False
        self.service.launch()

    def is_ready(self) -> bool:
        """Whether it has been ready since it was last started (asked until the first yes)."""
        self._ready = self._ready or self.service.is_ready()
        return self._ready

    def tick(self) -> None:
        """Notice an end; start again what is due."""
        if self.service.pid is not None:
            return
        now = time.monotonic()
        if self._restart_at is None:
            self._plan_restart(now, f"ended ({_how(self.service.exit_code)})")
        if self._restart_at is not None and now >= self._restart_at:
            try:
                self.launch()
            except (EmbeddedServerError, OSError) as error:
                self._plan_restart(now, f"could not be started ({error})")

    def _plan_restart(self, now: float, what: str) -> None:
        if now - self._launched_at >= STEADY_SECONDS:
            self.ends = 0
        pause = min(0.5 * 2 ** (self.ends - 1), LONGEST_PAUSE) if self.ends else 0.0
        self.ends += 1
        self._restart_at = now + pause
        when = f"in {pause:g} s" if pause else "now"
        say(f"{self.service.name} {what}; it is started again {when}; its log is {self.service.log_file}")


def _how(code: int | None) -> str:
    if code is None:
        return "not started"
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


class Signals:
    """Turns the signals to stop, and the end of a child, into the end of one waiting call. Main thread only.

    Handlers only take note: what must not be cut in half (a migration, a start) is not.
    """

    def __init__(self) -> None:
        self.stops = 0
        self._reader = self._writer = -1

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it stays ignored
            signal.signal(signal.SIGHUP, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        os.close(self._reader)
        os.close(self._writer)

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or at once when a signal came since the last call."""
        if select.select([self._reader], [], [], seconds)[0]:
            os.read(self._reader, 4096)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1


def end_leftovers(token: str, *, seconds: float) -> int:
    """End what a killed supervisor left: processes with its token in their environment (Linux only).

    SIGTERM first, SIGKILL after `seconds`; how many there were.
    """
    found = _carriers(token)
    for sign, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, seconds)):
        end = time.monotonic() + patience
        for pid in _carriers(token):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        while _carriers(token) and time.monotonic() < end:
            time.sleep(0.05)
    return len(found)


def _carriers(token: str) -> list[int]:
    mark = f"{RUN_VARIABLE}={token}".encode()
    pids = []
    for entry in Path("/proc").glob("[0-9]*") if Path("/proc").is_dir() else ():
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                pids.append(int(entry.name))
        except OSError:
            continue
    return pids
