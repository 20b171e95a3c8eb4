"""Fraud signals over HTTP, in plain words."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from sello.domains.loyalty.fraud import actions, queries
from sello.domains.loyalty.fraud.queries import Evidence, Signal
from sello.domains.loyalty.fraud.rules import FraudKind, Pattern, in_words
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import accepted_language, refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


class FraudSignal(Body):
    """Something odd. `stamp_ids` are the newest stamps that show it, ready for `POST /voids`."""

    id: UUID
    kind: FraudKind
    pattern: Pattern
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


class FraudStamp(Body):
    """A stamp that a signal is about. `customer` is null once they were erased; `voided`: taken back already."""

    id: UUID
    card_id: UUID
    customer_id: UUID
    customer: str | None
    device: str | None
    count: int
    occurred_at: datetime
    recorded_at: datetime
    reason: str | None
    flags: list[str]
    voided: bool


class FraudStamps(Body):
    """The newest stamps that show a signal, 100 at most, in the order of their visits."""

    stamps: list[FraudStamp]


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
    seen: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> FraudSignals:
    """What looked odd; with `unseen=true` only what nobody has looked at, with `seen=true` only the rest."""
    locale = accepted_language(request.headers.get("accept-language"))
    signals = await queries.signals_of(
        db, caller.business_id, before=before, only_unseen=unseen, only_seen=seen, most=limit
    )
    following = signals[-1].id if len(signals) == limit else None
    return FraudSignals(signals=[_signal(signal, locale) for signal in signals], next=following)


@router.put("/fraud-signals/{signal_id}/seen", responses=refusals(for_a_shop=True))
async def put_seen(signal_id: UUID, caller: Owner, db: Tenant, request: Request) -> FraudSignal:
    """Note that it was seen; the first look counts."""
    locale = accepted_language(request.headers.get("accept-language"))
    return _signal(await actions.see_signal(db, caller, signal_id), locale)


@router.delete("/fraud-signals/{signal_id}/seen", responses=refusals(for_a_shop=True))
async def delete_seen(signal_id: UUID, caller: Owner, db: Tenant, request: Request) -> FraudSignal:
    """Put it back among those to look at."""
    locale = accepted_language(request.headers.get("accept-language"))
    return _signal(await actions.unsee_signal(db, caller, signal_id), locale)


@router.get("/fraud-signals/{signal_id}/stamps", responses=refusals(for_a_shop=True))
async def get_signal_stamps(signal_id: UUID, caller: Owner, db: Tenant) -> FraudStamps:
    """The stamps it is about, one by one."""
    stamps = await actions.evidence_of(db, caller, signal_id)
    return FraudStamps(stamps=[_stamp(stamp) for stamp in stamps])


def _stamp(stamp: Evidence) -> FraudStamp:
    return FraudStamp(
        id=stamp.id,
        card_id=stamp.card_id,
        customer_id=stamp.customer_id,
        customer=stamp.name,
        device=stamp.device,
        count=stamp.count,
        occurred_at=stamp.occurred_at,
        recorded_at=stamp.recorded_at,
        reason=stamp.reason,
        flags=stamp.flags,
        voided=stamp.voided,
    )


def _signal(signal: Signal, locale: str) -> FraudSignal:
    details = signal.details
    return FraudSignal(
        id=signal.id,
        kind=signal.kind,
        pattern=details["pattern"],
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
