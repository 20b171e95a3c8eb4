"""How the simulator fails, as `PUT /switches` said; without a word, all goes well and at once."""

import random
from typing import Annotated, Literal

import msgspec

Breakage = Literal["done_then_hang", "done_then_reset", "done_then_500", "hang", "reset", "500", "429", "403", "html",
                   "400", "slow"]  # fmt: skip
What = Literal["token", "class", "object", "message"]

SLOW_SECONDS = 5.0
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Chance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A breakage, the share of requests it happens to, and to which of them (all, without a word)."""

    fault: Breakage
    share: Share = 1.0
    what: tuple[What, ...] = ("token", "class", "object", "message")


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be switched.

    `published`: the issuer may show its cards to everybody; until then a card is a test. `review`: what becomes of a
    class. `notices`: how often a person is told of one card in 24 hours. `token_seconds`: how long a token is good.
    """

    answer_delay_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    faults: tuple[Chance, ...] = ()
    published: bool = False
    review: Literal["approved", "rejected", "underReview"] = "approved"
    notices: Annotated[int, msgspec.Meta(ge=0)] = 3
    token_seconds: Annotated[int, msgspec.Meta(ge=1)] = 3600
    fetches: bool = True
    seed: int = 1


class Fate:
    """Draws what becomes of each request; the same switches and order draw the same."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._dice = random.Random(switches.seed)  # noqa: S311  # repeatable on purpose

    def breakage(self, what: What) -> Breakage | None:
        """What befalls a request of this kind."""
        for chance in self.switches.faults:
            if what in chance.what and (chance.share >= 1 or self._dice.random() < chance.share):
                return chance.fault
        return None
