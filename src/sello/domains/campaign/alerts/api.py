"""Alerts of campaigns over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from sello.domains.campaign.alerts import actions, queries
from sello.domains.campaign.alerts.rules import Alert, AlertKind, in_words
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import accepted_language, refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["campaign"])

_COUNTED = 100


class CampaignAlert(Body):
    """Something an owner has to know of a campaign; `text` in the language that Accept-Language asks for."""

    id: UUID
    campaign_id: UUID
    campaign_name: str
    kind: AlertKind
    day: date
    details: dict[str, Any]
    text: str
    recorded_at: datetime
    seen_at: datetime | None


class CampaignAlerts(Body):
    """Alerts, the newest first; `next` is the `before` of the next page, null on the last.

    `unseen`: how many nobody has looked at, counted to 100.
    """

    alerts: list[CampaignAlert]
    next: UUID | None
    unseen: int


@router.get("/campaign-alerts", responses=refusals(for_a_shop=True))
async def get_campaign_alerts(
    caller: Owner,
    db: Tenant,
    request: Request,
    before: UUID | None = None,
    unseen: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> CampaignAlerts:
    """What happened to the campaigns that somebody should know; with `unseen=true` only what nobody looked at."""
    rows = await queries.alerts_page(db, caller.business_id, before=before, only_unseen=unseen, most=limit + 1)
    waiting = await queries.count_unseen(db, caller.business_id, most=_COUNTED)
    shown, language = rows[:limit], accepted_language(request.headers.get("accept-language"))
    return CampaignAlerts(
        alerts=[_told(alert, language) for alert in shown],
        next=shown[-1].id if len(rows) > limit else None,
        unseen=waiting.count if waiting else 0,
    )


@router.put("/campaign-alerts/{alert_id}/seen", responses=refusals("not_found", for_a_shop=True))
async def put_alert_seen(alert_id: UUID, caller: Owner, db: Tenant, request: Request) -> CampaignAlert:
    """Somebody has looked at it; again says the same."""
    seen = await actions.see(db, caller, alert_id)
    return _told(seen, accepted_language(request.headers.get("accept-language")))


def _told(alert: Alert, language: str) -> CampaignAlert:
    return CampaignAlert(
        id=alert.id,
        campaign_id=alert.campaign_id,
        campaign_name=alert.campaign_name,
        kind=alert.kind,
        day=alert.day,
        details=alert.details,
        text=in_words(alert.kind, language, campaign=alert.campaign_name, details=alert.details),
        recorded_at=alert.recorded_at,
        seen_at=alert.seen_at,
    )
