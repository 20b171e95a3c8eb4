"""How the simulator fails: by the number that is written to, or by what `PUT /switches` said.

    +519666CCCCC   accepted, then failed with code CCCCC          +51966663049
    +519667CCCCC   refused at once with code CCCCC                +51966721211
    +5196680000N   one of NUMBERED                                +51966800002

No other number is ever touched by itself.
"""

import random
from collections import deque
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec

Breakage = Literal[
    "accept_then_hang", "accept_then_reset", "accept_then_500", "accept_then_html", "hang", "reset", "500", "429",
    "slow", "html", "empty",
]  # fmt: skip

SLOW_SECONDS: Final = 5.0
_FAIL, _REFUSE, _NUMBER = "+519666", "+519667", "+51966800"
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Chance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A breakage and the share of messages it happens to."""

    fault: Breakage
    share: Share = 1.0


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code with which accepted messages fail, and their share."""

    code: int
    share: Share = 1.0


class Calling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How callbacks go out. `read_share`: phones that read by themselves; others when their chat is opened."""

    enabled: bool = True
    delay_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    copies: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    shuffle: bool = False
    lost: Share = 0.0
    read_share: Share = 1.0


class Approving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What WhatsApp says to a template, and after how long. `category` puts it elsewhere, as Meta may."""

    verdict: Literal["approved", "rejected", "paused", "disabled"] = "approved"
    reason: str | None = None
    category: str | None = None
    delay_ms: Annotated[int, msgspec.Meta(ge=0)] = 0


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be switched; without a word, all goes well and at once."""

    answer_delay_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    step_ms: Annotated[int, msgspec.Meta(ge=0)] = 20
    faults: tuple[Chance, ...] = ()
    failures: tuple[Failure, ...] = ()
    callbacks: Calling = msgspec.field(default_factory=Calling)
    approval: Approving = msgspec.field(default_factory=Approving)
    most_per_second: int | None = None
    most_people: int | None = None
    seed: int = 1


CALLING: Final = Calling()


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one message."""

    breakage: Breakage | None = None
    refuse: int | None = None
    fail: int | None = None
    calling: Calling = CALLING


NUMBERED: Final[tuple[Breakage | Calling, ...]] = (
    "accept_then_hang", "accept_then_reset", "accept_then_500", "500", "429", "slow", "html", "empty", "hang", "reset",
    Calling(copies=5), Calling(shuffle=True), Calling(delay_ms=5000), Calling(lost=1.0), Calling(read_share=0.0),
    "accept_then_html",
)  # fmt: skip


class Fate:
    """Draws what becomes of each message; the same switches and order draw the same."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._dice = random.Random(switches.seed)  # noqa: S311  # repeatable on purpose
        self._recent: deque[float] = deque()
        self._people: set[str] = set()

    def plan(self, phone: str, *, now: float) -> Plan:
        """What becomes of a message to `phone`."""
        said, switches = by_number(phone), self.switches
        if said is not None:
            return said if isinstance(said, Plan) else Plan(calling=said)
        if self._too_many(now):
            return Plan(refuse=20429)
        for chance in switches.faults:
            if chance.share >= 1 or self._dice.random() < chance.share:
                return Plan(breakage=chance.fault, calling=switches.callbacks)
        return Plan(fail=self._failure(phone), calling=switches.callbacks)

    def happens(self, share: float) -> bool:
        """Whether something with this share happens now."""
        return share >= 1 or (share > 0 and self._dice.random() < share)

    def shuffled(self, seconds: float) -> float:
        """A wait of up to `seconds`."""
        return self._dice.random() * seconds

    def _failure(self, phone: str) -> int | None:
        if self.switches.most_people is not None:
            if phone not in self._people and len(self._people) >= self.switches.most_people:
                return 63018
            self._people.add(phone)
        return next((failure.code for failure in self.switches.failures if self.happens(failure.share)), None)

    def _too_many(self, now: float) -> bool:
        most = self.switches.most_per_second
        if most is None:
            return False
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        if len(self._recent) >= most:
            return True
        self._recent.append(now)
        return False


def by_number(phone: str) -> Plan | Calling | None:
    """What this number always does; None for everybody else's."""
    digits = phone[7:]
    if phone.startswith(_FAIL) and len(digits) == 5:
        return Plan(fail=int(digits))
    if phone.startswith(_REFUSE) and len(digits) == 5:
        return Plan(refuse=int(digits))
    if phone.startswith(_NUMBER) and len(phone) == 12 and 1 <= int(phone[-3:]) <= len(NUMBERED):
        found = NUMBERED[int(phone[-3:]) - 1]
        return found if isinstance(found, Calling) else Plan(breakage=found)
    return None
