"""What a shop says of itself; colours that can be read, zones that exist, and bytes that may be a picture. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sello.domains.business.rules import Design, Picture, SetupStep
from sello.shared.ids import BusinessId

OUR_LIGHT: Final = "#f1e9c9"
OUR_DARK: Final = "#1b4636"
READABLE: Final = 4.5  # contrast of text, WCAG 2 level AA
_INK: Final = "#1c1917"
_WHITE: Final = "#ffffff"
_BLACK: Final = "#000000"  # where white cannot be read, black can: one of the two always has 4.58

# How the three formats begin.
_BEGINNINGS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# What else a file could be to somebody who does not look at how it begins.
_PASSENGERS: Final = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php", b"%pdf-", b"pk\x05\x06")


@dataclass(frozen=True, slots=True)
class Profile:
    """How a shop presents itself; a colour of None is ours."""

    id: BusinessId
    slug: str
    name: str
    zone: str
    locale: str
    rule_version: int
    colour_light: str | None
    colour_dark: str | None
    picture: Picture
    setup_done: list[SetupStep]
    inactivity_threshold_days: int
    closed_at: datetime | None
    poster_design: Design = "band"


@dataclass(frozen=True, slots=True)
class Colours:
    """A shop's two colours (`#rrggbb`); where it chose none, ours."""

    light: str
    dark: str

    @property
    def ink_on_light(self) -> str:
        """The colour of text on the light one: the dark one where that can be read."""
        return readable_on(self.light, wished=self.dark)

    @property
    def ink_on_dark(self) -> str:
        """The colour of text on the dark one: the light one where that can be read."""
        return readable_on(self.dark, wished=self.light)


def colours_of(light: str | None, dark: str | None) -> Colours:
    """The colours in force."""
    return Colours(light or OUR_LIGHT, dark or OUR_DARK)


def readable_on(ground: str, *, wished: str) -> str:
    """`wished` when text in it can be read on `ground`, else the better of near-black and white, else black."""
    better = max((_INK, _WHITE), key=lambda colour: contrast(ground, colour))
    return next((colour for colour in (wished, better) if contrast(ground, colour) >= READABLE), _BLACK)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2: from 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_zone(name: str) -> bool:
    """Whether this is a zone by its full name, such as `America/Lima`."""
    if name != "UTC" and "/" not in name:
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, odd, or a folder of zones
        return False
    return True


def may_be_picture(data: bytes) -> bool:
    """Whether the bytes begin as PNG, JPEG or WebP, and carry nothing that is another file to somebody else.

    A file that is two things is refused here; the decoder, which only sees the picture, would take it.
    """
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    if not (webp or data.startswith(_BEGINNINGS)):
        return False
    if webp and int.from_bytes(data[4:8], "little") + 8 < len(data):
        return False
    if data.startswith(b"\x89PNG") and not data.endswith(b"IEND\xaeB`\x82"):
        return False
    lowered = data.lower()
    return not any(passenger in lowered for passenger in _PASSENGERS)
