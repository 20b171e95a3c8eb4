"""Forgetting stale enrolments, as platform: across all shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Somebody who never came, by their ids."""

    business_id: BusinessId
    id: CustomerId


async def erase_stale_pending(db: PlatformDb, *, kept: timedelta, most: int) -> list[Forgotten]:
    """Erase the person from up to `most` enrolments that nobody confirmed in `kept`; whom.

    One that is just being confirmed is waited for and left alone.
    """
    return await db.fetch_all(
        Forgotten,
        """
        UPDATE customers SET phone = NULL, name = NULL, name_folded = NULL, birth_day = NULL, birth_month = NULL,
          network_hash = NULL, erased_at = app_now()
        WHERE (business_id, id) IN (
            SELECT business_id, id FROM customers
            WHERE confirmed_at IS NULL AND merged_into IS NULL AND erased_at IS NULL
              AND enrolled_at < (SELECT app_now() - %(kept)s::interval)
            LIMIT %(most)s)
          AND confirmed_at IS NULL AND merged_into IS NULL
        RETURNING business_id, id
        """,
        kept=kept,
        most=most,
    )


async def forget_pending_traces(db: PlatformDb, forgotten: Sequence[Forgotten]) -> None:
    """Take the network and the poster out of their receipts, which stay: that somebody agreed, when, to which text."""
    await db.execute(
        "SELECT forget_pending_traces(%(businesses)s::uuid[], %(customers)s::uuid[])",
        businesses=[one.business_id for one in forgotten],
        customers=[one.id for one in forgotten],
    )
