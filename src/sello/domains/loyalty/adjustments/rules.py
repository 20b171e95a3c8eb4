"""What adding or taking stamps by hand does to a card. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sello.domains.business import Step
from sello.domains.loyalty.merges.rules import Issue, crossings
from sello.domains.loyalty.voids.rules import Standing, VoidPlan, plan_void
from sello.shared.errors import Refused

MOST: Final = 50  # stamps at once: a correction, not a way to stamp


@dataclass(frozen=True, slots=True)
class Added:
    """The rewards that stamps added by hand give, in this order, and the card's round afterwards."""

    issues: tuple[Issue, ...]
    cycle: int


def plan_added(count: int, *, balance: int, cycle: int, steps: Sequence[Step]) -> Added:
    """How `count` more stamps change a card: every step they cross gives its reward, as a stamp would."""
    issues, _, _, after = crossings(balance, balance + count, cycle, {}, steps)
    return Added(tuple(issues), after)


def plan_taken(count: int, *, balance: int, cycle: int, rewards: Sequence[Standing]) -> VoidPlan:
    """How to take `count` stamps from a card, as a void would.

    Refuses adjust_below_zero when neither the card nor a reward waiting on it holds them, adjust_reward_gone when a
    reward would have to be taken back that was handed over or has expired.
    """
    try:
        return plan_void(count, balance=balance, cycle=cycle, rewards=rewards)
    except Refused as refused:
        below = refused.code == "void_would_go_negative"
        raise Refused("adjust_below_zero" if below else "adjust_reward_gone") from refused


def good_through(today: date, days: int | None) -> date | None:
    """The last day of stamps given today under rules that let them expire after `days`."""
    return None if days is None else today + timedelta(days=days)
