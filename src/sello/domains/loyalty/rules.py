"""What a card and its ledger are; decisions about stamps and rewards live in the noun packages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sello.shared.ids import CardId, CustomerId

EventKind = Literal["earn", "history", "issue_reward", "redeem", "void", "bonus", "expire", "adjust"]


@dataclass(frozen=True, slots=True)
class Card:
    """A card as its row says; `balance` and `seq` are derived from the ledger and changed only with it."""

    id: CardId
    customer_id: CustomerId
    scan_code: str
    link: str
    balance: int
    seq: int
    cycle: int
    last_at: datetime | None
    issued_at: datetime
    confirmed_at: datetime | None
    merged_into: CardId | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The chain's newest link after an append."""

    seq: int
    balance_after: int
    recorded_at: datetime
