"""What both embedded servers share: a child process with a log, found again by a mark in its command line."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
KILL_SECONDS = 10.0


class EmbeddedServerError(Exception):
    """A server could not be started or stopped; the text is one sentence for the person at the terminal."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago (the operating system's choice)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def dies_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """What a new child runs before its program so that the kernel sends it `sign` when we die. Linux only.

    The signal belongs to the thread that starts the child: start children from a thread that lives as long as
    they should. A change of user clears it, so it must come after Popen's own (it does: preexec_fn runs
    last).
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # we died between fork and prctl: nobody will send it any more
            os._exit(1)

    return arrange


def marked_pids(program: str, mark: str) -> list[int]:
    """Processes of `program` (its file name) that carry `mark` in their command line, children included.

    PostgreSQL's children carry it because their titles begin with `postgres: <cluster_name>`.
    """
    return [pid for pid, (first, line) in commands().items() if mark in line and _is_program(first, program)]


def _is_program(first: str, program: str) -> bool:
    return Path(first).name == program or first.startswith(f"{program}:")


def commands() -> dict[int, tuple[str, str]]:
    """First word and whole command line of every process that we may see, zombies left out."""
    if Path("/proc/self/cmdline").exists():
        return _commands_of_proc()
    listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in listing.splitlines())
    return {int(row[0]): (row[1], " ".join(row[1:])) for row in rows if len(row) > 1}


def _commands_of_proc() -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            words = line.decode(errors="replace").split("\0")
            if words[0]:
                found[int(entry.name)] = (words[0], " ".join(words))
    return found


class ServerProcess:
    """One server child: in a session of its own (Ctrl-C is not for it), output appended to a log file."""

    def __init__(self, *, name: str, program: str, mark: str, log_file: Path) -> None:
        self.name = name
        self.log_file = log_file
        self._program = program
        self._mark = mark
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """How the last child ended (negative: by that signal); None while it runs or before it did."""
        return self._child.poll() if self._child is not None else None

    def strays(self) -> list[int]:
        """Processes of this server, by its mark, that are not the child we hold."""
        own = self.pid
        return [pid for pid in marked_pids(self._program, self._mark) if pid != own]

    def launch(
        self,
        argv: Sequence[str],
        *,
        death_signal: signal.Signals,
        env: Mapping[str, str],
        user: int | None = None,
        group: int | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start the child and return at once. `death_signal` is what it gets when we die (Linux)."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._child = subprocess.Popen(
                list(argv),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=dict(env),
                start_new_session=True,
                user=user,
                group=group,
                extra_groups=None if user is None else [],
                pass_fds=pass_fds,
                preexec_fn=dies_with_parent(death_signal),
            )

    def wait_ready(self, is_ready: Callable[[], bool], *, timeout: float) -> None:
        """Return as soon as `is_ready()`; raise one sentence when the child ends or `timeout` s pass."""
        end = time.monotonic() + timeout
        while not is_ready():
            if self.exit_code is not None:
                said = last_words(self.log_file)
                raise EmbeddedServerError(f"{self.name} ended with exit code {self.exit_code} while starting: {said}")
            if time.monotonic() > end:
                raise EmbeddedServerError(f"{self.name} was not ready after {timeout:.0f} s; see {self.log_file}.")
            time.sleep(0.02)

    def signal_and_wait(self, sign: signal.Signals, *, timeout: float) -> bool:
        """Send `sign` and wait up to `timeout` seconds; whether the child has ended."""
        if self._child is None or self._child.poll() is not None:
            return True
        self._child.send_signal(sign)
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL the child and every process with its mark, and wait until none is left."""
        self.signal_and_wait(signal.SIGKILL, timeout=KILL_SECONDS)
        self.end_strays(signal.SIGKILL, timeout=KILL_SECONDS)

    def end_strays(self, sign: signal.Signals | None, *, timeout: float) -> bool:
        """Send `sign` (None: nothing) to every stray and wait up to `timeout` s; whether none is left."""
        end = time.monotonic() + timeout
        asked: set[int] = set()
        while strays := self.strays():
            for pid in strays:
                if sign is not None and pid not in asked:
                    asked.add(pid)
                    _send(pid, sign)
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


def last_words(log_file: Path) -> str:
    """The last lines of a log, on one line, for a sentence that says why something ended."""
    try:
        with log_file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
            lines = log.read().decode(errors="replace").splitlines()
    except OSError:
        return "its log could not be read"
    return " / ".join(line for line in lines[-3:] if line) or "it said nothing"


def _send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise EmbeddedServerError(f"Process {pid} holds the data and belongs to another user; stop it.") from error
