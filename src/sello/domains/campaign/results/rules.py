"""Whether people came because of a campaign: two arms compared with honest intervals. Pure.

Visitors: Newcombe's interval for the difference of two proportions (method 10: Wilson's scores, squared and added;
R. G. Newcombe, Statistics in Medicine 17, 1998, 873-890). Soles: Welch's interval for the difference of two means.
Several campaigns: differences weighted as Mantel and Haenszel do, their intervals added as MOVER does (G. Y. Zou and
A. Donner, Statistics in Medicine 27, 2008, 1693-1702). Everybody whom a campaign meant counts in the arm they were
drawn into, whether their message went out or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, isfinite, lgamma, log, pi, sqrt
from statistics import NormalDist
from typing import Final, Literal

WINDOW: Final = timedelta(days=14)  # fixed before any campaign: visits this long after being meant are its outcome
LEAST_HELD_OUT: Final = 20
CONFIDENCE: Final = 0.95

LiftState = Literal["waiting", "too_few", "measured"]
Verdict = Literal["more", "less", "not_shown"]


@dataclass(frozen=True, slots=True)
class Arm:
    """Customers of one arm whose window has ended: how many, how many came, what they spent in céntimos.

    `squares` is the sum of what each spent, squared.
    """

    customers: int
    visitors: int
    centimos: int
    squares: float

    @property
    def mean(self) -> float:
        """Céntimos a customer."""
        return self.centimos / self.customers

    @property
    def variance(self) -> float:
        """Of céntimos a customer, with n - 1."""
        n = self.customers
        return max(0.0, (self.squares - self.centimos**2 / n) / (n - 1)) if n > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference and the interval it lies in with 95 %."""

    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """What it shows; nothing, when zero lies in it."""
        if self.low > 0:
            return "more"
        return "less" if self.high < 0 else "not_shown"


@dataclass(frozen=True, slots=True)
class Difference:
    """What the two arms came to, and the difference."""

    message: float
    holdout: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Lift:
    """What a campaign did. The differences are None unless measured; `ready_on`: when the next window ends."""

    state: LiftState
    ready_on: date | None
    message: Arm
    holdout: Arm
    visitors: Difference | None
    centimos: Difference | None


def lift_of(message: Arm, holdout: Arm, *, ready_on: date | None) -> Lift:
    """The two arms compared, as soon as that is honest: windows ended, at least 20 held out and 20 written to."""
    if min(message.customers, holdout.customers) < LEAST_HELD_OUT:
        state: LiftState = "too_few" if ready_on is None else "waiting"
        return Lift(state, ready_on, message, holdout, None, None)
    visitors = newcombe(message.visitors, message.customers, holdout.visitors, holdout.customers)
    shares = message.visitors / message.customers, holdout.visitors / holdout.customers
    return Lift(
        "measured",
        ready_on,
        message,
        holdout,
        Difference(*shares, visitors),
        Difference(message.mean, holdout.mean, welch(message, holdout)),
    )


def pooled(strata: Sequence[tuple[Arm, Arm]], *, ready_on: date | None) -> Lift:
    """Several campaigns together: within each the arms are alike, so each is compared within itself, then weighted.

    A campaign of which nobody is in one of the arms says nothing and is left out.
    """
    both = [(message, holdout) for message, holdout in strata if message.customers and holdout.customers]
    arms = _sum([message for message, _ in both]), _sum([holdout for _, holdout in both])
    if min(arms[0].customers, arms[1].customers) < LEAST_HELD_OUT:
        return Lift("too_few" if ready_on is None else "waiting", ready_on, *arms, None, None)
    weights = [m.customers * h.customers / (m.customers + h.customers) for m, h in both]
    visitors = [newcombe(m.visitors, m.customers, h.visitors, h.customers) for m, h in both]
    shares = [(m.visitors / m.customers, h.visitors / h.customers) for m, h in both]
    spent = _weighted_means(both, weights)
    return Lift(
        "measured",
        ready_on,
        *arms,
        Difference(
            _weighted([one for one, _ in shares], weights),
            _weighted([other for _, other in shares], weights),
            _mover(visitors, weights),
        ),
        Difference(_weighted([m.mean for m, _ in both], weights), _weighted([h.mean for _, h in both], weights), spent),
    )


