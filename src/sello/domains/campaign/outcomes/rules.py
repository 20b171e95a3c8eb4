"""The provider's words: how far a message came, what each error code means for the next one. Pure.

Order of callbacks is not promised and they carry no moment, so a state is a rank that only rises: `failed` may be
followed by `delivered` (another device of theirs), never the other way round. The first error is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from sello.shared.ids import SendId

SENT: Final = 4
FAILED: Final = 5
DELIVERED: Final = 6
READ: Final = 7

RANKS: Final[Mapping[str, int]] = {
    "queued": 1,
    "accepted": 2,
    "scheduled": 2,
    "sending": 3,
    "sent": SENT,
    "partially_delivered": SENT,
    "failed": FAILED,
    "undelivered": FAILED,
    "canceled": FAILED,
    "delivered": DELIVERED,
    "read": READ,
}

Contact = Literal["invalid", "unreachable", "blocked", "stopped", "pause"]
Alert = Literal["phones_invalid", "not_delivered", "provider_held", "content_refused"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error code tells about the messages after it.

    `contact`: what is known of this person from now on. `hold`: nothing leaves the number for so long. `content`: every
    message of this campaign would be refused. `ours`: the fault is in what we sent, so people who run this must look.
    """

    contact: Contact | None = None
    hold: timedelta | None = None
    content: bool = False
    ours: bool = False
    alert: Alert | None = None


_NOTHING: Final = Meaning()
_UNKNOWN: Final = Meaning(alert="not_delivered")

MEANINGS: Final[Mapping[int, Meaning]] = {
    # The number of somebody.
    21211: Meaning(contact="invalid", alert="phones_invalid"),
    21614: Meaning(contact="invalid", alert="phones_invalid"),
    21610: Meaning(contact="blocked"),
    63014: Meaning(contact="blocked"),
    63024: Meaning(contact="unreachable"),
    63033: Meaning(contact="stopped"),
    63049: Meaning(contact="pause"),
    63032: _NOTHING,  # an experiment of WhatsApp's on this person
    30008: _NOTHING,  # failed after acceptance, nobody says why
    # What we sent.
    21655: Meaning(content=True, ours=True, alert="content_refused"),  # no such content
    21656: Meaning(content=True, ours=True, alert="content_refused"),  # its variables do not fit
    63005: Meaning(content=True, alert="content_refused"),
    63013: Meaning(content=True, alert="content_refused"),
    63016: Meaning(content=True, ours=True, alert="content_refused"),
    63021: Meaning(content=True, alert="content_refused"),
    # How much we sent.
    20429: Meaning(hold=timedelta(seconds=1)),
    63017: Meaning(hold=timedelta(minutes=15), alert="provider_held"),
    63018: Meaning(hold=timedelta(minutes=1), alert="provider_held"),
    63038: Meaning(hold=timedelta(hours=1), alert="provider_held"),
    # Who we are: nothing is accepted until somebody puts it right.
    20003: Meaning(hold=timedelta(minutes=5), ours=True, alert="provider_held"),
    20005: Meaning(hold=timedelta(minutes=5), ours=True, alert="provider_held"),
    20403: Meaning(hold=timedelta(minutes=5), ours=True, alert="provider_held"),
    20404: Meaning(hold=timedelta(minutes=5), ours=True, alert="provider_held"),
}

_PAUSES: Final = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
_LONGEST_BACKOFF: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Heard:
    """One word of the provider about a message, by a signed callback or in its list. `at`: when we heard it."""

    send_id: SendId
    sid: str
    rank: int
    at: datetime
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """All that was heard about a message: its highest rank, the first moment of each, the first error."""

    send_id: SendId
    sid: str
    rank: int
    at: datetime
    error_code: int | None = None
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    delivered_at: datetime | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """The provider took it and named it."""

    sid: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows whether it was taken: it is never called again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """It was not taken and never will be."""

    code: int | None


@dataclass(frozen=True, slots=True)
class Again:
    """It was certainly not taken, or not even called: it waits again, until then."""

    after: timedelta
    code: int | None = None


Answer = Took | Lost | Refusal | Again


@dataclass(frozen=True, slots=True)
class Answered:
    """What the one call of a claim came to; `claim` is the number of that claim."""

    send_id: SendId
    claim: int
    answer: Answer


def is_charged(*, claimed: bool, released: bool, rank: int) -> bool:
    """Whether a message counts against the budget: what failed is not charged, what may have arrived is."""
    return claimed and not released and rank != FAILED


def rank_of(status: str) -> int | None:
    """How far that is; None for a word that says nothing of it (`receiving`, or one that is new)."""
    return RANKS.get(status)


def meaning_of(code: int | None) -> Meaning:
    """What follows from an error code; of one that is not in the table, that the owner hears of it."""
    return _UNKNOWN if code is None else MEANINGS.get(code, _UNKNOWN)


def is_of_the_account(code: int | None, http: int) -> bool:
    """Whether a refusal says nothing of this message: our name or password was wrong, so it may be called again."""
    return http in (401, 403) or (code is not None and code in (20003, 20005, 20403, 20404))


def pause_after(pauses: int) -> timedelta:
    """How long somebody is left alone after WhatsApp held back marketing for the nth time (0: the first)."""
    return _PAUSES[min(pauses, len(_PAUSES) - 1)]


def backoff(claims: int, jitter: float) -> timedelta:
    """When to come again after the nth claim that was not processed; `jitter` between 0 and 1 spreads them."""
    seconds = min(2.0 ** min(claims, 20), _LONGEST_BACKOFF.total_seconds())
    return timedelta(seconds=seconds * (0.5 + jitter / 2))


def folded(heard: Iterable[Heard]) -> list[Known]:
    """What was heard, one for each message, whatever the order and however often.

    A later word implies the earlier ones: who read it got it, though the callback that says so was lost.
    """
    known: dict[SendId, Known] = {}
    for word in sorted(heard, key=lambda word: (word.at, word.rank)):
        before = known.get(word.send_id) or Known(word.send_id, word.sid, 0, word.at)
        known[word.send_id] = _after(before, word)
    return list(known.values())


def _after(known: Known, word: Heard) -> Known:
    went = word.rank >= SENT and word.rank != FAILED
    return replace(
        known,
        rank=max(known.rank, word.rank),
        error_code=known.error_code if known.error_code is not None else word.error_code,
        sent_at=known.sent_at or (word.at if went else None),
        failed_at=known.failed_at or (word.at if word.rank == FAILED else None),
        delivered_at=known.delivered_at or (word.at if word.rank >= DELIVERED else None),
        opened_at=known.opened_at or (word.at if word.rank == READ else None),
    )
