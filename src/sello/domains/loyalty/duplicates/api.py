"""Duplicates over HTTP, for the owner."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StrictBool

from sello.domains.loyalty.duplicates import actions, queries
from sello.domains.loyalty.duplicates.rules import LIKE_DIGITS
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


class Distinction(Body):
    """Another customer, and whether the two are two people."""

    other: UUID
    distinct: StrictBool


class Duplicate(Body):
    """One of two customers who may be the same person."""

    customer_id: UUID
    phone: str
    balance: int


class DuplicatePair(Body):
    """Two customers with one name whose phones look alike, the newer one first."""

    name: str
    customers: list[Duplicate]


class Duplicates(Body):
    """Who may be the same person; guesses, for the owner to judge."""

    pairs: list[DuplicatePair]


@router.get("/businesses/{business_id}/duplicates", responses=refusals(for_a_shop=True))
async def get_duplicates(
    business_id: UUID,
    caller: Owner,
    db: Tenant,
    dismissed: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Duplicates:
    """Customers with the same name whose phones differ in two digits at most; or those the owner said are two."""
    pairs = await queries.like_pairs(db, caller.business_id, digits=LIKE_DIGITS, dismissed=dismissed, most=limit)
    return Duplicates(
        pairs=[
            DuplicatePair(
                name=pair.name,
                customers=[
                    Duplicate(customer_id=pair.customer_id, phone=pair.phone, balance=pair.balance),
                    Duplicate(customer_id=pair.other_id, phone=pair.other_phone, balance=pair.other_balance),
                ],
            )
            for pair in pairs
        ]
    )


@router.put(
    "/customers/{customer_id}/distinction",
    status_code=204,
    responses=refusals("customer_not_found", "same_customer", for_a_shop=True),
)
async def put_distinction(customer_id: UUID, body: Distinction, caller: Owner, db: Tenant) -> None:
    """These are two people: the guess is not shown again. With `distinct` false it may be."""
    await actions.tell_apart(db, caller, CustomerId(customer_id), CustomerId(body.other), distinct=body.distinct)
