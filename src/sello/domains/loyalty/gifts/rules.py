"""When gifts are due. Pure."""

from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

GiftKind = Literal["welcome", "birthday"]
MOST_DAYS = 31  # that a night makes up for


@dataclass(frozen=True, slots=True)
class Celebrated:
    """A birthday as customers write it, and the day on which it counts."""

    month: int
    day: int
    on: date


def birthdays_on(on: date) -> list[Celebrated]:
    """The birthdays of that day: 29 February counts on the 28th where there is no 29th."""
    days = [on.day]
    if (on.month, on.day) == (2, 28) and not isleap(on.year):
        days.append(29)
    return [Celebrated(on.month, day, on) for day in days]


def birthdays_after(done_through: date | None, today: date) -> Sequence[Celebrated]:
    """Every birthday of the days after `done_through` up to today, a month at most; of today alone without it."""
    first = today if done_through is None else max(done_through + timedelta(days=1), today - timedelta(days=MOST_DAYS))
    return [one for day in _days(first, today) for one in birthdays_on(day)]


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
