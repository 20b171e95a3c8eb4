"""Consent over HTTP: said at the counter, read with its proof. On the card it is PUT /cards/by-link/{text}/consent."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StrictBool

from sello.domains.customer.actions import customer_of
from sello.domains.customer.consents import actions, queries
from sello.domains.customer.rules import TEXT_VERSION, Consent, ConsentKind, ConsentSource, Language
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner
from sello.shared.errors import Refused, refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["customer"])

_MOST = 200


class CounterConsent(Body):
    """What the customer said. For a yes, which text was read out to them; a no needs nothing else."""

    marketing: StrictBool
    text_version: Annotated[str, Field(max_length=40)] = TEXT_VERSION
    language: Language = "es"


class ConsentEntry(Body):
    """One entry of the log: the proof."""

    kind: ConsentKind
    source: ConsentSource
    text_version: str
    poster_id: str | None
    recorded_at: datetime


class ConsentHistory(Body):
    """A customer's words on marketing, the newest first, 200 at most; `marketing` is what they say together."""

    marketing: bool
    entries: list[ConsentEntry]


@router.put(
    "/customers/{customer_id}/consent",
    responses=refusals("customer_not_found", "card_not_found", "text_version_unknown", for_a_shop=True),
)
async def put_counter_consent(customer_id: UUID, body: CounterConsent, caller: Member, db: Tenant) -> ConsentEntry:
    """Record a yes or a no that was said face to face; it counts at once."""
    said = await actions.hear_at_counter(
        db,
        caller,
        CustomerId(customer_id),
        marketing=body.marketing,
        text_version=body.text_version,
        language=body.language,
    )
    return _entry(said)


@router.get("/customers/{customer_id}/consents", responses=refusals("customer_not_found", for_a_shop=True))
async def get_consents(customer_id: UUID, caller: Owner, db: Tenant) -> ConsentHistory:
    """Everything a customer ever said to marketing, with the text they read."""
    customer = await customer_of(db, caller.business_id, CustomerId(customer_id))
    if customer is None:
        raise Refused("customer_not_found")
    subject = customer.merged_into or customer.id
    entries = await queries.consents_of(db, caller.business_id, subject, most=_MOST)
    return ConsentHistory(
        marketing=bool(entries) and entries[0].kind == "opt_in", entries=[_entry(entry) for entry in entries]
    )


def _entry(consent: Consent) -> ConsentEntry:
    return ConsentEntry(
        kind=consent.kind,
        source=consent.source,
        text_version=consent.text_version,
        poster_id=consent.poster_id,
        recorded_at=consent.recorded_at,
    )
