"""Follow a short link."""

from sello.domains.business import open_shop, shop_by_code
from sello.domains.campaign.links import queries
from sello.domains.campaign.links.rules import split_short
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.errors import Refused


async def follow(db: Db, platform_db: PlatformDb, text: str, *, person: bool) -> str:
    """The path that a link leads to, its click counted when a person made it.

    Of somebody who was erased, the shop's own page. Refuses not_found, business_closed, shop_unavailable.
    """
    parts = split_short(text)
    business_id = await shop_by_code(platform_db, parts[0]) if parts else None
    if parts is None or business_id is None:
        raise Refused("not_found")
    shop = await open_shop(db, business_id)
    target = await queries.target_of(db, business_id, parts[1])
    if target is None:
        raise Refused("not_found")
    if person:
        await queries.count_click(db, business_id, parts[1], target.send_id)
    return f"/c/{shop.code}{target.card_link}" if target.card_link else f"/e/{shop.slug}"
