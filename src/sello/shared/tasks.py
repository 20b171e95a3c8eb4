"""Ending background tasks."""

import asyncio
from typing import Any

_PATIENCE = 0.1


async def end(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancel tasks until they have ended, whatever they end with.

    Again and again, because a single cancellation may be swallowed: by the Redis client while it connects, by
    Socket.IO while it runs a handler.
    """
    while running := {task for task in tasks if task is not None and not task.done()}:
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=_PATIENCE)
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
