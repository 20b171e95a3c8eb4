"""Groups of customers, their order, and the places in it. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from sello.domains.customer import Source
from sello.shared.errors import Refused
from sello.shared.errors.languages import Language
from sello.shared.ids import CardId, CustomerId

Group = Literal["all", "active", "new", "ready", "at_risk", "lost", "once", "birthday", "pending"]
Order = Literal["visit", "name", "newest"]
State = Literal["pending", "lost", "at_risk", "new", "active", "unseen"]

LAST: Final = UUID(int=(1 << 128) - 1)
MOST_IN_A_FILE: Final = 50_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer in the list. Of a pending one the phone is as it was typed: nobody has proven it."""

    id: CustomerId
    card_id: CardId
    name: str
    phone: str
    last_three: str
    state: State
    balance: int
    ready: int
    visits: int
    last_at: datetime | None
    median_gap: Decimal | None
    birth_day: int | None
    birth_month: int | None
    source: Source
    enrolled_at: datetime
    opted_in_at: datetime | None
    opted_out_at: datetime | None
    sorted_at: datetime
    sorted_name: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many customers are in each group."""

    all: int
    active: int
    new: int
    ready: int
    at_risk: int
    lost: int
    once: int
    birthday: int
    pending: int


@dataclass(frozen=True, slots=True)
class Place:
    """Just after the customer with this key and id, in an order; the key is a moment or a folded name."""

    key: str
    id: UUID


def place_after(listed: Listed, order: Order) -> str:
    """Where the page after this customer begins, as text for a URL."""
    moment = listed.enrolled_at if order == "newest" else listed.sorted_at
    key = listed.sorted_name if order == "name" else moment.isoformat()
    return base64.urlsafe_b64encode(json.dumps([key, str(listed.id)]).encode()).decode()


def place_of(cursor: str, order: Order) -> Place:
    """The place that a cursor names; refuses invalid for text we did not make for this order."""
    try:
        key, text = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        place = Place(str(key), UUID(text))
        if order != "name" and datetime.fromisoformat(place.key).tzinfo is None:
            raise ValueError(place.key)
        if "\x00" in place.key:
            raise ValueError(place.key)
    except (binascii.Error, UnicodeError, ValueError, TypeError, AttributeError) as error:
        raise Refused("invalid", fields=[{"path": "cursor", "problem": "not a place in this order"}]) from error
    return place


def containing(word: str) -> str:
    """The pattern for LIKE of a text with this word in it."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"


_COLUMNS: Final[dict[Language, tuple[str, ...]]] = {
    "es": (
        "Nombre", "Celular", "Cómo va", "Sellos", "Premios listos", "Visitas", "Última visita",
        "Días entre visitas", "Cumpleaños", "Desde", "Acepta mensajes",
    ),
    "en": (
        "Name", "Mobile", "How they are", "Stamps", "Rewards ready", "Visits", "Last visit",
        "Days between visits", "Birthday", "Since", "Takes messages",
    ),
}  # fmt: skip
_STATES: Final[dict[Language, dict[State, str]]] = {
    "es": {
        "pending": "por confirmar", "lost": "perdido", "at_risk": "en riesgo", "new": "nuevo", "active": "al día",
        "unseen": "sin visitas",
    },
    "en": {
        "pending": "to be confirmed", "lost": "lost", "at_risk": "at risk", "new": "new", "active": "active",
        "unseen": "no visit yet",
    },
}  # fmt: skip
_YES: Final[dict[Language, tuple[str, str]]] = {"es": ("sí", "no"), "en": ("yes", "no")}


def lines_of(listed: Sequence[Listed], zone: Any, language: Language) -> list[dict[str, Any]]:
    """The customers as lines of a file; days are the shop's (`zone`, a tzinfo)."""
    yes, no = _YES[language]
    return [
        dict(
            zip(
                _COLUMNS[language],
                (
                    one.name,
                    one.phone,
                    _STATES[language][one.state],
                    one.balance,
                    one.ready,
                    one.visits,
                    _day(one.last_at, zone),
                    one.median_gap,
                    f"{one.birth_day:02}/{one.birth_month:02}" if one.birth_day and one.birth_month else None,
                    _day(one.enrolled_at, zone),
                    yes if one.opted_in_at else no,
                ),
                strict=True,
            )
        )
        for one in listed
    ]


def head_of(language: Language) -> dict[str, Any]:
    """The line of an empty file: its columns with nothing in them."""
    return dict.fromkeys(_COLUMNS[language])


def _day(at: datetime | None, zone: Any) -> date | None:
    return at.astimezone(zone).date() if at else None
