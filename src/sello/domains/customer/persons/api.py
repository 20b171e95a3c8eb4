"""One person's data over HTTP, for the owner: handed out, and erased in two steps."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from sello.domains.customer.persons.actions import Persons
from sello.domains.customer.persons.rules import CONFIRMED_WITHIN, json_of, zip_of
from sello.infrastructure.database.api import Tenant
from sello.shared import clock
from sello.shared.auth.api import Owner, open_to
from sello.shared.errors import refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["customer"])

_DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"application/octet-stream": {}}},
    **refusals("customer_not_found", "too_much_to_export", for_a_shop=True),
}


class ErasurePreview(Body):
    """What would become nobody's: rows by table. Send `confirmation` back before it expires, and the person is gone."""

    customer_id: UUID
    rows: dict[str, int]
    confirmation: str
    expires_at: datetime


class NewErasure(Body):
    """The confirmation of the preview, by the same person."""

    confirmation: Annotated[str, StringConstraints(min_length=10, max_length=100)]


class ErasureAnswer(Body):
    """The person is erased; `new` is false when they had been before."""

    customer_id: UUID
    new: bool


@router.get("/customers/{customer_id}/export", responses=_DOWNLOAD, response_class=Response)
@open_to(closed=True)
async def get_export(customer_id: UUID, request: Request, caller: Owner, db: Tenant) -> Response:
    """Everything held about a person, as JSON."""
    persons: Persons = request.app.state.persons
    person, lines, made_at = await persons.export(db, caller.business_id, CustomerId(customer_id), by=caller.account_id)
    return download(json_of(lines, made_at=made_at, person=str(person)), str(person), "json")


@router.get("/customers/{customer_id}/export.zip", responses=_DOWNLOAD, response_class=Response)
@open_to(closed=True)
async def get_export_archive(customer_id: UUID, request: Request, caller: Owner, db: Tenant) -> Response:
    """The same as a ZIP: the JSON document and a CSV for each table."""
    persons: Persons = request.app.state.persons
    person, lines, made_at = await persons.export(db, caller.business_id, CustomerId(customer_id), by=caller.account_id)
    return download(zip_of(lines, made_at=made_at, person=str(person)), str(person), "zip")


@router.get("/customers/{customer_id}/erasure", responses=refusals("customer_not_found", for_a_shop=True))
async def get_erasure(customer_id: UUID, request: Request, caller: Owner, db: Tenant) -> ErasurePreview:
    """First step: what would be erased."""
    state = request.app.state
    persons: Persons = state.persons
    preview = await persons.preview(db, state.keys, caller, CustomerId(customer_id))
    return ErasurePreview(
        customer_id=preview.customer_id,
        rows=dict(preview.rows),
        confirmation=preview.confirmation,
        expires_at=clock.now() + CONFIRMED_WITHIN,
    )


@router.put(
    "/customers/{customer_id}/erasure",
    responses=refusals("customer_not_found", "erasure_unconfirmed", for_a_shop=True),
)
async def put_erasure(
    customer_id: UUID, body: NewErasure, request: Request, caller: Owner, db: Tenant
) -> ErasureAnswer:
    """Second step: erase the person, for good. Open requests of theirs are answered by it."""
    state = request.app.state
    persons: Persons = state.persons
    erased = await persons.erase_confirmed(db, state.keys, caller, CustomerId(customer_id), body.confirmation)
    return ErasureAnswer(customer_id=erased.customer_id, new=erased.new)


def download(data: bytes, person: str, ending: str) -> Response:
    """A file to keep; its name says nothing of anybody."""
    media = "application/json" if ending == "json" else "application/zip"
    name = f'attachment; filename="sello-{person}.{ending}"'
    return Response(data, media_type=media, headers={"Content-Disposition": name, "Cache-Control": "no-store"})
