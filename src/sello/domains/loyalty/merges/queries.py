"""What a merge reads and writes besides the ledgers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sello.domains.loyalty.merges.rules import Held
from sello.domains.loyalty.rules import Card
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CardId, CustomerId, RewardId


@dataclass(frozen=True, slots=True)
class Until:
    """The last day of a card's open stamps, None for good; `over` once it has passed."""

    day: date | None
    over: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that was done."""

    card_id: CardId
    into_card_id: CardId
    stamps: int
    rewards: int


async def card_of_customer(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Card | None:
    """The customer's own card, merged or not, unlocked."""
    return await db.fetch_one(
        Card,
        business_id,
        """
        SELECT id, customer_id, scan_code, link, balance, seq, cycle, last_at, issued_at, confirmed_at, merged_into,
          erased_at
        FROM cards WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s
        """,
        customer_id=customer_id,
    )


async def held_rewards(db: Db, business_id: BusinessId, card_id: CardId) -> list[Held]:
    """The card's rewards that are not revoked, and those of cards merged into it that count on it.

    It holds for a decision only under the card's lock.
    """
    return await db.fetch_all(
        Held,
        business_id,
        """
        SELECT r.id, e.id AS issued_as, coalesce(r.counts_in, r.cycle) AS cycle, r.threshold, r.cost, r.title,
          r.expired_at IS NOT NULL OR x.confirmed_at IS NOT NULL AS gone,
          x.id IS NOT NULL AND x.confirmed_at IS NULL AND x.expires_at > app_now() AS reserved,
          coalesce(r.good_until < (app_now() AT TIME ZONE b.zone)::date, false) AS over
        FROM rewards r
        JOIN businesses b ON b.id = r.business_id
        JOIN stamp_events e ON e.business_id = r.business_id AND e.reward_id = r.id AND e.kind = 'issue_reward'
        LEFT JOIN redemptions x ON x.business_id = r.business_id AND x.reward_id = r.id
          AND x.released_at IS NULL AND x.voided_at IS NULL
        WHERE r.business_id = %(business_id)s AND (r.card_id = %(card_id)s OR r.counts_on = %(card_id)s)
          AND r.revoked_at IS NULL
        """,
        card_id=card_id,
    )


async def until_of(db: Db, business_id: BusinessId, card_id: CardId) -> Until | None:
    """Through when the card's open stamps are good; it holds for a decision only under the card's lock."""
    return await db.fetch_one(
        Until,
        business_id,
        """
        SELECT c.stamps_until AS day,
          coalesce(c.stamps_until < (app_now() AT TIME ZONE b.zone)::date, false) AS over
        FROM cards c JOIN businesses b ON b.id = c.business_id
        WHERE c.business_id = %(business_id)s AND c.id = %(card_id)s
        """,
        card_id=card_id,
    )


async def release_expired(db: Db, business_id: BusinessId, card_id: CardId) -> int:
    """Let go what was reserved of the card and ran out; how many."""
    return await db.execute(
        business_id,
        """
        UPDATE redemptions x SET released_at = app_now() FROM rewards r
        WHERE r.business_id = %(business_id)s AND r.card_id = %(card_id)s
          AND x.business_id = r.business_id AND x.reward_id = r.id
          AND x.confirmed_at IS NULL AND x.released_at IS NULL
        """,
        card_id=card_id,
    )


async def shift_round(db: Db, business_id: BusinessId, card_id: CardId, *, cycle: int, by: int) -> int:
    """Move what the card's present round gave on the way `by` rounds up, beneath which other rewards take place."""
    return await db.execute(
        business_id,
        """
        UPDATE rewards SET cycle = CASE WHEN counts_on IS NULL THEN cycle + %(by)s ELSE cycle END,
          counts_in = counts_in + %(by)s
        WHERE business_id = %(business_id)s AND cost = 0 AND revoked_at IS NULL
          AND ((card_id = %(card_id)s AND cycle = %(cycle)s) OR (counts_on = %(card_id)s AND counts_in = %(cycle)s))
        """,
        card_id=card_id,
        cycle=cycle,
        by=by,
    )


