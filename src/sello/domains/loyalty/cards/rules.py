"""What a card shows, and how its link reads. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sello.shared.ids import CardId, CustomerId

LINK_LENGTH = 22
SCAN_CODE_LENGTH = 20
VISITS_SHOWN = 20
_CODE_LENGTH = 6
_LINK = re.compile(r"[0-9A-Z]{28}")


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with its holder; of a merged card, the one it leads to. Pending while `confirmed_at` is None.

    `rewards` are those earned and not handed over yet, the oldest first: each an `id` (text), a `title` and a
    `good_until` (text, YYYY-MM-DD, or None for good). The stamps are good through `stamps_until`, None for good.
    """

    card_id: CardId
    customer_id: CustomerId
    name: str
    last_three: str
    confirmed_at: datetime | None
    balance: int
    stamps_until: date | None
    last_at: datetime | None
    opted_in_at: datetime | None
    rewards: list[dict[str, Any]]


def split_link(text: str) -> tuple[str, str] | None:
    """The shop's code and the card's link in the text after `/c/`, or None for what was never one."""
    if not _LINK.fullmatch(text):
        return None
    return text[:_CODE_LENGTH], text[_CODE_LENGTH:]


def card_address(base_url: str, code: str, link: str) -> str:
    """The address of a card's own page."""
    return f"{base_url}/c/{code}{link}"
