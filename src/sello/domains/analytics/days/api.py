"""What stands beside the home page's numbers, over HTTP."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.analytics.days import actions, queries
from sello.infrastructure.cache.api import TheCache
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["analytics"])


class DayAnswer(Body):
    """A day: its visits, and how retention and the number at risk stood at its end (null: not defined)."""

    day: date
    visits: int
    retention: float | None
    at_risk: int | None


class DaysAnswer(Body):
    """The last 30 days, today the last of them."""

    days: list[DayAnswer]


class HourAnswer(Body):
    """Customers whose first stamp of the day was in this hour. `usual`: the mean of the weekdays before."""

    hour: int
    visits: int
    with_reward: int
    usual: float | None


class HoursAnswer(Body):
    """Today in the shop's zone, beside the same weekday of the four weeks before.

    `weeks` of those had visits; without any, what is usual is null. `usual_by_now` counts up to
    the present time of day.
    """

    now: datetime
    today: date
    zone: str
    visits: int
    stamps: int
    rewards: int
    weeks: int
    usual_by_now: float | None
    hours: list[HourAnswer]


class AwayAnswer(Body):
    """A customer at risk: they came every `median_gap` days and have not been here for `days_away`."""

    customer_id: UUID
    name: str
    visits: int
    median_gap: float | None
    days_away: int


class AwayAnswers(Body):
    """Customers at risk, those who became so last first."""

    customers: list[AwayAnswer]


@router.get("/dashboard/days", responses=refusals(for_a_shop=True))
async def get_days(caller: Member, db: Tenant, cache: TheCache, branch_id: UUID | None = None) -> DaysAnswer:
    """The lines beside the numbers. At most 30 seconds old."""
    days = await actions.days(db, cache, caller.business_id, branch_id=branch_id)
    return DaysAnswer(days=[DayAnswer(**asdict(day)) for day in days])


@router.get("/dashboard/hours", responses=refusals(for_a_shop=True))
async def get_hours(caller: Member, db: Tenant, branch_id: UUID | None = None) -> HoursAnswer:
    """Today by its hours, of the shop or of one branch, as it is now."""
    day = await actions.hours(db, caller.business_id, branch_id=branch_id)
    return HoursAnswer.model_validate(asdict(day))


@router.get("/dashboard/at-risk", responses=refusals(for_a_shop=True))
async def get_at_risk(caller: Owner, db: Tenant, limit: Annotated[int, Query(ge=1, le=20)] = 5) -> AwayAnswers:
    """Who is slipping away, by name."""
    rows = await queries.away_of(db, caller.business_id, most=limit)
    return AwayAnswers(customers=[AwayAnswer(**asdict(row)) for row in rows])
