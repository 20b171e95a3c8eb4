"""What a customer's days come to: their summary, and their share in the numbers of each of the shop's days. Pure.

A visit is a day, in the shop's zone, with at least one purchase. Everything follows from the days alone, so counting
again gives the same, and the shop's numbers are plain sums over its customers.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from sello.shared.ids import CardId

NO_BRANCH: Final = UUID(int=0)
WHOLE_SHOP: Final = UUID(int=(1 << 128) - 1)
WINDOW: Final = timedelta(days=30)
OWN_RHYTHM: Final = 3  # visits from which on the customer's own median gap says when they are missed
AT_RISK_GAPS: Final = 2
LOST_GAPS: Final = 4
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CardDay:
    """What counts of a customer's ledger on one day at one branch; `card_id` is the card others were merged into."""

    card_id: CardId
    day: date
    branch_id: UUID
    purchases: int
    stamps: int
    stamps_expired: int
    amount_centimos: int
    rewards_issued: int
    rewards_redeemed: int

    def emptied(self) -> "CardDay":
        """The same day once all of it was taken back."""
        return CardDay(self.card_id, self.day, self.branch_id, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class CardStats:
    """A card's row in `customer_stats`: up to where it was counted, and what that came to."""

    card_id: CardId
    counted_seq: int = 0
    counted_into: CardId | None = None
    threshold_days: int = 0
    enrolled_day: date | None = None
    visits: int = 0
    purchases: int = 0
    stamps: int = 0
    amount_centimos: int = 0
    rewards_issued: int = 0
    rewards_redeemed: int = 0
    first_day: date | None = None
    last_day: date | None = None
    median_gap: Decimal | None = None
    at_risk_from: date | None = None
    lost_from: date | None = None

    @property
    def erased(self) -> bool:
        """Whether they were counted as nobody's card, whom nobody misses."""
        return self.visits > 0 and self.at_risk_from is None


class Missing(NamedTuple):
    """After a visit: the first day at risk and the first day lost, if they do not come before; the median gap."""

    at_risk_from: date
    lost_from: date
    median_gap: Decimal | None


@dataclass(slots=True)
class DayNumbers:
    """Numbers of a shop's day as in `daily_stats`, or by how much they change."""

    visits: int = 0
    purchases: int = 0
    stamps: int = 0
    stamps_expired: int = 0
    amount_centimos: int = 0
    rewards_issued: int = 0
    rewards_redeemed: int = 0
    new_cards: int = 0
    first_visits: int = 0
    second_visits: int = 0
    active_moved: int = 0
    returned_moved: int = 0
    at_risk_moved: int = 0
    lost_moved: int = 0

    def add(self, other: "DayNumbers", times: int) -> None:
        """Add `times` the other's."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + times * getattr(other, name))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


Key = tuple[UUID, date]
"""A branch (or WHOLE_SHOP) and a day."""
Shares = dict[Key, DayNumbers]


def missing_after(days: Sequence[date], threshold_days: int) -> Iterator[Missing]:
    """For each visit of `days` (rising): when the customer would be missed, from what was known on that day.

    At risk: not seen for more than the threshold or, from three visits on, for more than twice their own median gap,
    whichever comes first. Lost: for more than four times that gap; before three visits, four times the threshold.
    """
    gaps = list[int]()
    for place, day in enumerate(days):
        if place:
            insort(gaps, (day - days[place - 1]).days)
        # Twice the median, because the middle of an even number of gaps may be a half.
        twice = gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2] if gaps else 0
        risk, lost = threshold_days, LOST_GAPS * threshold_days
        if place + 1 >= OWN_RHYTHM:
            risk, lost = min(threshold_days, AT_RISK_GAPS * twice // 2), LOST_GAPS * twice // 2
        yield Missing(day + (risk + 1) * _DAY, day + (lost + 1) * _DAY, Decimal(twice) / 2 if gaps else None)


def visit_days(days: Iterable[CardDay]) -> list[date]:
    """The days with a purchase, rising, each once."""
    return sorted({day.day for day in days if day.purchases > 0})


def stats_of(
    card_id: CardId,
    days: Sequence[CardDay],
    *,
    seq: int,
    enrolled_day: date | None,
    threshold_days: int,
    erased: bool = False,
) -> CardStats:
    """The summary of a customer whose days these are; an erased one's numbers stay, and nobody misses them."""
    seen = visit_days(days)
    *_, missing = missing_after(seen, threshold_days) if seen else (None,)
    return CardStats(
        card_id=card_id,
        counted_seq=seq,
        threshold_days=threshold_days,
        enrolled_day=enrolled_day,
        visits=len(seen),
        purchases=sum(day.purchases for day in days),
        stamps=sum(day.stamps for day in days),
        amount_centimos=sum(day.amount_centimos for day in days),
        rewards_issued=sum(day.rewards_issued for day in days),
        rewards_redeemed=sum(day.rewards_redeemed for day in days),
        first_day=seen[0] if seen else None,
        last_day=seen[-1] if seen else None,
        median_gap=missing.median_gap if missing else None,
        at_risk_from=missing.at_risk_from if missing and not erased else None,
        lost_from=missing.lost_from if missing and not erased else None,
    )


def shares(days: Sequence[CardDay], *, enrolled_day: date | None, threshold_days: int, erased: bool = False) -> Shares:
    """A customer's share in the numbers of the shop's days, by branch and day."""
    share: Shares = defaultdict(DayNumbers)
    visited = defaultdict[UUID, list[CardDay]](list)
    for day in days:
        _add_sums(share[day.branch_id, day.day], day)
        _add_sums(share[WHOLE_SHOP, day.day], day)
        visited[day.branch_id].append(day)
    for branch_id, there in (*visited.items(), (WHOLE_SHOP, days)):
        _add_visits(share, branch_id, visit_days(there))
    if not erased:
        _add_missing(share, visit_days(days), threshold_days)
    if enrolled_day is not None:
        share[WHOLE_SHOP, enrolled_day].new_cards += 1
    return {key: numbers for key, numbers in share.items() if numbers}


def _add_sums(numbers: DayNumbers, day: CardDay) -> None:
    numbers.purchases += day.purchases
    numbers.stamps += day.stamps
    numbers.stamps_expired += day.stamps_expired
    numbers.amount_centimos += day.amount_centimos
    numbers.rewards_issued += day.rewards_issued
    numbers.rewards_redeemed += day.rewards_redeemed


def _add_visits(share: Shares, branch_id: UUID, days: list[date]) -> None:
    for place, day in enumerate(days):
        numbers = share[branch_id, day]
        numbers.visits += 1
        numbers.first_visits += place == 0
        numbers.second_visits += place == 1
    active = _spans(days)
    before = [(start + WINDOW, end + WINDOW) for start, end in active]
    for start, end in active:
        share[branch_id, start].active_moved += 1
        share[branch_id, end].active_moved -= 1
    for start, end in _in_both(active, before):
        share[branch_id, start].returned_moved += 1
        share[branch_id, end].returned_moved -= 1


def _add_missing(share: Shares, days: list[date], threshold_days: int) -> None:
    for missing, following in zip(missing_after(days, threshold_days), [*days, date.max][1:], strict=True):
        if missing.at_risk_from < following:
            share[WHOLE_SHOP, missing.at_risk_from].at_risk_moved += 1
            share[WHOLE_SHOP, min(missing.lost_from, following)].at_risk_moved -= 1
        if missing.lost_from < following:
            share[WHOLE_SHOP, missing.lost_from].lost_moved += 1
            if following < date.max:
                share[WHOLE_SHOP, following].lost_moved -= 1


def _spans(days: list[date]) -> list[tuple[date, date]]:
    """The days (from, to before) on which one of `days` lies in the window that ends there."""
    spans = list[tuple[date, date]]()
    for day in days:
        if spans and day <= spans[-1][1]:
            spans[-1] = (spans[-1][0], day + WINDOW)
        else:
            spans.append((day, day + WINDOW))
    return spans


def _in_both(ones: list[tuple[date, date]], others: list[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """What two rising lists of spans have in common."""
    one = other = 0
    while one < len(ones) and other < len(others):
        start, end = max(ones[one][0], others[other][0]), min(ones[one][1], others[other][1])
        if start < end:
            yield start, end
        if ones[one][1] <= others[other][1]:
            one += 1
        else:
            other += 1


def differences(present: Mapping[Key, DayNumbers], wanted: Mapping[Key, DayNumbers]) -> Shares:
    """What has to be added to `present` to make it `wanted`."""
    change: Shares = defaultdict(DayNumbers)
    for key, numbers in wanted.items():
        change[key].add(numbers, 1)
    for key, numbers in present.items():
        change[key].add(numbers, -1)
    return {key: numbers for key, numbers in change.items() if numbers}
