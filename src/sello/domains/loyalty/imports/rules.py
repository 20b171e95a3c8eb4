"""What the lines of a file mean: customers and visits, or what is wrong with them. Pure.

A line is good or it is a problem: nothing of a wrong line is used.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sello.domains.customer import Birthday
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
from sello.domains.loyalty.sheets.rules import FOUND, Line, Names, Problem, Sheet, read_sheet

ImportKind = Literal["customers", "visits"]

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
class NewPerson:
    """A line of a customers file; `stamps` of a paper card."""

    phone: str
    name: str
    birthday: Birthday | None
    enrolled_at: datetime | None
    stamps: int


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A line of a visits file. `occurrence` tells apart visits of one customer at the same moment, from 0 on."""

    phone: str
    visited_at: datetime
    occurrence: int
    amount_centimos: int | None
    name: str | None


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
