"""Add stamps to a card by hand, or take some, in one transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg.errors import UniqueViolation

from sello.domains.business import RulesInForce, current_rules, write_audit
from sello.domains.loyalty.adjustments import queries
from sello.domains.loyalty.adjustments.rules import good_through, plan_added, plan_taken
from sello.domains.loyalty.ledger.queries import event_of
from sello.domains.loyalty.ledger.rules import LedgerEvent
from sello.domains.loyalty.merges.queries import insert_reward, set_cycle
from sello.domains.loyalty.merges.rules import Issue
from sello.domains.loyalty.queries import append_event, card_of, locked_card
from sello.domains.loyalty.rewards.rules import member_of
from sello.domains.loyalty.rules import Card
from sello.domains.loyalty.voids.actions import revoke_rewards
from sello.domains.loyalty.voids.queries import revoked_before, settle_card, standing_rewards
from sello.events import RewardEarned, StampsAdjusted
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import CardId, RewardId, new_id
from sello.shared.validation import plausible_id


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The card after an adjustment, the rewards it gave and those it took back."""

    id: UUID
    card_id: CardId
    delta: int
    balance: int
    of: int
    given: list[RewardId]
    revoked: list[RewardId]


async def adjust_card(db: Db, caller: Caller, card_id: CardId, id: UUID, *, delta: int, reason: str) -> Adjusted:
    """Add `delta` stamps to a card, or take them when it is below zero; the same id again answers the same.

    No visit and no purchase: cooldowns, caps and statistics of visits do not know of it; rewards do. Refuses
    card_not_found, card_closed, rules_missing, adjust_tomorrow, adjust_below_zero, adjust_reward_gone, id_reused,
    id_not_plausible. Leaves a row in the audit log. Locks the card.
    """
    entry_id, business_id = plausible_id(id), caller.business_id

    async def work(tx: Db) -> Adjusted:
        card = await locked_card(tx, business_id, card_id)
        if card is None:
            raise Refused("card_not_found")
        rules = await current_rules(tx, business_id)
        if rules is None:
            raise Refused("rules_missing")
        done = await event_of(tx, business_id, entry_id)
        if done is not None:
            _check_same(done, caller, card_id, delta)
            return await _answer(tx, caller, done, rules)
        if card.confirmed_at is None or card.merged_into is not None or card.erased_at is not None:
            raise Refused("card_closed")
        today = await queries.today_of(tx, business_id, card.id)
        if today is None or today.over:  # the night has not taken what has lapsed
            raise Refused("adjust_tomorrow")
        if delta > 0:
            await _add(tx, caller, card, rules, entry_id, delta, reason, today.day)
        else:
            await _take(tx, caller, card, entry_id, delta, reason)
        entry = await event_of(tx, business_id, entry_id)
        assert entry is not None  # noqa: S101  # written just above
        adjusted = await _answer(tx, caller, entry, rules)
        await _tell(tx, caller, card, adjusted, entry.seq, reason)
        return adjusted

    try:
        return await db.transact(business_id, work)
    except UniqueViolation as error:
        # Another card was sent the same id at the same moment and has it now; here nothing was written.
        raise Refused("id_reused") from error


def _check_same(done: LedgerEvent, caller: Caller, card_id: CardId, delta: int) -> None:
    if (done.kind, done.card_id, done.delta, done.account_id) != ("adjust", card_id, delta, member_of(caller)):
        raise Refused("id_reused")


async def _add(
    tx: Db,
    caller: Caller,
    card: Card,
    rules: RulesInForce,
    entry_id: UUID,
    delta: int,
    reason: str,
    today: date,
) -> None:
    added = plan_added(delta, balance=card.balance, cycle=card.cycle, steps=rules.steps)
    await append_event(
        tx,
        caller.business_id,
        card.id,
        id=entry_id,
        kind="adjust",
        delta=delta,
        account_id=member_of(caller),
        reason=reason,
        stamps_until=good_through(today, rules.stamps_expire_days),
    )
    for issue in added.issues:  # one entry at a time: each moves the balance the next one stands on
        await _issue(tx, caller, card, issue, entry_id, good_days=rules.rewards_expire_days)
    await set_cycle(tx, caller.business_id, card.id, cycle=added.cycle)


async def _take(tx: Db, caller: Caller, card: Card, entry_id: UUID, delta: int, reason: str) -> None:
    rewards = await standing_rewards(tx, caller.business_id, card.id)
    plan = plan_taken(-delta, balance=card.balance, cycle=card.cycle, rewards=rewards)
    await revoke_rewards(tx, caller, card.id, plan, reason)
    await append_event(
        tx,
        caller.business_id,
        card.id,
        id=entry_id,
        kind="adjust",
        delta=delta,
        account_id=member_of(caller),
        reason=reason,
    )
    await settle_card(tx, caller.business_id, card.id, cycle=plan.cycle)


async def _issue(tx: Db, caller: Caller, card: Card, issue: Issue, entry_id: UUID, *, good_days: int | None) -> None:
    reward_id, business_id = RewardId(new_id()), caller.business_id
    await insert_reward(
        tx,
        business_id,
        reward_id,
        card.id,
        cycle=issue.cycle,
        threshold=issue.threshold,
        cost=issue.cost,
        title=issue.title,
        good_days=good_days,
        caused_by=entry_id,
    )
    await append_event(
        tx,
        business_id,
        card.id,
        id=new_id(),
        kind="issue_reward",
        delta=-issue.cost,
        account_id=member_of(caller),
        reward_id=reward_id,
    )
    earned = RewardEarned(card_id=card.id, customer_id=card.customer_id, reward_id=reward_id, threshold=issue.threshold)
    await facts.record(tx, business_id, earned)


async def _tell(tx: Db, caller: Caller, card: Card, adjusted: Adjusted, seq: int, reason: str) -> None:
    fact = StampsAdjusted(
        card_id=card.id,
        customer_id=card.customer_id,
        entry_id=adjusted.id,
        account_id=caller.account_id,
        delta=adjusted.delta,
        balance=adjusted.balance,
        seq=seq,
    )
    await facts.record(tx, caller.business_id, fact)
    await write_audit(
        tx,
        caller.business_id,
        account_id=caller.account_id,
        action="stamps.adjusted",
        subject_id=card.customer_id,
        reason=reason,
        details={"delta": adjusted.delta},
    )


async def _answer(tx: Db, caller: Caller, entry: LedgerEvent, rules: RulesInForce) -> Adjusted:
    business_id = caller.business_id
    card = await card_of(tx, business_id, entry.card_id)
    given = await queries.caused_by(tx, business_id, entry.id)
    revoked = await revoked_before(tx, business_id, entry.card_id, entry.seq) if entry.delta < 0 else []
    return Adjusted(
        id=entry.id,
        card_id=entry.card_id,
        delta=entry.delta,
        balance=card.balance if card else entry.balance_after,
        of=rules.stamps_required,
        given=[reward.id for reward in given],
        revoked=[reward.id for reward in revoked],
    )
