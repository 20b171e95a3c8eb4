"""A connection that runs the hottest statement without a cursor.

psycopg makes a cursor for each statement: it reads the text again, asks for the name of every column and builds what it
needs to know about types. That is 1,500 steps of the interpreter for a statement that never changes. Here the statement
is prepared once per connection, values and rows go through the same adapters of psycopg, and 400 steps remain.
"""

import asyncio
import re
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import Any, Final, LiteralString, NamedTuple, TypeVar

import msgspec
from psycopg import AsyncConnection, Error, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute as received
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from psycopg.waiting import Ready, Wait

Row = TypeVar("Row")

_VALUE: Final = re.compile(r"%\((\w+)\)s")
_ATTEMPTS: Final = 2
_CANCEL_SECONDS: Final = 5.0


def _wake(came: "asyncio.Future[None]") -> None:
    if not came.done():
        came.set_result(None)


class _Compiled(NamedTuple):
    """A statement with $1, $2, … instead of names (two at least)."""

    text: bytes
    values: Callable[[dict[str, Any]], tuple[Any, ...]]  # those behind the numbers
    formats: list[PyFormat]


class _Prepared(NamedTuple):
    name: bytes
    columns: tuple[str, ...]
    compiled: _Compiled


@lru_cache(maxsize=64)
def _compile(sql: LiteralString) -> _Compiled:
    names = tuple(dict.fromkeys(_VALUE.findall(sql)))
    text = _VALUE.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    # As text, which PostgreSQL reads as whatever the statement casts it to.
    return _Compiled(text.encode(), itemgetter(*names), [PyFormat.TEXT] * len(names))


class DirectConnection(AsyncConnection[Any]):
    """A psycopg connection with `fetch`; everything else is as ever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lent = 0  # how often in a row, without psycopg's pool seeing it
        self._prepared_here: dict[str, _Prepared] = {}
        self._numbers = count()
        set_json_loads(msgspec.json.decode, self)
        self._adapted = Transformer(self)

    async def fetch(self, row: type[Row], sql: LiteralString, values: dict[str, Any]) -> list[Row]:
        """The rows of one statement in a transaction of its own; each value has to be cast inside it.

        Nobody else may use the connection meanwhile. Errors are psycopg's.
        """
        for attempt in range(_ATTEMPTS):
            known = self._prepared_here.get(sql) or await self._prepare(sql)
            compiled = known.compiled
            try:
                return await self._fetch(row, known, compiled.values(values))
            except (errors.InvalidSqlStatementName, errors.FeatureNotSupported):
                # Forgotten by the server (DEALLOCATE ALL), or made before a migration: it did not begin to run.
                self._prepared_here.pop(sql, None)
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def _fetch(self, row: type[Row], known: _Prepared, values: tuple[Any, ...]) -> list[Row]:
        adapted, pgconn = self._adapted, self.pgconn
        sent = adapted.dump_sequence(values, known.compiled.formats)
        pgconn.send_query_prepared(known.name, sent, result_format=Format.BINARY)
        result = (await self._answered(received(pgconn)))[-1]
        if result.status != ExecStatus.TUPLES_OK:
            raise errors.error_from_result(result, encoding="utf-8")
        adapted.set_pgresult(result)
        columns = known.columns
        return [row(**dict(zip(columns, one, strict=True))) for one in adapted.load_rows(0, result.ntuples, tuple)]

    async def _answered(self, answer: Generator[Any, Any, list[PGresult]]) -> list[PGresult]:
        """The same as `wait`, for what nearly always waits exactly once: no timer, and half the steps."""
        try:
            if next(answer) != Wait.R:
                return await self.wait(answer)
            loop, socket = asyncio.get_running_loop(), self.pgconn.socket
            came = loop.create_future()
            loop.add_reader(socket, _wake, came)
            try:
                await came
            except asyncio.CancelledError:
                loop.remove_reader(socket)
                with suppress(Error):  # else the pool finds it busy and closes it
                    await self.cancel_safe(timeout=_CANCEL_SECONDS)
                    await self.wait(answer, timeout=_CANCEL_SECONDS)
                raise
            finally:
                loop.remove_reader(socket)
            answer.send(Ready.R)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        return await self.wait(answer)

    async def _prepare(self, sql: LiteralString) -> _Prepared:
        compiled = _compile(sql)
        name = b"sello_%d" % next(self._numbers)
        self.pgconn.send_prepare(name, compiled.text)
        await self._done()
        self.pgconn.send_describe_prepared(name)
        described = await self._done()
        columns = tuple((described.fname(at) or b"").decode() for at in range(described.nfields))
        known = self._prepared_here[sql] = _Prepared(name, columns, compiled)
        return known

    async def _done(self) -> Any:
        result = (await self.wait(received(self.pgconn)))[-1]
        if result.status != ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result, encoding="utf-8")
        return result
