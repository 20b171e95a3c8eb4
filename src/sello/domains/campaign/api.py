"""Campaigns over HTTP: made, looked at, changed, started, held, ended."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints, model_validator

from sello.domains.business import Place, cursor_of, place_of
from sello.domains.campaign import actions, queries
from sello.domains.campaign.actions import Plan
from sello.domains.campaign.queries import Progress
from sello.domains.campaign.rules import (
    MOST_OF_A_SEGMENT,
    Campaign,
    CampaignState,
    PausedWhy,
    Segment,
    Trigger,
    Watching,
    minute_of,
    time_text,
)
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import Refused, refusals
from sello.shared.ids import BusinessId, CampaignId, CustomerId, TemplateId
from sello.shared.validation import Body, Name

router = APIRouter(prefix="/api/v1", tags=["campaigns"])

_LATEST: Final = Place(datetime(9999, 1, 1, tzinfo=UTC), UUID("ffffffff-ffff-ffff-ffff-ffffffffffff"))

CampaignName = Annotated[Name, StringConstraints(min_length=3)]
Percent = Annotated[int, Field(strict=True, ge=5, le=50)]
Days = Annotated[int, Field(strict=True, ge=1, le=90)]
Holdout = Annotated[int, Field(strict=True, ge=0, le=50)]
Budget = Annotated[int, Field(strict=True, ge=1, le=100_000_000)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class SegmentOrder(Body):
    """A one-off to everybody on this list."""

    kind: Literal["segment"] = "segment"
    customer_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_OF_A_SEGMENT)]


class NewCampaign(Body):
    """A draft; the client makes the id (UUIDv7). `discount_percent` or `gift`, or neither, never both.

    The same time twice is never quiet. Without `budget_centimos` there is no end to what it may cost.
    """

    id: UUID
    name: CampaignName
    trigger: Annotated[Watching | SegmentOrder, Field(discriminator="kind")]
    template_id: UUID
    discount_percent: Percent | None = None
    gift: Name | None = None
    code_days: Days = 14
    holdout_percent: Holdout = 10
    budget_centimos: Budget | None = None
    quiet_from: TimeOfDay = "20:00"
    quiet_until: TimeOfDay = "09:00"

    @model_validator(mode="after")
    def _gives_one_thing(self) -> "NewCampaign":
        if self.discount_percent is not None and self.gift is not None:
            raise ValueError("a campaign gives a discount or a gift, not both")
        return self


class CampaignChange(Body):
    """What is decided anew; what is left out stays. Null takes the discount, the gift or the budget away."""

    name: CampaignName | None = None
    trigger: Annotated[Watching, Field(discriminator="kind")] | None = None
    template_id: UUID | None = None
    discount_percent: Percent | None = None
    gift: Name | None = None
    code_days: Days | None = None
    holdout_percent: Holdout | None = None
    budget_centimos: Budget | None = None
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None


class ProgressAnswer(Body):
    """Each member once, at the furthest place reached. `doubtful`: called, and not yet known whether it was taken."""

    members: int
    held_out: int
    waiting: int
    doubtful: int
    accepted: int
    delivered: int
    opened: int
    failed: int
    released: int


class CampaignAnswer(Body):
    """A campaign. `committed_micros`: what its messages cost so far, in millionths of a sol."""

    id: UUID
    name: str
    state: CampaignState
    trigger: Trigger
    template_id: UUID
    template_name: str
    template_approval: str | None
    discount_percent: int | None
    gift: str | None
    code_days: int
    holdout_percent: int
    budget_centimos: int | None
    committed_micros: int
    quiet_from: str
    quiet_until: str
    created_at: datetime
    created_by: str | None
    changed_at: datetime
    activated_at: datetime | None
    paused_at: datetime | None
    paused_why: PausedWhy | None
    ended_at: datetime | None
    progress: ProgressAnswer


class Campaigns(Body):
    """A page of campaigns, the newest first; `next` is the cursor of the following one."""

    campaigns: list[CampaignAnswer]
    next: str | None


_MAKE = refusals("template_not_found", "customer_not_found", "id_reused", "id_not_plausible", for_a_shop=True)
_CHANGE = refusals("campaign_ended", "campaign_fixed", "template_not_found", for_a_shop=True)
_START = refusals("campaign_ended", "template_not_approved", "variable_unanswered", for_a_shop=True)
_RESUME = refusals(
    "campaign_ended", "campaign_not_active", "template_not_approved", "variable_unanswered", "budget_spent",
    for_a_shop=True,
)  # fmt: skip


@router.get("/campaigns", responses=refusals(for_a_shop=True))
async def list_campaigns(
    caller: Owner,
    db: Tenant,
    state: CampaignState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Campaigns:
    """The shop's campaigns, the newest first."""
    place = place_of(cursor) if cursor else _LATEST
    rows = await queries.campaigns_before(
        db,
        caller.business_id,
        state=state,
        before=place.recorded_at,
        before_id=CampaignId(place.id),
        most=limit + 1,
    )
    shown = rows[:limit]
    following = cursor_of(Place(shown[-1].created_at, shown[-1].id)) if len(rows) > limit else None
    return Campaigns(campaigns=await _answers(db, caller.business_id, shown), next=following)


@router.post(
    "/campaigns",
    status_code=201,
    responses={**_MAKE, 200: {"model": CampaignAnswer, "description": "The same campaign again"}},
)
async def post_campaign(body: NewCampaign, caller: Owner, db: Tenant, response: Response) -> CampaignAnswer:
    """Keep a draft: 201, or 200 with the same body when this id already did."""
    made = await actions.create_campaign(db, caller, body.id, _plan(body))
    response.status_code = 201 if made.new else 200
    return await _answer(db, caller.business_id, made.campaign)


