"""What of a shop travels in an archive: of every table and every column somebody has decided."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from sello.entry.archive_tables import LEFT_OUT, TABLES
from sello.infrastructure.archives import Archived
from sello.infrastructure.archives.rows import KINDS
from sello.shared.ids import new_id
from tests.support.servers import TestDatabase

_COLUMNS = """
    SELECT c.relname::text, a.attname::text, t.typname::text, a.attnotnull AND NOT a.atthasdef,
      has_column_privilege('sello_app', c.oid, a.attnum, 'SELECT')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> 'test_clock'
"""
_REFERENCES = """
    SELECT c.conname::text, c.conrelid::regclass::text, c.confrelid::regclass::text, c.condeferrable,
      array(SELECT a.attname::text FROM unnest(c.conkey) AS k (n)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n)
    FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""
_KEYS = """
    SELECT i.indrelid::regclass::text, array(SELECT a.attname::text FROM unnest(i.indkey::int2[]) AS k (n)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n)
    FROM pg_index i WHERE i.indisprimary
"""
# Whatever is called so does not leave the house.
SECRET = re.compile(r"hash|secret|salt|mac$|token|totp|password|key$|generation")


class Column(NamedTuple):
    """A column, whether a row cannot be without it, and whether who serves tenants may read it."""

    table: str
    name: str
    kind: str
    needed: bool
    readable: bool


def undecided(columns: list[Column], tables: Mapping[str, Archived], left_out: Mapping[str, str]) -> list[str]:
    """Tables and columns of which nobody said whether they travel."""
    unknown = {c.table for c in columns} - set(tables) - set(left_out)
    said = {(name, c) for name, t in tables.items() for c in (*t.columns, *t.anew, t.tenant)}
    open_columns = {f"{c.table}.{c.name}" for c in columns if c.table in tables and (c.table, c.name) not in said}
    return sorted(unknown | open_columns)


@pytest.fixture
def columns(database: TestDatabase) -> list[Column]:
    """Every column of the schema."""
    return [Column(*row) for row in database.rows(_COLUMNS)]


def test_of_every_table_and_column_somebody_said_whether_it_travels(columns: list[Column]) -> None:
    """A new one: put it into entry/archive_tables.py, among what travels or with the reason why it does not."""
    assert undecided(columns, TABLES, LEFT_OUT) == []
    known = {(column.table, column.name) for column in columns}
    assert sorted({(t, c) for t, table in TABLES.items() for c in (*table.columns, *table.anew)} - known) == []
    assert set(LEFT_OUT) <= {column.table for column in columns}
    assert not set(TABLES) & set(LEFT_OUT)
    assert not [t for t, table in TABLES.items() if set(table.columns) & {*table.anew, table.tenant}]
    assert all(reason for table in TABLES.values() for reason in table.anew.values())
    assert all(LEFT_OUT.values())


def test_what_nobody_thought_of_is_found(columns: list[Column]) -> None:
    planted = [Column("stars", "id", "uuid", True, True), Column("cards", "nickname", "text", False, True)]
    assert undecided([*columns, *planted], TABLES, LEFT_OUT) == ["cards.nickname", "stars"]


def test_no_secret_travels(columns: list[Column]) -> None:
    """By its name, and because whoever serves tenants reads the archive's rows and can read no secret."""
    travelling = [c for c in columns if c.table in TABLES and c.name in TABLES[c.table].columns]
    assert [f"{c.table}.{c.name}" for c in travelling if SECRET.search(c.name)] == []
    assert {f"{c.table}.{c.name}" for c in travelling if not c.readable} == {
        "accounts.id", "accounts.email", "accounts.name",
    }  # fmt: skip
    assert SECRET.search("network_hash")
    assert SECRET.search("totp_secret")


def test_an_importer_can_judge_and_write_every_column(columns: list[Column]) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for column in (c for c in columns if c.table in TABLES):
        table = TABLES[column.table]
        if column.name in table.columns:
            assert column.kind in KINDS, f"{column.table}.{column.name} is {column.kind}"
        elif column.needed and column.name != table.tenant and column.table != "accounts":
            row = {"created_at": "2026-01-01T00:00:00+00:00"}
            filled = table.fill(new_id(), row, at) if table.fill else {}
            assert column.name in filled, f"{column.table}.{column.name} would be empty"


def test_whatever_a_row_refers_to_is_imported_before_it_or_may_wait(database: TestDatabase) -> None:
    order = list(TABLES)
    for name, child, parent, deferrable, key in database.rows(_REFERENCES):
        if child in TABLES and set(key) <= {*TABLES[child].columns, TABLES[child].tenant}:
            assert parent in TABLES, f"{name}: {parent} does not travel"
            assert deferrable or order.index(parent) < order.index(child), f"{name}: {parent} comes after {child}"


def test_lines_stand_in_an_order_that_is_always_the_same(database: TestDatabase) -> None:
    keys = dict(database.rows(_KEYS))
    for name, table in TABLES.items():
        assert set(keys[name]) <= {*table.key, table.tenant}, name
