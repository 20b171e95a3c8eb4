"""Merge the cards of two confirmed customers who are one person, all in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sello.domains.business import current_rules, write_audit
from sello.domains.customer import merge_duplicate
from sello.domains.loyalty.enrollments.queries import locked_cards
from sello.domains.loyalty.merges import queries
from sello.domains.loyalty.merges.rules import Issue, MergePlan, Side, plan_merge
from sello.domains.loyalty.queries import append_event, card_of
from sello.domains.loyalty.rewards.actions import written
from sello.domains.loyalty.rewards.rules import member_of
from sello.domains.loyalty.rules import Card
from sello.domains.loyalty.voids.queries import revoke_reward
from sello.events import CardMerged, RewardEarned
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import CardId, CustomerId, RewardId, new_id


@dataclass(frozen=True, slots=True)
class Merged:
    """The surviving card; `stamps` and `rewards` came from the other one."""

    card_id: CardId
    customer_id: CustomerId
    balance: int
    stamps: int
    rewards: int


async def merge_customers(db: Db, caller: Caller, customer_id: CustomerId, *, into: CustomerId, reason: str) -> Merged:
    """Lead `customer_id` to `into`: stamps and open rewards come along, its codes and links open the other card.

    The sum over both ledgers stays what it was. The same call again answers the same. There is no way back: stamps may
    have been given since, so a wrong merge is put right by hand. Refuses customer_not_found, same_customer,
    already_merged, merge_waits, merge_tomorrow, rules_missing. Locks both cards in the order of their ids, then both
    customers.
    """
    business_id = caller.business_id
    if customer_id == into:
        raise Refused("same_customer")

    async def work(tx: Db) -> Merged:
        ids = [await _card_id(tx, caller, one) for one in (customer_id, into)]
        locked = {card.id: card for card in await locked_cards(tx, business_id, ids)}
        card, target = locked[ids[0]], locked[ids[1]]
        if card.merged_into == target.id:
            return await _again(tx, caller, card.id, target)
        if card.merged_into is not None or target.merged_into is not None:
            raise Refused("already_merged")
        if None in (card.confirmed_at, target.confirmed_at) or card.erased_at or target.erased_at:
            raise Refused("customer_not_found")
        await _join(tx, caller, card, target, reason)
        after = await card_of(tx, business_id, target.id)
        assert after is not None  # noqa: S101  # cards stay
        return await _again(tx, caller, card.id, after)

    return await db.transact(business_id, work)


async def _card_id(tx: Db, caller: Caller, customer_id: CustomerId) -> CardId:
    card = await queries.card_of_customer(tx, caller.business_id, customer_id)
    if card is None:
        raise Refused("customer_not_found")
    return card.id


async def _again(tx: Db, caller: Caller, card_id: CardId, target: Card) -> Merged:
    """What the merge did; also of a pending card that was found to be the customer's."""
    merge = await queries.merge_of(tx, caller.business_id, card_id)
    stamps, rewards = (merge.stamps, merge.rewards) if merge else (0, 0)
    return Merged(target.id, target.customer_id, target.balance, stamps, rewards)


async def _join(tx: Db, caller: Caller, card: Card, target: Card, reason: str) -> None:
    business_id = caller.business_id
    rules = await current_rules(tx, business_id)
    if rules is None:
        raise Refused("rules_missing")
    plan = plan_merge(await _side(tx, caller, card), await _side(tx, caller, target), rules.steps)
    await _revoke(tx, caller, card.id, plan)
    entries = await _move_stamps(tx, caller, card.id, target, plan)
    if entries is not None:
        await _issue(tx, caller, target, plan, caused_by=entries[1], good_days=rules.rewards_expire_days)
    cycles = [one.cycle for one in plan.given]
    await queries.let_count(tx, business_id, [one.id for one in plan.given], target.id, cycles=cycles)
    await queries.lead_cards(tx, business_id, card.id, target.id)
    await merge_duplicate(tx, business_id, card.customer_id, into=target.customer_id)
    await queries.insert_merge(
        tx,
        business_id,
        card.id,
        target.id,
        stamps=plan.stamps,
        rewards=len(plan.revoke),
        entry_id=entries[0] if entries else None,
        into_entry_id=entries[1] if entries else None,
        account_id=member_of(caller),
    )
    await _tell(tx, caller, card, target, plan, reason)


