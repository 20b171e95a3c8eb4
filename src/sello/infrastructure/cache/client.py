"""The cache in Redis, which may vanish at any moment: then answers come from the database, and nobody waits for it."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from sello.infrastructure.cache.memory import Remembered, key_of
from sello.shared.ids import BusinessId, new_id

log = structlog.get_logger(__name__)

KEPT_SECONDS: Final = 30
WAIT_SECONDS: Final = 0.1
QUIET_SECONDS: Final = 1.0
_GENERATION: Final = "generation"
_GENERATION_SECONDS: Final = 3600  # far longer than answers are kept: none outlives the generation it was kept under
_FIRST: Final = b"first"
_MARK: Final = b"\n"


class RedisCache:
    """See `Cache`. After a failure Redis is left alone for a second."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=WAIT_SECONDS,
            socket_connect_timeout=WAIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            max_connections=8,
        )
        self._quiet_until = 0.0
        self._away = False

    async def recall(self, business_id: BusinessId, name: str) -> Remembered:
        """The answer, if one of the present generation is there."""
        found = await self._ask(lambda: self._redis.mget(key_of(business_id, _GENERATION), key_of(business_id, name)))
        if found is None:
            return Remembered(None, None)
        generation, kept = found[0] or _FIRST, found[1] or b""
        mark, _, answer = kept.partition(_MARK)
        return Remembered(answer if kept and mark == generation else None, generation)

    async def keep(self, business_id: BusinessId, name: str, answer: bytes, *, generation: bytes | None) -> None:
        """Keep it for 30 seconds under its generation."""
        if generation is not None:
            kept = generation + _MARK + answer
            await self._ask(lambda: self._redis.set(key_of(business_id, name), kept, ex=KEPT_SECONDS))

    async def drop(self, business_id: BusinessId) -> None:
        """Begin a new generation. While Redis is away, answers it still has end by their time."""
        generation = key_of(business_id, _GENERATION)
        await self._ask(lambda: self._redis.set(generation, new_id().hex, ex=_GENERATION_SECONDS))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()

    async def _ask(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """The answer of Redis, or None when it does not give one at once."""
        if monotonic() < self._quiet_until:
            return None
        try:
            answer = await ask()
        except (RedisError, OSError, TimeoutError) as error:
            self._quiet_until = monotonic() + QUIET_SECONDS
            if not self._away:
                self._away = True
                log.warning("cache_away", exc_info=error)
            return None
        self._away = False
        return answer
