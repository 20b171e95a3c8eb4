"""What an owner does with a campaign, and what pauses one by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sello.domains.business import Action, write_audit
from sello.domains.campaign import queries
from sello.domains.campaign.rules import (
    Campaign,
    PausedWhy,
    Segment,
    Watching,
    check_sendable,
)
from sello.events import CampaignActivated, CampaignEnded, CampaignPaused, CampaignResumed
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CampaignId, CustomerId, TemplateId
from sello.shared.validation import plausible_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything an owner decides about a campaign. `segment`: the list behind a one-off one."""

    name: str
    trigger: Watching | Segment
    template_id: TemplateId
    discount_percent: int | None
    gift: str | None
    code_days: int
    holdout_percent: int
    budget_centimos: int | None
    quiet_from: int
    quiet_until: int
    segment: tuple[CustomerId, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A campaign, and whether this call made it."""

    campaign: Campaign
    new: bool


async def create_campaign(db: Db, caller: Caller, id: UUID, plan: Plan) -> Made:
    """Keep a draft under the id the client made; the same call again answers with the same campaign.

    Refuses template_not_found, customer_not_found (somebody on the list), id_reused, id_not_plausible, invalid.
    """
    campaign_id, business_id = CampaignId(plausible_id(id)), caller.business_id

    async def work(tx: Db) -> Made:
        known = await queries.campaign_of(tx, business_id, campaign_id)
        if known is None:
            await _check_template(tx, business_id, plan.template_id)
        people = await _people(tx, business_id, plan)
        made = await queries.insert_campaign(
            tx,
            business_id,
            campaign_id,
            name=plan.name,
            trigger=plan.trigger,
            template_id=plan.template_id,
            discount_percent=plan.discount_percent,
            gift=plan.gift,
            code_days=plan.code_days,
            holdout_percent=plan.holdout_percent,
            budget_centimos=plan.budget_centimos,
            quiet_from=plan.quiet_from,
            quiet_until=plan.quiet_until,
            created_by=caller.account_id,
        )
        if made and people:
            await queries.insert_segment(tx, business_id, campaign_id, people)
        campaign = await _campaign(tx, business_id, campaign_id)
        if not made and not _is(campaign, plan):
            raise Refused("id_reused")
        return Made(campaign, new=made == 1)

    return await db.transact(business_id, work)


async def change_campaign(db: Db, caller: Caller, campaign_id: CampaignId, changes: Mapping[str, Any]) -> Campaign:
    """Decide anew: `changes` are fields of Plan. Once it was started only its name, budget and quiet hours may change.

    Refuses not_found, campaign_ended, campaign_fixed, template_not_found, invalid. Locks the campaign.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> Campaign:
        campaign = await _locked(tx, business_id, campaign_id)
        if campaign.ended_at is not None:
            raise Refused("campaign_ended")
        plan = replace(_plan_of(campaign), **changes)
        _check_fixed(campaign, plan)
        if plan.template_id != campaign.template_id:
            await _check_template(tx, business_id, plan.template_id)
        await queries.put_campaign(
            tx,
            business_id,
            campaign_id,
            name=plan.name,
            trigger=plan.trigger,
            template_id=plan.template_id,
            discount_percent=plan.discount_percent,
            gift=plan.gift,
            code_days=plan.code_days,
            holdout_percent=plan.holdout_percent,
            budget_centimos=plan.budget_centimos,
            quiet_from=plan.quiet_from,
            quiet_until=plan.quiet_until,
        )
        return await _campaign(tx, business_id, campaign_id)

    return await db.transact(business_id, work)


async def activate(db: Db, caller: Caller, campaign_id: CampaignId) -> Campaign:
    """Start a campaign; the fact's reaction plans it. Starting it again changes nothing.

    Refuses not_found, campaign_ended, template_not_approved, variable_unanswered. Locks the campaign.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> Campaign:
        campaign = await _locked(tx, business_id, campaign_id)
        if campaign.ended_at is not None:
            raise Refused("campaign_ended")
        if campaign.activated_at is not None:
            return campaign
        check_sendable(campaign)
        await queries.start_campaign(tx, business_id, campaign_id)
        await facts.record(tx, business_id, CampaignActivated(campaign_id=campaign_id))
        await _audit(tx, caller, "campaign.activated", campaign_id)
        return await _campaign(tx, business_id, campaign_id)

    return await db.transact(business_id, work)


async def pause(tx: Db, business_id: BusinessId, campaign_id: CampaignId, why: PausedWhy) -> bool:
    """Stop planning and sending it until an owner lets it go on; False when it was not active. Tells the fact."""
    if not await queries.pause_campaign(tx, business_id, campaign_id, why=why):
        return False
    await facts.record(tx, business_id, CampaignPaused(campaign_id=campaign_id, why=why))
    return True


async def pause_by_owner(db: Db, caller: Caller, campaign_id: CampaignId) -> Campaign:
    """Let nothing more of it go out. Refuses not_found, campaign_not_active; a second time changes nothing."""
    business_id = caller.business_id

    async def work(tx: Db) -> Campaign:
        campaign = await _locked(tx, business_id, campaign_id)
        if campaign.state == "paused":
            return campaign
        if not await pause(tx, business_id, campaign_id, "owner"):
            raise Refused("campaign_not_active")
        await _audit(tx, caller, "campaign.paused", campaign_id)
        return await _campaign(tx, business_id, campaign_id)

    return await db.transact(business_id, work)


async def resume(db: Db, caller: Caller, campaign_id: CampaignId) -> Campaign:
    """Let it go on. Refuses not_found, campaign_not_active (a draft), campaign_ended, template_not_approved,
    budget_spent.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> Campaign:
        campaign = await _locked(tx, business_id, campaign_id)
        if campaign.state == "active":
            return campaign
        if campaign.ended_at is not None:
            raise Refused("campaign_ended")
        if campaign.activated_at is None:
            raise Refused("campaign_not_active")
        check_sendable(campaign)
        if campaign.budget_micros is not None and campaign.committed_micros >= campaign.budget_micros:
            raise Refused("budget_spent")
        await queries.resume_campaign(tx, business_id, campaign_id)
        await queries.bring_forward(tx, business_id, campaign_id)
        await facts.record(tx, business_id, CampaignResumed(campaign_id=campaign_id))
        await _audit(tx, caller, "campaign.resumed", campaign_id)
        return await _campaign(tx, business_id, campaign_id)

    return await db.transact(business_id, work)


async def end(db: Db, caller: Caller, campaign_id: CampaignId) -> Campaign:
    """End it for ever; a draft is thrown away. What waits is let go by the fact's reaction. Refuses not_found."""
    business_id = caller.business_id

    async def work(tx: Db) -> Campaign:
        campaign = await _locked(tx, business_id, campaign_id)
        if campaign.ended_at is not None:
            return campaign
        await finish(tx, business_id, campaign_id)
        await _audit(tx, caller, "campaign.ended", campaign_id)
        return await _campaign(tx, business_id, campaign_id)

    return await db.transact(business_id, work)


async def finish(tx: Db, business_id: BusinessId, campaign_id: CampaignId) -> None:
    """It is over, by an owner or because a one-off has done its work. Tells the fact once."""
    if await queries.end_campaign(tx, business_id, campaign_id):
        await facts.record(tx, business_id, CampaignEnded(campaign_id=campaign_id))


async def _audit(tx: Db, caller: Caller, action: Action, campaign_id: CampaignId) -> None:
    await write_audit(tx, caller.business_id, account_id=caller.account_id, action=action, subject_id=campaign_id)


async def _campaign(tx: Db, business_id: BusinessId, campaign_id: CampaignId) -> Campaign:
    campaign = await queries.campaign_of(tx, business_id, campaign_id)
    if campaign is None:
        raise Refused("not_found")
    return campaign


async def _locked(tx: Db, business_id: BusinessId, campaign_id: CampaignId) -> Campaign:
    campaign = await queries.locked_campaign(tx, business_id, campaign_id)
    if campaign is None:
        raise Refused("not_found")
    return campaign


async def _check_template(tx: Db, business_id: BusinessId, template_id: TemplateId) -> None:
    if not await queries.template_exists(tx, business_id, template_id):
        raise Refused("template_not_found")


async def _people(tx: Db, business_id: BusinessId, plan: Plan) -> list[CustomerId]:
    """Who is on the list today: merged customers as who they are, erased ones not at all."""
    if not plan.segment:
        return []
    known = await queries.known_customers(tx, business_id, list(plan.segment))
    if len(known) != len(set(plan.segment)):
        raise Refused("customer_not_found")
    return sorted({one.person for one in known if one.person is not None})


def _plan_of(campaign: Campaign) -> Plan:
    return Plan(
        name=campaign.name,
        trigger=campaign.trigger,
        template_id=campaign.template_id,
        discount_percent=campaign.discount_percent,
        gift=campaign.gift,
        code_days=campaign.code_days,
        holdout_percent=campaign.holdout_percent,
        budget_centimos=campaign.budget_centimos,
        quiet_from=campaign.quiet_from,
        quiet_until=campaign.quiet_until,
    )


def _is(campaign: Campaign, plan: Plan) -> bool:
    return _fixed(campaign) == _fixed(plan) and campaign.name == plan.name


def _fixed(thing: Campaign | Plan) -> tuple[object, ...]:
    return (
        thing.trigger, thing.template_id, thing.discount_percent, thing.gift, thing.code_days, thing.holdout_percent,
    )  # fmt: skip


def _check_fixed(campaign: Campaign, plan: Plan) -> None:
    if plan.discount_percent is not None and plan.gift is not None:
        raise Refused("invalid", field="gift")
    if campaign.activated_at is not None and _fixed(campaign) != _fixed(plan):
        raise Refused("campaign_fixed")
    segments = (isinstance(campaign.trigger, Segment), isinstance(plan.trigger, Segment))
    if any(segments) and campaign.trigger != plan.trigger:
        raise Refused("campaign_fixed")
