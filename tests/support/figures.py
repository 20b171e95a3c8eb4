"""Statistics by their definitions alone: the slow and obvious way, from the rows of the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.support.servers import TestDatabase

NONE = UUID(int=0)
WHOLE = UUID(int=2**128 - 1)
SUMS = ("purchases", "stamps", "stamps_expired", "amount_centimos", "rewards_issued", "rewards_redeemed")
STANDING = ("active", "returned", "at_risk", "lost")


@dataclass
class Customer:
    """A customer's days, by branch."""

    threshold: int = 14
    erased: bool = False
    sums: dict[tuple[UUID, date], dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    _visits: dict[UUID, list[date]] = field(default_factory=dict)

    def visits(self, branch: UUID = WHOLE) -> list[date]:
        """Days with a purchase at a branch, or anywhere; asked for once the days are known."""
        if branch not in self._visits:
            self._visits[branch] = self._days(branch)
        return self._visits[branch]

    def _days(self, branch: UUID) -> list[date]:
        return sorted({day for (at, day), sums in self.sums.items() if sums["purchases"] and branch in (at, WHOLE)})


def seen_within(visits: Iterable[date], last: date, *, before: int = 0) -> bool:
    """Whether there was a visit in the 30 days that end `before` days ahead of `last`."""
    end = last - timedelta(days=before)
    return any(end - timedelta(days=30) < day <= end for day in visits)


def absence(visits: Collection[date], day: date, threshold: int) -> str | None:
    """Whether a customer is at risk, or lost, on a day, from the visits until then."""
    known = sorted(visit for visit in visits if visit <= day)
    if not known:
        return None
    away = (day - known[-1]).days
    gaps = [(after - one).days for one, after in pairwise(known)]
    own = median(gaps) if len(known) >= 3 else None
    if away > 4 * (threshold if own is None else own):
        return "lost"
    return "at_risk" if away > threshold or (own is not None and away > 2 * own) else None


def standing(customers: Iterable[Customer], branch: UUID, day: date) -> dict[str, int]:
    """How many are active, were so before too, are at risk, are lost, on a day."""
    numbers = dict.fromkeys(STANDING, 0)
    for customer in customers:
        visits = customer.visits(branch)
        active = seen_within(visits, day)
        numbers["active"] += active
        numbers["returned"] += active and seen_within(visits, day, before=30)
        if branch == WHOLE and not customer.erased and (away := absence(visits, day, customer.threshold)):
            numbers[away] += 1
    return numbers


def customers_of(database: TestDatabase, business_id: UUID) -> dict[UUID, Customer]:
    """Every customer of a shop from its ledger, by the card that others were merged into."""
    [(zone, threshold)] = database.rows(
        "SELECT zone, inactivity_threshold_days FROM businesses WHERE id = %s", business_id
    )
    rows = database.rows(
        "SELECT e.id, coalesce(c.merged_into, c.id), e.kind, e.delta, e.occurred_at, e.branch_id, e.amount_centimos,"
        " e.voids FROM stamp_events e JOIN cards c ON c.id = e.card_id WHERE e.business_id = %s",
        business_id,
    )
    voided = {row[7] for row in rows}
    customers: dict[UUID, Customer] = defaultdict(lambda: Customer(threshold))
    for id, card, kind, delta, at, branch, amount, _ in rows:
        if id in voided or kind in ("void", "adjust"):
            continue
        sums = customers[card].sums[branch or NONE, at.astimezone(ZoneInfo(zone)).date()]
        sums["purchases"] += kind in ("earn", "history")
        sums["stamps"] += delta if kind in ("earn", "bonus") else 0
        sums["stamps_expired"] -= delta if kind == "expire" else 0
        sums["amount_centimos"] += (amount or 0) if kind in ("earn", "history") else 0
        sums["rewards_issued"] += kind == "issue_reward"
        sums["rewards_redeemed"] += kind == "redeem"
    for (card,) in database.rows("SELECT id FROM cards WHERE business_id = %s AND erased_at IS NOT NULL", business_id):
        customers[card].erased = True
    return customers


def kept(database: TestDatabase, business_id: UUID) -> dict[tuple[UUID, date], dict[str, Any]]:
    """The shop's days as they are kept."""
    rows: list[tuple[Any, ...]] = database.rows(
        "SELECT branch_id, day, to_jsonb(d) FROM daily_stats d WHERE business_id = %s", business_id
    )
    return {(branch, day): row for branch, day, row in rows}


def disagreements(database: TestDatabase, business_id: UUID) -> list[str]:
    """Where what is kept is not what the definitions say of the ledger; every day of every branch is looked at."""
    customers, days = customers_of(database, business_id), kept(database, business_id)
    wrong = list[str]()
    branches = {branch for customer in customers.values() for branch, _ in customer.sums} | {WHOLE}
    unknown = [row for (branch, _), row in days.items() if branch not in branches]
    assert not any(row[name] for row in unknown for name in row if name not in ("business_id", "branch_id", "day"))
    seen = [day for customer in customers.values() for _, day in customer.sums] or [date(2026, 1, 1)]
    span = range((max(seen) - min(seen)).days + 400)
    for branch in branches:
        running = dict.fromkeys(STANDING, 0)
        for day in (min(seen) + timedelta(days=n) for n in span):
            row: dict[str, int] = days.get((branch, day)) or defaultdict(int)
            for name in STANDING:
                running[name] += row[f"{name}_moved"]
            said = running | {name: row[name] for name in (*SUMS, "visits", "first_visits", "second_visits")}
            meant = _meant(customers, branch, day)
            wrong += [
                f"{branch} {day} {name}: {said[name]}, not {meant[name]}" for name in said if said[name] != meant[name]
            ]
    return wrong


def _meant(customers: dict[UUID, Customer], branch: UUID, day: date) -> dict[str, int]:
    numbers = standing(customers.values(), branch, day)
    for name in SUMS:
        numbers[name] = sum(
            sums[name]
            for customer in customers.values()
            for (at, on), sums in customer.sums.items()
            if on == day and branch in (at, WHOLE)
        )
    visits = [customer.visits(branch) for customer in customers.values()]
    numbers["visits"] = sum(day in days for days in visits)
    numbers["first_visits"] = sum(days[:1] == [day] for days in visits)
    numbers["second_visits"] = sum(days[1:2] == [day] for days in visits)
    return numbers
