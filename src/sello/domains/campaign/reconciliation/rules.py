"""Which message of the provider's list is one of ours whose answer was lost. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from sello.shared.ids import BusinessId, CustomerId, SendId

LEASE: Final = timedelta(seconds=120)  # a claim nobody wrote down by then is in doubt
BEFORE: Final = timedelta(minutes=1)  # two machines' clocks
AFTER: Final = timedelta(minutes=15)
GIVE_UP: Final = timedelta(hours=24)


class Listed(Protocol):
    """A message of the provider's list, as far as it is looked at here."""

    @property
    def sid(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


One = TypeVar("One", bound=Listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A message that was claimed, and perhaps called; `code`: what its words hold and no other's do."""

    business_id: BusinessId
    id: SendId
    customer_id: CustomerId
    sender: str
    phone: str | None
    claimed_at: datetime
    code: str | None
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether the provider has had its day to show it."""
        return self.at - self.claimed_at >= GIVE_UP


def found(doubt: Doubt, listed: Sequence[One], *, owned: Collection[str], rivals: int) -> One | None:
    """The one message that can be it; None when there is none, or when two could be.

    `owned`: sids that are known as somebody's; `rivals`: other messages in doubt for the same phone at that time.
    With a code of its own in its words, the words decide; without, only being the single one does.
    """
    near = [one for one in listed if one.sid not in owned and _is_near(doubt, one)]
    if doubt.code is not None and any(one.body for one in near):
        near = [one for one in near if doubt.code in one.body]
    elif rivals:
        return None
    return near[0] if len(near) == 1 else None


def _is_near(doubt: Doubt, one: Listed) -> bool:
    if one.to != doubt.phone or one.sender != doubt.sender or not one.direction.startswith("outbound"):
        return False
    return doubt.claimed_at - BEFORE <= one.created_at <= doubt.claimed_at + AFTER


def rivals_of(doubt: Doubt, doubts: Sequence[Doubt]) -> int:
    """How many others in doubt could be the same message."""
    return sum(
        other.id != doubt.id
        and (other.phone, other.sender) == (doubt.phone, doubt.sender)
        and abs(other.claimed_at - doubt.claimed_at) <= AFTER + BEFORE
        for other in doubts
    )


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """The whole UTC day before this moment: the provider filters by such days."""
    end = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return end - timedelta(days=1), end
