"""Every statement of the source is one that PostgreSQL takes, from the role that runs it, and names its tenant.

`prepare` parses it, resolves every table, column and operator and infers every parameter; the role's grants are asked
when it runs, so EXPLAIN follows.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import ExecStatus

from tests.promises.source import ROOT, parse
from tests.promises.statements import Statement, collect, sources, statements
from tests.support.servers import TestDatabase

PLATFORM_QUERIES = Path(__file__).with_name("platform_queries.txt")

NAMED = re.compile(r"%\((\w+)\)s")
BARE_MOMENT = re.compile(r"\b(?:(?:now|\w+_timestamp)\s*\(\)|current_\w*(?:date|time)\w*|localtime\w*)", re.IGNORECASE)

# The clocks themselves: the one of every database, the laws' and the demo's.
CLOCKS = ("0001_core.sql", "clock.sql", "demo_clock.sql", "real_clock.sql")


UNTOLD = (0, "unknown")
UUID = (2950, "uuid")
# The type that psycopg tells the server with a value; of text, whole numbers and None it says nothing.
TYPES = {
    "datetime": (1184, "timestamptz"),
    "timedelta": (1186, "interval"),
    "date": (1082, "date"),
    "bool": (16, "bool"),
    "bytes": (17, "bytea"),
    "float": (701, "float8"),
    "UUID": UUID,
}


def told(sql: str, types: dict[str, str]) -> list[tuple[int, str]]:
    """The types of a statement's parameters in their order, by the annotations of their values."""
    annotations = [types.get(name, "") for name in dict.fromkeys(NAMED.findall(sql))]
    return [UUID if re.fullmatch(r"[A-Z]\w+Id", text) else TYPES.get(text, UNTOLD) for text in annotations]


def numbered(sql: str) -> str:
    """psycopg's placeholders as PostgreSQL's: `%(name)s` and `%s` become $1, $2, …"""
    names = list(dict.fromkeys(NAMED.findall(sql)))
    sql = NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    while "%s" in sql:
        names.append("")
        sql = sql.replace("%s", f"${len(names)}", 1)
    return sql.replace("%%", "%")


def columns_of(connection: psycopg.Connection, sql: str, types: dict[str, str]) -> list[str]:
    """Prepare a statement; the names of the columns it returns. Raises AssertionError with the server's words."""
    made = connection.pgconn.prepare(b"", numbered(sql).encode(), [oid for oid, _ in told(sql, types)])
    assert made.status == ExecStatus.COMMAND_OK, made.error_message.decode()
    described = connection.pgconn.describe_prepared(b"")
    return [(described.fname(number) or b"").decode() for number in range(described.nfields)]


def prepare(connection: psycopg.Connection, sql: str, types: dict[str, str]) -> str:
    """Prepare a statement as `asked`; the NULLs to execute it with, in parentheses."""
    text = numbered(sql)
    names = ", ".join(name for _, name in told(sql, types))
    nulls = ", ".join(["NULL"] * max((int(number) for number in re.findall(r"\$(\d+)", text)), default=0))
    connection.execute("DEALLOCATE ALL")
    connection.execute(f"PREPARE asked {f'({names})' if names else ''} AS {text}".encode())
    return f"({nulls})" if nulls else ""


def explain(connection: psycopg.Connection, sql: str, types: dict[str, str]) -> None:
    """Plan a statement with every parameter NULL, which asks the role's grants and runs nothing."""
    with connection.transaction(force_rollback=True):
        nulls = prepare(connection, sql, types)
        connection.execute(f"EXPLAIN EXECUTE asked {nulls}".encode())


def row_fields(statement: Statement) -> tuple[set[str], set[str]]:
    """The fields a row's class may take and those it must get."""
    row = getattr(importlib.import_module(statement.module.name), statement.row or "")
    fields = inspect.signature(row).parameters.values()
    return {field.name for field in fields}, {field.name for field in fields if field.default is field.empty}


@pytest.fixture(scope="module")
def connections(database: TestDatabase) -> Iterator[dict[str, psycopg.Connection]]:
    """A connection of each role."""
    roles = ("sello_app", "sello_platform", "sello_laws", "sello_owner")
    opened = {role: psycopg.connect(database.url(role), autocommit=True) for role in roles}
    yield opened
    for connection in opened.values():
        connection.close()


