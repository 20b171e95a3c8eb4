"""Somebody on a list that the shop brings along. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sello.domains.customer.rules import Birthday
from sello.shared.ids import CustomerId
from sello.shared.validation import fold

_STAND_INS: Final = {"es": "Cliente", "en": "Customer"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person as the statements take them; `stand_ins`: names that the real one takes the place of."""

    id: CustomerId
    phone: str
    name: str
    name_folded: str
    birth_day: int | None
    birth_month: int | None
    enrolled_at: datetime | None
    stand_ins: list[str] = field(default_factory=list)


def arrival_of(
    id: CustomerId, phone: str, name: str, *, birthday: Birthday | None = None, enrolled_at: datetime | None = None
) -> Arrival:
    """A person with all that follows from phone and name."""
    day, month = (birthday.day, birthday.month) if birthday else (None, None)
    return Arrival(id, phone, name, fold(name), day, month, enrolled_at, [stand_in(phone, of) for of in _STAND_INS])


def stand_in(phone: str, locale: str) -> str:
    """What somebody is called whose phone alone is known: `Cliente 321`."""
    return f"{_STAND_INS['en' if locale.startswith('en') else 'es']} {phone[-3:]}"
