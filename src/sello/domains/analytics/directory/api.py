"""The shop's customers over HTTP, for the owner: a list to look through, how many there are, a file to keep."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from sello.domains.analytics.directory import actions
from sello.domains.analytics.directory.rules import Group, Listed, Order, State
from sello.domains.customer import Birthday, Source
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import accepted_language, refusals
from sello.shared.validation import Body, Name

router = APIRouter(prefix="/api/v1", tags=["analytics"])

Search = Annotated[
    Name | None, Query(max_length=80, description="2 to 9 last digits of the phone, or part of the name")
]
InGroup = Annotated[Group, Query(alias="group")]
Takes = Annotated[bool | None, Query(description="Who takes marketing messages, or who does not")]
InOrder = Annotated[Order, Query(description="Last seen, A to Z, or newest first")]
Ids = Annotated[list[UUID] | None, Query(alias="id", max_length=100, description="These customers alone")]

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"text/csv": {}}},
    **refusals("too_much_to_export", for_a_shop=True),
}


class DirectoryEntry(Body):
    """A customer in the list.

    `ready` rewards wait to be handed over; `days_between_visits` is the median; the phone of a pending one was typed
    and never proven.
    """

    id: UUID
    card_id: UUID
    name: str
    phone: str
    last_three: str
    state: State
    balance: int
    ready: int
    visits: int
    last_at: datetime | None
    days_between_visits: float | None
    birthday: Birthday | None
    source: Source
    enrolled_at: datetime
    opted_in_at: datetime | None
    opted_out_at: datetime | None


class DirectoryPage(Body):
    """Customers; `next` is the cursor of the following page, null on the last one."""

    customers: list[DirectoryEntry]
    of: int | None
    next: str | None


class DirectoryCounts(Body):
    """How many customers are in each group; one may be in several."""

    all: int
    active: int
    new: int
    ready: int
    at_risk: int
    lost: int
    once: int
    birthday: int
    pending: int


@router.get("/businesses/{business_id}/directory", responses=refusals(for_a_shop=True))
async def get_directory(
    business_id: UUID,
    caller: Owner,
    db: Tenant,
    q: Search = None,
    group: InGroup = "all",
    marketing: Takes = None,
    ids: Ids = None,
    order: InOrder = "visit",
    cursor: Annotated[str | None, Query(max_length=2000, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> DirectoryPage:
    """The shop's customers, those of a group or those that `q` finds."""
    which = actions.filter_of(q, group=group, marketing=marketing, ids=ids)
    page = await actions.page_of(db, caller.business_id, which, order=order, cursor=cursor, limit=limit)
    return DirectoryPage(customers=[_entry(one) for one in page.customers], of=page.of, next=page.next)


@router.get("/businesses/{business_id}/directory/counts", responses=refusals(for_a_shop=True))
async def get_directory_counts(business_id: UUID, caller: Owner, db: Tenant) -> DirectoryCounts:
    """How many customers are in each group."""
    return DirectoryCounts.model_validate(await actions.counts_of(db, caller.business_id), from_attributes=True)


@router.get("/businesses/{business_id}/directory.csv", responses=_FILE, response_class=Response)
async def get_directory_file(
    business_id: UUID,
    caller: Owner,
    db: Tenant,
    request: Request,
    q: Search = None,
    group: InGroup = "all",
    marketing: Takes = None,
    ids: Ids = None,
    order: InOrder = "visit",
) -> Response:
    """The same list, all of it, as a file for a spreadsheet; it is noted in the audit log."""
    which = actions.filter_of(q, group=group, marketing=marketing, ids=ids)
    language = accepted_language(request.headers.get("accept-language"))
    data = await actions.file_of(db, caller, which, order=order, language=language)
    name = "clientes" if language == "es" else "customers"
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def _entry(one: Listed) -> DirectoryEntry:
    day, month = one.birth_day, one.birth_month
    return DirectoryEntry(
        id=one.id,
        card_id=one.card_id,
        name=one.name,
        phone=one.phone,
        last_three=one.last_three,
        state=one.state,
        balance=one.balance,
        ready=one.ready,
        visits=one.visits,
        last_at=one.last_at,
        days_between_visits=float(one.median_gap) if one.median_gap is not None else None,
        birthday=Birthday(day=day, month=month) if day and month else None,
        source=one.source,
        enrolled_at=one.enrolled_at,
        opted_in_at=one.opted_in_at,
        opted_out_at=one.opted_out_at,
    )
