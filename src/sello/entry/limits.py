"""How often one account, and one network, may ask: a sliding window of 15 minutes, counted without waiting for anybody.

Every process counts for itself and lets a request pass or not at once. Once a second it tells Redis what it counted
and learns what the others did. Without Redis the processes count alone: the limit grows with their number, no
request fails and none waits.
"""

import asyncio
import math
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sello.entry.scrubbing import told
from sello.shared.logs import log

if TYPE_CHECKING:
    from redis.asyncio import Redis

WINDOW: Final = 900  # s
NETWORK_FACTOR: Final = 10  # a shop's whole Wi-Fi shares one network
MOST_KEYS: Final = 20_000
EXCHANGE_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 1.0
LONGEST_PAUSE: Final = 30.0
_KEYS_PER_EXCHANGE: Final = 1_000

# Per key: add what is new, and tell the counts of this window and of the one before.
_SCRIPT: Final = """
local told = {}
for i, key in ipairs(KEYS) do
  local window = tonumber(ARGV[2 * i - 1])
  local fresh = tonumber(ARGV[2 * i])
  local name = key .. ':' .. window
  local sum = redis.call('INCRBY', name, fresh)
  if sum == fresh then redis.call('EXPIRE', name, 1900) end
  told[2 * i - 1] = sum
  told[2 * i] = tonumber(redis.call('GET', key .. ':' .. (window - 1)) or '0')
end
return told
"""


class Verdict(NamedTuple):
    """Whether a request may pass, what remains, and in how many seconds there is room again (or the window ends)."""

    allowed: bool
    limit: int
    remaining: int
    seconds: int


class _Count:
    """One key: hits of this window (ours, and everybody's when last told), of the one before, and what is untold."""

    __slots__ = ("before", "everybody", "mine", "untold", "window")

    def __init__(self, window: int) -> None:
        self.window = window
        self.mine = self.everybody = self.before = self.untold = 0

    @property
    def hits(self) -> int:
        # After a flush Redis knows less than we do: then our own count is the truth we have.
        everybody = self.everybody + self.untold
        return everybody if everybody > self.mine else self.mine  # noqa: FURB136  (twice for each request)

    def move_to(self, window: int) -> None:
        self.before = self.hits if window == self.window + 1 else 0
        self.window = window
        self.mine = self.everybody = self.untold = 0


