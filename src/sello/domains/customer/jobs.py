"""Schedules of the customer domain."""

from sello.domains.customer import actions
from sello.infrastructure.database.db import PlatformDb


async def forget_stale_pending(db: PlatformDb) -> int:
    """Nightly: erase the people behind enrolments that nobody confirmed in 90 days; how many. May run twice."""
    return await actions.forget_stale_pending(db)
