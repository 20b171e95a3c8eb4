"""Merging duplicates over HTTP, for the owner."""

from uuid import UUID

from fastapi import APIRouter

from sello.domains.loyalty.merges import actions
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
