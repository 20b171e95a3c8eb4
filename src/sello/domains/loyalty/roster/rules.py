"""Who a till may know, and how many. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sello.shared.ids import CardId, CustomerId

MOST: Final = 500  # customers a till keeps
LATELY: Final = 2_000  # entries of the ledger that say who came lately


@dataclass(frozen=True, slots=True)
class Listed:
    """A confirmed customer and when they were last here, or joined."""

    id: CustomerId
    card_id: CardId
    name: str
    last_three: str
    balance: int
    at: datetime
