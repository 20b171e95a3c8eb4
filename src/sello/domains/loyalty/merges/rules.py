"""What a merge does to the two cards. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sello.domains.business import Step
from sello.shared.errors import Refused
from sello.shared.ids import RewardId


@dataclass(frozen=True, slots=True)
class Held:
    """A reward of a card that is not revoked. `gone` once it is in the customer's hands or has expired.

    `over`: its last day has passed and the night has not said so yet. A gift has the threshold 0. One that is gone, of
    a card merged earlier, and counts on this card is held here, in the round in which it counts.
    """

    id: RewardId
    issued_as: UUID
    cycle: int
    threshold: int
    cost: int
    title: str
    gone: bool
    reserved: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A card as the merge finds it: its stamps, its round, its rewards.

    `until` is the last day of its open stamps, None for good; `over` as of a reward.
    """

    balance: int
    cycle: int
    rewards: tuple[Held, ...]
    until: date | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """A reward to issue on the surviving card: one that comes along (`held`), or a step just crossed."""

    cycle: int
    threshold: int
    cost: int
    title: str
    held: Held | None


@dataclass(frozen=True, slots=True)
class Given:
    """A reward that is gone and counts on the surviving card: its step is not given again in this round."""

    id: RewardId
    cycle: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The whole of it, in this order.

    The merged card takes back `revoke` (their stamps return), then gives all its `stamps` away. The survivor's rewards
    on the way in its present round move `shift` rounds up, it gets the stamps, then issues `issues`; `given` count for
    steps that the sum crossed.
    """

    revoke: tuple[Held, ...]
    stamps: int
    until: date | None
    merged_cycle: int
    shift: int
    issues: tuple[Issue, ...]
    given: tuple[Given, ...]
    balance: int
    cycle: int


def plan_merge(merged: Side, into: Side, steps: Sequence[Step]) -> MergePlan:
    """How to join two cards so that nothing is lost and nothing is given twice.

    Every reward that is not gone comes along, with its price and its promise. The stamps of the two unfinished
    rounds are added up; a step that the sum crosses gives its reward, unless the merged card's own round gave that
    reward already; then that one counts as the survivor's, so that no void, no further stamp and no further merge gives
    it again. What was given stays given, also where one card from the start would have given less. A gift comes
    along as a reward for the asking. Refuses merge_waits while somebody hands over a reward of the merged card, and
    merge_tomorrow when something on it has ended today and the night has not taken it yet.
    """
    open_rewards = sorted((r for r in merged.rewards if not r.gone), key=lambda r: (r.cycle, r.threshold, r.cost))
    if any(reward.reserved for reward in open_rewards):
        raise Refused("merge_waits")
    if merged.over or into.over or any(reward.over for reward in open_rewards):
        raise Refused("merge_tomorrow")
    full = [reward for reward in open_rewards if reward.cost > 0]
    base = into.cycle + len(full)
    issues = [Issue(into.cycle + n, r.threshold, r.cost, r.title, r) for n, r in enumerate(full)]
    # What the merged card's unfinished round gave on the way: each of them stands for one crossing.
    given = {r.threshold: r for r in merged.rewards if r.cost == 0 and r.cycle == merged.cycle and r.threshold > 0}
    crossed, counted, balance, cycle = crossings(into.balance, into.balance + merged.balance, base, given, steps)
    used = {issue.held.id for issue in crossed if issue.held}
    rest = [reward for reward in open_rewards if reward.cost == 0 and reward.id not in used]
    lowest = min((reward.cycle for reward in into.rewards), default=0)
    early = [Issue(min(lowest, 0) - 1 - n, max(r.threshold, 1), 0, r.title, r) for n, r in enumerate(rest)]
    return MergePlan(
        revoke=tuple(open_rewards),
        stamps=merged.balance + sum(reward.cost for reward in full),
        until=merged.until if merged.balance else into.until,  # what was returned to pay for rewards has no day
        merged_cycle=merged.cycle - len(full),
        shift=len(full),
        issues=(*issues, *early, *crossed),
        given=tuple(counted),
        balance=balance,
        cycle=cycle,
    )


def crossings(
    start: int, end: int, cycle: int, given: dict[int, Held], steps: Sequence[Step]
) -> tuple[list[Issue], list[Given], int, int]:
    """The rewards of the steps between two balances, as a stamp would give them; the balance and round afterwards."""
    left, issues, counted, last = dict(given), list[Issue](), list[Given](), steps[-1]
    while True:
        for step in steps[:-1]:
            if start < step.at <= end:
                held = left.pop(step.at, None)
                if held is None:
                    issues.append(Issue(cycle, step.at, 0, step.title, None))
                elif held.gone:
                    counted.append(Given(held.id, cycle))
                else:
                    issues.append(Issue(cycle, step.at, 0, held.title, held))
        if end < last.at:
            return issues, counted, end, cycle
        issues.append(Issue(cycle, last.at, last.at, last.title, None))
        start, end, cycle = 0, end - last.at, cycle + 1
