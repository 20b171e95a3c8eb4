"""The home page's numbers over HTTP, each with its meaning."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from sello.domains.analytics.dashboard import actions
from sello.domains.analytics.dashboard.rules import DEFINITIONS, OF_OWNERS, Figure, Name
from sello.infrastructure.cache.api import TheCache
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member
from sello.shared.errors import accepted_language, refusals
from sello.shared.errors.languages import Language
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["analytics"])


class Metric(Body):
    """A number, the one it is compared with, and what it means. null: not defined here."""

    key: str
    value: float | None
    before: float | None
    change: float | None = Field(description="value - before")
    change_ratio: float | None = Field(description="value / before - 1; null where before is 0")
    definition: str = Field(description="In the language of Accept-Language")


class PeriodMetrics(Body):
    """Sums over a period, each compared with the period before it. `amount_centimos` is for owners."""

    visits: Metric
    purchases: Metric
    stamps: Metric
    rewards_issued: Metric
    rewards_redeemed: Metric
    amount_centimos: Metric | None
    new_cards: Metric


class DashboardMetrics(Body):
    """The numbers of the home page as of `day`, in the shop's zone; the first four against 30 days before."""

    day: date
    zone: str
    branch_id: UUID | None
    active_customers: Metric
    retention: Metric
    at_risk: Metric
    lost: Metric
    today: PeriodMetrics
    last_30_days: PeriodMetrics


@router.get("/dashboard/metrics", responses=refusals("branch_unknown", for_a_shop=True))
async def get_metrics(
    caller: Member, db: Tenant, cache: TheCache, request: Request, branch_id: UUID | None = None
) -> DashboardMetrics:
    """How the shop does, or one branch of it. At most 30 seconds old; money is shown to owners alone."""
    numbers = await actions.numbers(db, cache, caller.business_id, branch_id=branch_id)
    language = accepted_language(request.headers.get("accept-language"))
    hidden = OF_OWNERS if caller.role == "staff" else frozenset[str]()
    return DashboardMetrics(
        day=numbers.day,
        zone=numbers.zone,
        branch_id=branch_id,
        **_metrics(numbers.standing, language),
        today=_period(numbers.today, language, hidden),
        last_30_days=_period(numbers.last_30_days, language, hidden),
    )


def _period(figures: Mapping[Name, Figure], language: Language, hidden: frozenset[str]) -> PeriodMetrics:
    return PeriodMetrics.model_validate({**_metrics(figures, language), **dict.fromkeys(hidden)})


def _metrics(figures: Mapping[Name, Figure], language: Language) -> dict[str, Metric]:
    return {
        name: Metric(
            key=name,
            value=figure.value,
            before=figure.before,
            change=figure.change,
            change_ratio=figure.change_ratio,
            definition=getattr(DEFINITIONS[name], language),
        )
        for name, figure in figures.items()
    }
