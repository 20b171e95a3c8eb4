"""Real servers for tests: one PostgreSQL and one Valkey per session, one database per worker."""

import os
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from sello.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedServerError, EmbeddedValkey, free_port
from sello.infrastructure.database.migrate import upgrade
from sello.infrastructure.database.roles import bootstrap

PASSWORD = "only-for-tests"
ROLES = ("sello_owner", "sello_app", "sello_platform", "sello_laws")
TEMPLATE = "sello_test_template"

# In test databases alone the clock can be moved, for every connection at once.
_MOVABLE_CLOCK = """
CREATE TABLE test_clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), shift interval NOT NULL);
GRANT SELECT ON test_clock TO sello_app, sello_platform, sello_laws;
CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  'SELECT clock_timestamp() + coalesce((SELECT shift FROM public.test_clock), interval ''0'')';
-- A clock moved forth and back leaves rows "of the future", and no worker runs beside most tests: faults of time
-- are planted under the real laws_clock() (tests/promises/test_laws.py).
CREATE OR REPLACE FUNCTION laws_clock(
  OUT latest timestamptz, OUT overdue timestamptz, OUT facts_since timestamptz, OUT idle_since timestamptz)
  LANGUAGE sql VOLATILE AS $$
    SELECT timestamptz 'infinity', timestamptz '-infinity', app_now() - interval '29 days',
           clock_timestamp() - interval '30 seconds' $$;
"""


