"""Looking at a stamp, and the owner's look at what was found."""

from datetime import datetime
from uuid import UUID

import msgspec

from sello.domains.business import current_rules
from sello.domains.loyalty.fraud import queries
from sello.domains.loyalty.fraud.queries import Evidence, Signal
from sello.domains.loyalty.fraud.rules import OVERRIDES_WITHIN, Finding, odd_patterns
from sello.domains.loyalty.rewards.rules import member_of
from sello.events import FraudSignalled
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, StampId

_MOST = 2000  # of one person on one day; far above any cap that is meant


async def look_at_stamp(
    db: Db, business_id: BusinessId, stamp_id: StampId, *, account_id: AccountId, at: datetime
) -> None:
    """Record what is odd about the person's stamps around this one, with a fact for every signal that is new.

    Looking again, or at other stamps of the day in any order, adds nothing: a signal is one row for its kind, person
    and day, and keeps the greatest count.
    """
    rules = await current_rules(db, business_id)
    stamps = await queries.stamps_around(db, business_id, account_id, at, margin=OVERRIDES_WITHIN, most=_MOST)
    findings = odd_patterns(stamps, stamp_id, staff_cap=rules.staff_daily_cap if rules else None)

    async def work(tx: Db) -> None:
        for finding in sorted(findings, key=lambda finding: finding.kind):  # one order of locks: three rows at most
            await _record(tx, business_id, finding, account_id=account_id, at=at)

    if findings:
        await db.transact(business_id, work)


async def _record(tx: Db, business_id: BusinessId, finding: Finding, *, account_id: AccountId, at: datetime) -> None:
    details = msgspec.json.encode(finding.details).decode()
    recorded = await queries.record_signal(
        tx, business_id, kind=finding.kind, account_id=account_id, at=at, details=details
    )
    if recorded is not None and recorded.new:
        await facts.record(tx, business_id, FraudSignalled(signal_id=recorded.id, kind=finding.kind))


async def see_signal(db: Db, caller: Caller, signal_id: UUID) -> Signal:
    """Note that the owner has seen it; the first look counts. Refuses not_found."""
    await queries.mark_seen(db, caller.business_id, signal_id, account_id=member_of(caller))
    return await _signal(db, caller, signal_id)


async def unsee_signal(db: Db, caller: Caller, signal_id: UUID) -> Signal:
    """The owner wants to look at it again. Refuses not_found."""
    await queries.mark_unseen(db, caller.business_id, signal_id)
    return await _signal(db, caller, signal_id)


async def evidence_of(db: Db, caller: Caller, signal_id: UUID) -> list[Evidence]:
    """The stamps that a signal is about. Refuses not_found."""
    signal = await _signal(db, caller, signal_id)
    return await queries.stamps_with_ids(
        db, caller.business_id, [UUID(stamp_id) for stamp_id in signal.details["stamp_ids"]]
    )


async def _signal(db: Db, caller: Caller, signal_id: UUID) -> Signal:
    signal = await queries.signal_of(db, caller.business_id, signal_id)
    if signal is None:
        raise Refused("not_found")
    return signal
