"""The two platform queries that find a shop before its tenant is known."""

from dataclasses import dataclass

from sello.domains.business.queries import Business
from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class ShopId:
    """The id of a shop."""

    id: BusinessId


async def business_by_slug(db: PlatformDb, slug: str) -> Business | None:
    """The shop that has this address, or had it once: printed posters lead there for ever."""
    return await db.fetch_one(
        Business,
        """
        SELECT b.id, b.code, b.slug, b.name, b.zone, b.locale, b.picture, b.rule_version, b.suspended_at, b.closed_at
        FROM slugs s JOIN businesses b ON b.id = s.business_id WHERE s.slug = %(slug)s
        """,
        slug=slug,
    )


async def business_id_by_code(db: PlatformDb, code: str) -> ShopId | None:
    """The id of the shop whose card links begin with this code."""
    return await db.fetch_one(ShopId, "SELECT id FROM businesses WHERE code = %(code)s", code=code)