class TestDatabase:
    """One migrated database and what tests ask of it from outside."""

    __test__ = False

    def __init__(self, name: str, host: str) -> None:
        self.name = name
        self._host = host
        self._judged = ""
        self._laws: psycopg.Connection | None = None
        self._owner: psycopg.Connection | None = None
        self._is_shifted = False
        self._kept: set[str] = set()

    def as_it_began(self) -> "TestDatabase":
        """Remember which tables the migrations filled."""
        tables = self.rows("SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE schemaname = 'public'")
        for (name,) in tables:
            if self.rows(f"SELECT EXISTS (SELECT FROM {name})") == [(True,)]:  # noqa: S608  # a table's own name
                self._kept.add(name)
        return self

    def url(self, role: str) -> str:
        """The address of this database for one of the four roles."""
        return f"postgresql://{role}:{PASSWORD}@{self._host}/{self.name}"

    def environment(self, servers: "Servers", *, home: Path) -> dict[str, Any]:
        """Settings (upper or lower case does not matter) of a process on this database."""
        return {
            "database_url": self.url("sello_app"),
            "database_platform_url": self.url("sello_platform"),
            "database_owner_url": self.url("sello_owner"),
            "database_laws_url": self.url("sello_laws"),
            "redis_url": servers.valkey.url,
            "jwt_secret": "a secret of at least thirty-two characters",
            "data_key": "a key of at least thirty-two characters",
            "metrics_token": "metrics",
            "requests_per_quarter": 1_000_000,
            "sello_home": home,
            "sello_test": True,
        }

    def broken_laws(self) -> list[tuple[str, str, str]]:
        """Rows of the laws view, read as sello_laws."""
        with psycopg.connect(self.url("sello_laws")) as connection:
            return connection.execute("SELECT law, key, detail FROM broken_laws").fetchall()

    def broken_since(self) -> list[tuple[str, str, str]]:
        """The same when anything was written since this was last asked; what was only read breaks nothing.

        A transaction gets an id when it first writes, so the next id to be given says whether any has.
        """
        try:
            return self._look()
        except psycopg.OperationalError:  # the server was killed or started anew in the meantime
            self.let_go()
            return self._look()

    def _look(self) -> list[tuple[str, str, str]]:
        # One connection for all tests: the plan of so many laws takes longer to make than they take to read.
        if self._laws is None:
            self._laws = psycopg.connect(self.url("sello_laws"), autocommit=True)
        following = self._laws.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
        assert following is not None
        if following[0] == self._judged:
            return []
        broken = self._laws.execute("SELECT law, key, detail FROM broken_laws", prepare=True).fetchall()
        if not broken:
            self._judged = following[0]
        return broken

    def forget(self, *, shops: int) -> None:
        """Empty the tables when at least so many shops were made: the laws read every row after every test.

        What the migrations filled stays. Somebody who still reads or writes goes first: then they stay full.
        """
        if self.rows("SELECT count(*) FROM businesses")[0][0] < shops:
            return
        names = self.rows("SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE schemaname = 'public'")
        mine = sorted({name for (name,) in names} - self._kept)
        with suppress(psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            self.rows(f"SET lock_timeout = '2s'; TRUNCATE {', '.join(mine)}; RESET lock_timeout")

    def let_go(self) -> None:
        """Close what is kept open, before the server ends."""
        for kept in (self._laws, self._owner):
            if kept is not None:
                kept.close()
        self._laws = self._owner = None

    def set_clock(self, shift: timedelta | None) -> None:
        """Move the database's clock for every connection; None puts it back."""
        if shift is None and not self._is_shifted:
            return
        self.rows("DELETE FROM test_clock")
        self._is_shifted = False
        if shift is not None:
            self._is_shifted = True
            self.rows("INSERT INTO test_clock (shift) VALUES (%s)", shift)

    def rows(self, statement: Any, *values: Any) -> list[tuple[Any, ...]]:
        """What sello_owner sees, for assertions."""
        try:
            return self._ask(statement, values)
        except psycopg.OperationalError:  # as above
            self.let_go()
            return self._ask(statement, values)

    def _ask(self, statement: Any, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        # Kept open: to connect takes longer than most questions.
        if self._owner is None:
            self._owner = psycopg.connect(self.url("sello_owner"), autocommit=True, prepare_threshold=None)
        cursor = self._owner.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def started(server: EmbeddedPostgres | EmbeddedValkey) -> None:
    """Start it; when it ends at once, its port taken between the choice and the start, on another."""
    for tries_left in (2, 1, 0):
        try:
            server.start()
            return
        except EmbeddedServerError:
            if not tries_left or server.exit_code is None:
                raise
            server.port = free_port()


class Servers:
    """The session's servers."""

    def __init__(self, folder: Path, *, safe: bool = False) -> None:
        """`safe` keeps fsync and synchronous commit on, for tests that kill the server."""
        self.postgres = EmbeddedPostgres(folder / "postgres", port=free_port(), password=PASSWORD, fast_unsafe=not safe)
        self.valkey = EmbeddedValkey(folder / "valkey", port=free_port(), password=PASSWORD, persistence=False)
        self._databases = list[TestDatabase]()

    def start(self) -> "Servers":
        """Start both and migrate the template."""
        started(self.postgres)
        started(self.valkey)
        bootstrap(self.postgres.admin_dsn(), database=TEMPLATE, passwords=dict.fromkeys(ROLES, PASSWORD))
        template = TestDatabase(TEMPLATE, self._host)
        upgrade(template.url("sello_owner"))
        with psycopg.connect(template.url("sello_owner"), autocommit=True) as connection:
            connection.execute(_MOVABLE_CLOCK)
        return self

    def stop(self) -> None:
        """Stop both."""
        for database in self._databases:
            database.let_go()
        self.valkey.stop()
        self.postgres.stop()

    @property
    def _host(self) -> str:
        return f"127.0.0.1:{self.postgres.port}"

    def database(self, name: str) -> TestDatabase:
        """A fresh clone of the template; the name gets a suffix of its own."""
        name = f"{name}_{os.getpid()}_{time.monotonic_ns()}"
        with psycopg.connect(self.postgres.admin_dsn(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER sello_owner").format(
                    sql.Identifier(name), sql.Identifier(TEMPLATE)
                )
            )
        self._databases.append(TestDatabase(name, self._host).as_it_began())
        return self._databases[-1]
