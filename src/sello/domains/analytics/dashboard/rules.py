"""The numbers of the home page, how they compare, and what they mean in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

WINDOW_DAYS: Final = 30

Sum = Literal["visits", "purchases", "stamps", "rewards_issued", "rewards_redeemed", "amount_centimos", "new_cards"]
Name = Literal["active_customers", "retention", "at_risk", "lost"] | Sum
SUMS: Final[tuple[Sum, ...]] = (
    "visits",
    "purchases",
    "stamps",
    "rewards_issued",
    "rewards_redeemed",
    "amount_centimos",
    "new_cards",
)
OF_THE_SHOP: Final = frozenset({"at_risk", "lost", "new_cards"})
"""What is nobody's branch's: somebody who comes to the other branch is not missed."""
OF_OWNERS: Final = frozenset({"amount_centimos"})


SpanName = Literal["today", "yesterday", "recent", "before", "older"]


@dataclass(frozen=True, slots=True)
class Span:
    """Sums over some days that end with `day`: it and the day before, the 28 days before them, the 30 before these, and
    all that were earlier. The last six say by how much what stands at the end of a day moved. No `name`: no days.
    """

    day: date
    zone: str
    branch_known: bool
    name: SpanName | None
    visits: int | None
    purchases: int | None
    stamps: int | None
    rewards_issued: int | None
    rewards_redeemed: int | None
    amount_centimos: int | None
    new_cards: int | None
    customers: int | None
    repeat: int | None
    active: int | None
    returned: int | None
    at_risk: int | None
    lost: int | None


_LAST: Final = ("today", "yesterday", "recent")
_TO_30: Final = ("before", "older")  # what stood 30 days ago is what moved until then


@dataclass(frozen=True, slots=True)
class Days:
    """The spans of a shop or a branch."""

    day: date
    zone: str
    branch_known: bool
    spans: dict[str, Span]

    def sum(self, what: str, *names: str) -> int:
        """Of one figure over some spans, over all without names."""
        return sum(getattr(self.spans[name], what) for name in names or self.spans if name in self.spans)


def days_of(spans: Sequence[Span]) -> Days | None:
    """What `queries.spans_of` read; None: there is no such shop."""
    if not spans:
        return None
    first = spans[0]
    return Days(first.day, first.zone, first.branch_known, {span.name: span for span in spans if span.name})


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers that stand at the end of a day, and stood 30 and 60 days before; `repeat`: customers with two visits."""

    day: date
    customers: int
    repeat: int
    active: int
    active_30: int
    active_60: int
    returned: int
    returned_30: int
    at_risk: int
    at_risk_30: int
    lost: int
    lost_30: int


def standing_of(days: Days) -> Standing:
    """Where the days lead to."""
    return Standing(
        day=days.day,
        customers=days.sum("customers"),
        repeat=days.sum("repeat"),
        active=days.sum("active"),
        active_30=days.sum("active", *_TO_30),
        active_60=days.sum("active", "older"),
        returned=days.sum("returned"),
        returned_30=days.sum("returned", *_TO_30),
        at_risk=days.sum("at_risk"),
        at_risk_30=days.sum("at_risk", *_TO_30),
        lost=days.sum("lost"),
        lost_30=days.sum("lost", *_TO_30),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the one before; None where it is not defined."""

    value: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """By how much it differs."""
        if self.value is None or self.before is None:
            return None
        return round(self.value - self.before, 4)

    @property
    def change_ratio(self) -> float | None:
        """By which share of the one before it differs; a share of nothing is not defined."""
        if self.value is None or not self.before:
            return None
        return round(self.value / self.before - 1, 4)


@dataclass(frozen=True, slots=True)
class Numbers:
    """All of them: those of a day's end, of today against yesterday, of 30 days against the 30 before."""

    day: date
    zone: str
    standing: dict[Name, Figure]
    today: dict[Name, Figure]
    last_30_days: dict[Name, Figure]


def numbers_of(days: Days, *, of_branch: bool) -> Numbers:
    """The numbers of the home page; of one branch, those that belong to the whole shop are None."""

    def figure(name: str, value: float | None, before: float | None) -> Figure:
        return Figure(None, None) if of_branch and name in OF_THE_SHOP else Figure(value, before)

    def compared(these: tuple[str, ...], others: tuple[str, ...]) -> dict[Name, Figure]:
        return {name: figure(name, days.sum(name, *these), days.sum(name, *others)) for name in SUMS}

    s = standing_of(days)
    return Numbers(
        day=s.day,
        zone=days.zone,
        standing={
            "active_customers": figure("active_customers", s.active, s.active_30),
            "retention": Figure(share(s.returned, s.active_30), share(s.returned_30, s.active_60)),
            "at_risk": figure("at_risk", s.at_risk, s.at_risk_30),
            "lost": figure("lost", s.lost, s.lost_30),
        },
        today=compared(("today",), ("yesterday",)),
        last_30_days=compared(_LAST, ("before",)),
    )


def share(part: int, whole: int) -> float | None:
    """A share to four places; of nothing there is none."""
    return round(part / whole, 4) if whole else None


class Words(NamedTuple):
    """What a number means."""

    es: str
    en: str


DEFINITIONS: Final[dict[Name, Words]] = {
    "active_customers": Words(
        "Clientes con al menos una visita en los últimos 30 días, hoy incluido.",
        "Customers with at least one visit in the last 30 days, today included.",
    ),
    "retention": Words(
        "De los clientes con una visita en los 30 días anteriores a los últimos 30, la parte que volvió en los "
        "últimos 30.",
        "Of the customers with a visit in the 30 days before the last 30, the share with a visit in the last 30.",
    ),
    "at_risk": Words(
        "Clientes que no vienen hace más días que el límite del local o, con 3 visitas o más, hace más del doble de su "
        "propio intervalo mediano, y que aún no se dan por perdidos.",
        "Customers not seen for more days than the shop's threshold or, with 3 visits or more, for more than twice "
        "their own median gap, and not lost yet.",
    ),
    "lost": Words(
        "Clientes que no vienen hace más de 4 veces su propio intervalo mediano; con menos de 3 visitas, hace más de "
        "4 veces el límite del local.",
        "Customers not seen for more than 4 times their own median gap; with fewer than 3 visits, for more than "
        "4 times the shop's threshold.",
    ),
    "visits": Words(
        "Clientes por día: quien recibe varios sellos el mismo día cuenta una vez.",
        "Customers per day: who gets several stamps on a day counts once.",
    ),
    "purchases": Words(
        "Compras selladas o importadas, sin las anuladas.", "Purchases stamped or imported, voided ones left out."
    ),
    "stamps": Words(
        "Sellos dados, regalos incluidos, sin los anulados.", "Stamps given, presents included, voided ones left out."
    ),
    "rewards_issued": Words("Premios ganados, sin los anulados.", "Rewards earned, voided ones left out."),
    "rewards_redeemed": Words("Premios entregados, sin los anulados.", "Rewards handed over, voided ones left out."),
    "amount_centimos": Words(
        "Suma de las compras en las que se anotó el monto, en céntimos.",
        "Sum of the purchases whose amount was noted, in céntimos.",
    ),
    "new_cards": Words(
        "Tarjetas nuevas de clientes confirmados, por el día en que se entregaron.",
        "New cards of confirmed customers, by the day they were handed out.",
    ),
}
