"""Who is held out, and what a plan comes to. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sello.domains.campaign.rules import TriggerKind
from sello.domains.campaign.triggers.rules import Arm, Candidate
from sello.shared.ids import CampaignId, CustomerId


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who of the candidates gets a message and who is held out."""

    messages: Sequence[Candidate]
    held_out: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan came to."""

    messages: int
    held_out: int

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(self.messages + other.messages, self.held_out + other.held_out)


def arm_of(key: bytes, customer_id: CustomerId, holdout_percent: int) -> Arm:
    """The arm drawn for a customer of a campaign whose key this is: the same whenever it is drawn."""
    drawn = int.from_bytes(hashlib.sha256(key + customer_id.bytes).digest()[:8]) % 10_000
    return "holdout" if drawn < holdout_percent * 100 else "message"


def draw(candidates: Iterable[Candidate], key: bytes, holdout_percent: int, *, room: int | None) -> Drawn:
    """Give everybody an arm; once `room` messages are planned nobody further is drawn, for either arm."""
    messages, held_out = list[Candidate](), list[Candidate]()
    for one in candidates:
        arm = one.arm or arm_of(key, one.customer_id, holdout_percent)
        if arm == "holdout":
            held_out.append(one)
        elif room is None or len(messages) < room:
            messages.append(one)
        else:
            break
    return Drawn(messages, held_out)


def purpose_of(campaign_id: CampaignId) -> bytes:
    """What the key of a campaign's draw is made from."""
    return campaign_id.bytes


# Whose moment passes first goes first: 0 before 9.
PRIORITIES: Final[dict[TriggerKind, int]] = {
    "birthday": 1,
    "expiring": 2,
    "milestone": 3,
    "near_reward": 4,
    "reward_unused": 5,
    "segment": 6,
    "inactivity": 7,
}
