"""The arithmetic of a merge, against a model of what two people with one card each were given."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.business import Step
from sello.domains.loyalty.merges.rules import Held, MergePlan, Side, plan_merge
from sello.shared.errors import Refused
from sello.shared.ids import RewardId, new_id

STEPS = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(
    lambda places: tuple(Step(at=at, title=f"step {at}") for at in sorted(places))
)


def held(
    cycle: int, threshold: int, cost: int, *, gone: bool = False, reserved: bool = False, over: bool = False
) -> Held:
    return Held(RewardId(new_id()), new_id(), cycle, threshold, cost, f"step {threshold}", gone, reserved, over)


def lived(stamps: int, steps: tuple[Step, ...], taken: set[int]) -> Side:
    """A card after so many stamps; `taken` are the places in its list of rewards that were handed over."""
    rewards, last = list[Held](), steps[-1].at
    for stamp in range(1, stamps + 1):
        at, cycle = (stamp - 1) % last + 1, (stamp - 1) // last
        rewards += [
            held(cycle, step.at, step.at if step.at == last else 0, gone=len(rewards) in taken)
            for step in steps
            if step.at == at
        ]
    return Side(stamps % last, stamps // last, tuple(rewards))


def places_of(side: Side) -> list[tuple[int, int, int]]:
    """(round, threshold, cost) of every reward that counts on a card."""
    return [(reward.cycle, reward.threshold, reward.cost) for reward in side.rewards]


def joined(plan: MergePlan, merged: Side, into: Side) -> Side:
    """The surviving card."""
    rewards = [
        replace(r, cycle=r.cycle + plan.shift) if r.cost == 0 and r.cycle == into.cycle else r for r in into.rewards
    ]
    rewards += [held(issue.cycle, issue.threshold, issue.cost) for issue in plan.issues]
    of_merged = {reward.id: reward for reward in merged.rewards}
    rewards += [replace(of_merged[given.id], cycle=given.cycle) for given in plan.given]
    return Side(plan.balance, plan.cycle, tuple(rewards))


def check(plan: MergePlan, merged: Side, into: Side, steps: tuple[Step, ...]) -> Side:
    """Nothing is lost and nothing doubled; the surviving card."""
    last, survivor = steps[-1].at, joined(plan, merged, into)
    # The ledgers: the merged card ends empty, the other one holds the rest.
    returned = sum(reward.cost for reward in plan.revoke)
    assert plan.stamps == merged.balance + returned
    assert plan.balance == into.balance + plan.stamps - sum(issue.cost for issue in plan.issues)
    assert 0 <= plan.balance < last
    # Rounds are what the laws count, and each place in the survivor's rounds holds one reward.
    assert plan.cycle == into.cycle + sum(issue.cost > 0 for issue in plan.issues)
    assert plan.merged_cycle == sum(r.cost > 0 for r in merged.rewards if r not in plan.revoke)
    places = places_of(survivor)
    assert len(set(places)) == len(places)
    # Every step that the survivor's round has passed was given in it: no void, stamp or merge gives it once more.
    assert {(plan.cycle, step.at, 0) for step in steps if step.at <= plan.balance} <= set(places)
    # Every reward that was open comes along, once.
    open_before = [r.id for r in merged.rewards if not r.gone]
    assert sorted(open_before) == sorted(issue.held.id for issue in plan.issues if issue.held)
    # Altogether: as many of each as two cards gave, or as one card would have given, whichever is more.
    for step in steps:
        apart = sum(r.threshold == step.at for r in (*merged.rewards, *into.rewards))
        counted = {given.id for given in plan.given}
        kept = sum(r.threshold == step.at and r.gone and r.id not in counted for r in merged.rewards)
        got = kept + sum(threshold == step.at for _, threshold, _ in places)
        rounds = merged.cycle + into.cycle
        together = rounds + _given(merged.balance + into.balance, step.at, last)
        assert got == max(apart, together)
    return survivor


TAKEN = st.sets(st.integers(0, 20))


@given(STEPS, st.integers(0, 40), st.integers(0, 40), TAKEN, TAKEN)
def test_nothing_is_lost_and_nothing_doubled(
    steps: tuple[Step, ...], one: int, other: int, taken: set[int], taken_too: set[int]
) -> None:
    merged, into = lived(one, steps, taken), lived(other, steps, taken_too)
    check(plan_merge(merged, into, steps), merged, into, steps)


@given(STEPS, st.lists(st.tuples(st.integers(0, 25), TAKEN), min_size=3, max_size=5))
def test_nor_by_a_chain_of_merges(steps: tuple[Step, ...], lives: list[tuple[int, set[int]]]) -> None:
    first, *others = (lived(stamps, steps, taken) for stamps, taken in lives)
    merged = first
    for into in others:
        plan = plan_merge(merged, into, steps)
        survivor = joined(plan, merged, into)
        assert len(set(places_of(survivor))) == len(survivor.rewards)
        passed = {(plan.cycle, step.at, 0) for step in steps if step.at <= plan.balance}
        assert passed <= set(places_of(survivor))
        merged = survivor


def _given(stamps: int, at: int, last: int) -> int:
    """How often one card gives the reward of a step within so many stamps of a round begun."""
    return 0 if stamps < at else (stamps - at) // last + 1


def test_the_price_of_what_came_along_stays() -> None:
    steps = (Step(at=5, title="Café"), Step(at=8, title="Almuerzo"))
    merged = Side(1, 1, (held(0, 10, 10), held(0, 5, 0)))
    plan = plan_merge(merged, Side(2, 0, ()), steps)
    assert (plan.stamps, plan.balance, plan.cycle) == (11, 3, 1)
    assert {(issue.threshold, issue.cost) for issue in plan.issues} == {(10, 10), (5, 0)}


def test_a_reward_in_somebodys_hands_waits() -> None:
    steps = (Step(at=5, title="Café"),)
    with pytest.raises(Refused, match="merge_waits"):
        plan_merge(Side(0, 1, (held(0, 5, 5, reserved=True),)), Side(0, 0, ()), steps)


def test_what_has_ended_waits_for_the_night() -> None:
    steps, into = (Step(at=5, title="Café"),), Side(1, 0, ())
    for merged in (Side(0, 1, (held(0, 5, 5, over=True),)), Side(2, 0, (), date(2026, 1, 1), over=True)):
        with pytest.raises(Refused, match="merge_tomorrow"):
            plan_merge(merged, into, steps)


def test_a_gift_comes_along_beneath_every_round() -> None:
    plan = plan_merge(Side(0, 0, (held(0, 0, 0),)), Side(3, 0, (held(-2, 5, 0),)), (Step(at=5, title="Café"),))
    assert [(issue.cycle, issue.threshold, issue.cost) for issue in plan.issues] == [(-3, 1, 0)]


def test_stamps_keep_their_day() -> None:
    steps, day, other = (Step(at=9, title="Café"),), date(2026, 12, 1), date(2026, 12, 5)
    assert plan_merge(Side(2, 0, (), day), Side(1, 0, (), other), steps).until == day
    assert plan_merge(Side(0, 1, (held(0, 9, 9),)), Side(1, 0, (), other), steps).until == other


def test_a_card_that_holds_more_than_new_rules_ask_for() -> None:
    plan = plan_merge(Side(9, 0, ()), Side(9, 0, ()), (Step(at=4, title="Café"),))
    assert (plan.balance, plan.cycle, len(plan.issues)) == (2, 4, 4)
