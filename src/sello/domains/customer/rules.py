"""Customers and their consent: types, bounds, the notice people agree to. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sello.shared.errors import Refused
from sello.shared.ids import AccountId, CustomerId
from sello.shared.validation import Body

Source = Literal["poster", "till", "import", "referral", "message"]
ConsentKind = Literal["opt_in", "opt_out"]
ConsentSource = Literal["enrolment", "card", "counter", "message", "import", "owner"]
Language = Literal["es", "en"]

# Enrolments that nobody has confirmed yet, at one shop: beyond these it is somebody playing.
PENDING_PER_PHONE = 5
PHONE_WINDOW = timedelta(days=1)
PENDING_PER_NETWORK = 60
NETWORK_WINDOW = timedelta(hours=1)
PENDING_KEPT = timedelta(days=90)

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # 29 February is a birthday


class Birthday(Body):
    """Day and month; the year is nobody's business."""

    day: Annotated[int, Field(strict=True, ge=1, le=31)]
    month: Annotated[int, Field(strict=True, ge=1, le=12)]

    @model_validator(mode="after")
    def _exists(self) -> "Birthday":
        if self.day > _LONGEST[self.month - 1]:
            raise ValueError("there is no such day")
        return self


class ConsentText(Body):
    """What a person reads before enrolling, in one language."""

    notice: str
    marketing: str


class ConsentTexts(Body):
    """One version of the notice; receipts name the version and the language, and a version never changes."""

    version: str
    es: ConsentText
    en: ConsentText


TEXT_VERSION = "2026-11"
CONSENT_TEXTS: dict[str, ConsentTexts] = {
    TEXT_VERSION: ConsentTexts(
        version=TEXT_VERSION,
        es=ConsentText(
            notice=(
                "Este local guarda tu nombre, tu celular y, si lo das, el día de tu cumpleaños para llevar tu tarjeta"
                " de sellos. Es el titular de tus datos (Ley 29733); sello los guarda por su encargo y no los da a"
                " nadie más. Puedes ver, corregir o borrar tus datos, y dejar de participar, cuando quieras: pídelo en"
                " el local."
            ),
            marketing=(
                "Quiero recibir por WhatsApp novedades y promociones de este local. Es opcional, y puedo dejar de"
                " recibirlas cuando quiera desde mi tarjeta o respondiendo BAJA."
            ),
        ),
        en=ConsentText(
            notice=(
                "This shop keeps your name, your mobile number and, if you give it, the day of your birthday to run"
                " your stamp card. It answers for your data (Peru's Law 29733); sello keeps them on its behalf and"
                " gives them to nobody else. You can see, correct or erase your data, and leave, whenever you like:"
                " ask at the shop."
            ),
            marketing=(
                "I want news and offers from this shop by WhatsApp. It is optional, and I can stop them at any time"
                " on my card or by answering BAJA."
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A person at one shop; phone and name are None once erased. Pending until `confirmed_at` is set."""

    id: CustomerId
    phone: str | None
    last_three: str | None
    name: str | None
    source: Source
    enrolled_at: datetime
    confirmed_at: datetime | None
    confirmed_by: AccountId | None
    merged_into: CustomerId | None
    erased_at: datetime | None
    opted_in_at: datetime | None
    opted_out_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they wrote themselves down; the phone is E.164."""

    name: str
    phone: str
    birthday: Birthday | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What proves a consent, beside its moment: which text, from where, off which poster."""

    source: ConsentSource
    text_version: str
    poster_id: str | None = None
    network_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of the consent log."""

    kind: ConsentKind
    source: ConsentSource
    text_version: str
    poster_id: str | None
    network_hash: bytes | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many unconfirmed enrolments a phone and a network have at a shop."""

    of_phone: int
    of_network: int


def read_text(version: str, language: Language) -> str:
    """How a receipt names the text that was read; refuses text_version_unknown for one we never showed."""
    if version not in CONSENT_TEXTS:
        raise Refused("text_version_unknown")
    return f"{version}-{language}"


def check_waiting(waiting: Waiting) -> None:
    """Refuses too_many_requests when a phone or a network has used up its unconfirmed enrolments."""
    if waiting.of_phone >= PENDING_PER_PHONE:
        raise Refused("too_many_requests", after=int(PHONE_WINDOW.total_seconds()))
    if waiting.of_network >= PENDING_PER_NETWORK:
        raise Refused("too_many_requests", after=int(NETWORK_WINDOW.total_seconds()))


def later_word(pending: Consent | None, known: Consent | None) -> Consent | None:
    """What a merge has to say again for the known customer: the pending card's last word, when it is the later one.

    An opt-out that came after the pending card's opt-in stands.
    """
    if pending is None or (known is not None and known.recorded_at >= pending.recorded_at):
        return None
    return pending


def language_of(locale: str) -> Language:
    """The catalogue's language for a shop's locale."""
    return "en" if locale.startswith("en") else "es"
