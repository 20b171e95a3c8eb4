"""Taking a stamp back: rewards it had given first, then the stamp, all in one transaction under the card's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.errors import UniqueViolation

from sello.domains.business import current_rules, write_audit
from sello.domains.loyalty.ledger.queries import event_of, void_of
from sello.domains.loyalty.ledger.rules import LedgerEvent
from sello.domains.loyalty.queries import append_event, locked_card
from sello.domains.loyalty.rewards.actions import written
from sello.domains.loyalty.rewards.rules import check_reason, member_of
from sello.domains.loyalty.rules import Card, LedgerEntry
from sello.domains.loyalty.voids import queries
from sello.domains.loyalty.voids.rules import VoidPlan, plan_void
from sello.events import StampVoided
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CardId, RewardId, StampId, new_id
from sello.shared.validation import plausible_id


@dataclass(frozen=True, slots=True)
class Voided:
    """The card after the void; `of` is what fills it under the rules in force, None without rules."""

    card_id: CardId
    balance: int
    of: int | None
    seq: int
    revoked_rewards: tuple[RewardId, ...]


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one stamp of a batch."""

    stamp_id: StampId
    voided: Voided | None
    refused: Refused | None


async def void_stamp(db: Db, caller: Caller, stamp_id: StampId, id: UUID, *, reason: str | None) -> Voided:
    """Take an `earn` back under the void id the client made; the same call again gives the same answer.

    Refuses stamp_not_found, not_voidable, card_closed, already_voided, void_reason_needed, void_reward_used,
    void_reward_expired, void_after_expiry, void_would_go_negative, id_reused, id_not_plausible. With a reason it
    leaves a row in the audit log. Locks the card.
    """
    void_id = plausible_id(id)
    business_id = caller.business_id

    async def work(tx: Db) -> Voided:
        stamp = await event_of(tx, business_id, stamp_id)
        if stamp is None:
            raise Refused("stamp_not_found")
        if stamp.kind != "earn":
            raise Refused("not_voidable")
        card = await locked_card(tx, business_id, stamp.card_id)
        done = await event_of(tx, business_id, void_id)
        if done is not None:
            return await _replay(tx, caller, stamp_id, done)
        if card is None or card.merged_into is not None or card.erased_at is not None:
            raise Refused("card_closed")
        await _check(tx, caller, stamp, reason)
        rewards = await queries.standing_rewards(tx, business_id, card.id)
        plan = plan_void(stamp.delta, balance=card.balance, cycle=card.cycle, rewards=rewards)
        entry = await _take_back(tx, caller, card, stamp, plan, void_id=void_id, reason=reason)
        return await _answer(tx, business_id, card.id, entry, [reward.id for reward in plan.revoke])

    try:
        return await db.transact(business_id, work)
    except UniqueViolation as error:
        # Another card was sent the same void id at the same moment and has it now; here nothing was written.
        raise Refused("id_reused") from error


async def void_stamps(db: Db, caller: Caller, stamp_ids: Sequence[StampId], *, reason: str) -> list[BatchItem]:
    """Take back one stamp after the other, each in its own transaction; a refused one never stops its neighbours.

    Sent again, those already taken back are refused with already_voided, so nothing happens twice.
    """
    return [await _judge(db, caller, stamp_id, reason) for stamp_id in stamp_ids]


async def _judge(db: Db, caller: Caller, stamp_id: StampId, reason: str) -> BatchItem:
    try:
        return BatchItem(stamp_id, await void_stamp(db, caller, stamp_id, new_id(), reason=reason), None)
    except Refused as refused:
        return BatchItem(stamp_id, None, refused)


async def _check(tx: Db, caller: Caller, stamp: LedgerEvent, reason: str | None) -> None:
    earlier = await void_of(tx, caller.business_id, stamp.id)
    if earlier is not None:
        raise Refused("already_voided", by=earlier.account_name, at=earlier.recorded_at.isoformat())
    own = stamp.account_id is not None and stamp.account_id == member_of(caller)
    check_reason(reason, own=own, done_at=stamp.recorded_at, now=stamp.now)
    if await queries.lapse_after(tx, caller.business_id, stamp.card_id, stamp.seq) is not None:
        raise Refused("void_after_expiry")  # what it gave is gone already, or became a reward that has its own end


async def _replay(tx: Db, caller: Caller, stamp_id: StampId, done: LedgerEvent) -> Voided:
    if (done.voids, done.account_id) != (stamp_id, member_of(caller)):
        raise Refused("id_reused")
    revoked = await queries.revoked_before(tx, caller.business_id, done.card_id, done.seq)
    entry = LedgerEntry(done.seq, done.balance_after, done.recorded_at)
    return await _answer(tx, caller.business_id, done.card_id, entry, [reward.id for reward in revoked])


async def _take_back(
    tx: Db,
    caller: Caller,
    card: Card,
    stamp: LedgerEvent,
    plan: VoidPlan,
    *,
    void_id: UUID,
    reason: str | None,
) -> LedgerEntry:
    await revoke_rewards(tx, caller, card.id, plan, reason)
    appended = await append_event(
        tx,
        caller.business_id,
        card.id,
        id=void_id,
        kind="void",
        delta=-stamp.delta,
        account_id=member_of(caller),
        voids=stamp.id,
        reason=reason,
    )
    entry = written(appended)
    await queries.settle_card(tx, caller.business_id, card.id, cycle=plan.cycle)
    await _tell(tx, caller, card.id, stamp.id, entry, reason)
    return entry


async def revoke_rewards(tx: Db, caller: Caller, card_id: CardId, plan: VoidPlan, reason: str | None) -> None:
    """Take back the rewards of a plan, before the stamps: the card is locked."""
    # One entry at a time: each moves the balance the next one stands on. It is one reward at most, hardly ever two.
    for reward in plan.revoke:
        appended = await append_event(
            tx,
            caller.business_id,
            card_id,
            id=new_id(),
            kind="void",
            delta=reward.cost,
            account_id=member_of(caller),
            reward_id=reward.id,
            voids=reward.issued_as,
            reason=reason,
        )
        await queries.revoke_reward(tx, caller.business_id, reward.id, at=written(appended).recorded_at)


async def _tell(
    tx: Db, caller: Caller, card_id: CardId, stamp_id: UUID, entry: LedgerEntry, reason: str | None
) -> None:
    fact = StampVoided(
        card_id=card_id,
        stamp_id=stamp_id,
        account_id=caller.account_id,
        balance=entry.balance_after,
        seq=entry.seq,
    )
    await facts.record(tx, caller.business_id, fact)
    if reason is not None:
        await write_audit(
            tx,
            caller.business_id,
            account_id=caller.account_id,
            action="stamp.voided",
            subject_id=stamp_id,
            reason=reason,
        )


async def _answer(
    tx: Db, business_id: BusinessId, card_id: CardId, entry: LedgerEntry, revoked: Sequence[RewardId]
) -> Voided:
    rules = await current_rules(tx, business_id)
    return Voided(card_id, entry.balance_after, rules.stamps_required if rules else None, entry.seq, tuple(revoked))
