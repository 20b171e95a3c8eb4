"""Reward rules: what a shop promises for its stamps. Pure: types, their bounds and what follows from them."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sello.shared.validation import Body, Name

SMALLEST_WINDOW = timedelta(seconds=5)
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES

Weekday = Literal[1, 2, 3, 4, 5, 6, 7]
"""As ISO 8601 counts them: Monday is 1."""


Picture = Literal["moon", "cup", "meal", "gift", "star"]
"""What a shop's stamps show, and its card where there is no logo."""


Design = Literal["band", "ring", "card", "paper"]  # of a shop's poster and table tent
SetupStep = Literal["look", "team", "stamp", "poster"]
"""A first step that leaves no trace elsewhere, or that a shop may do without; its owner ticks it off."""


class Step(Body):
    """One reward on the card: reached at stamp number `at`."""

    at: Annotated[int, Field(strict=True, ge=1, le=100)]
    title: Name


class HappyHour(Body):
    """Every stamp counts `factor` times on these weekdays, from `starts` until just before `ends`, the shop's time.

    Past midnight it belongs to the weekday on which it starts (`22:00` to `02:00`). `24:00` is the end of the day. The
    visit's time decides, also of a stamp that was given without a network and arrives later.
    """

    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    starts: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    ends: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
    factor: Annotated[int, Field(strict=True, ge=2, le=5)] = 2

    @model_validator(mode="after")
    def _is_a_time(self) -> "HappyHour":
        if list(self.weekdays) != sorted(set(self.weekdays)):
            raise ValueError("weekdays must rise")
        if self.starts == self.ends:
            raise ValueError("a happy hour must have a length; a whole day is 00:00 to 24:00")
        return self

    @property
    def minutes(self) -> tuple[int, int]:
        """Beginning and end in minutes since the midnight it starts after; the end may lie in the next day."""
        start, end = _minute(self.starts), _minute(self.ends)
        return start, end if end > start else end + DAY_MINUTES


class Welcome(Body):
    """What a customer gets once, when the card is confirmed: a reward, stamps, or both."""

    title: Name | None = None
    stamps: Annotated[int, Field(strict=True, ge=0, le=99)] = 0

    @model_validator(mode="after")
    def _gives_something(self) -> "Welcome":
        if self.title is None and self.stamps == 0:
            raise ValueError("a welcome gives a reward, stamps, or both")
        return self


class BirthdayReward(Body):
    """What a customer gets once a year, on the day; 29 February counts on the 28th in other years."""

    title: Name
    valid_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 15


class RewardRules(Body):
    """The rules of one version. The card is full at the last step; earlier steps give their reward on the way.

    `cooldown_minutes` 0 also switches off the 5 s window against double scans. Caps count purchases that were stamped,
    voided ones included, per day in the shop's zone. Without `roll_over` a purchase gives no more stamps than fill the
    card. A happy hour multiplies the stamps of a purchase; of two at once the larger factor counts.

    Days of expiry are whole days of the shop's zone: stamps are good through `stamps_expire_days` days after the day of
    the last stamp, a reward through `rewards_expire_days` days after the day it was earned; None: for good. Both are
    fixed when they are earned, so that new rules never shorten them.
    """

    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=10)]
    roll_over: Annotated[bool, Field(strict=True)] = False
    cooldown_minutes: Annotated[int, Field(strict=True, ge=0, le=7 * 24 * 60)] = 30
    card_daily_cap: Annotated[int, Field(strict=True, ge=1, le=1000)] = 5
    staff_daily_cap: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 300
    most_per_purchase: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    minimum_spend_centimos: Annotated[int, Field(strict=True, ge=1, le=100_000_000)] | None = None
    happy_hours: Annotated[tuple[HappyHour, ...], Field(max_length=20)] = ()
    stamps_expire_days: Annotated[int, Field(strict=True, ge=14, le=3650)] | None = None
    rewards_expire_days: Annotated[int, Field(strict=True, ge=7, le=3650)] | None = None
    welcome: Welcome | None = None
    birthday: BirthdayReward | None = None

    @model_validator(mode="after")
    def _fit_together(self) -> "RewardRules":
        places = [step.at for step in self.steps]
        if places != sorted(set(places)):
            raise ValueError("steps must rise")
        if self.welcome is not None and self.welcome.stamps >= places[0]:
            raise ValueError("welcome stamps must be fewer than the first step needs")
        return self

    @property
    def stamps_required(self) -> int:
        """How many stamps fill the card."""
        return self.steps[-1].at

    @property
    def cooldown(self) -> timedelta:
        """The least time between two stamps of one card."""
        return timedelta(minutes=self.cooldown_minutes)

    @property
    def happy_week(self) -> list[tuple[int, int, int]]:
        """The week's happy hours as (from minute, to minute, factor), in order and apart from each other.

        Minutes count from Monday's midnight on; where happy hours overlap, the larger factor stands.
        """
        spans = [span for happy in self.happy_hours for span in _spans(happy)]
        edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
        week = list[tuple[int, int, int]]()
        for start, end in pairwise(edges):
            factor = max((factor for begin, stop, factor in spans if begin <= start and end <= stop), default=1)
            if factor == 1:
                continue
            if week and week[-1][1:] == (start, factor):
                start = week.pop()[0]
            week.append((start, end, factor))
        return week


class RulesInForce(RewardRules):
    """A shop's present rules with the number of their version."""

    version: int


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _spans(happy: HappyHour) -> list[tuple[int, int, int]]:
    """A happy hour's spans in the week; one past Sunday's midnight goes on at Monday's."""
    spans = list[tuple[int, int, int]]()
    for weekday in happy.weekdays:
        start, end = ((weekday - 1) * DAY_MINUTES + minute for minute in happy.minutes)
        spans.append((start, min(end, WEEK_MINUTES), happy.factor))
        if end > WEEK_MINUTES:
            spans.append((0, end - WEEK_MINUTES, happy.factor))
    return spans
