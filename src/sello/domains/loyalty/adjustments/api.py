"""Adjusting a card over HTTP, for the owner."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from sello.domains.loyalty.adjustments import actions
from sello.domains.loyalty.adjustments.rules import MOST
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.ids import CardId
from sello.shared.validation import Body, Reason

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


def _says_something(delta: int) -> int:
    if delta == 0:
        raise ValueError("no stamp to add or to take")
    return delta


class NewAdjustment(Body):
    """Stamps to add to a card, or to take when `delta` is below zero, and why; under an id (UUIDv7) of the client."""

    id: UUID
    delta: Annotated[int, Field(strict=True, ge=-MOST, le=MOST), AfterValidator(_says_something)]
    reason: Reason


class AdjustmentAnswer(Body):
    """The card as it is now; `given_rewards` are new on it, `revoked_rewards` are gone from it."""

    id: UUID
    card_id: UUID
    delta: int
    balance: int
    of: int
    given_rewards: list[UUID]
    revoked_rewards: list[UUID]


@router.post(
    "/cards/{card_id}/adjustments",
    responses=refusals(
        "card_not_found",
        "card_closed",
        "rules_missing",
        "adjust_tomorrow",
        "adjust_below_zero",
        "adjust_reward_gone",
        "id_reused",
        "id_not_plausible",
        for_a_shop=True,
    ),
)
async def post_adjustment(card_id: UUID, body: NewAdjustment, caller: Owner, db: Tenant) -> AdjustmentAnswer:
    """Put a card right by hand: no visit, no purchase; steps that are reached give their reward."""
    done = await actions.adjust_card(db, caller, CardId(card_id), body.id, delta=body.delta, reason=body.reason)
    return AdjustmentAnswer(
        id=done.id,
        card_id=done.card_id,
        delta=done.delta,
        balance=done.balance,
        of=done.of,
        given_rewards=list(done.given),
        revoked_rewards=list(done.revoked),
    )