class SlidingLimit:
    """At most `limit` hits per key in 15 minutes, the past window weighted by how much of it is still in view."""

    def __init__(self, name: str, limit: int, *, most_keys: int = MOST_KEYS) -> None:
        self.name = name
        self.limit = limit
        self._most_keys = most_keys
        self._counts: dict[str, _Count] = {}
        self._untold: dict[str, _Count] = {}
        self._newest = 0

    def __len__(self) -> int:
        return len(self._counts)

    def hit(self, key: str, now: float) -> Verdict:
        """Count one hit at `now` (s since the epoch) unless the limit is reached; refused ones are not counted."""
        window = int(now // WINDOW)
        count = self._counts.get(key)
        if count is None:
            count = self._new(key, window)
        elif count.window < window:  # a clock that was put back stays in the newer window
            count.move_to(window)
        into = now / WINDOW - count.window
        into = 0.0 if into < 0.0 else min(into, 1.0)
        hits = count.hits
        left = self.limit - hits - count.before * (1 - into)
        if left <= 0:
            return Verdict(False, self.limit, 0, self._wait(count, into))
        count.mine += 1
        count.untold += 1
        self._untold[key] = count
        return Verdict(True, self.limit, int(left - 1) if left > 1 else 0, _ceil((1 - into) * WINDOW))

    def _wait(self, count: _Count, into: float) -> int:
        """Seconds until the weighted sum falls below the limit."""
        room = self.limit - count.hits
        if room > 0:  # the past window has to leave the view: before * (1 - x) < room
            return _ceil((1 - room / count.before - into) * WINDOW)
        return _ceil((1 - into + 1 - self.limit / max(count.hits, 1)) * WINDOW)

    def _new(self, key: str, window: int) -> _Count:
        if window > self._newest:  # once per window
            self._newest = window
            self._forget_before(window - 1)
        while len(self._counts) >= self._most_keys:
            oldest = next(iter(self._counts))
            self._untold.pop(oldest, None)
            del self._counts[oldest]
        count = self._counts[key] = _Count(window)
        return count

    def _forget_before(self, window: int) -> None:
        for key in [key for key, count in self._counts.items() if count.window < window]:
            self._untold.pop(key, None)
            del self._counts[key]

    def take_untold(self, most: int) -> list[tuple[str, _Count, int]]:
        """Up to `most` (key, count, hits) that nobody was told of; they count as told from now on."""
        taken = []
        for key in list(self._untold)[:most]:
            count = self._untold.pop(key)
            taken.append((key, count, count.untold))
            count.untold = 0
        return taken

    def told(self, count: _Count, window: int, everybody: int, before: int) -> None:
        """What Redis knows of a key: hits by everybody in `window` and in the one before."""
        if count.window == window:
            count.everybody = everybody
            count.before = max(count.before, before)

    def not_told(self, key: str, count: _Count, window: int, hits: int) -> None:
        """The telling failed: tell it the next time, if its window still runs."""
        if count.window == window and self._counts.get(key) is count:
            count.untold += hits
            self._untold[key] = count


def _ceil(seconds: float) -> int:
    return max(1, min(2 * WINDOW, math.ceil(seconds)))


class SharedCounting:
    """The background task that exchanges counts with Redis over one connection, a command per limit and second."""

    def __init__(self, url: str, limits: Sequence[SlidingLimit]) -> None:
        self.away = False
        self._url = url
        self._limits = limits
        self._task: asyncio.Task[None] | None = None
        self._pause = EXCHANGE_SECONDS

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="limits")

    async def stop(self) -> None:
        """End the task; what is untold stays untold."""
        while self._task is not None and not self._task.done():
            # Again and again: a cancellation that meets the Redis client while it connects is swallowed there.
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.1)

    async def _run(self) -> None:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        redis = Redis.from_url(
            self._url,
            single_connection_client=True,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            while True:
                # Processes that started together, or lost Redis together, do not come back together.
                await asyncio.sleep(self._pause * (0.75 + secrets.randbelow(51) / 100))
                await self.exchange(redis)
        finally:
            with suppress(Exception):
                await redis.aclose()

    async def exchange(self, redis: "Redis") -> None:
        """Tell and learn once; after a failure wait longer and longer, and say so once."""
        try:
            for limit in self._limits:
                await self._exchange_one(redis, limit)
        except Exception as error:  # whatever a half-dead server makes of the protocol, requests go on
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
            if not self.away:
                self.away = True
                log.warning("redis_away", what="each process counts request limits alone", error=told(error))
            return
        self._pause = EXCHANGE_SECONDS
        if self.away:
            self.away = False
            log.warning("redis_back", what="request limits are counted together again")

    async def _exchange_one(self, redis: "Redis", limit: SlidingLimit) -> None:
        taken = limit.take_untold(_KEYS_PER_EXCHANGE)
        windows = [count.window for _, count, _ in taken]
        try:
            async with asyncio.timeout(2 * ANSWER_SECONDS):
                if not taken:
                    await redis.ping()
                    return
                answer = await redis.execute_command(*_command(limit.name, taken))  # type: ignore[no-untyped-call]
        except BaseException:
            for (key, count, hits), window in zip(taken, windows, strict=True):
                limit.not_told(key, count, window, hits)
            raise
        told = zip(answer[::2], answer[1::2], strict=True)
        for (_, count, _), window, (everybody, before) in zip(taken, windows, told, strict=True):
            limit.told(count, window, int(everybody), int(before))


def _command(name: str, taken: Sequence[tuple[str, _Count, int]]) -> Iterator[Any]:
    yield from ("EVAL", _SCRIPT, len(taken))
    yield from (f"{{sello}}:limit:{name}:{key}" for key, _, _ in taken)
    for _, count, hits in taken:
        yield from (count.window, hits)
