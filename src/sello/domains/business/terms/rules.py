"""What stands around the rules on their page. Pure.

Our own text is in `texts/`, a file for each version and language. One that was published is never changed: a new one
is shown from a day on, and the page of a rule version shows the text that stood at the end of its time.
"""

from datetime import date
from typing import Final

from sello.shared.errors import Language

SHOWN_SINCE: Final = {"2026-11": date(2026, 11, 1)}
"""Versions of our text, each with the day from which it is shown."""

WORDS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "present": "Versión {version}, vigente desde el {since}",
        "past": "Versión {version}, del {since} al {until}",
        "name": "Versión {version}, {since}",
        "old": "Estas reglas ya no dan sellos. Valen para lo que ganaste mientras regían.",
        "closed": "{shop} cerró su tarjeta de sellos. Estas fueron sus condiciones.",
        "nobody": "{shop}. Su razón social y su domicilio se piden en el local.",
        "write": "Escríbele a {email}.",
        "privacy": "Aviso de privacidad",
    },
    "en": {
        "present": "Version {version}, in force since {since}",
        "past": "Version {version}, from {since} to {until}",
        "name": "Version {version}, {since}",
        "old": "No stamps are given under these rules any more. They hold for what you earned in their time.",
        "closed": "{shop} closed its stamp card. These were its terms.",
        "nobody": "{shop}. Ask at the shop for its registered name and address.",
        "write": "Write to {email}.",
        "privacy": "Privacy notice",
    },
}


def terms_address(base_url: str, slug: str, version: int | None = None) -> str:
    """Where the terms are: of one version of the rules, or of those in force."""
    return f"{base_url}/legal/{slug}/terms" + (f"/{version}" if version is not None else "")


def text_at(day: date) -> str:
    """The version of our text that was shown on this day; the first one before there was any."""
    return max((version for version, since in SHOWN_SINCE.items() if since <= day), default=min(SHOWN_SINCE))
