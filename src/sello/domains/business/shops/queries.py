"""The platform queries that find a shop before its tenant is known, and the list of all shops."""

from dataclasses import dataclass
from datetime import datetime

from sello.domains.business.queries import Business
from sello.domains.business.shops.rules import ShopState
from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class ShopId:
    """The id of a shop."""

    id: BusinessId


@dataclass(frozen=True, slots=True)
class ListedShop:
    """A shop as who runs the platform sees it; `why`: the reason of a suspension that holds."""

    id: BusinessId
    slug: str
    name: str
    created_at: datetime
    suspended_at: datetime | None
    closed_at: datetime | None
    why: str | None
    owner_name: str | None
    owner_email: str | None
    people: int
    tills: int


async def shops_page(
    db: PlatformDb, *, words: str | None, state: ShopState | None, before: BusinessId | None, most: int
) -> list[ListedShop]:
    """Shops, the newest first (their ids carry their time), from just before a place.

    `words`, folded: a part of a name, the beginning of an address, or the whole e-mail of one of its people.
    """
    return await db.fetch_all(
        ListedShop,
        """
        WITH page AS (
          SELECT b.id, b.slug, b.name, b.created_at, b.suspended_at, b.closed_at FROM businesses b
          WHERE (%(before)s::uuid IS NULL OR b.id < %(before)s)
            AND (%(state)s::text IS NULL OR %(state)s = CASE
              WHEN b.closed_at IS NOT NULL THEN 'closed' WHEN b.suspended_at IS NOT NULL THEN 'suspended'
              ELSE 'open' END)
            AND (%(words)s::text IS NULL
              OR position(%(words)s in translate(lower(b.name), 'áéíóúüñ', 'aeiouun')) > 0
              OR starts_with(b.slug, %(words)s)
              OR b.id IN (SELECT business_id FROM memberships
                          WHERE account_id = (SELECT id FROM accounts WHERE email = %(words)s)))
          ORDER BY b.id DESC LIMIT %(most)s
        )
        SELECT b.id, b.slug, b.name, b.created_at, b.suspended_at, b.closed_at, o.name AS owner_name,
          (SELECT a.email FROM accounts a WHERE a.id = o.account_id) AS owner_email,
          CASE WHEN b.suspended_at IS NOT NULL THEN (
            SELECT l.reason FROM audit_log l
            WHERE l.business_id = b.id AND l.subject_id = b.id AND l.action = 'business.suspended'
            ORDER BY l.recorded_at DESC LIMIT 1) END AS why,
          (SELECT count(*) FROM memberships m WHERE m.business_id = b.id AND m.disabled_at IS NULL
             AND m.role <> 'machine') AS people,
          (SELECT count(*) FROM devices d WHERE d.business_id = b.id AND d.revoked_at IS NULL) AS tills
        FROM page b
        LEFT JOIN LATERAL (
          SELECT m.account_id, m.name FROM memberships m
          WHERE m.business_id = b.id AND m.role = 'owner' AND m.disabled_at IS NULL
          ORDER BY m.created_at, m.account_id LIMIT 1) o ON true
        ORDER BY b.id DESC
        """,
        words=words,
        state=state,
        before=before,
        most=most,
    )


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