async def _side(tx: Db, caller: Caller, card: Card) -> Side:
    rewards = await queries.held_rewards(tx, caller.business_id, card.id)
    until = await queries.until_of(tx, caller.business_id, card.id)
    assert until is not None  # noqa: S101  # the card is locked
    return Side(card.balance, card.cycle, tuple(rewards), until.day, until.over)


async def _revoke(tx: Db, caller: Caller, card_id: CardId, plan: MergePlan) -> None:
    await queries.release_expired(tx, caller.business_id, card_id)
    for reward in plan.revoke:  # one entry at a time: each moves the balance the next one stands on
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
        )
        await revoke_reward(tx, caller.business_id, reward.id, at=written(appended).recorded_at)
    await queries.set_cycle(tx, caller.business_id, card_id, cycle=plan.merged_cycle)


async def _move_stamps(
    tx: Db, caller: Caller, card_id: CardId, target: Card, plan: MergePlan
) -> tuple[UUID, UUID] | None:
    """The paired entries; none where neither stamp nor reward came along."""
    if plan.stamps == 0 and not plan.revoke:
        return None
    ids = (new_id(), new_id())
    for id, of, delta in ((ids[0], card_id, -plan.stamps), (ids[1], target.id, plan.stamps)):
        await append_event(
            tx,
            caller.business_id,
            of,
            id=id,
            kind="adjust",
            delta=delta,
            account_id=member_of(caller),
            stamps_until=plan.until,
        )
    return ids


async def _issue(
    tx: Db, caller: Caller, target: Card, plan: MergePlan, *, caused_by: UUID, good_days: int | None
) -> None:
    business_id = caller.business_id
    if plan.shift:
        await queries.shift_round(tx, business_id, target.id, cycle=target.cycle, by=plan.shift)
    for issue in plan.issues:
        reward_id = RewardId(new_id())
        await _insert(tx, caller, reward_id, target.id, issue, caused_by, good_days)
        await append_event(
            tx,
            business_id,
            target.id,
            id=new_id(),
            kind="issue_reward",
            delta=-issue.cost,
            account_id=member_of(caller),
            reward_id=reward_id,
        )
        await facts.record(
            tx,
            business_id,
            RewardEarned(
                card_id=target.id,
                customer_id=target.customer_id,
                reward_id=reward_id,
                threshold=issue.threshold,
            ),
        )
    await queries.set_cycle(tx, business_id, target.id, cycle=plan.cycle)


async def _insert(
    tx: Db, caller: Caller, reward_id: RewardId, card_id: CardId, issue: Issue, caused_by: UUID, good_days: int | None
) -> None:
    if issue.held is not None:
        await queries.carry_reward(
            tx,
            caller.business_id,
            reward_id,
            card_id,
            cycle=issue.cycle,
            held_id=issue.held.id,
            caused_by=caused_by,
        )
        return
    await queries.insert_reward(
        tx,
        caller.business_id,
        reward_id,
        card_id,
        cycle=issue.cycle,
        threshold=issue.threshold,
        cost=issue.cost,
        title=issue.title,
        good_days=good_days,
        caused_by=caused_by,
    )


async def _tell(tx: Db, caller: Caller, card: Card, target: Card, plan: MergePlan, reason: str) -> None:
    merged = CardMerged(card_id=card.id, into_card_id=target.id, customer_id=target.customer_id)
    await facts.record(tx, caller.business_id, merged)
    await write_audit(
        tx,
        caller.business_id,
        account_id=caller.account_id,
        action="customer.merged",
        subject_id=card.customer_id,
        reason=reason,
        details={"into": str(target.customer_id), "stamps": plan.stamps, "rewards": len(plan.revoke)},
    )
