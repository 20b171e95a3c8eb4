"""Fraud signals over HTTP, in plain words."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from sello.domains.loyalty.fraud import actions, queries
from sello.domains.loyalty.fraud.queries import Signal
from sello.domains.loyalty.fraud.rules import FraudKind, in_words
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import accepted_language, refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


class FraudSignal(Body):
    """Something odd. `stamp_ids` are the newest stamps that show it, ready for `POST /voids`."""

    id: UUID
    kind: FraudKind
    text: str
    account_id: UUID
    account_name: str
    day: date
    count: int
    stamp_ids: list[UUID]
    card_ids: list[UUID]
    recorded_at: datetime
    seen_at: datetime | None
    seen_by: str | None


class FraudSignals(Body):
    """Signals, the newest first; `next` is the `before` of the next page, absent on the last."""

    signals: list[FraudSignal]
    next: UUID | None


@router.get("/fraud-signals", responses=refusals(for_a_shop=True))
async def get_fraud_signals(
    caller: Owner,
    db: Tenant,
    request: Request,
    before: UUID | None = None,
    unseen: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> FraudSignals:
    """What looked odd; with `unseen=true` only what nobody has looked at."""
    locale = accepted_language(request.headers.get("accept-language"))
    signals = await queries.signals_of(db, caller.business_id, before=before, only_unseen=unseen, most=limit)
    following = signals[-1].id if len(signals) == limit else None
    return FraudSignals(signals=[_signal(signal, locale) for signal in signals], next=following)


@router.put("/fraud-signals/{signal_id}/seen", responses=refusals(for_a_shop=True))
async def put_seen(signal_id: UUID, caller: Owner, db: Tenant, request: Request) -> FraudSignal:
    """Note that it was seen; the first look counts."""
    locale = accepted_language(request.headers.get("accept-language"))
    return _signal(await actions.see_signal(db, caller, signal_id), locale)


def _signal(signal: Signal, locale: str) -> FraudSignal:
    details = signal.details
    return FraudSignal(
        id=signal.id,
        kind=signal.kind,
        text=in_words(details["pattern"], locale, name=signal.account_name, count=details["count"], day=signal.day),
        account_id=signal.account_id,
        account_name=signal.account_name,
        day=signal.day,
        count=details["count"],
        stamp_ids=details["stamp_ids"],
        card_ids=details["card_ids"],
        recorded_at=signal.recorded_at,
        seen_at=signal.seen_at,
        seen_by=signal.seen_by,
    )
