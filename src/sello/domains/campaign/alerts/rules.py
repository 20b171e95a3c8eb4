"""Kinds of alerts, their sentences, and when too many people leave. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

AlertKind = Literal[
    "opt_outs",
    "budget_spent",
    "template_paused",
    "template_rejected",
    "phones_invalid",
    "not_delivered",
    "provider_held",
    "content_refused",
]

MOST_OPT_OUTS: Final = 0.02  # of those who were written to
LEAST_SENT: Final = 50  # before, a share says nothing: one of ten is 10 %
LEAST_OPT_OUTS: Final = 3  # nor do one or two people
BLAMED: Final = timedelta(days=7)  # so long after a message an opt-out is counted as its doing


@dataclass(frozen=True, slots=True)
class Alert:
    """Something an owner has to know of a campaign."""

    id: UUID
    campaign_id: UUID
    campaign_name: str
    kind: AlertKind
    day: date
    details: dict[str, Any]
    recorded_at: datetime
    seen_at: datetime | None


class Words(NamedTuple):
    """A sentence in both languages; blanks in braces are filled from the details."""

    es: str
    en: str


WORDS: Final[Mapping[AlertKind, Words]] = {
    "opt_outs": Words(
        "Pausamos «{campaign}»: {opt_outs} de {sent} personas pidieron no recibir más mensajes. Cambia el mensaje o a "
        "quién va antes de seguir.",
        "We paused “{campaign}”: {opt_outs} of {sent} people asked for no more messages. Change the message or who "
        "gets it before you go on.",
    ),
    "budget_spent": Words(
        "«{campaign}» llegó a su presupuesto y está en pausa. Lo que falta espera hasta que lo aumentes.",
        "“{campaign}” has spent its budget and is paused. What is left waits until you raise it.",
    ),
    "template_paused": Words(
        "WhatsApp pausó el mensaje de «{campaign}» porque a la gente no le gustó. La campaña espera.",
        "WhatsApp paused the message of “{campaign}” because people did not like it. The campaign waits.",
    ),
    "template_rejected": Words(
        "WhatsApp rechazó el mensaje de «{campaign}». Mira el motivo en la plantilla y escribe otro.",
        "WhatsApp rejected the message of “{campaign}”. See why on the template and write another.",
    ),
    "phones_invalid": Words(
        "Hay celulares de «{campaign}» que no existen. Pídelos otra vez en caja.",
        "Some phones of “{campaign}” do not exist. Ask for them again at the counter.",
    ),
    "not_delivered": Words(
        "Hay mensajes de «{campaign}» que WhatsApp no entregó. En los resultados está el motivo de cada uno.",
        "WhatsApp did not deliver some messages of “{campaign}”. The results say why, one by one.",
    ),
    "provider_held": Words(
        "WhatsApp nos pidió ir más despacio: los mensajes de «{campaign}» saldrán más tarde.",
        "WhatsApp asked us to slow down: the messages of “{campaign}” go out later.",
    ),
    "content_refused": Words(
        "WhatsApp no aceptó el contenido de «{campaign}». La campaña necesita otra plantilla.",
        "WhatsApp did not accept the content of “{campaign}”. The campaign needs another template.",
    ),
}


def in_words(kind: AlertKind, locale: str, *, campaign: str, details: Mapping[str, Any]) -> str:
    """The sentence for the owner, in the locale's language (`en…` or Spanish)."""
    words = WORDS[kind]
    text = words.en if locale.startswith("en") else words.es
    return text.format_map(_Blanks({"campaign": campaign, **details}))


def is_too_many(opt_outs: int, sent: int) -> bool:
    """Whether more than 2 % of those who were written to left, and enough people to say so."""
    return sent >= LEAST_SENT and opt_outs >= LEAST_OPT_OUTS and opt_outs > MOST_OPT_OUTS * sent


class _Blanks(dict[str, Any]):
    """A blank that the details do not fill stays visible and breaks nothing."""

    def __missing__(self, key: str) -> str:
        return "…"
