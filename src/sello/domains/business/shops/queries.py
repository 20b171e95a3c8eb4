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
    """The shop with this address."""
    return await db.fetch_one(
        Business,
        """
        SELECT id, code, slug, name, zone, locale, rule_version, suspended_at, closed_at
        FROM businesses WHERE slug = %(slug)s
        """,
        slug=slug,
    )


async def business_id_by_code(db: PlatformDb, code: str) -> ShopId | None:
    """The id of the shop whose card links begin with this code."""
    return await db.fetch_one(ShopId, "SELECT id FROM businesses WHERE code = %(code)s", code=code)
