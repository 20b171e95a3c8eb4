"""Judge the lines of an archive by the columns they are for, and put them into a table."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.sql import SQL, Composed, Identifier

from sello.infrastructure.archives.form import Archived, Row
from sello.shared.errors import Refused

_AT_ONCE: Final = 1000  # rows of one statement
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_HEX: Final = re.compile(r"\\x(?:[0-9a-f]{2})*", re.ASCII)
_COLUMNS: Final = """
    SELECT a.attname::text AS name, t.typname::text AS kind, a.attnotnull AS required, a.atthasdef AS has_default
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
_BROKEN: Final = (psycopg.IntegrityError, psycopg.DataError)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database knows it."""

    name: str
    kind: str
    required: bool
    has_default: bool


def _whole(bits: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and -(1 << bits - 1) <= value < 1 << bits - 1


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or _whole(32)(value)  # PostgreSQL writes 12.0 as 12


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\x00" not in value


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == len("2026-01-31") and bool(date.fromisoformat(value))
    except ValueError:
        return False


KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "uuid": lambda value: isinstance(value, str) and _UUID.fullmatch(value) is not None,
    "text": _is_text,
    "int2": _whole(16),
    "int4": _whole(32),
    "int8": _whole(64),
    "float8": _is_number,
    "bool": lambda value: isinstance(value, bool),
    "timestamptz": _is_moment,
    "date": _is_day,
    "bytea": lambda value: isinstance(value, str) and _HEX.fullmatch(value) is not None,
    "jsonb": lambda value: isinstance(value, dict | list),
    "_text": lambda value: isinstance(value, list) and all(map(_is_text, value)),
}
"""Every kind of column that may travel, and what a value of it looks like in a line."""


async def columns_of(connection: AsyncConnection, table: str) -> dict[str, Column]:
    """The columns of a table by name."""
    cursor = connection.cursor(row_factory=class_row(Column))
    return {column.name: column for column in await (await cursor.execute(_COLUMNS, (table,))).fetchall()}


def judged(lines: Iterable[bytes], table: str, names: list[str], columns: Mapping[str, Column]) -> Iterator[Row]:
    """The rows of the lines; refuses archive_broken at the first that has not exactly these columns, rightly typed."""
    kinds = [(name, KINDS[columns[name].kind], columns[name].required) for name in names]
    for number, line in enumerate(lines, 1):
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Refused("archive_broken", table=table, line=number) from error
        if not isinstance(row, dict) or list(row) != names:
            raise Refused("archive_broken", table=table, line=number)
        for name, fits, required in kinds:
            if required if row[name] is None else not fits(row[name]):
                raise Refused("archive_broken", table=table, line=number, field=name)
        yield row


async def put_lines(
    connection: AsyncConnection,
    shop: UUID,
    name: str,
    table: Archived,
    rows: Iterable[Row],
    *,
    at: datetime,
    others: Mapping[str, str],
    uuids: frozenset[str],
) -> int:
    """Insert rows of one shop; how many. `others`: ids that have another here, in the columns `uuids`.

    Refuses archive_broken for what a constraint of the database refuses.
    """
    count = 0
    for page in _pages(rows):
        filled = [_filled(row, shop, table, at) for row in page]
        if others:
            for row in filled:
                row |= {column: others.get(row[column], row[column]) for column in uuids & row.keys() if row[column]}
        try:
            await connection.execute(_insert(name, list(filled[0])), (msgspec.json.encode(filled).decode(),))
        except _BROKEN as error:
            said = error.diag.constraint_name or error.diag.column_name or "value"
            raise Refused("archive_broken", table=name, line=f"{count + 1}-{count + len(page)}", field=said) from error
        count += len(page)
    return count


def _filled(row: Row, shop: UUID, table: Archived, at: datetime) -> Row:
    more = table.fill(shop, row, at) if table.fill is not None else {}
    return {table.tenant: str(shop), **row, **more}


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    page = list[Row]()
    for row in rows:
        page.append(row)
        if len(page) == _AT_ONCE:
            yield page
            page = []
    if page:
        yield page


def _insert(table: str, columns: list[str]) -> Composed:
    names = SQL(", ").join(map(Identifier, columns))
    # In pieces, because the lint of statements wants to prepare whatever begins like one.
    return SQL(" ").join([
        SQL("INSERT INTO"), SQL("{} ({})").format(Identifier(table), names), SQL("SELECT"), names,
        SQL("FROM jsonb_populate_recordset(NULL::{}, %s::jsonb)").format(Identifier(table)),
    ])  # fmt: skip
