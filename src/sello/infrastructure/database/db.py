"""Typed access to PostgreSQL: one statement per call, the tenant set in the same round trip.

    Db.fetch_one / fetch_all / execute (business_id, sql, …)    as sello_app, one implicit transaction each
    Db.transact(business_id, work)                              several statements, all or nothing
    PlatformDb, the same without a tenant                       as sello_platform, for the listed platform queries

SQL is literal text (the type checker refuses anything built); values go in by name, and the tenant is there by itself
as %(business_id)s.

The hottest statement, a call of one function of ours, sets the tenant in its own FROM and takes its business from what
that answers, so that it cannot run before it: one message instead of a pipeline of two. It forgets at its own risk:
without a tenant row-level security shows nothing.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, LiteralString, Protocol, TypeVar

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import class_row

from sello.infrastructure.database.pool import PASSING, Observer, Pool, silent
from sello.shared.ids import BusinessId

Row = TypeVar("Row")
Result = TypeVar("Result")

SET_TENANT = "SELECT set_config('app.business_id', %s, true)"
_SETS_TENANT = "FROM set_config('app.business_id', %(business_id)s::text, true) AS tenant"
_ATTEMPTS = 4
_PAUSES_MS = (10, 40, 160)  # at most, before each further try: below the patience of whoever waits


class Db(Protocol):
    """What a query function may do; the pool and an open transaction both offer it."""

    async def fetch_one(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> Row | None:
        """The first row as `row`, or None."""
        ...

    async def fetch_all(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> list[Row]:
        """Every row as `row`."""
        ...

    async def execute(self, business_id: BusinessId, sql: LiteralString, /, **values: Any) -> int:
        """Run a statement; the number of rows it touched."""
        ...

    async def transact(self, business_id: BusinessId, work: "Callable[[Db], Awaitable[Result]]") -> Result:
        """Run `work` in one transaction; it may run again after a deadlock, so it must not act outside the database."""
        ...


class PlatformDb(Protocol):
    """The same for the few queries that stand above the tenants."""

    async def fetch_one(self, row: type[Row], sql: LiteralString, /, **values: Any) -> Row | None:
        """The first row as `row`, or None."""
        ...

    async def fetch_all(self, row: type[Row], sql: LiteralString, /, **values: Any) -> list[Row]:
        """Every row as `row`."""
        ...

    async def execute(self, sql: LiteralString, /, **values: Any) -> int:
        """Run a statement; the number of rows it touched."""
        ...

    async def transact(self, work: "Callable[[PlatformDb], Awaitable[Result]]") -> Result:
        """Run `work` in one transaction; it may run again after a deadlock."""
        ...


async def _again(work: Callable[[], Awaitable[Result]]) -> Result:
    """Repeat what the database rolled back because of others (deadlock, serialization)."""
    for attempt in range(_ATTEMPTS):
        try:
            return await work()
        except PASSING:
            if attempt == _ATTEMPTS - 1:
                raise
        # Of random length and with the connection given back: victims of one knot do not meet in the next.
        await asyncio.sleep(secrets.randbelow(_PAUSES_MS[attempt]) / 1000)
    raise AssertionError("unreachable")


async def _run(
    connection: AsyncConnection, row: type[Row], sql: LiteralString, values: dict[str, Any], tenant: str | None
) -> AsyncCursor[Row]:
    cursor = connection.cursor(row_factory=class_row(row))
    if tenant is None or _SETS_TENANT in sql:
        return await cursor.execute(sql, values)
    # One round trip and one implicit transaction: the setting is local to it and gone afterwards.
    async with connection.pipeline():
        await connection.execute(SET_TENANT, (tenant,))
        await cursor.execute(sql, values)
    return cursor


async def _rows(cursor: AsyncCursor[Row]) -> list[Row]:
    """What a statement answered, nothing for one that answers no rows (`description` would describe each column)."""
    return await cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []


class TenantPool(Pool):
    """Db over a pool of sello_app connections."""

    async def _statement(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, values: dict[str, Any]
    ) -> tuple[list[Row], int]:
        values["business_id"] = business_id

        async def once() -> tuple[list[Row], int]:
            async with self.connection() as connection:
                if self.prepares and _SETS_TENANT in sql:
                    rows = await connection.fetch(row, sql, values)
                    return rows, len(rows)
                cursor = await _run(connection, row, sql, values, str(business_id))
                return await _rows(cursor), cursor.rowcount

        started = perf_counter()
        try:
            return await _again(once)
        finally:
            self.observe(sql, perf_counter() - started)

    async def fetch_one(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> Row | None:
        """The first row as `row`, or None."""
        rows, _ = await self._statement(row, business_id, sql, values)
        return rows[0] if rows else None

    async def fetch_all(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> list[Row]:
        """Every row as `row`."""
        return (await self._statement(row, business_id, sql, values))[0]

    async def execute(self, business_id: BusinessId, sql: LiteralString, /, **values: Any) -> int:
        """Run a statement; the number of rows it touched."""
        return (await self._statement(object, business_id, sql, values))[1]

    async def transact(self, business_id: BusinessId, work: Callable[[Db], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction under the tenant; repeated as a whole after a deadlock."""

        async def once() -> Result:
            async with self.connection() as connection, connection.transaction():
                await connection.execute(SET_TENANT, (str(business_id),))
                return await work(_TenantTransaction(connection, business_id, self.observe))

        return await _again(once)


