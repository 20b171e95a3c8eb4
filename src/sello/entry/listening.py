"""Whoever sends must be able to hear: what became of a message is told to the API, and a provider tells it once.

`sello up` starts API and worker together, and says to the worker where the API will listen. Elsewhere nothing is said,
and nobody waits.
"""

import asyncio
import os
from contextlib import suppress
from typing import Final

API_PORT: Final = "SELLO_API_PORT"
_PAUSE: Final = 0.2


async def until_heard(stop: asyncio.Event) -> None:
    """Return once something listens on the API's port of this machine, or when it is time to stop."""
    port = os.environ.get(API_PORT)
    while port is not None and not stop.is_set():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", int(port))
        except OSError:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE)
        else:
            writer.close()
            return
