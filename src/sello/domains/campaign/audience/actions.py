"""Looking ahead and looking back: estimates, lists of those left out, and the answer to "why not me?"."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sello.domains.campaign.audience import queries
from sello.domains.campaign.audience.queries import Facts, Listed
from sello.domains.campaign.audience.rules import Answer, Basis, LeftOut, Person, answer_of, basis_of
from sello.domains.campaign.planning.queries import Day, day_of
from sello.domains.campaign.queries import campaign_of, started_campaigns
from sello.domains.campaign.rules import Campaign, Category, Segment, Watching, price_of
from sello.domains.campaign.triggers.rules import Look, look_of, wide_look_of
from sello.infrastructure.database.db import Db
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CampaignId, CustomerId, TemplateId

NOBODY: Final = UUID(int=0)
_MOST_MEANT: Final = 1_000
_MOST_CAMPAIGNS: Final = 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """Whom a campaign would reach; `matching` are all who are meant."""

    basis: Basis
    customers: int
    matching: int
    messages: int
    held_out: int
    left_out: list[tuple[LeftOut, int]]
    cost_micros: int


async def estimate(
    db: Db,
    business_id: BusinessId,
    *,
    trigger: Watching | Segment | None,
    template_id: TemplateId | None,
    holdout_percent: int,
    campaign_id: CampaignId | None,
) -> Estimate:
    """Whom a campaign would reach, saved or not. Nothing is written. Refuses not_found, template_not_found, invalid."""
    campaign = await _campaign(db, business_id, campaign_id) if campaign_id else None
    meant = trigger or (campaign.trigger if campaign else None)
    if meant is None:
        raise Refused("invalid", field="trigger")
    day = await _day(db, business_id)
    category = await _category(db, business_id, campaign, template_id)
    rows = await queries.counted(
        db,
        business_id,
        campaign_id or CampaignId(NOBODY),
        kind=meant.kind,
        category=category,
        look=wide_look_of(meant, day.today, day.steps),
    )
    free = sum(row.customers for row in rows if row.reason is None)
    held_out = round(free * holdout_percent / 100)
    return Estimate(
        basis=basis_of(meant),
        customers=await queries.customers_of(db, business_id),
        matching=sum(row.customers for row in rows),
        messages=free - held_out,
        held_out=held_out,
        left_out=sorted(((row.reason, row.customers) for row in rows if row.reason), key=lambda row: -row[1]),
        cost_micros=(free - held_out) * price_of(category, day.today),
    )


async def left_out(
    db: Db,
    business_id: BusinessId,
    campaign_id: CampaignId,
    *,
    reason: LeftOut | None,
    after: CustomerId,
    limit: int,
) -> list[Listed]:
    """Who is meant by a campaign now and left out. Refuses not_found."""
    campaign, day = await _campaign(db, business_id, campaign_id), await _day(db, business_id)
    return await queries.left_out(
        db,
        business_id,
        campaign_id,
        kind=campaign.trigger_kind,
        category=campaign.category,
        look=_look(campaign, day),
        reason=reason,
        after=after,
        limit=limit,
    )


async def answers_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[Answer]:
    """Why a customer got, or did not get, the message of each campaign that was ever started; running ones first.

    Refuses customer_not_found.
    """
    facts = await queries.facts_of(db, business_id, customer_id)
    if facts is None:
        raise Refused("customer_not_found")
    day, person = await _day(db, business_id), _person(facts)
    meant = await queries.meant_of(db, business_id, customer_id, most=_MOST_MEANT)
    campaigns = await started_campaigns(db, business_id, most=_MOST_CAMPAIGNS)
    return [
        answer_of(
            campaign,
            person,
            [one for one in meant if one.campaign_id == campaign.id],
            now=day.now,
            zone=day.zone,
            steps=day.steps,
        )
        for campaign in campaigns
    ]


def _person(facts: Facts) -> Person:
    return Person(
        confirmed=facts.confirmed,
        opted_in_at=facts.opted_in_at,
        opted_out_at=facts.opted_out_at,
        birth_month=facts.birth_month,
        birth_day=facts.birth_day,
        invalid_at=facts.invalid_at,
        unreachable_at=facts.unreachable_at,
        blocked_at=facts.blocked_at,
        pause_until=facts.pause_until,
        balance=facts.balance,
        stamps_until=facts.stamps_until,
        last_day=facts.last_day,
        visits=facts.visits,
        rewards=list(zip(facts.earned, facts.good_until, strict=True)),
        windows=list(zip(facts.begun, facts.ended, strict=True)),
        segments=[CampaignId(one) for one in facts.segments],
    )


def _look(campaign: Campaign, day: Day) -> Look:
    activated = day.today if campaign.activated_at is None else campaign.activated_at.astimezone(day.there).date()
    return look_of(campaign.trigger, day.today, day.steps, activated)


async def _campaign(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> Campaign:
    campaign = await campaign_of(db, business_id, campaign_id)
    if campaign is None:
        raise Refused("not_found")
    return campaign


async def _day(db: Db, business_id: BusinessId) -> Day:
    day = await day_of(db, business_id)
    if day is None:
        raise Refused("not_found")
    return day


async def _category(
    db: Db, business_id: BusinessId, campaign: Campaign | None, template_id: TemplateId | None
) -> Category:
    if template_id is None:
        return campaign.category if campaign else "marketing"
    kind = await queries.kind_of(db, business_id, template_id)
    if kind is None:
        raise Refused("template_not_found")
    return kind.category
