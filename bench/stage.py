"""The stage of a run: embedded servers, the data set (kept), a fresh copy of it, and the processes under test.

Everybody meets the same servers, with the settings that sello ships (fsync and synchronous_commit on), and the same
cores.
"""

import hashlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from bench.world import RULES, World
from sello.entry.processes import answers
from sello.entry.supervisor import real_plan
from sello.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedValkey, free_port
from sello.infrastructure.database.embedded_process import dies_with_parent
from sello.infrastructure.database.migrate import FOLDER, upgrade
from sello.infrastructure.database.roles import ROLES, bootstrap
from sello.shared.auth import Keys

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parent / ".bench"
KEPT: Final = "sello_bench_data"
COPY: Final = "sello_bench"
PASSWORD: Final = "only-for-benchmarks"
READY_SECONDS: Final = 60.0
KEPT_DAYS: Final = 2  # visits lie relative to the day the data set was made; a dashboard looks at the last thirty
_TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stage:
    """Running servers and the database on them that a run may spoil."""

    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey
    folder: Path
    database: str
    password: str

    def url(self, role: str) -> str:
        """The address of the database for one of the four roles."""
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.postgres.port}/{self.database}"

    def postgres_seconds(self) -> float:
        """CPU time of all of PostgreSQL's processes so far."""
        if self.postgres.pid is None:
            raise SystemExit("bench: PostgreSQL has ended; see its log")
        return cpu_seconds(self.postgres.pid)

    def settle(self, most: float = 120.0) -> None:
        """Wait until PostgreSQL has put away what the row before wrote, or the next would measure that."""
        with psycopg.connect(self.postgres.admin_dsn(self.database), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
            ends = time.monotonic() + most
            while (
                connection.execute("SELECT FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'").rowcount
                and time.monotonic() < ends
            ):
                time.sleep(0.2)


class Kept:
    """The servers of one data set, which stays in their folder from one run to the next."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # PostgreSQL is another user when we are root
        self._postgres = EmbeddedPostgres(folder / "postgres", port=free_port(), password=PASSWORD)
        self._valkey = EmbeddedValkey(folder / "valkey", port=free_port(), password=PASSWORD, persistence=False)
        self.stage = Stage(self._postgres, self._valkey, folder / "run", COPY, PASSWORD)

    def __enter__(self) -> "Kept":
        self._postgres.clear_strays()
        self._postgres.start()
        self._valkey.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._valkey.stop()
        self._postgres.stop()

    def fresh_copy(self, world: World) -> float:
        """A copy of the data set under the name COPY; seconds spent on making the data set (0: it was there)."""
        made = 0.0
        if not self._is_kept(world):
            started = time.monotonic()
            self._make(world)
            made = time.monotonic() - started
        self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", COPY)
        self._admin("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY OWNER sello_owner", COPY, KEPT)
        self._admin("REVOKE ALL ON DATABASE {} FROM PUBLIC", COPY)
        self._admin("GRANT CONNECT ON DATABASE {} TO sello_app, sello_platform, sello_laws", COPY)
        return made

    def _admin(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._postgres.admin_dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _is_kept(self, world: World) -> bool:
        with psycopg.connect(self._postgres.admin_dsn(), autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", (KEPT,)).rowcount:
                return False
        with psycopg.connect(self._postgres.admin_dsn(KEPT), autocommit=True) as connection:
            if connection.execute("SELECT to_regclass('bench.made')").fetchone() == (None,):
                return False
            rows = connection.execute(
                "SELECT FROM bench.made WHERE fingerprint = %s AND at > app_now() - make_interval(days => %s)",
                (_fingerprint(world), KEPT_DAYS),
            )
            return rows.rowcount == 1

    def _make(self, world: World) -> None:
        self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", KEPT)
        bootstrap(self._postgres.admin_dsn(), database=KEPT, passwords=dict.fromkeys(ROLES, PASSWORD))
        upgrade(replace(self.stage, database=KEPT).url("sello_owner"))
        with psycopg.connect(self._postgres.admin_dsn(KEPT), autocommit=True) as connection:
            fill(connection, world)
            connection.execute("INSERT INTO bench.made VALUES (app_now(), %s)", (_fingerprint(world),))
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


def fill(connection: psycopg.Connection[Any], world: World) -> None:
    """Put the data set into a migrated database without tenants, as a superuser; indexes are built at the end."""
    settings = {
        "bench.customers": str(world.customers),
        "bench.shops": str(world.shops),
        "bench.rules": RULES.model_dump_json(),
        "session_replication_role": "replica",
        "maintenance_work_mem": "256MB",
        "work_mem": "128MB",
        "synchronous_commit": "off",
    }
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    indexes = connection.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid IN ('cards'::regclass, 'customers'::regclass, 'stamp_events'::regclass, 'events'::regclass)
          AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """
    ).fetchall()
    with connection.transaction():
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        connection.execute((HERE / "dataset.sql").read_bytes())
        for _, definition in indexes:
            connection.execute(definition.encode())
    connection.execute("RESET ALL")


def _fingerprint(world: World) -> str:
    texts = [HERE / "dataset.sql", *sorted((FOLDER / "sql").glob("*.sql")), *sorted((FOLDER / "laws").glob("*.sql"))]
    return hashlib.sha256(b"".join([path.read_bytes() for path in texts] + [repr(world).encode()])).hexdigest()


def environment(stage: Stage) -> dict[str, str]:
    """Settings of the processes under test: what `sello up` gives, behind one proxy of ours (the load generator)."""
    metrics = stage.folder / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.iterdir():
        old.unlink()
    return {
        **os.environ,
        "DATABASE_URL": stage.url("sello_app"),
        "DATABASE_PLATFORM_URL": stage.url("sello_platform"),
        "REDIS_URL": stage.valkey.url,
        "JWT_SECRET": secrets.token_urlsafe(33),
        "DATA_KEY": secrets.token_urlsafe(33),
        "SELLO_HOME": str(stage.folder),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "TRUSTED_PROXIES": json.dumps(["127.0.0.1"]),
    }


def keys_of(environ: Mapping[str, str]) -> Keys:
    """The installation's secrets inside this process, to issue tokens with."""
    return Keys(environ["JWT_SECRET"].encode(), None, environ["DATA_KEY"].encode())


@dataclass(frozen=True)
class Running:
    """A server under test: where it listens and the process that began it."""

    name: str
    port: int
    pid: int


@contextmanager
def sello(environ: Mapping[str, str], folder: Path) -> Iterator[Running]:
    """The API exactly as `sello up` starts it."""
    port = free_port()
    spec = real_plan(port).children[0]
    with _child("sello", spec.argv, port, environ, folder) as running:
        yield running


@contextmanager
def express(environ: Mapping[str, str], folder: Path, variant: str) -> Iterator[Running]:
    """One of the Node servers of `express/`, with as many workers as the API has."""
    port = free_port()
    extra = {"PORT": str(port), "NODE_ENV": "production", "STATEMENT_FILE": str(folder / "statement.json")}
    argv = ("node", str(HERE / "express" / "server.js"), variant)
    with _child(f"express-{variant}", argv, port, {**environ, **extra}, folder) as running:
        yield running


@contextmanager
def _child(name: str, argv: tuple[str, ...], port: int, environ: Mapping[str, str], folder: Path) -> Iterator[Running]:
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            argv, env=dict(environ), stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )  # fmt: skip
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"bench: {name} does not start; see {log}")
            time.sleep(0.1)
        yield Running(name, port, child.pid)
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its descendants, the ended ones it waited for included."""
    ticks = 0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / _TICK


def memory_mb(pid: int) -> float:
    """Resident memory of one process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
