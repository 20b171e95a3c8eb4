"""The schema as migrations make it: keys, indexes, grants, and migrations as the owner runs them.

Run as the four roles, never as a superuser: a superuser is not bound by row-level security and proves nothing.
"""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.rows import class_row
from psycopg.sql import SQL, Identifier

from sello.domains.customer import Persons
from sello.entry.personal_data import ELSEWHERE, PERSONS, Elsewhere
from sello.infrastructure.database.embedded import find_postgres
from sello.infrastructure.database.migrate import FOLDER, printed, upgrade
from sello.infrastructure.database.roles import bootstrap
from sello.shared.ids import new_id
from tests.support.servers import PASSWORD, ROLES, Servers, TestDatabase

APPEND_ONLY = ("stamp_events", "consent_events", "audit_log", "reward_rules", "legal_identities")

# Tables whose key does not begin with their tenant, and why.
KEYED_OTHERWISE = {
    "businesses": "it is the tenant",
    "sessions": "a refresh token names its session before anybody knows the shop; admins' sessions have no shop",
    "audit_log": "rows of the platform have no shop",
    "events": "the relay reads across shops in the order of ids",
    "webhook_inbox": "stored before anybody knows whose message it is",
}

# Indexes that look doubled and are not, and why.
KEPT = {
    "events_waiting": "partial: the relay finds the few that wait without reading the many that do not",
    "cards_pending": "partial: the night finds the few that nobody confirmed without reading the many",
}

_FOREIGN_KEYS = """
    SELECT c.conname AS name, c.conrelid::regclass::text AS "table",
      array(SELECT a.attname::text FROM unnest(c.conkey) AS k (n)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n) AS columns
    FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""
# Of PgQueuer's tables the installer decides.
_INDEXES = """
    SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table", i.indisunique AS "unique",
      coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate,
      array(SELECT pg_get_indexdef(i.indexrelid, n, true)
            FROM generate_series(1, i.indnkeyatts) AS n ORDER BY n) AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'pgqueuer%' AND c.relname <> 'alembic_version'
"""
_TENANT_TABLES = """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (c.relname = 'businesses' OR EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped))
    ORDER BY 1
"""
_KEYS = """
    SELECT i.indrelid::regclass::text, a.attname::text FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisprimary
"""


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key and its columns."""

    name: str
    table: str
    columns: list[str]


@dataclass(frozen=True)
class Index:
    """An index, its key columns (or expressions) in order, and the condition of a partial one."""

    name: str
    table: str
    unique: bool
    predicate: str
    columns: list[str]

    def serves(self, key: ForeignKey) -> bool:
        """Whether it finds the rows that refer to a parent: its leading columns are the key's."""
        excused = {""} | {f"({column} IS NOT NULL)" for column in key.columns}
        leading = set(self.columns[: len(key.columns)])
        return self.table == key.table and leading == set(key.columns) and self.predicate in excused

    def replaces(self, other: "Index") -> bool:
        """Whether `other` could go: it is the beginning of this one and promises nothing of its own."""
        if self.table != other.table or self.predicate not in ("", other.predicate):
            return False
        if self.columns[: len(other.columns)] != other.columns:
            return False
        return not other.unique or (self.unique and self.columns == other.columns)


def read(database: TestDatabase, row: Any, sql: LiteralString) -> list[Any]:
    """Rows of the catalogue."""
    with psycopg.connect(database.url("sello_owner")) as owner:
        return owner.cursor(row_factory=class_row(row)).execute(sql).fetchall()


def unindexed(keys: list[ForeignKey], indexes: list[Index]) -> list[str]:
    """Foreign keys that no index serves: deleting or checking their parents would read the whole table."""
    return [key.name for key in keys if not any(index.serves(key) for index in indexes)]


def doubled(indexes: list[Index]) -> dict[str, str]:
    """Indexes that another one (the value) replaces: they cost every write and serve no read."""
    return {
        other.name: index.name
        for index in indexes
        for other in indexes
        if index.name != other.name and index.replaces(other)
    }


def test_every_foreign_key_has_an_index(database: TestDatabase) -> None:
    keys = read(database, ForeignKey, _FOREIGN_KEYS)
    assert len(keys) > 20
    assert unindexed(keys, read(database, Index, _INDEXES)) == []


def test_no_index_is_doubled(database: TestDatabase) -> None:
    found = doubled(read(database, Index, _INDEXES))
    assert set(found) == set(KEPT), found


