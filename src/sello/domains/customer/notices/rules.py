"""What fills the privacy notice (Ley 29733, art. 18), and what stands around it. Pure.

The long text of each version of `CONSENT_TEXTS` is in `texts/`, a file for each language. Neither is ever changed:
whoever has to say something else adds a version.
"""

from dataclasses import dataclass
from typing import Final

from sello.domains.customer.rules import CONSENT_TEXTS, Language


@dataclass(frozen=True, slots=True)
class Facts:
    """What fills the blanks. `who`: name and address of who answers; `days`: working days until an answer."""

    shop: str
    who: str
    write: str
    operator: str
    country: str
    days: int
    pending_days: int


WORDS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "version": "Versión {version}",
        "former": "Quién respondió antes",
        "quote": "El texto corto que se lee al pedir la tarjeta ({receipt})",
        "old": "Hay una versión más nueva. Esta sigue aquí porque alguien la aceptó.",
        "nobody": "{shop}. Su razón social y su domicilio se piden en el local.",
        "operator": "Quien opera la plataforma",
        "write": " También puedes escribir a {email}.",
        "country": "Los servidores están en {country}.",
        "no_country": "En el local te dicen en qué país están los servidores.",
        "terms": "Condiciones de la tarjeta",
    },
    "en": {
        "version": "Version {version}",
        "former": "Who answered before",
        "quote": "The short text that is read when asking for the card ({receipt})",
        "old": "There is a newer version. This one stays because somebody agreed to it.",
        "nobody": "{shop}. Ask at the shop for its registered name and address.",
        "operator": "Whoever runs the platform",
        "write": " You can also write to {email}.",
        "country": "The servers are in {country}.",
        "no_country": "The shop tells you in which country the servers are.",
        "terms": "Terms of the card",
    },
}


def notice_address(base_url: str, slug: str, version: str | None = None) -> str:
    """Where the notice is: of one version of the text, or of the present one."""
    return f"{base_url}/legal/{slug}/privacy" + (f"/{version}" if version else "")


def read_version(text: str) -> tuple[str, Language | None] | None:
    """The version that an address or a receipt names: `2026-11`, or `2026-11-es` with its language; None for none."""
    if text in CONSENT_TEXTS:
        return text, None
    version, _, language = text.rpartition("-")
    if version not in CONSENT_TEXTS:
        return None
    return (version, "es") if language == "es" else (version, "en") if language == "en" else None
