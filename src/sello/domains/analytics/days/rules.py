"""Days and hours as the home page shows them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sello.domains.analytics.dashboard.rules import WINDOW_DAYS, share

# ---------------------------------------------------------------- the days


@dataclass(frozen=True, slots=True)
class DayMoves:
    """A day's visits, and by how much the numbers that stand moved; `day` is None when the shop has no days yet."""

    today: date
    day: date | None
    visits: int
    active_moved: int
    returned_moved: int
    at_risk_moved: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the lines on the home page; of one branch `at_risk` is None."""

    day: date
    visits: int
    retention: float | None
    at_risk: int | None


def days_of(moves: Sequence[DayMoves], *, of_branch: bool) -> list[Day]:
    """Each of the last 30 days; `moves` begin 30 days before the first of them, because retention looks back so far."""
    if not moves:
        return []
    by_day = {move.day: move for move in moves}
    today = moves[0].today
    active, returned, at_risk, days, was_active = 0, 0, 0, list[Day](), list[int]()
    for ago in reversed(range(2 * WINDOW_DAYS)):
        day = today - timedelta(days=ago)
        move = by_day.get(day)
        if move is not None:
            active, returned, at_risk = (
                active + move.active_moved,
                returned + move.returned_moved,
                at_risk + move.at_risk_moved,
            )
        was_active.append(active)
        if ago < WINDOW_DAYS:
            kept = share(returned, was_active[-1 - WINDOW_DAYS])
            days.append(Day(day, move.visits if move else 0, kept, None if of_branch else at_risk))
    return days


# ---------------------------------------------------------------- the hours


@dataclass(frozen=True, slots=True)
class HourRow:
    """An hour of a day: people who came then for the first time, and what they got all day.

    `weeks_ago` and `hour` are None in a row that only tells the shop's clock. `visits_by_now`: of those up to the
    present time of day.
    """

    zone: str
    now: datetime
    today: date
    weeks_ago: int | None
    hour: int | None
    visits: int
    visits_by_now: int
    with_reward: int
    stamps: int
    rewards: int


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of today beside the same hour on the weekdays before (None: there were none)."""

    hour: int
    visits: int
    with_reward: int
    usual: float | None


@dataclass(frozen=True, slots=True)
class DayByHours:
    """Today so far. `weeks`: of how many weeks before, on which the shop was open that day, `usual` is the mean."""

    now: datetime
    today: date
    zone: str
    visits: int
    stamps: int
    rewards: int
    weeks: int
    usual_by_now: float | None
    hours: tuple[Hour, ...]


def by_hours(rows: Sequence[HourRow]) -> DayByHours:
    """Today against the weekdays before it; hours from the first to the last in which anybody ever came."""
    clock, counted = rows[0], [row for row in rows if row.hour is not None]
    ours = [row for row in counted if row.weeks_ago == 0]
    theirs = [row for row in counted if row.weeks_ago]
    weeks = len({row.weeks_ago for row in theirs if row.visits})

    def usual(visits: int) -> float | None:
        return round(visits / weeks, 1) if weeks else None

    hours = [row.hour for row in counted if row.hour is not None and row.visits]
    span = range(min(hours), max(hours) + 1) if hours else range(0)
    return DayByHours(
        now=clock.now,
        today=clock.today,
        zone=clock.zone,
        visits=sum(row.visits for row in ours),
        stamps=sum(row.stamps for row in ours),
        rewards=sum(row.rewards for row in ours),
        weeks=weeks,
        usual_by_now=usual(sum(row.visits_by_now for row in theirs)),
        hours=tuple(
            Hour(
                hour,
                sum(row.visits for row in ours if row.hour == hour),
                sum(row.with_reward for row in ours if row.hour == hour),
                usual(sum(row.visits for row in theirs if row.hour == hour)),
            )
            for hour in span
        ),
    )


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Somebody who is missed: how often they came, every how many days, and for how many they did not."""

    customer_id: UUID
    name: str
    visits: int
    median_gap: float | None
    days_away: int