def test_the_checks_of_indexes_see_what_is_planted() -> None:
    key = ForeignKey("k", "t", ["business_id", "device_id"])
    good = Index("good", "t", False, "(device_id IS NOT NULL)", ["business_id", "device_id", "at"])
    narrow = Index("narrow", "t", False, "(revoked_at IS NULL)", ["business_id", "device_id"])
    late = Index("late", "t", False, "", ["at", "business_id", "device_id"])
    assert unindexed([key], [good]) == []
    assert unindexed([key], [narrow, late]) == ["k"]
    short = Index("short", "t", False, "(device_id IS NOT NULL)", ["business_id", "device_id"])
    unique = Index("unique", "t", True, "", ["business_id"])
    assert doubled([good, short]) == {"short": "good"}
    assert doubled([good, narrow, late, unique]) == {}
    assert doubled([unique, Index("again", "t", False, "", ["business_id"])]) == {"again": "unique"}


def test_the_key_of_a_tenant_table_begins_with_the_tenant(database: TestDatabase) -> None:
    tables = {name for (name,) in database.rows(_TENANT_TABLES)}
    first = dict(database.rows(_KEYS))
    assert len(tables) > 15
    assert {table for table in tables if first[table] != "business_id"} == set(KEYED_OTHERWISE)


def test_the_owner_sees_every_row_it_migrates(database: TestDatabase) -> None:
    """Forced security binds the owner too: without its own policy a backfill would touch nothing, silently."""
    tables = {name for (name,) in database.rows(_TENANT_TABLES)}
    policies = database.rows(
        "SELECT tablename, roles::text[], cmd FROM pg_policies WHERE qual = 'true' AND permissive = 'PERMISSIVE'"
    )
    assert {table for table, roles, cmd in policies if roles == ["sello_owner"] and cmd == "ALL"} == tables
    assert {table for table, roles, _ in policies if roles == ["sello_platform"]} == tables
    assert {table for table, roles, _ in policies if roles == ["sello_laws"]} == tables


def test_no_role_passes_the_walls_by(database: TestDatabase) -> None:
    roles = database.rows(
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
        " AND rolname = ANY (%s)",
        list(ROLES),
    )
    assert roles == []


def test_what_serves_tenants_deletes_nothing_and_sees_tenants_alone(database: TestDatabase) -> None:
    def may(privilege: str) -> set[str]:
        """The tables on which sello_app has a privilege, or on some of their columns."""
        rows = database.rows(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND CASE WHEN %s IN ('DELETE', 'TRUNCATE') THEN has_table_privilege('sello_app', oid, %s)"
            " ELSE has_any_column_privilege('sello_app', oid, %s) END",
            *[privilege] * 3,
        )
        return {name for (name,) in rows}

    tenants = {name for (name,) in database.rows(_TENANT_TABLES)}
    assert may("DELETE") | may("TRUNCATE") == set()
    assert may("INSERT") | may("UPDATE") <= tenants
    # The clock that tests move is read by every role and holds no row of anybody.
    assert may("SELECT") - tenants == {"test_clock"}


def test_a_tenant_reads_nothing_of_its_sessions_but_whose_they_are(database: TestDatabase) -> None:
    columns = database.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'sessions'::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege('sello_app', attrelid, attnum, 'SELECT') ORDER BY 1"
    )
    assert columns == [
        ("account_id",),
        ("business_id",),
        ("device_id",),
        ("id",),
        ("means",),
        ("revoked_at",),
        ("rotated_at",),
    ]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("role", ["sello_app", "sello_platform"])
def test_history_can_only_grow(database: TestDatabase, role: str, table: str) -> None:
    statements = (
        SQL("UPDATE {} SET business_id = business_id"),
        SQL("DELETE FROM {}"),
        SQL("TRUNCATE {}"),
    )
    with psycopg.connect(database.url(role), autocommit=True) as connection:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(Identifier(table)))


# ---------------------------------------------------------------- personal data

_TEXT = ("text", "varchar", "bpchar", "json", "jsonb", "bytea", "inet", "_text", "_varchar", "hstore", "xml")
_COLUMNS = """
    SELECT c.relname::text, a.attname::text, t.typname = ANY (%s) FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> 'test_clock'
"""


def undecided(columns: list[tuple[str, str, bool]], persons: Persons, elsewhere: Mapping[str, Elsewhere]) -> list[str]:
    """Columns of which nobody has said what becomes of them when a person asks for a copy, or to be erased."""
    said = set[tuple[str, str]]()
    for name, table in persons.tables.items():
        judged = {*table.erased, *table.harmless}
        said |= {(name, column) for column in (*table.shown, *table.hidden)}
        texts = {column for of, column, text in columns if of == name and text}
        said -= {(name, column) for column in texts - judged}
    for name, (_, texts_of_others) in elsewhere.items():
        said |= {
            (name, column) for of, column, text in columns if of == name and (not text or column in texts_of_others)
        }
    return sorted(f"{table}.{column}" for table, column, _ in columns if (table, column) not in said)


