"""Privacy requests over HTTP: noted at the counter, listed and answered by the owner. People send theirs by card."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from sello.domains.customer.requests import actions, queries
from sello.domains.customer.requests.rules import (
    Outcome,
    PrivacyRequest,
    RequestKind,
    RequestSource,
    RequestState,
)
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner
from sello.shared.errors import refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body, Words

router = APIRouter(prefix="/api/v1", tags=["customer"])


class NewRequest(Body):
    """What somebody asks for; `wish` in their words, for example what has to be corrected."""

    kind: RequestKind
    wish: Words | None = None


class RequestAnswer(Body):
    """A request. `state` is `overdue` from the day after `due_on`, the last day for an answer."""

    id: UUID
    kind: RequestKind
    state: RequestState
    opened_at: datetime
    due_on: date
    answered_at: datetime | None
    answer: str | None


class RequestForOwner(RequestAnswer):
    """A request as the owner sees it: whose, from where, and their words."""

    customer_id: UUID
    customer_name: str | None
    source: RequestSource
    wish: str | None


class Requests(Body):
    """Requests, the newest first; `next` is the cursor of the following page, null on the last one."""

    requests: list[RequestForOwner]
    next: UUID | None


class NewAnswer(Body):
    """What became of a request; a refusal says why. An erasure is granted by erasing."""

    outcome: Outcome
    answer: Words | None = None


@router.post(
    "/customers/{customer_id}/privacy-requests",
    status_code=201,
    responses={
        **refusals("customer_not_found", for_a_shop=True),
        200: {"model": RequestAnswer, "description": "One of this kind is open already"},
    },
)
async def post_request(
    customer_id: UUID, body: NewRequest, request: Request, response: Response, caller: Member, db: Tenant
) -> RequestAnswer:
    """Note what somebody asked for at the counter; its clock runs from now on."""
    opened = await actions.open_request(
        db,
        caller.business_id,
        CustomerId(customer_id),
        body.kind,
        source="counter" if caller.role == "staff" else "owner",
        wish=body.wish,
        by=caller,
        working_days=request.app.state.settings.privacy_answer_days,
    )
    response.status_code = 201 if opened.new else 200
    return RequestAnswer(**_told(opened.request))


@router.get("/privacy-requests", responses=refusals(for_a_shop=True))
async def get_requests(
    caller: Owner,
    db: Tenant,
    waiting: Annotated[bool, Query(description="Only those nobody has answered")] = True,
    customer_id: Annotated[UUID | None, Query(description="Only this customer's")] = None,
    cursor: Annotated[UUID | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Requests:
    """What people have asked for."""
    subject = CustomerId(customer_id) if customer_id else None
    found = await queries.requests_page(
        db, caller.business_id, customer_id=subject, waiting=waiting, before=cursor, limit=limit + 1
    )
    shown = found[:limit]
    return Requests(requests=[_for_owner(one) for one in shown], next=shown[-1].id if len(found) > limit else None)


@router.put(
    "/privacy-requests/{request_id}/answer",
    responses=refusals("not_found", "request_answered", "answer_needed", "erasure_by_erasing", for_a_shop=True),
)
async def put_answer(request_id: UUID, body: NewAnswer, caller: Owner, db: Tenant) -> RequestForOwner:
    """Say what became of a request."""
    return _for_owner(await actions.answer_request(db, caller, request_id, outcome=body.outcome, answer=body.answer))


def _told(request: PrivacyRequest) -> dict[str, Any]:
    """What anybody concerned may know of a request."""
    return {
        "id": request.id,
        "kind": request.kind,
        "state": request.state,
        "opened_at": request.opened_at,
        "due_on": request.due_on,
        "answered_at": request.answered_at,
        "answer": request.answer,
    }


def _for_owner(request: PrivacyRequest) -> RequestForOwner:
    return RequestForOwner(
        **_told(request),
        customer_id=request.customer_id,
        customer_name=request.customer_name,
        source=request.source,
        wish=request.wish,
    )