def test_every_call_of_the_database_is_understood() -> None:
    assert [line for module in sources() for line in collect(module).unclear] == []
    assert len(statements()) > 80


@pytest.mark.parametrize("statement", statements(), ids=lambda s: f"{s.name}:{s.line}")
def test_the_statement_prepares(connections: dict[str, psycopg.Connection], statement: Statement) -> None:
    connection = connections[statement.role]
    columns = columns_of(connection, statement.sql, statement.types)
    explain(connection, statement.sql, statement.types)
    if statement.row is not None:
        known, needed = row_fields(statement)
        assert needed <= set(columns) <= known, statement.place
    if statement.role == "sello_app" and statement.function:
        assert statement.tenant == "business_id", f"{statement.place}: the tenant of a query is its business_id"
        assert statement.parameters[1:2] == ("business_id",), f"{statement.place}: db, then business_id"
        assert re.search(r"\bbusiness_id\b", statement.sql), f"{statement.place}: names no tenant"


def test_queries_above_the_tenants_are_listed() -> None:
    """Each of them sees every shop: a new one is a decision that a reviewer takes here."""
    lines = PLATFORM_QUERIES.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    used = {s.name for s in statements() if s.role == "sello_platform" and s.function}
    assert sorted(used - set(listed)) == [], "add these to platform_queries.txt"
    assert sorted(set(listed) - used) == [], "remove these from platform_queries.txt"
    assert listed == sorted(set(listed))


def test_a_query_is_one_statement() -> None:
    counts = dict[str, list[str]]()
    for statement in statements():
        if statement.function and statement.module.name.endswith(".queries"):
            counts.setdefault(statement.name, []).append(statement.place)
    assert {name: places for name, places in counts.items() if len(places) > 1} == {}


def test_functions_in_the_database_ask_the_one_clock() -> None:
    found = dict[str, list[str]]()
    for path in sorted((ROOT / "migrations").glob("*/*.sql")):
        text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        text = text.partition("CREATE TYPE pgqueuer_status")[0] + text.partition("-- ours")[2]
        if moments := BARE_MOMENT.findall(text):
            found[path.name] = moments
    assert found == {name: ["clock_timestamp()"] for name in CLOCKS}


PLANTED = """
from sello.infrastructure.database.db import Db, PlatformDb

_SQL = "SELECT name FROM branches"

async def of_a_shop(db: Db, business_id): return await db.fetch_all(Row, business_id, _SQL + " LIMIT 1")
async def of_all(db: PlatformDb): return await db.execute("DELETE FROM sessions")
class Keeper:
    def __init__(self, db: PlatformDb) -> None: self._db = db
    async def keep(self): return await self._db.execute("DELETE FROM accounts")
async def work(db: Db, business_id):
    async def inside(tx: Db): return await tx.execute(business_id, "UPDATE cards SET seq = 1")
"""


def test_statements_are_found_where_they_are_planted() -> None:
    found = collect(parse("planted.py", PLANTED))
    assert found.unclear == []
    assert [(s.function, s.role, s.sql) for s in found.statements] == [
        ("of_a_shop", "sello_app", "SELECT name FROM branches LIMIT 1"),
        ("of_all", "sello_platform", "DELETE FROM sessions"),
        ("Keeper.keep", "sello_platform", "DELETE FROM accounts"),
        ("work.inside", "sello_app", "UPDATE cards SET seq = 1"),
    ]
    for hidden in (
        "db.execute('SELECT 1')",
        "x = 'SELECT name FROM branches'",
        "async def f(db: Db, b, t): db.execute(b, t)",
    ):
        assert len(collect(parse("planted.py", hidden)).unclear) >= 1, hidden


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT nam FROM branches WHERE business_id = %(business_id)s",
        "SELECT name FROM branches WHERE name > %(a)s::int",
        "SELECT name FROM branches LIMIT",
        "DELETE FROM stamp_events WHERE business_id = %(business_id)s",
        "SELECT email FROM accounts",
    ],
)
def test_a_statement_that_cannot_run_is_refused(connections: dict[str, psycopg.Connection], sql: str) -> None:
    def both() -> None:
        columns_of(connections["sello_app"], sql, {})
        explain(connections["sello_app"], sql, {})

    with pytest.raises((AssertionError, psycopg.errors.InsufficientPrivilege)):
        both()
