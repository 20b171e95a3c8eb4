"""What the ledger says: its entries, and what follows from them for a card and its rewards. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sello.domains.loyalty.rules import EventKind
from sello.shared.ids import AccountId, BusinessId, CardId, RewardId


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One entry as a correction needs it; `now` is the database's clock when it was read."""

    id: UUID
    card_id: CardId
    seq: int
    kind: EventKind
    delta: int
    balance_after: int
    account_id: AccountId | None
    account_name: str | None
    recorded_at: datetime
    voids: UUID | None
    now: datetime


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry as people read it."""

    id: UUID
    seq: int
    kind: EventKind
    delta: int
    balance_after: int
    occurred_at: datetime
    recorded_at: datetime
    account_name: str | None
    reason: str | None
    amount_centimos: int | None
    reward_id: RewardId | None
    reward_title: str | None
    voids: UUID | None
    voided_by: UUID | None
    flags: list[str]


# ---------------------------------------------------------------- the proof


@dataclass(frozen=True, slots=True)
class CardRow:
    """The derived columns of a card."""

    business_id: BusinessId
    card_id: CardId
    balance: int
    seq: int
    cycle: int
    last_at: datetime | None
    stamps_until: date | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An entry, as far as anything is derived from it."""

    business_id: BusinessId
    card_id: CardId
    id: UUID
    seq: int
    kind: EventKind
    delta: int
    balance_after: int
    occurred_at: datetime
    reward_id: RewardId | None
    voids: UUID | None
    stamps_until: date | None


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward and whether its rows call it revoked, expired and handed over."""

    business_id: BusinessId
    card_id: CardId
    id: RewardId
    cost: int
    revoked: bool
    expired: bool
    redeemed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Something a row says and the ledger does not."""

    business_id: BusinessId
    card_id: CardId
    what: str
    row: str
    ledger: str


def differences(card: CardRow, events: Sequence[EventRow], rewards: Sequence[RewardRow]) -> Iterator[Difference]:
    """Recompute a card from its entries (in the order of seq) and yield whatever its rows say otherwise."""
    for what, row, ledger in (*_chain(events), *_card(card, events), *_rewards(events, rewards)):
        if row != ledger:
            yield Difference(card.business_id, card.card_id, what, str(row), str(ledger))


_Claims = Iterator[tuple[str, Any, Any]]


def _chain(events: Sequence[EventRow]) -> _Claims:
    """Numbered 1, 2, 3 …; each balance the one before plus the delta; each entry voided once, by its opposite."""
    balance = 0
    standing = dict[UUID, EventRow]()
    for place, event in enumerate(events, 1):
        balance += event.delta
        yield f"seq of entry {event.id}", event.seq, place
        yield f"balance after entry {event.id}", event.balance_after, balance
        if event.kind == "void":
            target = standing.pop(event.voids, None) if event.voids else None
            yield f"what entry {event.id} voids", event.delta, -target.delta if target else "no entry left to void"
        else:
            standing[event.id] = event
    if balance < 0:
        yield "balance below zero", "", balance


def _card(card: CardRow, events: Sequence[EventRow]) -> _Claims:
    standing = _standing(events)
    yield "balance", card.balance, sum(event.delta for event in events)
    yield "seq", card.seq, len(events)
    yield "cycle", card.cycle, sum(event.kind in ("issue_reward", "expire") and event.delta < 0 for event in standing)
    visits = [event.occurred_at for event in standing if event.kind == "earn"]
    yield "last visit", card.last_at, max(visits, default=None)
    gained = [event for event in standing if event.kind in ("earn", "bonus", "adjust") and event.delta > 0]
    yield "stamps good through", card.stamps_until, gained[-1].stamps_until if gained and card.balance else None


def _rewards(events: Sequence[EventRow], rewards: Sequence[RewardRow]) -> _Claims:
    standing = _standing(events)
    costs = [(event.reward_id, -event.delta) for event in events if event.kind == "issue_reward"]
    yield "rewards issued", sorted(str(reward.id) for reward in rewards), sorted(str(id) for id, _ in costs)
    price = dict(costs)
    unrevoked = {event.reward_id for event in standing if event.kind == "issue_reward"}
    kinds = {(event.kind, event.reward_id) for event in standing}
    used = [event.reward_id for event in standing if event.kind == "redeem"]
    for reward in rewards:
        yield f"cost of reward {reward.id}", reward.cost, price.get(reward.id)
        yield f"reward {reward.id} revoked", reward.revoked, reward.id not in unrevoked
        yield f"reward {reward.id} expired", reward.expired, ("expire", reward.id) in kinds
        yield f"times reward {reward.id} was handed over", int(reward.redeemed), used.count(reward.id)


def _standing(events: Sequence[EventRow]) -> list[EventRow]:
    """The entries that count: neither a void nor voided."""
    voided = {event.voids for event in events if event.voids is not None}
    return [event for event in events if event.kind != "void" and event.id not in voided]
