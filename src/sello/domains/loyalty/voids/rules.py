"""What taking a stamp back means for the card. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sello.shared.errors import Refused
from sello.shared.ids import RewardId


@dataclass(frozen=True, slots=True)
class Standing:
    """A reward that is not revoked; `used` when it was handed over or somebody is handing it over now.

    `expired`: nobody collected it in time.
    """

    id: RewardId
    issued_as: UUID
    cycle: int
    threshold: int
    cost: int
    used: bool
    expired: bool = False


@dataclass(frozen=True, slots=True)
class VoidPlan:
    """The rewards to revoke, in this order and before the stamp, and the card afterwards."""

    revoke: tuple[Standing, ...]
    balance: int
    cycle: int


def plan_void(delta: int, *, balance: int, cycle: int, rewards: Sequence[Standing]) -> VoidPlan:
    """How to take `delta` stamps back from a card.

    When the card does not hold them any more, the newest reward that filled it gives its stamps back and the card
    returns to that reward's round. Then every reward whose step the card no longer reaches goes too. Refuses
    void_reward_used when one of them is used, void_reward_expired when one of them has expired (what it cost has lapsed
    with it), void_would_go_negative when no reward holds the missing stamps.
    """
    left = sorted(rewards, key=lambda reward: (reward.cycle, reward.threshold))
    revoke: list[Standing] = []
    while balance < delta:
        filled = [reward for reward in left if reward.cost > 0]
        if not filled:
            raise Refused("void_would_go_negative")
        newest = filled[-1]
        left.remove(newest)
        revoke.append(newest)
        balance += newest.cost
        cycle -= 1
    balance -= delta
    for reward in left:
        on_the_way = reward.cost == 0
        if on_the_way and (reward.cycle > cycle or (reward.cycle == cycle and reward.threshold > balance)):
            revoke.append(reward)
    if any(reward.used for reward in revoke):
        raise Refused("void_reward_used", reward_ids=[str(reward.id) for reward in revoke if reward.used])
    if any(reward.expired for reward in revoke):
        raise Refused("void_reward_expired")
    return VoidPlan(tuple(revoke), balance, cycle)
