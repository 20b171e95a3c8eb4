"""Close a shop's days.

Nothing becomes right by it: who is at risk on a day follows from dates, whether or not a night was kept. Closing counts
what a lost reaction left behind, and tells that the day is over, once and in order.
"""

from datetime import timedelta

from sello.domains.analytics.closings import queries
from sello.domains.analytics.counts import count_behind, make_shop
from sello.events import DayClosed
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def close_days(db: Db, business_id: BusinessId) -> int:
    """Close every day that is over in the shop's zone and was not closed; how many.

    Each day is a transaction of its own with its fact, so that whoever is stopped goes on where they were, and nights
    that nobody kept are caught up one by one. A shop that was never closed begins with its yesterday. By the calendar
    of the zone alone: a day of 23 or 25 hours is one day.
    """
    await make_shop(db, business_id)
    await count_behind(db, business_id)
    count = 0
    while await _close_next(db, business_id):
        count += 1
    return count


async def _close_next(db: Db, business_id: BusinessId) -> bool:
    async def work(tx: Db) -> bool:
        closing = await queries.locked_closing(tx, business_id)
        if closing is None:
            return False
        day = closing.yesterday
        if closing.closed_through is not None:
            day = closing.closed_through + timedelta(days=1)
        if day > closing.yesterday:
            return False
        await queries.close(tx, business_id, day)
        end = await queries.end_of_day(tx, business_id, day)
        if end is not None:
            fact = DayClosed(day=day, visits=end.visits, stamps=end.stamps, at_risk=end.at_risk, lost=end.lost)
            await facts.record(tx, business_id, fact)
        return True

    return await db.transact(business_id, work)
