"""Forget stale enrolments."""

from typing import Final

from sello.domains.customer.pending import queries
from sello.domains.customer.rules import PENDING_KEPT
from sello.infrastructure.database.db import PlatformDb

_BATCH: Final = 1000  # rows of one statement: it holds their locks briefly


async def forget_stale_pending(db: PlatformDb) -> int:
    """Erase the people behind enrolments that nobody confirmed in 90 days, and what could lead to them; how many.

    Their cards' links go in loyalty's part of the night.
    """

    async def work(tx: PlatformDb) -> int:
        gone = await queries.erase_stale_pending(tx, kept=PENDING_KEPT, most=_BATCH)
        await queries.forget_pending_traces(tx, gone)
        return len(gone)

    erased = 0
    while (batch := await db.transact(work)) > 0:
        erased += batch
    return erased
