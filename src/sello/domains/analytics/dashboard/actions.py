"""The home page's numbers, remembered for some seconds."""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from sello.domains.analytics.counts import WHOLE_SHOP
from sello.domains.analytics.dashboard import queries
from sello.domains.analytics.dashboard.rules import Days, Numbers, Standing, days_of, numbers_of, standing_of
from sello.infrastructure.cache import Cache
from sello.infrastructure.database.db import Db
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

_decode: Final = msgspec.json.Decoder(Numbers).decode


async def numbers(db: Db, cache: Cache, business_id: BusinessId, *, branch_id: UUID | None) -> Numbers:
    """The numbers of the shop, or of one branch, as of now; at most 30 seconds old.

    Refuses branch_unknown, not_found.
    """
    name = f"dashboard:{branch_id or 'all'}"
    remembered = await cache.recall(business_id, name)
    if remembered.answer is not None:
        return _decode(remembered.answer)
    found = await _read(db, business_id, branch_id)
    await cache.keep(business_id, name, msgspec.json.encode(found), generation=remembered.generation)
    return found


async def _read(db: Db, business_id: BusinessId, branch_id: UUID | None) -> Numbers:
    days = await _days(db, business_id, branch_id or WHOLE_SHOP)
    if branch_id is not None and not days.branch_known:
        raise Refused("branch_unknown")
    return numbers_of(days, of_branch=branch_id is not None)


async def standing_as_of(db: Db, business_id: BusinessId, day: date | None) -> Standing:
    """Where the whole shop stood at the end of a day (None: today), from what is known by now. Refuses not_found."""
    return standing_of(await _days(db, business_id, WHOLE_SHOP, as_of=day))


async def _days(db: Db, business_id: BusinessId, branch_id: UUID, *, as_of: date | None = None) -> Days:
    days = days_of(await queries.spans_of(db, business_id, branch_id, as_of=as_of))
    if days is None:
        raise Refused("not_found")
    return days
