"""How to look for whom a trigger means. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal

from sello.domains.campaign.rules import (
    BirthdayNear,
    Expiring,
    Inactivity,
    Milestone,
    NearReward,
    RewardUnused,
    Segment,
    Watching,
)
from sello.shared.ids import CustomerId

Arm = Literal["message", "holdout"]
LOOKS_BACK: Final = 3  # days that a lost look makes up for
MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a campaign means, why now, and the arm they were once drawn for."""

    customer_id: CustomerId
    occasion: str
    arm: Arm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The numbers by which a statement looks for whom a trigger means.

    `months`, `days` and `years` are birthdays and the year they are celebrated in, `steps` the places of rewards on
    the card, `since` the first day on which a visit may have been the milestone.
    """

    least: int = 0
    most: int = 0
    months: list[int]
    days: list[int]
    years: list[int]
    steps: list[int]
    since: date
    stamps: bool = False
    rewards: bool = False

    @property
    def numbers(self) -> dict[str, Any]:
        """All of them by name, as a statement takes them."""
        return asdict(self)


def look_of(trigger: Watching | Segment, today: date, steps: Sequence[int], activated: date) -> Look:
    """How to look for whom this trigger means on that day of the shop, days that a lost look missed included."""
    since = max(today - timedelta(days=LOOKS_BACK), activated)
    look = Look(months=[], days=[], years=[], steps=list(steps), since=since)
    match trigger:
        case Inactivity():
            return replace(look, least=trigger.days_inactive, most=trigger.at_most_days)
        case BirthdayNear():
            first = since + timedelta(days=trigger.days_before)
            return _celebrating(look, first, (today - since).days + 1)
        case Milestone():
            return replace(look, least=trigger.visit)
        case NearReward():
            return replace(look, least=trigger.after_days, most=trigger.missing)
        case RewardUnused():
            return replace(look, least=trigger.after_days)
        case Expiring():
            both = trigger.what == "both"
            return replace(
                look, most=trigger.before_days, stamps=both or trigger.what == "stamps",
                rewards=both or trigger.what == "rewards",
            )  # fmt: skip
        case Segment():
            return look


def wide_look_of(trigger: Watching | Segment, today: date, steps: Sequence[int]) -> Look:
    """How to look for whom it would mean in a month: birthdays of the next, milestones of the last one."""
    look = look_of(trigger, today, steps, today)
    if isinstance(trigger, BirthdayNear):
        return _celebrating(look, today + timedelta(days=trigger.days_before), MONTH)
    return replace(look, since=today - timedelta(days=MONTH))


def _celebrating(look: Look, first: date, count: int) -> Look:
    """Look for the birthdays of these days: 29 February counts on the 28th where there is no 29th."""
    found = list[date]()
    leap = list[int]()
    for number in range(count):
        day = first + timedelta(days=number)
        found.append(day)
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).day == 1:
            leap.append(day.year)
    return replace(
        look,
        months=[day.month for day in found] + [2] * len(leap),
        days=[day.day for day in found] + [29] * len(leap),
        years=[day.year for day in found] + leap,
    )


def reacts_to_stamp(trigger: Watching | Segment) -> bool:
    """Whether a stamp may set this trigger off at once."""
    return isinstance(trigger, Milestone) or (isinstance(trigger, NearReward) and trigger.after_days == 0)
