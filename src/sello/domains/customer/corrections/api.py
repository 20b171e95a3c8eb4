"""Corrections over HTTP. The customer as it is now is read where it always is: GET /customers/{customer_id}."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, model_validator

from sello.domains.customer.corrections import actions
from sello.domains.customer.corrections.rules import Correction
from sello.domains.customer.rules import Birthday
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member
from sello.shared.errors import refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body, Name, peruvian_mobile

router = APIRouter(prefix="/api/v1", tags=["customer"])


class CustomerCorrection(Body):
    """What to write instead; a field left out stays, a birthday of null is forgotten.

    A phone waits until the customer says its last three digits at the counter; until then the old one counts. Staff may
    send a phone alone.
    """

    name: Name | None = None
    birthday: Birthday | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "CustomerCorrection":
        if not self.model_fields_set or (self.name is None and "name" in self.model_fields_set):
            raise ValueError("nothing to correct, or a name of null")
        return self


class CorrectedAnswer(Body):
    """Who was corrected, and whether a phone waits for the counter."""

    customer_id: UUID
    phone_waits: bool


class NewPhoneConfirmation(Body):
    """What the customer said: the last three digits of the new phone."""

    last_three: Annotated[str, Field(pattern=r"^[0-9]{3}$")]


@router.patch(
    "/customers/{customer_id}",
    responses=refusals("customer_not_found", "phone_invalid", "phone_taken", for_a_shop=True),
)
async def patch_customer(customer_id: UUID, body: CustomerCorrection, caller: Member, db: Tenant) -> CorrectedAnswer:
    """Correct a confirmed customer's name, birthday or phone."""
    correction = Correction(
        name=body.name,
        birthday=body.birthday,
        forget_birthday="birthday" in body.model_fields_set and body.birthday is None,
        phone=peruvian_mobile(body.phone) if body.phone is not None else None,
    )
    corrected = await actions.correct(db, caller, CustomerId(customer_id), correction)
    return CorrectedAnswer(customer_id=corrected, phone_waits=body.phone is not None)


@router.post(
    "/customers/{customer_id}/phone-confirmation",
    responses=refusals(
        "customer_not_found", "phone_not_waiting", "confirmation_mismatch", "phone_taken", for_a_shop=True
    ),
)
async def post_phone_confirmation(
    customer_id: UUID, body: NewPhoneConfirmation, caller: Member, db: Tenant
) -> CorrectedAnswer:
    """The customer stands at the counter and says the last three digits: the new phone counts from now on."""
    confirmed = await actions.confirm_phone(db, caller, CustomerId(customer_id), digits=body.last_three)
    return CorrectedAnswer(customer_id=confirmed, phone_waits=False)
