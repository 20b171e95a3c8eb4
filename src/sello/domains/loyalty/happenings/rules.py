"""Which facts are told to the shop's people, and how. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sello.events import (
    BonusAdded,
    CustomerEnrolled,
    Fact,
    RedemptionVoided,
    RewardEarned,
    RewardRedeemed,
    StampAdded,
    StampVoided,
)

What = Literal["stamp", "bonus", "reward", "redemption", "stamp_void", "redemption_void", "enrolment"]

_TOLD: Final[Mapping[type[Fact], What]] = {
    StampAdded: "stamp",
    BonusAdded: "bonus",
    RewardEarned: "reward",
    RewardRedeemed: "redemption",
    StampVoided: "stamp_void",
    RedemptionVoided: "redemption_void",
    CustomerEnrolled: "enrolment",
}
KINDS: Final[Mapping[str, What]] = {fact.__name__: what for fact, what in _TOLD.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with what it names. `name` is the whole name of the customer, None once they were erased.

    `visited_at` is set for stamps: when the visit was, by the till. `taken_back`: somebody undid it later.
    """

    id: UUID
    kind: str
    payload: dict[str, Any]
    recorded_at: datetime
    visited_at: datetime | None
    customer_id: UUID | None
    name: str | None
    by: str | None
    branch_id: UUID | None
    reward_title: str | None
    taken_back: bool


def short_name(name: str) -> str:
    """The first name and the initial of the next: `Carmen F.`, as a screen in a shop may show it."""
    first, *others = name.split()[:2] or [name]
    return f"{first} {others[0][0].upper()}." if others else first
