"""The lines of thirty days, remembered for some seconds; the hours, which are not."""

from typing import Final
from uuid import UUID

import msgspec

from sello.domains.analytics.counts import WHOLE_SHOP
from sello.domains.analytics.dashboard.rules import WINDOW_DAYS
from sello.domains.analytics.days import queries
from sello.domains.analytics.days.rules import Day, DayByHours, by_hours, days_of
from sello.infrastructure.cache import Cache
from sello.infrastructure.database.db import Db
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

_decode_days: Final = msgspec.json.Decoder(list[Day]).decode
_WEEKS: Final = 4


async def days(db: Db, cache: Cache, business_id: BusinessId, *, branch_id: UUID | None) -> list[Day]:
    """The last 30 days of the shop, or of one branch; at most 30 seconds old. Of an unknown branch all are empty."""
    name = f"days:{branch_id or 'all'}"
    remembered = await cache.recall(business_id, name)
    if remembered.answer is not None:
        return _decode_days(remembered.answer)
    moves = await queries.moves_of(db, business_id, branch_id or WHOLE_SHOP, days=2 * WINDOW_DAYS)
    found = days_of(moves, of_branch=branch_id is not None)
    await cache.keep(business_id, name, msgspec.json.encode(found), generation=remembered.generation)
    return found


async def hours(db: Db, business_id: BusinessId, *, branch_id: UUID | None) -> DayByHours:
    """Today by its hours, as the ledger has it now. Refuses not_found."""
    rows = await queries.hours_of(db, business_id, branch_id=branch_id, weeks=_WEEKS)
    if not rows:
        raise Refused("not_found")
    return by_hours(rows)