def wilson(successes: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a proportion, without continuity correction."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, square = successes / of, z * z
    middle, half = 2 * successes + square, z * sqrt(square + 4 * successes * (1 - share))
    return max(0.0, (middle - half) / (2 * (of + square))), min(1.0, (middle + half) / (2 * (of + square)))


def newcombe(x: int, n: int, y: int, m: int, confidence: float = CONFIDENCE) -> Interval:
    """The difference x/n - y/m with Newcombe's interval."""
    one, other = x / n, y / m
    (low, high), (low2, high2) = wilson(x, n, confidence), wilson(y, m, confidence)
    difference = one - other
    below = sqrt((one - low) ** 2 + (high2 - other) ** 2)
    above = sqrt((high - one) ** 2 + (other - low2) ** 2)
    return Interval(difference, difference - below, difference + above)


def welch(one: Arm, other: Arm, confidence: float = CONFIDENCE) -> Interval:
    """The difference of the means with Welch's interval; both arms need two customers."""
    parts = one.variance / one.customers, other.variance / other.customers
    difference, error = one.mean - other.mean, sqrt(sum(parts))
    if error == 0:
        return Interval(difference, difference, difference)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (one.customers - 1) + parts[1] ** 2 / (other.customers - 1))
    half = student_quantile((1 + confidence) / 2, freedom) * error
    return Interval(difference, difference - half, difference + half)


def student_quantile(share: float, freedom: float) -> float:
    """The t that a Student variable stays below with this probability (> 1/2).

    By Newton's steps from the normal point, which lies below it: the distribution bends down from there on, so that no
    step goes too far.
    """
    t = NormalDist().inv_cdf(share)
    norm = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    for _ in range(100):
        step = (share - student_below(t, freedom)) / (norm * (1 + t * t / freedom) ** (-(freedom + 1) / 2))
        t += step
        if abs(step) <= 1e-13 * t:
            break
    return t


def student_below(t: float, freedom: float) -> float:
    """The probability that a Student variable is below t >= 0."""
    return 1 - _beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    value = d
    for m in range(1, 500):
        before = value
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + numerator * d or tiny)
            c = 1 + numerator / c or tiny
            value *= c * d
        if abs(value - before) <= 1e-15 * abs(value):
            break
    assert isfinite(value)  # noqa: S101  # converges for every share and freedom there is
    return value


def _mover(intervals: Sequence[Interval], weights: Sequence[float]) -> Interval:
    """A weighted mean of independent differences."""
    total = sum(weights)
    difference = _weighted([each.difference for each in intervals], weights)
    below = sqrt(sum((w / total * (i.difference - i.low)) ** 2 for i, w in zip(intervals, weights, strict=True)))
    above = sqrt(sum((w / total * (i.high - i.difference)) ** 2 for i, w in zip(intervals, weights, strict=True)))
    return Interval(difference, difference - below, difference + above)


def _weighted_means(strata: Sequence[tuple[Arm, Arm]], weights: Sequence[float]) -> Interval:
    """Weighted differences of means; Welch and Satterthwaite over all arms that have a variance."""
    total = sum(weights)
    difference = _weighted([m.mean - h.mean for m, h in strata], weights)
    parts = [
        ((w / total) ** 2 * arm.variance / arm.customers, arm.customers - 1)
        for (m, h), w in zip(strata, weights, strict=True)
        for arm in (m, h)
        if arm.customers > 1
    ]
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Interval(difference, difference, difference)
    freedom = variance**2 / sum(part**2 / degrees for part, degrees in parts)
    half = student_quantile((1 + CONFIDENCE) / 2, freedom) * sqrt(variance)
    return Interval(difference, difference - half, difference + half)


def _weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def _sum(arms: Sequence[Arm]) -> Arm:
    return Arm(
        sum(arm.customers for arm in arms),
        sum(arm.visitors for arm in arms),
        sum(arm.centimos for arm in arms),
        sum(arm.squares for arm in arms),
    )
