"""What the lines of a file mean: customers and visits, or what is wrong with them. Pure.

A line is good or it is a problem: nothing of a wrong line is used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sello.domains.loyalty.cells.rules import (
    Cells,
    Wrong,
    amount_of,
    birthday_of,
    moment_of,
    name_of,
    phone_of,
    stamps_of,
)
from sello.domains.loyalty.history.rules import NewPerson, NewVisit
from sello.domains.loyalty.sheets.rules import FOUND, Line, Names, Problem, Sheet, read_sheet

ImportKind = Literal["customers", "visits"]
ImportSource = Literal["terminal", "api"]
ImportState = Literal["waiting", "running", "done", "refused", "expired"]

MOST_PROBLEMS: Final = 1000  # kept of an import; all are counted
MOST_VISITS: Final = 2000  # of one batch, about
MOST_PEOPLE: Final = 1000
FILE_KEPT: Final = timedelta(days=1)
PROBLEMS_KEPT: Final = timedelta(days=7)

_PHONE: Final = frozenset(
    {"phone", "telefono", "celular", "movil", "numero", "whatsapp", "nro celular", "numero de celular", "cel"}
    | {"mobile", "phone number", "numero de telefono", "telefono celular", "n celular", "nro de celular"}
)
_NAME: Final = frozenset({"name", "nombre", "nombres", "nombre completo", "nombre y apellido", "cliente", "customer"})
_BIRTHDAY: Final = frozenset(
    {"birthday", "cumpleanos", "cumple", "fecha de nacimiento", "fecha nacimiento", "nacimiento", "birthdate"}
    | {"birth date", "date of birth", "dob", "fecha de cumpleanos"}
)
_ENROLLED: Final = frozenset(
    {"enrolled at", "enrolled", "alta", "fecha de alta", "fecha alta", "cliente desde", "fecha de registro"}
    | {"fecha registro", "registro", "customer since", "since", "registered", "registered at"}
)
_STAMPS: Final = frozenset({"stamps", "stamp", "sellos", "sello", "sellos en tarjeta", "n sellos"})
_VISITED: Final = frozenset(
    {"visited at", "visited", "visit", "visita", "fecha", "fecha de visita", "fecha visita", "fecha y hora"}
    | {"fecha hora", "date", "datetime", "date time", "timestamp", "fecha de compra", "fecha compra"}
)
_AMOUNT: Final = frozenset({"amount", "monto", "importe", "total", "consumo", "precio", "gasto", "venta"})

COLUMNS: Final[dict[ImportKind, Names]] = {
    "customers": {
        "phone": _PHONE,
        "name": _NAME,
        "birthday": _BIRTHDAY,
        "enrolled_at": _ENROLLED,
        "stamps": _STAMPS,
    },
    "visits": {"phone": _PHONE, "visited_at": _VISITED, "amount": _AMOUNT, "name": _NAME},
}
REQUIRED: Final[dict[ImportKind, frozenset[str]]] = {
    "customers": frozenset({"phone", "name"}),
    "visits": frozenset({"phone", "visited_at"}),
}


@dataclass(frozen=True, slots=True)
class Shop:
    """What of the shop decides how a file is read: its zone, the present moment, how many stamps fill a card."""

    zone: ZoneInfo
    now: datetime
    required: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was understood: good lines of its kind, in the file's order, and every problem by line."""

    kind: ImportKind
    sheet: Sheet
    people: tuple[NewPerson, ...]
    visits: tuple[NewVisit, ...]
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> int:
        """How many records the file has, good and bad ones."""
        return len(self.people) + len(self.visits) + len(self.problems)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a file. Bad lines are left out with `skip_bad`; without it they stop everything."""

    kind: ImportKind
    dry_run: bool = False
    count_stamps: bool = False
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an import would do: customers, and visits or paper cards, each new or known already."""

    new_customers: int = 0
    known_customers: int = 0
    new_entries: int = 0
    known_entries: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """An import as its row says; `lines` are 0 until the file was read."""

    id: UUID
    kind: ImportKind
    source: ImportSource
    dry_run: bool
    count_stamps: bool
    skip_bad: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    outcome: Literal["done", "refused", "expired"] | None
    lines: int
    bad_lines: int
    done_lines: int
    new_customers: int
    new_entries: int
    new_stamps: int
    new_rewards: int

    @property
    def state(self) -> ImportState:
        """The one word for it."""
        return self.outcome or ("waiting" if self.started_at is None else "running")

    @property
    def order(self) -> Order:
        """What was asked for."""
        return Order(self.kind, self.dry_run, self.count_stamps, self.skip_bad)


def batches(visits: Sequence[NewVisit], *, most: int) -> Iterator[list[NewVisit]]:
    """The visits by customer and time in groups of about `most`; all visits of a phone are in one group.

    The same file makes the same groups, so that a run that was cut off goes on as if it had not been.
    """
    batch = list[NewVisit]()
    for visit in sorted(visits, key=lambda visit: (visit.phone, visit.visited_at, visit.occurrence)):
        if len(batch) >= most and visit.phone != batch[-1].phone:
            yield batch
            batch = []
        batch.append(visit)
    if batch:
        yield batch


def read_file(kind: ImportKind, data: bytes, shop: Shop) -> Reading:
    """Understand a file; never raises, whatever it holds."""
    sheet = read_sheet(data, COLUMNS[kind], required=REQUIRED[kind])
    cells = Cells(shop.zone, shop.now, comma_decimal=sheet.delimiter == ";")
    people, visits = list[NewPerson](), list[NewVisit]()
    problems = list(sheet.problems)
    first = dict[str, int]()
    times = dict[tuple[str, datetime], int]()
    for line in sheet.lines:
        try:
            if kind == "customers":
                person = _person(line, cells, shop)
                seen = first.setdefault(person.phone, line.number)
                if seen != line.number:
                    raise Wrong("csv_duplicate", "phone", line.cells["phone"], {"first": seen})
                people.append(person)
            else:
                visits.append(_visit(line, cells, times))
        except Wrong as wrong:
            problems.append(Problem(line.number, wrong.code, wrong.column, wrong.found[:FOUND], wrong.facts))
    problems.sort(key=lambda problem: problem.line)
    return Reading(kind, sheet, tuple(people), tuple(visits), tuple(problems))


def _person(line: Line, cells: Cells, shop: Shop) -> NewPerson:
    text = line.cells
    enrolled = text.get("enrolled_at", "")
    stamps = stamps_of(text.get("stamps", ""))
    if stamps and shop.required is None:
        raise Wrong("stamps_without_rules", "stamps", text["stamps"])
    if shop.required is not None and stamps > shop.required:
        raise Wrong("stamps_too_many", "stamps", text["stamps"], {"most": shop.required})
    return NewPerson(
        phone=phone_of(text["phone"]),
        name=name_of(text["name"]),
        birthday=birthday_of(text.get("birthday", "")),
        enrolled_at=moment_of(enrolled, cells, column="enrolled_at") if enrolled else None,
        stamps=stamps,
    )


def _visit(line: Line, cells: Cells, times: dict[tuple[str, datetime], int]) -> NewVisit:
    text = line.cells
    phone = phone_of(text["phone"])
    visited_at = moment_of(text["visited_at"], cells, column="visited_at")
    amount = amount_of(text.get("amount", ""), cells)
    name = name_of(text["name"]) if text.get("name") else None
    occurrence = times.get((phone, visited_at), 0)
    times[phone, visited_at] = occurrence + 1
    return NewVisit(phone, visited_at, occurrence, amount, name)
