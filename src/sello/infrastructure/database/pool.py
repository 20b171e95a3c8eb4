"""Connections of one role: a bounded set, lent to whoever asked first."""

import asyncio
from collections import deque
from typing import Final, Protocol

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sello.infrastructure.database.direct import DirectConnection
from sello.shared.errors import Unavailable

# A server that vanished without a word is noticed within seconds instead of the kernel's quarter of an hour.
_ALIVE: Final = {"tcp_user_timeout": 5000, "keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3}
PASSING: Final = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_KEPT_SECONDS: Final = 0.5  # for so long a connection stays at hand
_MOST_LENT: Final = 1000  # in a row, then psycopg's pool sees it again, which renews those that have grown old
_IDLE: Final = TransactionStatus.IDLE


class Observer(Protocol):
    """Is told of every finished statement: its text and how many seconds it took."""

    def __call__(self, sql: str, seconds: float) -> None: ...


def silent(sql: str, seconds: float) -> None:
    """Nobody watches."""


class Pool:
    """A bounded set of connections of one role. Opening never waits for the server: it may come later."""

    def __init__(
        self,
        url: str,
        *,
        size: int = 10,
        wait: float = 0.8,
        prepare: bool = True,
        name: str = "sello",
        observe: Observer = silent,
    ) -> None:
        """`size` connections at most; a caller waits at most `wait` seconds for one, then gets Unavailable (503).

        `prepare=False` keeps statements unprepared, as PgBouncer before 1.21 needs in transaction mode.
        """
        self.observe = observe
        self.prepares = prepare
        self._wait = wait
        self._size = size
        self._taken = 0
        self._asking = 0  # who waits in psycopg's pool, for a connection that is still being made
        self._line: deque[asyncio.Future[DirectConnection | None]] = deque()
        self._at_hand: list[DirectConnection] = []
        self._tidying: asyncio.Task[None] | None = None
        self._pool: AsyncConnectionPool[DirectConnection] = AsyncConnectionPool(
            url,
            connection_class=DirectConnection,
            min_size=min(2, size),
            max_size=size,
            timeout=wait,
            reconnect_timeout=5,
            kwargs={"autocommit": True, "application_name": name, "connect_timeout": 2, **_ALIVE},
            configure=self._configure,
            open=False,
            name=name,
        )

    async def _configure(self, connection: DirectConnection) -> None:
        connection.prepare_threshold = 5 if self.prepares else None

    async def open(self) -> None:
        """Start filling the pool in the background."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close every connection."""
        await self._put_back(self._at_hand)
        await self._pool.close()

    def connection(self) -> "_Lent":
        """Lend a connection to an `async with`; whatever says "the server is away" becomes Unavailable (503)."""
        return _Lent(self)

    async def take(self) -> DirectConnection:
        """A connection that `give_back` has to get; `connection` sees to it."""
        if self._taken >= self._size:
            handed = await self._stand_in_line()
            if handed is not None:
                return handed
        else:
            self._taken += 1
        while self._at_hand:
            connection = self._at_hand.pop()
            if connection.pgconn.transaction_status == _IDLE:
                return connection
            await self._pool.putconn(connection)
        self._asking += 1
        try:
            return await self._pool.getconn(self._wait)
        except BaseException as error:
            self._end_turn()
            if isinstance(error, PoolTimeout):
                raise Unavailable from error
            raise
        finally:
            self._asking -= 1

    async def _stand_in_line(self) -> DirectConnection | None:
        """Wait for a turn, first come, first served; with it comes the connection of whoever was before, if sound.

        A line of our own: psycopg's makes a task of everybody who waits, and takes each connection back in between.
        """
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[DirectConnection | None] = loop.create_future()
        self._line.append(turn)
        timer = loop.call_later(self._wait, _give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # it came as we were called off
                handed = turn.result()
                if handed is None:
                    self._end_turn()
                else:
                    await self.give_back(handed)
            raise
        finally:
            timer.cancel()

    async def give_back(self, connection: DirectConnection) -> None:
        """Take a connection back; one that was left in a transaction or broken is mended or replaced.

        A sound one goes to the first in line or stays at hand for a moment: a walk through psycopg's pool and back
        costs each statement 300 steps of the interpreter.
        """
        sound = connection.pgconn.transaction_status == _IDLE and connection.lent < _MOST_LENT
        if sound and not self._asking and not self._pool.closed:
            connection.lent += 1
            if not self._pass_turn(connection):
                self._taken -= 1
                self._at_hand.append(connection)
                if self._tidying is None:
                    self._tidying = asyncio.get_running_loop().create_task(self._tidy())
            return
        connection.lent = 0
        try:
            await self._pool.putconn(connection)
        finally:
            self._end_turn()

    async def _tidy(self) -> None:
        """Give what was not needed for a moment back to psycopg's pool, which looks after it."""
        try:
            while self._at_hand:
                await asyncio.sleep(_KEPT_SECONDS)
                await self._put_back(self._at_hand)
        finally:
            self._tidying = None

    async def _put_back(self, connections: list[DirectConnection]) -> None:
        while connections:
            connection = connections.pop()
            connection.lent = 0
            await self._pool.putconn(connection)

    def _pass_turn(self, connection: DirectConnection | None) -> bool:
        """Let the first in line who still waits have this turn; False when nobody does."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    def _end_turn(self) -> None:
        if not self._pass_turn(None):
            self._taken -= 1

    async def look_all_over(self) -> None:
        """A restart breaks every idle connection at once: find them now instead of failing once for each."""
        await self._put_back(self._at_hand)
        await self._pool.check()


class _Lent:
    """A connection out of the pool for the length of a block. A class: a generator costs each stamp microseconds."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> DirectConnection:
        self._connection = await self._pool.take()
        return self._connection

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        await self._pool.give_back(self._connection)
        if not isinstance(error, psycopg.OperationalError) or isinstance(error, PASSING):
            return  # what was rolled back because of others, `_again` repeats
        if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable):
            raise Unavailable("busy") from error
        await self._pool.look_all_over()
        raise Unavailable from error


def _give_up(turn: "asyncio.Future[DirectConnection | None]") -> None:
    if not turn.done():
        turn.set_exception(Unavailable())
