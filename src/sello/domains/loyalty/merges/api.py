"""Merging duplicates over HTTP, for the owner."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.loyalty.merges import actions, queries
from sello.domains.loyalty.merges.rules import LIKE_DIGITS
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body, Reason

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


class NewMerge(Body):
    """Who the customer turned out to be, and how the owner knows."""

    into: UUID
    reason: Reason


class MergeAnswer(Body):
    """The surviving customer and card; `stamps` and `rewards` came from the other card, the rewards under new ids."""

    customer_id: UUID
    card_id: UUID
    balance: int
    stamps: int
    rewards: int


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


@router.put(
    "/customers/{customer_id}/merge",
    responses=refusals(
        "customer_not_found",
        "same_customer",
        "already_merged",
        "merge_waits",
        "merge_tomorrow",
        "rules_missing",
        for_a_shop=True,
    ),
)
async def put_merge(customer_id: UUID, body: NewMerge, caller: Owner, db: Tenant) -> MergeAnswer:
    """Two customers are one person: stamps and rewards go to `into`, and so do scans and links of the old card."""
    merged = await actions.merge_customers(
        db, caller, CustomerId(customer_id), into=CustomerId(body.into), reason=body.reason
    )
    return MergeAnswer(
        customer_id=merged.customer_id,
        card_id=merged.card_id,
        balance=merged.balance,
        stamps=merged.stamps,
        rewards=merged.rewards,
    )


@router.get("/businesses/{business_id}/duplicates", responses=refusals(for_a_shop=True))
async def get_duplicates(
    business_id: UUID, caller: Owner, db: Tenant, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> Duplicates:
    """Customers with the same name whose phones differ in two digits at most."""
    pairs = await queries.like_pairs(db, caller.business_id, digits=LIKE_DIGITS, most=limit)
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
