"""Why somebody gets a message, or none, in words of one kind each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sello.domains.campaign.rules import (
    BirthdayNear,
    Campaign,
    Expiring,
    Inactivity,
    Milestone,
    NearReward,
    RewardUnused,
    Segment,
    Watching,
)
from sello.domains.campaign.triggers.rules import Arm, Look, look_of
from sello.shared.ids import CampaignId, SendId

LeftOut = Literal[
    "already", "opted_out", "no_consent", "phone_invalid", "not_on_whatsapp", "blocked", "marketing_paused",
    "recent_message",
]  # fmt: skip
NoMatch = Literal[
    "not_confirmed", "never_visited", "visited_recently", "gone_too_long", "no_birthday", "birthday_another_day",
    "other_visit_number", "not_near_reward", "no_unused_reward", "nothing_expires", "not_in_segment",
    "campaign_not_active", "tomorrow",
]  # fmt: skip
Outcome = Literal["message", "held_out", "left_out", "no_match"]
Basis = Literal["now", "next_30_days", "last_30_days"]
LEFT_OUT: Final[tuple[LeftOut, ...]] = (
    "already", "opted_out", "no_consent", "phone_invalid", "not_on_whatsapp", "blocked", "marketing_paused",
    "recent_message",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a customer got a campaign's message or not; `until`: from then on the reason is gone."""

    campaign: Campaign
    outcome: Outcome
    reason: LeftOut | NoMatch | None = None
    until: datetime | None = None
    occasion: str | None = None
    send_id: SendId | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What a campaign once meant a customer for."""

    campaign_id: CampaignId
    occasion: str
    arm: Arm
    send_id: SendId | None
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of a customer, as far as campaigns look at it. `windows` are (from, until) of their messages.

    `rewards` are (earned, last day) of those that wait to be collected; `visits` are the days, in order.
    """

    confirmed: bool
    opted_in_at: datetime | None
    opted_out_at: datetime | None
    birth_month: int | None
    birth_day: int | None
    invalid_at: datetime | None
    unreachable_at: datetime | None
    blocked_at: datetime | None
    pause_until: datetime | None
    balance: int
    stamps_until: date | None
    last_day: date | None
    visits: Sequence[date] = field(default_factory=list)
    rewards: Sequence[tuple[date, date | None]] = field(default_factory=list)
    windows: Sequence[tuple[datetime, datetime]] = field(default_factory=list)
    segments: Sequence[CampaignId] = field(default_factory=list)


def basis_of(trigger: Watching | Segment) -> Basis:
    """What the numbers of an estimate count: who is meant now, or in a month of days."""
    if isinstance(trigger, BirthdayNear):
        return "next_30_days"
    return "last_30_days" if isinstance(trigger, Milestone) else "now"


def answer_of(
    campaign: Campaign, person: Person, meant: Sequence[Meant], *, now: datetime, zone: str, steps: Sequence[int]
) -> Answer:
    """Why this customer got the campaign's message, or did not."""
    latest = max(meant, key=lambda one: one.planned_at, default=None)
    if latest is not None:
        outcome: Outcome = "message" if latest.arm == "message" else "held_out"
        return Answer(campaign, outcome, occasion=latest.occasion, send_id=latest.send_id)
    if not person.confirmed:
        return Answer(campaign, "no_match", "not_confirmed")
    moment = min(now, campaign.ended_at or now)
    if (reason := _no_match(campaign, person, moment, zone, steps)) is not None:
        return Answer(campaign, "no_match", reason)
    left_out, until = left_out_of(campaign, person, moment)
    if left_out is not None:
        return Answer(campaign, "left_out", left_out, until)
    return Answer(campaign, "no_match", "tomorrow" if campaign.state == "active" else "campaign_not_active")


def left_out_of(campaign: Campaign, person: Person, moment: datetime) -> tuple[LeftOut | None, datetime | None]:
    """Why somebody who was meant at that moment could not be written to, and until when; the first that holds."""
    marketing = campaign.category == "marketing"
    since = campaign.activated_at if campaign.ended_at is not None else moment
    covering = [until for begin, until in person.windows if begin <= moment and until > (since or moment)]
    if person.opted_out_at is not None and person.opted_out_at <= moment:
        return "opted_out", None
    if person.opted_in_at is None or person.opted_in_at > moment:
        return "no_consent", None
    if person.invalid_at is not None:
        return "phone_invalid", None
    if person.unreachable_at is not None:
        return "not_on_whatsapp", None
    if person.blocked_at is not None:
        return "blocked", None
    if marketing and person.pause_until is not None and person.pause_until > moment:
        return "marketing_paused", person.pause_until
    return ("recent_message", max(covering)) if covering else (None, None)


def _no_match(campaign: Campaign, person: Person, moment: datetime, zone: str, steps: Sequence[int]) -> NoMatch | None:
    """Why the campaign does not mean this customer; None when it does."""
    today = moment.astimezone(ZoneInfo(zone)).date()
    trigger = campaign.trigger
    match trigger:
        case Inactivity():
            return _absent(person, today, trigger.days_inactive, trigger.at_most_days)
        case BirthdayNear():
            activated = (campaign.activated_at or moment).astimezone(ZoneInfo(zone)).date()
            return _birthday(person, look_of(trigger, today, steps, activated))
        case Milestone():
            activated = (campaign.activated_at or moment).astimezone(ZoneInfo(zone)).date()
            since = look_of(trigger, today, steps, activated).since
            reached = person.visits[trigger.visit - 1] if len(person.visits) >= trigger.visit else None
            return None if reached is not None and reached >= since else "other_visit_number"
        case NearReward():
            return _near(person, trigger, today, steps)
        case RewardUnused():
            earned_by = today - timedelta(days=trigger.after_days)
            waits = any(earned <= earned_by and (last is None or last >= today) for earned, last in person.rewards)
            return None if waits else "no_unused_reward"
        case Expiring():
            return None if _expires(person, trigger, today) else "nothing_expires"
        case Segment():
            return None if campaign.id in person.segments else "not_in_segment"


def _absent(person: Person, today: date, least: int, most: int) -> NoMatch | None:
    if person.last_day is None:
        return "never_visited"
    if (today - person.last_day).days < least:
        return "visited_recently"
    return None if (today - person.last_day).days <= most else "gone_too_long"


def _birthday(person: Person, look: Look) -> NoMatch | None:
    if person.birth_month is None or person.birth_day is None:
        return "no_birthday"
    born = (person.birth_month, person.birth_day)
    return None if born in set(zip(look.months, look.days, strict=True)) else "birthday_another_day"


def _near(person: Person, trigger: NearReward, today: date, steps: Sequence[int]) -> NoMatch | None:
    ahead = min((step for step in steps if step > person.balance), default=None)
    if person.balance == 0 or ahead is None or ahead - person.balance > trigger.missing:
        return "not_near_reward"
    if person.last_day is None:
        return "never_visited"
    return None if (today - person.last_day).days >= trigger.after_days else "visited_recently"


def _expires(person: Person, trigger: Expiring, today: date) -> bool:
    last = today + timedelta(days=trigger.before_days)
    ends = [end for _, end in person.rewards if end is not None] if trigger.what != "stamps" else []
    if trigger.what != "rewards" and person.balance > 0 and person.stamps_until is not None:
        ends.append(person.stamps_until)
    return any(today <= end <= last for end in ends)
