"""A customer's rights over HTTP, by the card's link."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import StringConstraints

from sello.domains.customer import PrivacyRequest, RequestKind, RequestState
from sello.domains.loyalty.holders import actions
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth.api import Anyone
from sello.shared.errors import refusals
from sello.shared.validation import Body, Words, peruvian_mobile

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

LinkText = Annotated[str, Path(max_length=100, description="The text after /c/ in the card's address")]


class OwnRequest(Body):
    """What the holder asks for; `wish` in their words, for example what has to be corrected."""

    kind: RequestKind
    wish: Words | None = None


class OwnRequestAnswer(Body):
    """A request and what became of it. `state` is `overdue` from the day after `due_on`."""

    id: UUID
    kind: RequestKind
    state: RequestState
    opened_at: datetime
    due_on: date
    answered_at: datetime | None
    answer: str | None


class OwnRequests(Body):
    """The holder's requests, the newest first, 50 at most."""

    requests: list[OwnRequestAnswer]


class NewCopy(Body):
    """The whole number of the phone on the card: the link alone opens no more than the card's page."""

    phone: Annotated[str, StringConstraints(max_length=40)]
    format: Literal["json", "zip"] = "json"


@router.post(
    "/cards/by-link/{text}/privacy-requests",
    status_code=201,
    responses={
        **refusals("card_not_found", "customer_erased", "customer_not_found"),
        200: {"model": OwnRequestAnswer, "description": "One of this kind is open already"},
    },
)
async def post_own_request(
    text: LinkText,
    body: OwnRequest,
    request: Request,
    response: Response,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
) -> OwnRequestAnswer:
    """Ask to see, correct or erase one's data, or object to their use; an objection ends marketing at once."""
    state = request.app.state
    opened = await actions.ask(
        db,
        platform,
        state.keys,
        text,
        body.kind,
        wish=body.wish,
        working_days=state.settings.privacy_answer_days,
    )
    response.status_code = 201 if opened.new else 200
    return _told(opened.request)


@router.get("/cards/by-link/{text}/privacy-requests", responses=refusals("card_not_found", "customer_erased"))
async def get_own_requests(
    text: LinkText, request: Request, caller: Anyone, db: Tenant, platform: Platform
) -> OwnRequests:
    """What became of one's requests."""
    found = await actions.asked(db, platform, request.app.state.keys, text)
    return OwnRequests(requests=[_told(one) for one in found])


@router.post(
    "/cards/by-link/{text}/export",
    responses={
        200: {"description": "The file", "content": {"application/octet-stream": {}}},
        **refusals("card_not_found", "customer_erased", "customer_not_found", "phone_invalid", "proof_wrong",
                   "proof_locked", "too_much_to_export"),
    },
    response_class=Response,
)  # fmt: skip
async def post_own_export(
    text: LinkText, body: NewCopy, request: Request, caller: Anyone, db: Tenant, platform: Platform
) -> Response:
    """A copy of everything the shop holds about the holder of the card."""
    state = request.app.state
    written, person = await actions.copy(
        db,
        platform,
        state.keys,
        state.persons,
        text,
        phone=peruvian_mobile(body.phone),
        packed=body.format == "zip",
    )
    media = "application/json" if body.format == "json" else "application/zip"
    name = f'attachment; filename="sello-{person}.{body.format}"'
    return Response(written, media_type=media, headers={"Content-Disposition": name, "Cache-Control": "no-store"})


def _told(request: PrivacyRequest) -> OwnRequestAnswer:
    return OwnRequestAnswer(
        id=request.id,
        kind=request.kind,
        state=request.state,
        opened_at=request.opened_at,
        due_on=request.due_on,
        answered_at=request.answered_at,
        answer=request.answer,
    )
