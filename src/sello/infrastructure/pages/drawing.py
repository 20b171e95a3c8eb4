"""Draw a page: its content as plain values, the template and the style beside this file."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sello.shared.errors import Language

_HERE: Final = Path(__file__).parent
_STYLE: Final = re.sub(r"/\*.*?\*/|\n\s*", "", _HERE.joinpath("page.css").read_text(), flags=re.DOTALL)
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
MOST_SLOTS: Final = 20  # a longer card is told in words alone

Clause = tuple[str, Sequence[str], Sequence[str]]
"""A heading, its paragraphs, its points."""

_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "versions": "Versiones",
        "other_language": "English",
        "present": "vigente",
        "shown": "la que estás leyendo",
        "older": "Hay versiones más antiguas; su número va al final de la dirección.",
        "printed": "Esta página está en",
        "with": "Con",
        "lost": "No encontramos esta página",
        "lost_why": "Puede que a la dirección le falte una letra, o que ese local o esa versión no existan.",
        "trouble_what": "Si tienes una duda, pregunta en el local.",
        "lost_what": "Si llegaste por un afiche o por tu tarjeta, ábrelos otra vez. En el local también te ayudan.",
    },
    "en": {
        "versions": "Versions",
        "other_language": "Español",
        "present": "in force",
        "shown": "the one you are reading",
        "older": "There are older versions; their number goes at the end of the address.",
        "printed": "This page is at",
        "with": "With",
        "lost": "We cannot find this page",
        "lost_why": "The address may lack a letter, or there is no such shop or version.",
        "trouble_what": "If you have a question, ask at the shop.",
        "lost_what": "If a poster or your card brought you here, open it again. The shop can help you too.",
    },
}


@dataclass(frozen=True, slots=True)
class Sign:
    """Whose page it is: name, two colours (`#rrggbb`) with the inks that can be read on them, logo's address."""

    name: str
    light: str
    dark: str
    ink_on_light: str
    ink_on_dark: str
    logo: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A stamp card to draw: so many places, rewards at some of them."""

    places: int
    rewards: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand exactly as somebody agreed to them."""

    label: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Another version, or another page."""

    text: str
    href: str
    present: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, top to bottom. `address`: where it is for good; `warning`: what to know before reading."""

    language: Language
    sign: Sign
    title: str
    kicker: str
    lead: str
    clauses: Sequence[Clause]
    address: str
    versions: Sequence[Link]
    others: Sequence[Link]
    more_versions: bool = False
    warning: str | None = None
    card: Card | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as bytes, the policy that lets its style and its logo in and nothing else, its entity tag."""

    html: bytes
    policy: str
    tag: str


def draw(page: Page) -> Drawn:
    """The page as HTML."""
    return _drawn(
        "page.html", page.language, _STYLE + colours_as_style(page.sign), page=page, drawn_card=_fits(page.card)
    )


def lost(language: Language) -> Drawn:
    """The page for an address that leads nowhere."""
    texts = _TEXTS[language]
    return _drawn("lost.html", language, _STYLE, title=texts["lost"], lead=f"{texts['lost_why']} {texts['lost_what']}")


def trouble(language: Language, said: str) -> Drawn:
    """The page for something that is not to be had now, with the sentence that says so."""
    texts = _TEXTS[language]
    return _drawn("lost.html", language, _STYLE, title=said, lead=texts["trouble_what"])


def _drawn(template: str, language: Language, style: str, **content: object) -> Drawn:
    html = _TEMPLATES.get_template(template).render(language=language, texts=_TEXTS[language], style=style, **content)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'none'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    said = html.encode()
    return Drawn(said, policy, f'"{hashlib.sha256(said).hexdigest()[:32]}"')


def colours_as_style(sign: Sign) -> str:
    """The shop's colours as custom properties, for a style element of a page."""
    colours = {
        "--shop-dark": sign.dark,
        "--shop-light": sign.light,
        "--on-shop-dark": sign.ink_on_dark,
        "--on-shop-light": sign.ink_on_light,
    }
    for colour in colours.values():
        if not _COLOUR.fullmatch(colour):
            raise ValueError("a colour is #rrggbb")  # it goes into the style, where nothing is escaped
    return ":root{" + ";".join(f"{name}:{colour}" for name, colour in colours.items()) + "}"


def _fits(card: Card | None) -> Card | None:
    return card if card is not None and card.places <= MOST_SLOTS else None
