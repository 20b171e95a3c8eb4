"""A loop in the worker that understands what the provider called back."""

import asyncio
from contextlib import suppress
from typing import Final

from sello.domains.campaign.callbacks import actions
from sello.domains.campaign.outcomes.jobs import follow
from sello.infrastructure.services import Services
from sello.shared.errors import Unavailable
from sello.shared.logs import log

PAUSE: Final = 0.3


async def run_callbacks(services: Services, *, stop: asyncio.Event) -> None:
    """Understand callbacks until `stop` is set, through any absence of the database."""
    while not stop.is_set():
        pause = PAUSE
        try:
            taken, written = await actions.understand(services.db, services.platform_db, services.keys)
            for one in written:
                await follow(services, one)
            pause = 0.0 if taken == actions.MOST else PAUSE
        except Unavailable:
            pause = 1.0
        except Exception as error:
            log.error("callbacks_failed", exc_info=error)
            pause = 1.0
        if pause:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
