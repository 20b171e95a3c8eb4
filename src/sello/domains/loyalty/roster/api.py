"""A till's roster over HTTP: first names and three digits, nothing more, for a machine anybody may pick up."""

import hashlib
from uuid import UUID

from fastapi import APIRouter, Request, Response

from sello.domains.business import current_rules
from sello.domains.loyalty.roster import queries
from sello.domains.loyalty.roster.rules import LATELY, MOST
from sello.infrastructure.database.api import Tenant
from sello.infrastructure.pages.api import unchanged
from sello.shared.auth.api import Till, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.ids import BusinessId
from sello.shared.validation import Body
from sello.shared.validation.names import first_name

router = APIRouter(prefix="/api/v1", tags=["devices"])


class RosterCustomer(Body):
    """A customer as a till keeps them."""

    id: UUID
    card_id: UUID
    first_name: str
    last_three: str
    balance: int


class RosterAnswer(Body):
    """The 500 customers who were here or joined last, the latest first; `of` stamps fill a card."""

    customers: list[RosterCustomer]
    of: int | None


@router.get(
    "/devices/current/customers",
    response_model=RosterAnswer,
    responses={
        304: {"description": "The same as under the entity tag that was sent"},
        **refusals("device_ended", "forbidden", signed_in=True),
    },
)
@open_to(device=True)
async def get_roster(request: Request, till: Till, db: Tenant) -> Response:
    """What a till keeps for when it has no signal; with `If-None-Match` a list that has not changed weighs nothing."""
    if till.business_id is None:
        raise Refused("forbidden")
    business_id = BusinessId(till.business_id)
    rules = await current_rules(db, business_id)
    listed = await queries.latest_customers(db, business_id, lately=LATELY, most=MOST)
    answer = RosterAnswer(
        customers=[
            RosterCustomer(
                id=one.id,
                card_id=one.card_id,
                first_name=first_name(one.name),
                last_three=one.last_three,
                balance=one.balance,
            )
            for one in listed
        ],
        of=rules.stamps_required if rules else None,
    )
    body = answer.model_dump_json().encode()
    headers = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'}
    if unchanged(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