class _TenantTransaction:
    """Db inside an open transaction; refuses another tenant than its own."""

    def __init__(self, connection: AsyncConnection, business_id: BusinessId, observe: Observer) -> None:
        self._connection = connection
        self._business_id = business_id
        self._observe = observe

    async def _statement(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, values: dict[str, Any]
    ) -> AsyncCursor[Row]:
        if business_id != self._business_id:
            raise RuntimeError("a transaction belongs to one business")
        values["business_id"] = business_id
        started = perf_counter()
        cursor = await _run(self._connection, row, sql, values, None)
        self._observe(sql, perf_counter() - started)
        return cursor

    async def fetch_one(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> Row | None:
        return await (await self._statement(row, business_id, sql, values)).fetchone()

    async def fetch_all(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> list[Row]:
        return await (await self._statement(row, business_id, sql, values)).fetchall()

    async def execute(self, business_id: BusinessId, sql: LiteralString, /, **values: Any) -> int:
        return (await self._statement(object, business_id, sql, values)).rowcount

    async def transact(self, business_id: BusinessId, work: Callable[[Db], Awaitable[Result]]) -> Result:
        if business_id != self._business_id:
            raise RuntimeError("a transaction belongs to one business")
        return await work(self)


def within(connection: AsyncConnection, business_id: BusinessId) -> Db:
    """Db over a transaction that somebody else opened and will end; the caller sets the tenant if the role needs it."""
    return _TenantTransaction(connection, business_id, silent)


class PlatformPool(Pool):
    """PlatformDb over a pool of sello_platform connections."""

    async def _statement(self, row: type[Row], sql: LiteralString, values: dict[str, Any]) -> tuple[list[Row], int]:
        async def once() -> tuple[list[Row], int]:
            async with self.connection() as connection:
                cursor = await _run(connection, row, sql, values, None)
                return await _rows(cursor), cursor.rowcount

        started = perf_counter()
        try:
            return await _again(once)
        finally:
            self.observe(sql, perf_counter() - started)

    async def fetch_one(self, row: type[Row], sql: LiteralString, /, **values: Any) -> Row | None:
        """The first row as `row`, or None."""
        rows, _ = await self._statement(row, sql, values)
        return rows[0] if rows else None

    async def fetch_all(self, row: type[Row], sql: LiteralString, /, **values: Any) -> list[Row]:
        """Every row as `row`."""
        return (await self._statement(row, sql, values))[0]

    async def execute(self, sql: LiteralString, /, **values: Any) -> int:
        """Run a statement; the number of rows it touched."""
        return (await self._statement(object, sql, values))[1]

    async def transact(self, work: Callable[[PlatformDb], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction; repeated as a whole after a deadlock."""

        async def once() -> Result:
            async with self.connection() as connection, connection.transaction():
                return await work(_PlatformTransaction(connection, self.observe))

        return await _again(once)


class _PlatformTransaction:
    """PlatformDb inside an open transaction."""

    def __init__(self, connection: AsyncConnection, observe: Observer) -> None:
        self._connection = connection
        self._observe = observe

    async def _statement(self, row: type[Row], sql: LiteralString, values: dict[str, Any]) -> AsyncCursor[Row]:
        started = perf_counter()
        cursor = await _run(self._connection, row, sql, values, None)
        self._observe(sql, perf_counter() - started)
        return cursor

    async def fetch_one(self, row: type[Row], sql: LiteralString, /, **values: Any) -> Row | None:
        return await (await self._statement(row, sql, values)).fetchone()

    async def fetch_all(self, row: type[Row], sql: LiteralString, /, **values: Any) -> list[Row]:
        return await (await self._statement(row, sql, values)).fetchall()

    async def execute(self, sql: LiteralString, /, **values: Any) -> int:
        return (await self._statement(object, sql, values)).rowcount

    async def transact(self, work: Callable[[PlatformDb], Awaitable[Result]]) -> Result:
        return await work(self)


def within_platform(connection: AsyncConnection) -> PlatformDb:
    """PlatformDb over a transaction that somebody else opened and will end."""
    return _PlatformTransaction(connection, silent)
