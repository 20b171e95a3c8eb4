"""How a customer is looked for at the counter, and what a look-up says. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sello.domains.customer import Source
from sello.shared.errors import Refused
from sello.shared.ids import CardId, CustomerId
from sello.shared.validation import fold

_SCAN_CODE = re.compile(r"[0-9A-Z]{20}")
_DIGITS = re.compile(r"[0-9\s+().-]+")
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class NextStep:
    """The reward ahead: at which stamp, and how many stamps are missing."""

    at: int
    title: str
    missing: int


@dataclass(frozen=True, slots=True)
class Found:
    """A confirmed customer as a look-up finds them; who may see which of it is the endpoint's allow-list.

    `new_phone` waits to be said at the counter; `phone` counts until then.
    """

    id: CustomerId
    card_id: CardId
    name: str
    phone: str
    last_three: str
    balance: int
    stamps_until: date | None
    last_at: datetime | None
    birth_day: int | None
    birth_month: int | None
    source: Source
    enrolled_at: datetime
    opted_in_at: datetime | None
    new_phone: str | None


@dataclass(frozen=True, slots=True)
class History:
    """What a customer's ledgers come to, merged cards included; what was taken back does not count."""

    visits: int
    stamps: int
    rewards_redeemed: int
    amount_centimos: int
    first_visit: date | None
    last_visit: date | None


@dataclass(frozen=True, slots=True)
class ByDigits:
    """The last digits of a phone, and the last three digits that such a phone can have."""

    digits: str
    endings: list[str]


@dataclass(frozen=True, slots=True)
class ByWords:
    """Folded words that a name must contain, in any order; none means everybody."""

    words: list[str]


def is_scan_code(text: str) -> bool:
    """Whether the text has the form of a card's static code."""
    return _SCAN_CODE.fullmatch(text) is not None


def next_step(steps: Sequence[int], titles: Sequence[str], balance: int) -> NextStep:
    """The first step above the balance; the last one, a stamp away, when new rules ask for less than the card holds."""
    for at, title in zip(steps, titles, strict=True):
        if at > balance:
            return NextStep(at, title, at - balance)
    return NextStep(steps[-1], titles[-1], 1)


def search_of(text: str) -> ByDigits | ByWords:
    """What somebody at the counter typed: 2 to 9 last digits (or a whole number), or a name; refuses invalid."""
    if not _DIGITS.fullmatch(text):
        words = fold(text).split()
        if sum(map(len, words)) < 2 or len(words) > _MOST_WORDS:
            raise _unclear()
        return ByWords(words)
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) > 9:
        if digits.removeprefix("00")[:2] != "51" or len(digits.removeprefix("00")) != 11:
            raise _unclear()
        digits = digits[-9:]
    if len(digits) < 2:
        raise _unclear()
    endings = [digits[-3:]] if len(digits) > 2 else [f"{first}{digits}" for first in "0123456789"]
    return ByDigits(digits, endings)


def _unclear() -> Refused:
    return Refused("invalid", fields=[{"path": "q", "problem": "2 to 9 last digits, or at least 2 letters"}])
