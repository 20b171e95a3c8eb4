"""The intervals: held against published values and against thousands of campaigns whose truth is known."""

from datetime import date
from math import isclose
from random import Random

import pytest

from sello.domains.campaign.results.rules import (
    Arm,
    Interval,
    lift_of,
    newcombe,
    pooled,
    student_below,
    student_quantile,
    welch,
    wilson,
)

# R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("counts", "bounds"), PUBLISHED)
def test_newcombes_interval_is_the_published_one(
    counts: tuple[int, int, int, int], bounds: tuple[float, float]
) -> None:
    found = newcombe(*counts)
    assert (round(found.low, 4), round(found.high, 4)) == bounds
    x, n, y, m = counts
    turned = newcombe(y, m, x, n)
    assert isclose(turned.low, -found.high, abs_tol=1e-12)
    assert isclose(turned.high, -found.low, abs_tol=1e-12)


def test_wilsons_interval_is_the_published_one() -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (x, n), (low, high) in published.items():
        found = wilson(x, n)
        assert (round(found[0], 4), round(found[1], 4)) == (low, high)


# Two-sided 95 % and 99 % points of Student's distribution, as every table has them.
@pytest.mark.parametrize(
    ("share", "freedom", "point"),
    [
        (0.975, 1, 12.7062), (0.975, 2, 4.3027), (0.975, 5, 2.5706), (0.975, 10, 2.2281), (0.975, 19, 2.0930),
        (0.975, 30, 2.0423), (0.975, 120, 1.9799), (0.975, 1e7, 1.9600), (0.995, 10, 3.1693), (0.95, 4, 2.1318),
    ],
)  # fmt: skip
def test_students_points_are_those_of_the_tables(share: float, freedom: float, point: float) -> None:
    found = student_quantile(share, freedom)
    assert round(found, 4) == point
    assert isclose(student_below(found, freedom), share, abs_tol=1e-12)


def test_one_degree_of_freedom_is_cauchys_and_has_a_formula() -> None:
    from math import atan, pi

    for t in (0.1, 1.0, 3.0, 40.0):
        assert isclose(student_below(t, 1), 0.5 + atan(t) / pi, abs_tol=1e-12)


def of(values: list[int]) -> Arm:
    """An arm of customers who spent this."""
    return Arm(len(values), sum(value > 0 for value in values), sum(values), float(sum(v * v for v in values)))


def test_welchs_interval_of_the_textbook() -> None:
    """The first example of the encyclopaedias on Welch's test, in tenths: t = -2.46 with 25.0 degrees, P = 0.021."""
    one = of([275, 210, 190, 236, 170, 179, 169, 201, 219, 226, 231, 196, 190, 217, 214])
    other = of([271, 220, 208, 234, 234, 235, 258, 220, 248, 202, 219, 221, 229, 205, 244])
    assert (round(one.mean, 1), round(other.mean, 1)) == (208.2, 229.9)
    assert (round(one.variance / 100, 1), round(other.variance / 100, 1)) == (7.9, 3.8)
    found = welch(one, other)
    error = (one.variance / 15 + other.variance / 15) ** 0.5
    assert round(found.difference / error, 2) == -2.46
    assert round(2 * (1 - student_below(-found.difference / error, 25.0)), 3) == 0.021
    assert isclose((found.high - found.low) / 2 / error, student_quantile(0.975, 24.98), rel_tol=1e-3)
    assert found.verdict == "less"  # P < 5 %, so zero lies outside
    assert welch(one, other, 0.97).high < 0 < welch(one, other, 0.98).high  # as P = 0.021 says


