"""Sign-ins on tills over HTTP, for the owner."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.business.audit.rules import PAGE, Place, cursor_of, place_of
from sello.domains.business.sign_ins import queries
from sello.domains.business.sign_ins.rules import SignInMeans
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner, open_to
from sello.shared.errors import refusals
from sello.shared.ids import AccountId, DeviceId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["devices"])


class SignInAnswer(Body):
    """Somebody signed in on a till. Whoever signs in next by PIN has taken over."""

    id: UUID
    device_id: UUID
    device_name: str
    account_id: UUID
    account_name: str
    means: SignInMeans
    recorded_at: datetime


class SignInPage(Body):
    """Some sign-ins, the newest first; `next` is the cursor of the following page, absent on the last one."""

    sign_ins: list[SignInAnswer]
    next: str | None


@router.get("/sign-ins", responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def get_sign_ins(
    caller: Owner,
    db: Tenant,
    device_id: UUID | None = None,
    account_id: UUID | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> SignInPage:
    """Who worked at which till when: all of it, or of one till, or of one person; 400 days back."""
    place = place_of(cursor) if cursor else None
    rows = await queries.sign_ins_page(
        db,
        caller.business_id,
        device_id=DeviceId(device_id) if device_id else None,
        account_id=AccountId(account_id) if account_id else None,
        before=place.recorded_at if place else None,
        before_id=place.id if place else None,
        limit=limit + 1,
    )
    shown = rows[:limit]
    following = cursor_of(Place(shown[-1].recorded_at, shown[-1].id)) if len(rows) > limit else None
    return SignInPage(sign_ins=[_told(row) for row in shown], next=following)


def _told(row: queries.SignIn) -> SignInAnswer:
    return SignInAnswer(
        id=row.id,
        device_id=row.device_id,
        device_name=row.device_name,
        account_id=row.account_id,
        account_name=row.account_name,
        means=row.means,
        recorded_at=row.recorded_at,
    )
