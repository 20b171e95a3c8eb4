"""The shops of the data set. Everything follows from a card's number, so that nobody has to look anything up.

Card n belongs to shop n % shops and has had 1 to 9 visits. `dataset.sql` computes the same in SQL; pgbench computes the
shop and the person from the number of the card it drew.
"""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sello.domains.business import RewardRules, Step

Kind = Literal["shop", "account", "session", "card", "customer"]

NUMBER_OF_KIND: Final[dict[Kind, int]] = {"shop": 1, "account": 2, "session": 3, "card": 4, "customer": 5}
STAFF: Final = 2  # people per shop who stamp: the owner and one more
RULES: Final = RewardRules(steps=(Step(at=5, title="Café gratis"), Step(at=10, title="Almuerzo gratis")))


def id_prefix(kind: Kind) -> str:
    """The text of an id up to its last twelve digits, which are the number."""
    return f"019a0000-0000-7{NUMBER_OF_KIND[kind]:03d}-8000-"


def id_of(kind: Kind, number: int) -> UUID:
    """The id of the thing with this number: it has the form of a UUIDv7."""
    return UUID(f"{id_prefix(kind)}{number:012d}")


def scan_code_of(card: int) -> str:
    """The static code of a card."""
    return f"{card:020d}"


@dataclass(frozen=True, slots=True)
class World:
    """How large the data set is."""

    customers: int
    shops: int

    @property
    def open_shops(self) -> int:
        """Shops 0 to this number stamp over HTTP during a run, so that everybody stamps more than once; the cards of
        the others are pgbench's."""
        return self.shops * 2 // 5

    def cards_of_open_shops(self) -> list[int]:
        """The cards that HTTP slices may stamp, once each."""
        return [card for card in range(self.customers) if self.shop_of(card) < self.open_shops]

    @property
    def other_cards(self) -> int:
        """How many cards are pgbench's."""
        return self.customers // self.shops * (self.shops - self.open_shops)

    def shop_of(self, card: int) -> int:
        """The number of the card's shop."""
        return card % self.shops

    def account_of(self, card: int) -> int:
        """The number of the person who stamps this card; even numbers are owners."""
        return self.shop_of(card) * STAFF + card // self.shops % STAFF

    def visits_of(self, card: int) -> int:
        """How many stamps the card had before the run: 1 to 9, so that every fifth stamp of a run earns a reward."""
        return 1 + card // self.shops % 9


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer to the one stamp that a run gives to a card has to say."""

    balance: int
    seq: int
    rewards: int


def expected(world: World, card: int) -> Expected:
    """By the rules above: at 5 a reward on the way, at 10 the last one, which empties the card."""
    visits = world.visits_of(card)
    earns = visits in (4, 9)
    return Expected(
        balance=0 if visits == 9 else visits + 1, seq=visits + (visits >= 5) + 1 + earns, rewards=int(earns)
    )
