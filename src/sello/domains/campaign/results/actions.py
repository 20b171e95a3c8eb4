"""What a campaign did, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.domains.campaign.alerts.rules import BLAMED
from sello.domains.campaign.results import queries
from sello.domains.campaign.results.queries import ArmRow, Counts, DayRow, Ended, MemberRow, Spent
from sello.domains.campaign.results.rules import WINDOW, Arm, Lift, lift_of, pooled
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

DAYS_SHOWN = 120
_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Results:
    """Everything about one campaign at a moment."""

    measured_at: datetime
    counts: Counts
    endings: list[Ended]
    lift: Lift
    days: list[DayRow]


@dataclass(frozen=True, slots=True)
class Together:
    """All campaigns of a shop."""

    spent: Spent
    lift: Lift


async def results_of(db: Db, business_id: BusinessId, campaign_id: UUID) -> Results:
    """What came of a campaign until now; refuses not_found."""
    counts = await queries.counts_of(db, business_id, campaign_id, blamed=BLAMED)
    if counts is None:
        raise Refused("not_found")
    arms = await queries.arms_of(db, business_id, campaign_id, window=WINDOW)
    ready = await queries.ready_on(db, business_id, campaign_id, window=WINDOW)
    message, holdout = _sides(arms)
    return Results(
        measured_at=clock.now(),
        counts=counts,
        endings=await queries.endings_of(db, business_id, campaign_id),
        lift=lift_of(message, holdout, ready_on=ready.day if ready else None),
        days=await queries.days_of(db, business_id, campaign_id, most=DAYS_SHOWN),
    )


async def results_together(db: Db, business_id: BusinessId) -> Together:
    """All campaigns of the shop: one small campaign seldom shows anything."""
    arms = await queries.arms_of(db, business_id, None, window=WINDOW)
    ready = await queries.ready_on(db, business_id, None, window=WINDOW)
    campaigns = sorted({arm.campaign_id for arm in arms})
    strata = [_sides([arm for arm in arms if arm.campaign_id == each]) for each in campaigns]
    spent = await queries.spent_of(db, business_id)
    return Together(spent or Spent(0, 0, 0), pooled(strata, ready_on=ready.day if ready else None))


async def members_of(db: Db, business_id: BusinessId, campaign_id: UUID) -> list[MemberRow]:
    """Everybody a campaign meant and what came of it; refuses not_found."""
    if await queries.counts_of(db, business_id, campaign_id, blamed=BLAMED) is None:
        raise Refused("not_found")
    lines: list[MemberRow] = []
    after: tuple[UUID, str] | None = None
    while True:  # pages, so that no statement runs into its time-out
        page = await queries.member_lines(db, business_id, campaign_id, window=WINDOW, after=after, most=_PAGE)
        lines += page
        if len(page) < _PAGE:
            return lines
        after = page[-1].customer_id, page[-1].occasion


def _sides(arms: Sequence[ArmRow]) -> tuple[Arm, Arm]:
    found = {arm.arm: Arm(arm.customers, arm.visitors, arm.centimos, arm.squares) for arm in arms}
    nobody = Arm(0, 0, 0, 0.0)
    return found.get("message", nobody), found.get("holdout", nobody)
