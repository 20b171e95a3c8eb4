"""Estimates and explanations over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from sello.domains.campaign.api import Holdout
from sello.domains.campaign.audience import actions
from sello.domains.campaign.audience.actions import NOBODY
from sello.domains.campaign.audience.rules import Answer, Basis, LeftOut, NoMatch, Outcome
from sello.domains.campaign.rules import CampaignState, Watching
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.ids import CampaignId, CustomerId, TemplateId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["campaigns"])


class EstimateOrder(Body):
    """What to estimate. Of a saved campaign, `campaign_id`: then its own trigger counts where none is given."""

    trigger: Annotated[Watching, Field(discriminator="kind")] | None = None
    template_id: UUID | None = None
    holdout_percent: Holdout = 10
    campaign_id: UUID | None = None


class ReasonCount(Body):
    """How many are left out for one reason."""

    reason: LeftOut
    count: int


class EstimateAnswer(Body):
    """Whom it would reach: now, or, of birthdays and milestones, in a month of days.

    `matching` are all who are meant: those who get a message, those held out to measure against, and those left out.
    """

    basis: Basis
    customers: int
    matching: int
    messages: int
    held_out: int
    left_out: list[ReasonCount]
    cost_micros: int


class LeftOutCustomer(Body):
    """Somebody who is meant and gets nothing; `until`: from then on the reason is gone. No name: erased."""

    customer_id: UUID
    name: str | None
    reason: LeftOut
    until: datetime | None


class LeftOutCustomers(Body):
    """A page of them; `next` is the cursor of the following one."""

    customers: list[LeftOutCustomer]
    next: UUID | None


class CampaignReply(Body):
    """Why a customer got a campaign's message or did not."""

    campaign_id: UUID
    campaign_name: str
    campaign_state: CampaignState
    outcome: Outcome
    reason: LeftOut | NoMatch | None
    until: datetime | None
    occasion: str | None
    send_id: UUID | None


class CampaignReplies(Body):
    """One for each campaign that was ever started, 100 at most: the running ones first, then the newest."""

    answers: list[CampaignReply]


@router.post("/audience-estimates", responses=refusals("template_not_found", for_a_shop=True))
async def post_audience_estimate(body: EstimateOrder, caller: Owner, db: Tenant) -> EstimateAnswer:
    """Whom a campaign would reach, and why it would leave others out. Nothing is written."""
    found = await actions.estimate(
        db,
        caller.business_id,
        trigger=body.trigger,
        template_id=TemplateId(body.template_id) if body.template_id else None,
        holdout_percent=body.holdout_percent,
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id else None,
    )
    return EstimateAnswer(
        basis=found.basis,
        customers=found.customers,
        matching=found.matching,
        messages=found.messages,
        held_out=found.held_out,
        left_out=[ReasonCount(reason=reason, count=count) for reason, count in found.left_out],
        cost_micros=found.cost_micros,
    )


@router.get("/campaigns/{campaign_id}/left-out", responses=refusals(for_a_shop=True))
async def get_left_out(
    campaign_id: UUID,
    caller: Owner,
    db: Tenant,
    reason: LeftOut | None = None,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> LeftOutCustomers:
    """Who is meant by a campaign at this moment and left out, and why."""
    rows = await actions.left_out(
        db,
        caller.business_id,
        CampaignId(campaign_id),
        reason=reason,
        after=CustomerId(cursor or NOBODY),
        limit=limit + 1,
    )
    return LeftOutCustomers(
        customers=[
            LeftOutCustomer(customer_id=row.customer_id, name=row.name, reason=row.reason, until=row.until)
            for row in rows[:limit]
        ],
        next=rows[limit - 1].customer_id if len(rows) > limit else None,
    )


@router.get("/customers/{customer_id}/campaign-answers", responses=refusals("customer_not_found", for_a_shop=True))
async def get_campaign_answers(customer_id: UUID, caller: Owner, db: Tenant) -> CampaignReplies:
    """Why this customer got, or did not get, each campaign's message."""
    found = await actions.answers_of(db, caller.business_id, CustomerId(customer_id))
    return CampaignReplies(answers=[_reply(answer) for answer in found])


def _reply(answer: Answer) -> CampaignReply:
    return CampaignReply(
        campaign_id=answer.campaign.id,
        campaign_name=answer.campaign.name,
        campaign_state=answer.campaign.state,
        outcome=answer.outcome,
        reason=answer.reason,
        until=answer.until,
        occasion=answer.occasion,
        send_id=answer.send_id,
    )
