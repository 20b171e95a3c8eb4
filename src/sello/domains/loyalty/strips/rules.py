"""What is on the pictures of a pass, and the name under which each is kept. Pure."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from sello.domains.business import Colours, Picture, RewardRules
from sello.shared.ids import ALPHABET

DRAWING: Final = 1  # counted up when strip.typ, icon.typ or how they are packed change: all are then drawn anew
SCALES: Final = (1, 2, 3)
LOGO: Final = (160, 50)  # points, at most
ICON: Final = 29  # points, on either side
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class Strip:
    """The stamps of a card: colours, picture, so many of so many, rewards at some."""

    dark: str
    ink_on_dark: str
    picture: Picture
    stamps: int
    of: int
    rewards: tuple[int, ...]

    @property
    def words(self) -> dict[str, Any]:
        """The values that strip.typ draws."""
        return asdict(self) | {"rewards": list(self.rewards)}


@dataclass(frozen=True, slots=True)
class Sign:
    """The sign of a shop: its logo (SHA-256, empty for none), else a letter in its colours."""

    logo: bytes
    letter: str
    dark: str
    ink_on_dark: str

    @property
    def words(self) -> dict[str, Any]:
        """The values that icon.typ draws."""
        return {"letter": self.letter, "dark": self.dark, "ink_on_dark": self.ink_on_dark}


def strip_of(rules: RewardRules, colours: Colours, picture: Picture, balance: int) -> Strip:
    """The strip of a card with so many stamps."""
    required = rules.stamps_required
    rewards = tuple(step.at for step in rules.steps)
    return Strip(colours.dark, colours.ink_on_dark, picture, min(balance, required), required, rewards)


def sign_of(shop: str, colours: Colours, logo: bytes) -> Sign:
    """The sign of a shop. `logo`: its SHA-256, empty for none."""
    letter = next((letter for letter in shop if letter.isalnum()), "s").upper()[:1]
    return Sign(logo, letter, colours.dark, colours.ink_on_dark)


def name_of(design: Strip | Sign) -> str:
    """What a design is kept under: it says nothing of anybody, and another design has another name."""
    told = {name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(design).items()}
    text = json.dumps([DRAWING, type(design).__name__, told], sort_keys=True)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(_LETTERS))
    return f"strips/{code}.zip"