async def insert_reward(
    db: Db,
    business_id: BusinessId,
    reward_id: RewardId,
    card_id: CardId,
    *,
    cycle: int,
    threshold: int,
    cost: int,
    title: str,
    good_days: int | None,
    caused_by: UUID,
) -> int:
    """A reward for a step that the merge crossed, under the rules in force and at its cause's moment.

    It is good through `good_days` days after that day; None: for good.
    """
    return await db.execute(
        business_id,
        """
        INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by,
          issued_at, good_until)
        SELECT e.business_id, %(reward_id)s, e.card_id, %(cycle)s, %(threshold)s, %(cost)s, %(title)s, e.rule_version,
          e.id, e.recorded_at, (e.recorded_at AT TIME ZONE b.zone)::date + %(good_days)s::int
        FROM stamp_events e JOIN businesses b ON b.id = e.business_id
        WHERE e.business_id = %(business_id)s AND e.id = %(caused_by)s AND e.card_id = %(card_id)s
        """,
        reward_id=reward_id,
        card_id=card_id,
        cycle=cycle,
        threshold=threshold,
        cost=cost,
        title=title,
        good_days=good_days,
        caused_by=caused_by,
    )


async def carry_reward(
    db: Db,
    business_id: BusinessId,
    reward_id: RewardId,
    card_id: CardId,
    *,
    cycle: int,
    held_id: RewardId,
    caused_by: UUID,
) -> int:
    """The merged card's reward again on this card: what was promised, and until when, stays."""
    return await db.execute(
        business_id,
        """
        INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by,
          issued_at, good_until, warned_at)
        SELECT e.business_id, %(reward_id)s, e.card_id, %(cycle)s, greatest(r.threshold, 1), r.cost, r.title,
          r.rule_version, e.id, e.recorded_at, r.good_until, r.warned_at
        FROM stamp_events e JOIN rewards r ON r.business_id = e.business_id
        WHERE e.business_id = %(business_id)s AND e.id = %(caused_by)s AND e.card_id = %(card_id)s
          AND r.id = %(held_id)s
        """,
        reward_id=reward_id,
        card_id=card_id,
        cycle=cycle,
        held_id=held_id,
        caused_by=caused_by,
    )


async def let_count(
    db: Db, business_id: BusinessId, reward_ids: Sequence[RewardId], card_id: CardId, *, cycles: Sequence[int]
) -> int:
    """Rewards of merged cards, gone already, count for their step on this card, each in its round; how many."""
    return await db.execute(
        business_id,
        """
        UPDATE rewards r SET counts_on = %(card_id)s, counts_in = n.cycle
        FROM unnest(%(reward_ids)s::uuid[], %(cycles)s::int[]) AS n (id, cycle)
        WHERE r.business_id = %(business_id)s AND r.id = n.id
        """,
        reward_ids=list(reward_ids),
        card_id=card_id,
        cycles=list(cycles),
    )


async def set_cycle(db: Db, business_id: BusinessId, card_id: CardId, *, cycle: int) -> int:
    """Put the card into a round."""
    return await db.execute(
        business_id,
        "UPDATE cards SET cycle = %(cycle)s WHERE business_id = %(business_id)s AND id = %(card_id)s",
        card_id=card_id,
        cycle=cycle,
    )


async def lead_cards(db: Db, business_id: BusinessId, card_id: CardId, into: CardId) -> int:
    """The merged card leads to the other one, and so does every card that led to it; how many."""
    return await db.execute(
        business_id,
        """
        UPDATE cards SET merged_into = %(into)s
        WHERE business_id = %(business_id)s AND (id = %(card_id)s OR merged_into = %(card_id)s)
        """,
        card_id=card_id,
        into=into,
    )


async def insert_merge(
    db: Db,
    business_id: BusinessId,
    card_id: CardId,
    into: CardId,
    *,
    stamps: int,
    rewards: int,
    entry_id: UUID | None,
    into_entry_id: UUID | None,
    account_id: AccountId | None,
) -> None:
    """Note what went from one card to the other."""
    await db.execute(
        business_id,
        """
        INSERT INTO card_merges (business_id, card_id, into_card_id, stamps, rewards, entry_id, into_entry_id,
          account_id)
        VALUES (%(business_id)s, %(card_id)s, %(into)s, %(stamps)s, %(rewards)s, %(entry_id)s, %(into_entry_id)s,
          %(account_id)s)
        """,
        card_id=card_id,
        into=into,
        stamps=stamps,
        rewards=rewards,
        entry_id=entry_id,
        into_entry_id=into_entry_id,
        account_id=account_id,
    )


async def merge_of(db: Db, business_id: BusinessId, card_id: CardId) -> Merge | None:
    """The merge that closed a card."""
    return await db.fetch_one(
        Merge,
        business_id,
        """
        SELECT card_id, into_card_id, stamps, rewards FROM card_merges
        WHERE business_id = %(business_id)s AND card_id = %(card_id)s
        """,
        card_id=card_id,
    )