@router.get("/campaigns/{campaign_id}", responses=refusals(for_a_shop=True))
async def get_campaign(campaign_id: UUID, caller: Owner, db: Tenant) -> CampaignAnswer:
    """One campaign, and how far it has come."""
    campaign = await queries.campaign_of(db, caller.business_id, CampaignId(campaign_id))
    if campaign is None:
        raise Refused("not_found")
    return await _answer(db, caller.business_id, campaign)


@router.patch("/campaigns/{campaign_id}", responses=_CHANGE)
async def patch_campaign(campaign_id: UUID, body: CampaignChange, caller: Owner, db: Tenant) -> CampaignAnswer:
    """Decide anew. Once it was started, only name, budget and quiet hours."""
    campaign = await actions.change_campaign(db, caller, CampaignId(campaign_id), _changes(body))
    return await _answer(db, caller.business_id, campaign)


@router.put("/campaigns/{campaign_id}/activation", responses=_START)
async def put_activation(campaign_id: UUID, caller: Owner, db: Tenant) -> CampaignAnswer:
    """Start it."""
    return await _answer(db, caller.business_id, await actions.activate(db, caller, CampaignId(campaign_id)))


@router.put("/campaigns/{campaign_id}/pause", responses=refusals("campaign_not_active", for_a_shop=True))
async def put_pause(campaign_id: UUID, caller: Owner, db: Tenant) -> CampaignAnswer:
    """Let nothing more of it go out for now."""
    return await _answer(db, caller.business_id, await actions.pause_by_owner(db, caller, CampaignId(campaign_id)))


@router.delete("/campaigns/{campaign_id}/pause", responses=_RESUME)
async def delete_pause(campaign_id: UUID, caller: Owner, db: Tenant) -> CampaignAnswer:
    """Let it go on."""
    return await _answer(db, caller.business_id, await actions.resume(db, caller, CampaignId(campaign_id)))


@router.put("/campaigns/{campaign_id}/end", responses=refusals(for_a_shop=True))
async def put_end(campaign_id: UUID, caller: Owner, db: Tenant) -> CampaignAnswer:
    """End it for ever; a draft is thrown away."""
    return await _answer(db, caller.business_id, await actions.end(db, caller, CampaignId(campaign_id)))


def _plan(body: NewCampaign) -> Plan:
    people = tuple(map(CustomerId, dict.fromkeys(body.trigger.customer_ids))) if isinstance(
        body.trigger, SegmentOrder
    ) else ()  # fmt: skip
    return Plan(
        name=body.name,
        trigger=Segment(customers=len(people)) if isinstance(body.trigger, SegmentOrder) else body.trigger,
        template_id=TemplateId(body.template_id),
        discount_percent=body.discount_percent,
        gift=body.gift,
        code_days=body.code_days,
        holdout_percent=body.holdout_percent,
        budget_centimos=body.budget_centimos,
        quiet_from=minute_of(body.quiet_from),
        quiet_until=minute_of(body.quiet_until),
        segment=people,
    )


_MAY_BE_NULL: Final = frozenset({"discount_percent", "gift", "budget_centimos"})


def _changes(body: CampaignChange) -> dict[str, Any]:
    """The fields of a plan that were sent; a null that means nothing is refused."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    for name, value in changes.items():
        if value is None and name not in _MAY_BE_NULL:
            raise Refused("invalid", field=name)
    for name in ("quiet_from", "quiet_until"):
        if name in changes:
            changes[name] = minute_of(changes[name])
    return changes


async def _answer(db: Tenant, business_id: BusinessId, campaign: Campaign) -> CampaignAnswer:
    return (await _answers(db, business_id, [campaign]))[0]


async def _answers(db: Tenant, business_id: BusinessId, campaigns: list[Campaign]) -> list[CampaignAnswer]:
    progress = await queries.progress_of(db, business_id, [campaign.id for campaign in campaigns])
    by_campaign = {one.campaign_id: one for one in progress}
    return [_one(campaign, by_campaign[campaign.id]) for campaign in campaigns]


def _one(campaign: Campaign, progress: Progress) -> CampaignAnswer:
    return CampaignAnswer(
        id=campaign.id,
        name=campaign.name,
        state=campaign.state,
        trigger=campaign.trigger,
        template_id=campaign.template_id,
        template_name=campaign.template_name,
        template_approval=campaign.template_approval,
        discount_percent=campaign.discount_percent,
        gift=campaign.gift,
        code_days=campaign.code_days,
        holdout_percent=campaign.holdout_percent,
        budget_centimos=campaign.budget_centimos,
        committed_micros=campaign.committed_micros,
        quiet_from=time_text(campaign.quiet_from),
        quiet_until=time_text(campaign.quiet_until),
        created_at=campaign.created_at,
        created_by=campaign.created_by,
        changed_at=campaign.changed_at,
        activated_at=campaign.activated_at,
        paused_at=campaign.paused_at,
        paused_why=campaign.paused_why,
        ended_at=campaign.ended_at,
        progress=ProgressAnswer(
            members=progress.members,
            held_out=progress.held_out,
            waiting=progress.waiting,
            doubtful=progress.doubtful,
            accepted=progress.accepted,
            delivered=progress.delivered,
            opened=progress.opened,
            failed=progress.failed,
            released=progress.released,
        ),
    )
