"""The shop's feed over HTTP: where it begins, and how it goes back. Live messages say that there is more."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.business import Place, cursor_of, place_of
from sello.domains.loyalty.happenings import queries
from sello.domains.loyalty.happenings.rules import KINDS, Told, What, short_name
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

_LATEST: Final = Place(datetime(9999, 1, 1, tzinfo=UTC), UUID("ffffffff-ffff-ffff-ffff-ffffffffffff"))


class Happening(Body):
    """Something that happened. `at` is when the shop knew it; `visited_at`, of a stamp, when the visit was.

    `customer` is a first name and an initial, null once they were erased. `count`, `balance` and `of` are those of
    the stamps; `taken_back` says that it was undone later.
    """

    id: UUID
    what: What
    at: datetime
    visited_at: datetime | None
    customer_id: UUID | None
    customer: str | None
    by: str | None
    branch_id: UUID | None
    count: int | None
    balance: int | None
    of: int | None
    reward: str | None
    source: str | None
    taken_back: bool


class Happenings(Body):
    """What happened, the latest first; `next` is the cursor of the following page, null on the last one."""

    happenings: list[Happening]
    next: str | None


@router.get("/happenings", responses=refusals(for_a_shop=True))
async def get_happenings(
    caller: Member,
    db: Tenant,
    branch_id: UUID | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Happenings:
    """Stamps, rewards, hand-overs, corrections and new cards of the last 30 days, of the shop or of one branch."""
    place = place_of(cursor) if cursor else _LATEST
    rows = await queries.told_before(
        db,
        caller.business_id,
        kinds=list(KINDS),
        branch_id=branch_id,
        before=place.recorded_at,
        before_id=place.id,
        most=limit + 1,
    )
    shown = rows[:limit]
    following = cursor_of(Place(shown[-1].recorded_at, shown[-1].id)) if len(rows) > limit else None
    return Happenings(happenings=[_happening(row) for row in shown], next=following)


def _happening(told: Told) -> Happening:
    payload = told.payload
    return Happening(
        id=told.id,
        what=KINDS[told.kind],
        at=told.recorded_at,
        visited_at=told.visited_at,
        customer_id=told.customer_id,
        customer=short_name(told.name) if told.name else None,
        by=told.by,
        branch_id=told.branch_id,
        count=payload.get("count"),
        balance=payload.get("balance"),
        of=payload.get("of"),
        reward=told.reward_title,
        source=payload.get("source"),
        taken_back=told.taken_back,
    )