def test_of_every_column_somebody_said_how_it_is_handed_out_and_erased(database: TestDatabase) -> None:
    """A new table or a new column of text: put it into its domain's part, or into entry/personal_data.py."""
    columns = database.rows(_COLUMNS, list(_TEXT))
    assert undecided(columns, PERSONS, ELSEWHERE) == []
    known = {(table, column) for table, column, _ in columns}
    tables = PERSONS.tables
    named = {
        (t, c) for t, table in tables.items() for c in (*table.shown, *table.hidden, *table.erased, *table.harmless)
    }
    named |= {(t, c) for t, (_, texts) in ELSEWHERE.items() for c in texts}
    assert sorted(named - known) == [], "these are gone"
    assert not set(tables) & set(ELSEWHERE)
    assert not [t for t, table in tables.items() if set(table.shown) & set(table.hidden)]
    assert not [t for t, table in tables.items() if set(table.erased) & set(table.harmless)]


def test_tables_that_name_a_customer_or_a_card_are_in_a_part(database: TestDatabase) -> None:
    rows = database.rows(
        "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f'"
        " AND c.confrelid IN ('customers'::regclass, 'cards'::regclass, 'rewards'::regclass)"
    )
    assert {table for (table,) in rows} <= set(PERSONS.tables)


def test_a_column_nobody_thought_of_is_found() -> None:
    columns = [("notes", "id", False), ("notes", "text", True), ("customers", "nickname", True)]
    assert undecided(columns, PERSONS, {}) == ["customers.nickname", "notes.id", "notes.text"]
    assert undecided(columns[:2], PERSONS, {"notes": Elsewhere("nobody's")}) == ["notes.text"]


# ---------------------------------------------------------------- migrations as sello_owner


@pytest.fixture
def empty(servers: Servers) -> Iterator[Callable[[], TestDatabase]]:
    """Makes databases in which nothing was migrated yet."""
    made = list[str]()

    def make() -> TestDatabase:
        made.append(f"empty_{new_id().hex}")
        bootstrap(servers.postgres.admin_dsn(), database=made[-1], passwords=dict.fromkeys(ROLES, PASSWORD))
        return TestDatabase(made[-1], f"127.0.0.1:{servers.postgres.port}")

    yield make
    with psycopg.connect(servers.postgres.admin_dsn(), autocommit=True) as admin:
        for name in made:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def program(name: str, *words: str, text: str | None = None) -> str:
    """What one of PostgreSQL's programs prints."""
    run = subprocess.run([find_postgres() / name, *words], input=text, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def dumped(database: TestDatabase) -> list[str]:
    """The schema as statements. pg_dump begins and ends with a token of its own that differs each time."""
    dump = program("pg_dump", "--schema-only", "--enable-row-security", "-d", database.url("sello_owner"))
    return [line for line in dump.splitlines() if not re.match(r"\\(un)?restrict ", line)]


def test_the_printed_migrations_make_the_same_schema(empty: Callable[[], TestDatabase]) -> None:
    script = printed()
    assert len(script) > 10_000
    by_hand, by_command = empty(), empty()
    program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", by_hand.url("sello_owner"), text=script)
    upgrade(by_command.url("sello_owner"))
    assert dumped(by_hand) == dumped(by_command)
    upgrade(by_hand.url("sello_owner"))  # finds nothing left to do
    assert dumped(by_hand) == dumped(by_command)


_ORPHANED = """
    INSERT INTO businesses (id, code, slug, name) VALUES (gen_random_uuid(), 'ABCDEF', 'cafe-luna', 'Luna');
    ALTER TABLE branches DROP CONSTRAINT branches_business_id_fkey;
    INSERT INTO branches (business_id, id, name) VALUES (gen_random_uuid(), gen_random_uuid(), 'Centro');
"""
_CONSTRAINT = "ALTER TABLE branches ADD CONSTRAINT again FOREIGN KEY (business_id) REFERENCES businesses (id)"


def test_a_constraint_over_an_orphan_is_refused_to_the_owner(empty: Callable[[], TestDatabase]) -> None:
    database = empty()
    upgrade(database.url("sello_owner"))
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        owner.execute(_ORPHANED)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            owner.execute(_CONSTRAINT)
        # Why every table gets its policy for the owner first: without it the orphan passes and the key counts as valid.
        owner.execute("DROP POLICY migrations ON branches")
        owner.execute(_CONSTRAINT)
        row = owner.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'again'").fetchone()
        assert row == (True,)
    with psycopg.connect(database.url("sello_laws")) as reader:
        found = reader.execute("SELECT key FROM broken_laws WHERE law = 'L54_reference_broken'").fetchall()
    assert found == [("again",)]


def test_revisions_that_have_landed_stay_as_they_are() -> None:
    """A database that ran a revision never runs it again, so a change inside one would reach new databases alone."""
    landed = [line.split() for line in (FOLDER / "landed.sha256").read_text().splitlines()]
    changed = [name for digest, name in landed if sha256((FOLDER / name).read_bytes()).hexdigest() != digest]
    assert len(landed) >= 17
    assert not changed, "these have landed; what they should have said goes into a new revision"
