"""What stands on a poster, in Spanish first. Pure."""

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

import msgspec

from sello.domains.business.profile.rules import Profile, colours_of
from sello.domains.business.rules import Design, Picture, RewardRules
from sello.domains.business.wording.rules import full_sentence, stamps_in_words

DRAWING: Final = 3  # counted up when a drawing or its words change: every shop's papers are then made anew
MOST_SLOTS: Final = 12  # a longer card is told in words alone

_LOOSE_END: Final = re.compile(r"(?<=[0-9]) (?=\S{1,3}(?: |$))| (?=\S{1,3}$)")

Language = Literal["es", "en"]
Format = Literal["a4", "tent"]  # a sheet for the wall; a sheet to fold and stand on a table

FORMATS: Final[tuple[Format, ...]] = get_args(Format)
DESIGNS: Final[tuple[Design, ...]] = get_args(Design)
KINDS: Final[dict[Format, Literal["poster", "tent"]]] = {"a4": "poster", "tent": "tent"}

TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "title": "Afiche",
        "collect": "Junta {stamps}.",
        "collect_one": "Con tu primer sello:",
        "and": "Con {at}:",
        "scan": "Escanea con tu cámara",
        "type": "Pon tu nombre y celular",
        "show": "Muestra tu tarjeta al pagar",
        "free": "Gratis y sin aplicación",
        "no_camera": "¿Tu cámara no lo lee? Entra a",
        "poster": "Afiche",
        "fold": "Dobla por las líneas de puntos",
        "base": "Esta cara va sobre la mesa",
        "glue": "Pega o engrapa esta pestaña por dentro de la otra cara",
        "stamp": "Tu tarjeta de sellos",
    },
    "en": {
        "title": "Poster",
        "collect": "Collect {stamps}.",
        "collect_one": "With your first stamp:",
        "and": "With {at}:",
        "scan": "Scan with your camera",
        "type": "Give your name and mobile",
        "show": "Show your card when you pay",
        "free": "Free, and no app needed",
        "no_camera": "Camera cannot read it? Go to",
        "poster": "Poster",
        "fold": "Fold along the dotted lines",
        "base": "This face stands on the table",
        "glue": "Glue or staple this flap inside the other face",
        "stamp": "Your stamp card",
    },
}


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a shop's papers show but their own ids; two equal ones need no second poster."""

    drawing: int
    design: Design
    language: Language
    name: str
    steps: tuple[tuple[int, str], ...]
    light: str
    dark: str
    ink_on_light: str
    ink_on_dark: str
    address: str
    picture: Picture
    logo: str  # SHA-256 in hex; "" for none

    @property
    def as_json(self) -> str:
        """For the row that is kept."""
        return msgspec.json.encode(asdict(self)).decode()

    @property
    def fingerprint(self) -> bytes:
        """32 bytes that say whether two posters show the same."""
        return hashlib.sha256(self.as_json.encode()).digest()


def content_of(profile: Profile, rules: RewardRules, *, base_url: str, logo: bytes) -> Content:
    """What the poster of this shop shows. `logo`: its picture's SHA-256, empty for none."""
    colours = colours_of(profile.colour_light, profile.colour_dark)
    return Content(
        drawing=DRAWING,
        design=profile.poster_design,
        language="en" if profile.locale.startswith("en") else "es",
        name=profile.name,
        steps=tuple((step.at, step.title) for step in rules.steps),
        light=colours.light,
        dark=colours.dark,
        ink_on_light=colours.ink_on_light,
        ink_on_dark=colours.ink_on_dark,
        address=f"{base_url}/e/{profile.slug}",
        picture=profile.picture,
        logo=logo.hex(),
    )


def link_of(content: Content, code: str) -> str:
    """What the QR code says: the enrolment page, and which poster led there. A preview has no `code` and names none."""
    return f"{content.address}?p={code}" if code else content.address


def words_of(content: Content, code: str) -> dict[str, Any]:
    """The values that the drawings set; texts stay texts there, whatever they hold."""
    texts = TEXTS[content.language]
    (first, reward), *others = content.steps
    collect = (
        texts["collect"].format(stamps=stamps_in_words(first, content.language)) if first > 1 else texts["collect_one"]
    )
    last = content.steps[-1][0]
    return {
        "language": content.language,
        "design": content.design,
        "picture": content.picture,
        "name": content.name,
        "title": f"{texts['title']}, {content.name}",
        "headline": [collect, _bound(full_sentence(reward))],
        "others": [[texts["and"].format(at=at), _bound(full_sentence(title))] for at, title in others],
        "how": [texts["scan"], texts["type"], texts["show"]],
        "free": texts["free"],
        "no_camera": texts["no_camera"],
        "address": content.address.partition("://")[2],
        "poster": f"{texts['poster']} {code}" if code else texts["poster"],
        "fold": texts["fold"],
        "base": texts["base"],
        "glue": texts["glue"],
        "stamp": texts["stamp"],
        "slots": last if last <= MOST_SLOTS else 0,
        "rewards": [at for at, _ in content.steps],
        "light": content.light,
        "dark": content.dark,
        "ink_on_light": content.ink_on_light,
        "ink_on_dark": content.ink_on_dark,
    }


def _bound(text: str) -> str:
    """The text with its number and unit, and a last word of few letters, kept on the line they belong to."""
    return _LOOSE_END.sub("\N{NO-BREAK SPACE}", text)
