"""Results over HTTP, with what they can and cannot show."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from sello.domains.campaign.results import actions
from sello.domains.campaign.results.queries import MemberRow
from sello.domains.campaign.results.rules import LEAST_HELD_OUT, WINDOW, Arm, Difference, Lift, LiftState, Verdict
from sello.domains.customer import csv_of
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["campaign"])

_MICROS = 10_000  # to a céntimo


class CampaignCounts(Body):
    """Messages by what became of them; `sent` holds those that failed later. `members` and `held_out` are customers."""

    members: int
    held_out: int
    planned: int
    waiting: int
    sending: int
    sent: int
    delivered: int
    read: int
    clicked: int
    failed: int
    unknown: int
    released: int
    opted_out: int
    codes: int
    redeemed: int


class Released(Body):
    """Why messages were not sent. `error_code`: the provider's, where it refused."""

    why: str
    error_code: int | None
    count: int


class Failed(Body):
    """With which number of the provider messages failed after they were sent."""

    error_code: int | None
    count: int


class ArmAnswer(Body):
    """Customers of one arm whose window is over: how many, how many came, what they spent."""

    customers: int
    visitors: int
    centimos: int


class DifferenceAnswer(Body):
    """What the arms came to (shares, or céntimos a customer), and the difference with its 95 % interval."""

    message: float
    holdout: float
    difference: float
    low: float
    high: float
    verdict: Verdict


class LiftAnswer(Body):
    """Whether people came because of it: null until measured, `not_shown` when the interval holds zero."""

    state: LiftState
    ready_on: date | None
    least_held_out: int
    message: ArmAnswer
    holdout: ArmAnswer
    visitors: DifferenceAnswer | None
    centimos: DifferenceAnswer | None


class CampaignDay(Body):
    """One of the shop's days."""

    day: date
    planned: int
    sent: int
    delivered: int
    read: int
    redeemed: int


class CampaignResults(Body):
    """What a campaign did until `measured_at`; visits count for `window_days` after somebody was meant."""

    campaign_id: UUID
    measured_at: datetime
    window_days: int
    counts: CampaignCounts
    released: list[Released]
    failed: list[Failed]
    cost_centimos: int
    cost_micros: int
    redeemed_centimos: int
    lift: LiftAnswer
    days: list[CampaignDay]


class AllResults(Body):
    """All campaigns together, each compared within itself."""

    campaigns: int
    sent: int
    cost_centimos: int
    window_days: int
    lift: LiftAnswer


@router.get("/campaigns/{campaign_id}/results", responses=refusals("not_found", for_a_shop=True))
async def get_campaign_results(campaign_id: UUID, caller: Owner, db: Tenant) -> CampaignResults:
    """Everything that is known of a campaign, and whether it did anything."""
    found = await actions.results_of(db, caller.business_id, campaign_id)
    counts, endings = found.counts, found.endings
    return CampaignResults(
        campaign_id=campaign_id,
        measured_at=found.measured_at,
        window_days=WINDOW.days,
        counts=CampaignCounts(**{name: getattr(counts, name) for name in CampaignCounts.model_fields}),
        released=[Released(why=e.why, error_code=e.error_code, count=e.count) for e in endings if e.why],
        failed=[Failed(error_code=e.error_code, count=e.count) for e in endings if not e.why],
        cost_centimos=round(counts.cost_micros / _MICROS),
        cost_micros=counts.cost_micros,
        redeemed_centimos=counts.redeemed_centimos,
        lift=_lift(found.lift),
        days=[CampaignDay(**{name: getattr(day, name) for name in CampaignDay.model_fields}) for day in found.days],
    )


@router.get(
    "/campaigns/{campaign_id}/results.csv",
    response_class=Response,
    responses={200: {"description": "The file", "content": {"text/csv": {}}}, **refusals("not_found", for_a_shop=True)},
)
async def get_campaign_results_csv(campaign_id: UUID, caller: Owner, db: Tenant) -> Response:
    """A line for everybody the campaign meant, by id: when it was sent, read, clicked, what they spent."""
    members = await actions.members_of(db, caller.business_id, campaign_id)
    data = csv_of([_line(member) for member in members] or [dict.fromkeys(_COLUMNS)])
    name = f'attachment; filename="sello-campaign-{campaign_id}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/campaign-results", responses=refusals(for_a_shop=True))
async def get_all_results(caller: Owner, db: Tenant) -> AllResults:
    """All campaigns of the shop together."""
    found = await actions.results_together(db, caller.business_id)
    return AllResults(
        campaigns=found.spent.campaigns,
        sent=found.spent.sent,
        cost_centimos=round(found.spent.cost_micros / _MICROS),
        window_days=WINDOW.days,
        lift=_lift(found.lift),
    )


def _lift(lift: Lift) -> LiftAnswer:
    return LiftAnswer(
        state=lift.state,
        ready_on=lift.ready_on,
        least_held_out=LEAST_HELD_OUT,
        message=_arm(lift.message),
        holdout=_arm(lift.holdout),
        visitors=_difference(lift.visitors),
        centimos=_difference(lift.centimos),
    )


def _arm(arm: Arm) -> ArmAnswer:
    return ArmAnswer(customers=arm.customers, visitors=arm.visitors, centimos=arm.centimos)


def _difference(difference: Difference | None) -> DifferenceAnswer | None:
    if difference is None:
        return None
    interval = difference.interval
    return DifferenceAnswer(
        message=difference.message,
        holdout=difference.holdout,
        difference=interval.difference,
        low=interval.low,
        high=interval.high,
        verdict=interval.verdict,
    )


_COLUMNS = (
    "customer_id", "arm", "occasion", "planned_at", "sent_at", "delivered_at", "read_at", "clicked_at", "why_not",
    "error_code", "redeemed_at", "stamps", "soles", "cost_soles",
)  # fmt: skip


def _line(member: MemberRow) -> dict[str, Any]:
    moments = ("planned_at", "sent_at", "delivered_at", "read_at", "clicked_at", "redeemed_at")
    told: dict[str, Any] = {name: _iso(getattr(member, name)) for name in moments}
    told |= {name: getattr(member, name) for name in ("customer_id", "arm", "occasion", "error_code", "stamps")}
    told |= {"why_not": member.why, "soles": f"{member.centimos / 100:.2f}"}
    told["cost_soles"] = f"{member.cost_micros / 1_000_000:.4f}"
    return {name: told[name] for name in _COLUMNS}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
