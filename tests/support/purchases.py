"""A purchase log and what follows from it, computed from its lines by the definitions alone: no code of sello's.

The log says on which day somebody bought for how much. As a file for sello each line gets a time of that day at the
shop, midnight's both sides among them, written in one of the ways that spreadsheets and cash registers have.
"""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
TIMES = (time(0, 0), time(0, 30), time(0, 0, 1), time(23, 30), time(23, 59, 59), time(12, 15), time(19, 0))


@dataclass(frozen=True)
class Purchase:
    """Somebody bought."""

    phone: str
    day: date
    centimos: int


@dataclass(frozen=True)
class Known:
    """A customer by their purchases; without a second visit there is no gap between visits."""

    visits: int
    purchases: int
    centimos: int
    first: date
    last: date
    median_gap: float | None
    mean_gap: float | None


@dataclass(frozen=True)
class Standing:
    """The shop at the end of a day."""

    customers: int
    repeat: int
    returned: int
    seen_before: int
    at_risk: int
    lost: int


def file_of(log: list[Purchase], *, seed: int = 0) -> str:
    """The log as CSV, its lines in no order."""
    chance = random.Random(seed)
    lines = [f"{one.phone},{_written(one.day, chance)},{one.centimos / 100:.2f}" for one in log]
    chance.shuffle(lines)
    return "celular,fecha y hora,monto\n" + "\n".join(lines) + "\n"


def _written(day: date, chance: random.Random) -> str:
    at = datetime.combine(day, chance.choice(TIMES), LIMA)
    return chance.choice(
        (
            f"{at:%Y-%m-%d %H:%M:%S}",
            f"{at:%d/%m/%Y %H:%M:%S}",
            f"{at:%d/%m/%Y %I:%M:%S %p}",
            at.isoformat(),
            f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            f"{at.astimezone(ZoneInfo('Asia/Tokyo')).isoformat()}",
            f"{day:%Y-%m-%d}",
        )
    )


def customers_of(log: list[Purchase]) -> dict[str, Known]:
    """Everybody by phone."""
    bought = defaultdict[str, list[Purchase]](list)
    for one in log:
        bought[one.phone].append(one)
    return {phone: _known(own) for phone, own in bought.items()}


def _known(own: list[Purchase]) -> Known:
    days = sorted({one.day for one in own})
    gaps = _gaps(days)
    return Known(
        visits=len(days),
        purchases=len(own),
        centimos=sum(one.centimos for one in own),
        first=days[0],
        last=days[-1],
        median_gap=median(gaps) if gaps else None,
        mean_gap=sum(gaps) / len(gaps) if gaps else None,
    )


def standing_of(log: list[Purchase], day: date, *, threshold: int) -> Standing:
    """The shop as it was at the end of that day, as if nobody had come since."""
    days = defaultdict[str, set[date]](set)
    for one in log:
        if one.day <= day:
            days[one.phone].add(one.day)
    now, before = _window(day), _window(day - timedelta(days=30))
    here = [sorted(own) for own in days.values()]
    came = [(bool(now & set(own)), bool(before & set(own))) for own in here]
    missing = [_missing(own, day, threshold) for own in here]
    return Standing(
        customers=len(here),
        repeat=sum(len(own) >= 2 for own in here),
        returned=sum(again and was for again, was in came),
        seen_before=sum(was for _, was in came),
        at_risk=missing.count("at risk"),
        lost=missing.count("lost"),
    )


def _window(last: date) -> set[date]:
    """The thirty days that end with this one."""
    return {last - timedelta(days=days) for days in range(30)}


def _missing(days: list[date], day: date, threshold: int) -> str:
    """Whoever came three times is measured by their own rhythm, too."""
    away, rhythm = (day - days[-1]).days, median(_gaps(days)) if len(days) >= 3 else None
    if away > 4 * (threshold if rhythm is None else rhythm):
        return "lost"
    return "at risk" if away > threshold or (rhythm is not None and away > 2 * rhythm) else ""


def _gaps(days: list[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(days)]
