"""A customer's days against the definitions, without a database."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sello.domains.analytics.counts.rules import (
    NO_BRANCH,
    WHOLE_SHOP,
    CardDay,
    DayNumbers,
    Key,
    differences,
    missing_after,
    shares,
    stats_of,
)
from sello.shared.ids import CardId, new_id
from tests.support.figures import Customer, standing

START = date(2026, 1, 1)
CARD = CardId(new_id())
OTHER_BRANCH = new_id()
DAYS = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from([NO_BRANCH, OTHER_BRANCH]), st.integers(0, 2)), max_size=25
)


def card_day(day: int, *, branch: UUID = NO_BRANCH, purchases: int = 1) -> CardDay:
    return CardDay(CARD, START + timedelta(days=day), branch, purchases, purchases, 0, 100, 1, 0)


def on(days: list[int]) -> list[date]:
    return [START + timedelta(days=day) for day in days]


@given(DAYS, st.integers(1, 40))
def test_every_day_s_numbers_are_what_the_definitions_say(drawn: list[tuple[int, UUID, int]], threshold: int) -> None:
    by_key = {(day, branch): card_day(day, branch=branch, purchases=purchases) for day, branch, purchases in drawn}
    days = list(by_key.values())
    share = shares(days, enrolled_day=None, threshold_days=threshold)
    customer = Customer(threshold)
    for day in days:
        customer.sums[day.branch_id, day.day]["purchases"] += day.purchases
    for branch in (WHOLE_SHOP, NO_BRANCH, OTHER_BRANCH):
        running: dict[str, int] = defaultdict(int)
        for on_day in on(list(range(450))):
            numbers = share.get((branch, on_day), DayNumbers())
            for name in ("active", "returned", "at_risk", "lost"):
                running[name] += getattr(numbers, f"{name}_moved")
            assert running == standing([customer], branch, on_day), (branch, on_day)
    assert sum(numbers.visits for (branch, _), numbers in share.items() if branch == WHOLE_SHOP) == len(
        customer.visits()
    )


@given(DAYS, DAYS)
def test_adding_the_difference_makes_one_the_other(
    one: list[tuple[int, UUID, int]], other: list[tuple[int, UUID, int]]
) -> None:
    def of(drawn: list[tuple[int, UUID, int]]) -> dict[Key, DayNumbers]:
        days = list({(day, branch): card_day(day, branch=branch, purchases=n) for day, branch, n in drawn}.values())
        return shares(days, enrolled_day=START, threshold_days=14)

    present = of(one)
    for key, numbers in differences(present, of(other)).items():
        present.setdefault(key, DayNumbers()).add(numbers, 1)
    assert {key: numbers for key, numbers in present.items() if numbers} == of(other)


def test_one_visit_has_no_rhythm() -> None:
    [after] = missing_after(on([10]), 14)
    assert after.median_gap is None
    assert (after.at_risk_from, after.lost_from) == tuple(on([25, 67]))
    stats = stats_of(CARD, [card_day(10)], seq=1, enrolled_day=START, threshold_days=14)
    assert (stats.visits, stats.first_day, stats.last_day, stats.median_gap) == (1, *on([10, 10]), None)


def test_two_visits_have_a_gap_and_no_rhythm_yet() -> None:
    *_, after = missing_after(on([0, 2]), 14)
    assert (after.median_gap, after.at_risk_from, after.lost_from) == (2, *on([17, 59]))


def test_more_than_is_strict_and_a_half_is_kept() -> None:
    *_, after = missing_after(on([0, 2, 5]), 14)
    assert after.median_gap == Decimal("2.5")
    # More than five days after the fifth: the eleventh is the first. More than ten: the sixteenth.
    assert (after.at_risk_from, after.lost_from) == tuple(on([11, 16]))


def test_a_slow_rhythm_does_not_stretch_the_shop_s_threshold() -> None:
    *_, after = missing_after(on([0, 40, 80]), 14)
    assert (after.at_risk_from, after.lost_from) == tuple(on([95, 241]))


def test_a_reward_handed_over_on_another_day_is_no_visit() -> None:
    stats = stats_of(CARD, [card_day(0), card_day(5, purchases=0)], seq=2, enrolled_day=None, threshold_days=14)
    assert (stats.visits, stats.last_day) == (1, START)


def test_nothing_comes_to_nothing() -> None:
    assert shares([], enrolled_day=None, threshold_days=14) == {}
    assert stats_of(CARD, [], seq=0, enrolled_day=None, threshold_days=14).last_day is None
