"""All shops over HTTP, for whoever runs the platform. Suspending one is in `closures`."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.business.shops import queries
from sello.domains.business.shops.rules import ShopState
from sello.infrastructure.database.api import Platform
from sello.shared.auth.api import Admin
from sello.shared.errors import refusals
from sello.shared.ids import BusinessId
from sello.shared.validation import Body, fold

router = APIRouter(prefix="/api/v1", tags=["admin"])


class PlatformShop(Body):
    """A shop. `why`: the reason of its suspension; `owner_name`: of the owner who has been there longest."""

    id: UUID
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


class Shops(Body):
    """Some shops, the newest first; `next` is the cursor of the following page, null on the last one."""

    businesses: list[PlatformShop]
    next: UUID | None


@router.get("/admin/businesses", responses=refusals("forbidden", signed_in=True))
async def get_businesses(
    _: Admin,
    db: Platform,
    words: Annotated[
        str | None,
        Query(
            max_length=254, description="Part of a name, beginning of an address, or the e-mail of one of its people"
        ),
    ] = None,
    state: ShopState | None = None,
    cursor: Annotated[UUID | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Shops:
    """Every shop of the platform, or those that were looked for."""
    found = await queries.shops_page(
        db,
        words=(fold(words) or None) if words else None,
        state=state,
        before=BusinessId(cursor) if cursor else None,
        most=limit + 1,
    )
    shown = found[:limit]
    return Shops(businesses=[_shop(one) for one in shown], next=shown[-1].id if len(found) > limit else None)


def _shop(one: queries.ListedShop) -> PlatformShop:
    return PlatformShop(
        id=one.id,
        slug=one.slug,
        name=one.name,
        created_at=one.created_at,
        suspended_at=one.suspended_at,
        closed_at=one.closed_at,
        why=one.why,
        owner_name=one.owner_name,
        owner_email=one.owner_email,
        people=one.people,
        tills=one.tills,
    )