def spender(dice: Random, share: float) -> int:
    """What a customer spends: mostly nothing, sometimes much."""
    return round(dice.lognormvariate(7.2, 0.6)) if dice.random() < share else 0


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    """3,000 campaigns of 180 and 60 customers whose real difference is known: 8 points, and its soles."""
    dice = Random(20261123)
    mean = 2.718281828459045 ** (7.2 + 0.18)
    truth, soles = 0.08, 0.08 * mean
    held = spent = blamed = 0
    for _ in range(3000):
        message = of([spender(dice, 0.38) for _ in range(180)])
        holdout = of([spender(dice, 0.30) for _ in range(60)])
        interval = newcombe(message.visitors, 180, holdout.visitors, 60)
        held += interval.low <= truth <= interval.high
        money = welch(message, holdout)
        spent += money.low <= soles <= money.high
        idle = newcombe(holdout.visitors, 60, sum(dice.random() < 0.30 for _ in range(60)), 60)
        blamed += idle.verdict != "not_shown"
    assert 0.94 <= held / 3000 <= 0.97
    assert 0.93 <= spent / 3000 <= 0.97
    assert blamed / 3000 <= 0.06


def test_campaigns_that_differ_are_compared_within_themselves() -> None:
    """Simpson's trap: each campaign did nothing; added up bluntly they would look like a success."""
    busy = Arm(900, 810, 0, 0.0), Arm(100, 90, 0, 0.0)
    quiet = Arm(100, 10, 0, 0.0), Arm(100, 10, 0, 0.0)
    blunt = newcombe(820, 1000, 100, 200)
    assert blunt.verdict == "more"
    found = pooled([busy, quiet], ready_on=None)
    assert found.visitors is not None
    assert isclose(found.visitors.interval.difference, 0, abs_tol=1e-12)
    assert found.visitors.interval.verdict == "not_shown"
    one = pooled([busy], ready_on=None)
    assert one.visitors is not None
    assert one.visitors.interval == newcombe(810, 900, 90, 100)


def test_many_small_campaigns_show_what_one_does_not() -> None:
    one = Arm(90, 45, 90_000, 2e8), Arm(30, 10, 20_000, 5e7)
    alone, together = pooled([one], ready_on=None), pooled([one] * 12, ready_on=None)
    assert alone.visitors is not None
    assert together.visitors is not None
    assert alone.visitors.interval.verdict == "not_shown"
    assert together.visitors.interval.verdict == "more"
    assert isclose(alone.visitors.interval.difference, together.visitors.interval.difference)


def test_pooled_intervals_hold_the_truth_too() -> None:
    dice = Random(7)
    held = spent = 0
    mean = 2.718281828459045 ** (7.2 + 0.18)
    for _ in range(1000):
        strata = [
            (of([spender(dice, base + 0.06) for _ in range(90)]), of([spender(dice, base) for _ in range(30)]))
            for base in (0.1, 0.3, 0.6)
        ]
        found = pooled(strata, ready_on=None)
        assert found.visitors is not None
        assert found.centimos is not None
        held += found.visitors.interval.low <= 0.06 <= found.visitors.interval.high
        spent += found.centimos.interval.low <= 0.06 * mean <= found.centimos.interval.high
    assert 0.93 <= held / 1000 <= 0.985
    assert 0.92 <= spent / 1000 <= 0.98


@pytest.mark.parametrize(("sent", "held_out", "ready"), [(500, 19, None), (19, 500, None), (0, 0, date(2026, 12, 1))])
def test_nothing_is_said_before_it_is_honest(sent: int, held_out: int, ready: date | None) -> None:
    lift = lift_of(Arm(sent, 0, 0, 0.0), Arm(held_out, 0, 0, 0.0), ready_on=ready)
    assert lift.state == ("waiting" if ready else "too_few")
    assert lift.visitors is None
    assert lift.centimos is None


def test_who_spent_the_same_differs_by_nothing() -> None:
    same = of([1000] * 20)
    assert welch(same, same) == Interval(0.0, 0.0, 0.0)
    lift = lift_of(same, same, ready_on=None)
    assert lift.state == "measured"
    assert lift.visitors is not None
    assert lift.visitors.interval.verdict == "not_shown"
