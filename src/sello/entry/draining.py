"""How an API process leaves: it says so first, and ends only when balancers have had time to hear it.

SIGTERM -> /health/ready answers 503, every answer ends its connection, requests are served as before
        -> DRAIN_SECONDS later uvicorn closes its socket and finishes what it has begun
"""

import asyncio
import signal
import threading
from types import FrameType

from fastapi import FastAPI

from sello.entry.health import start_draining
from sello.shared.logs import log


def drain_before_the_end(app: FastAPI, seconds: float) -> None:
    """Put ourselves between SIGTERM and the server that runs us; a second SIGTERM ends it at once.

    Called while the server starts, when its own handler is in place: uvicorn takes the signals before it starts the
    application and gives them back when it has ended. Where nobody handles SIGTERM nothing is done.
    """
    loop, end = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)
    if not callable(end) or threading.current_thread() is not threading.main_thread():
        return

    def leave(number: int, frame: FrameType | None) -> None:
        if app.state.draining:
            end(number, frame)
            return
        start_draining(app)
        log.info("draining", seconds=seconds)
        # A handler may run in the middle of the loop's own work: it only leaves a message.
        loop.call_soon_threadsafe(loop.call_later, seconds, end, number, frame)

    signal.signal(signal.SIGTERM, leave)
