"""Find the shop a stranger means."""

import re

from sello.domains.business import queries as businesses
from sello.domains.business.queries import Business
from sello.domains.business.shops import queries
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_CACHED = 10_000
# A code never changes hands, so what was found once is true for as long as the process lives.
_known: dict[str, BusinessId] = {}


async def shop_by_slug(db: PlatformDb, slug: str) -> Business:
    """The open shop with this address; refuses not_found, business_closed, shop_unavailable."""
    return _open(await known_shop(db, slug))


async def known_shop(db: PlatformDb, slug: str) -> Business | None:
    """The shop that has or had this address, whatever became of it."""
    return await queries.business_by_slug(db, slug) if _SLUG.fullmatch(slug) else None


async def shop_by_code(db: PlatformDb, code: str) -> BusinessId | None:
    """The id of the shop whose card links begin with this code."""
    known = _known.get(code)
    if known is not None:
        return known
    found = await queries.business_id_by_code(db, code)
    if found is None:
        return None
    if len(_known) >= _CACHED:
        _known.clear()  # all at once: refilling costs one look-up a shop, keeping ages would cost more
    _known[code] = found.id
    return found.id


async def open_shop(db: Db, business_id: BusinessId) -> Business:
    """The shop as its customers meet it; refuses as `shop_by_slug`."""
    return _open(await businesses.business_of(db, business_id))


def _open(business: Business | None) -> Business:
    if business is None:
        raise Refused("not_found")
    if business.closed_at is not None:
        raise Refused("business_closed")
    if business.suspended_at is not None:
        raise Refused("shop_unavailable")  # why is between the shop and the platform
    return business
