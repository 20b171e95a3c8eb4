"""What Google may answer, and the narrow thing that asks. Every call may be made twice but `add_message`."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Kind = Literal["loyaltyClass", "loyaltyObject"]
Body = dict[str, Any]
"""A resource as JSON, as the discovery document describes it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Done; the resource as Google has it now."""

    resource: Body


@dataclass(frozen=True, slots=True)
class Absent:
    """Google does not know it."""


@dataclass(frozen=True, slots=True)
class Exists:
    """Something of this id is there already."""


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The person was told as often as Google allows in 24 hours; nothing was done."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The same body will always be refused. `reason`: Google's word for it, nothing of ours repeated."""

    http: int
    reason: str


Answer = Taken | Absent | Exists | Exhausted | Declined


class GoogleAway(Exception):
    """Google was not reached, is not well, has had too much, or does not know our key: later it may be otherwise."""

    def __init__(self, reason: str, *, http: int | None = None, after: float | None = None) -> None:
        """`after`: how many seconds Google asked us to wait."""
        super().__init__(reason)
        self.reason, self.http, self.after = reason, http, after


class NoWallet:
    """Where there is no Google: whoever asks is told that it is away."""

    issuer_id = "0"

    async def put(self, kind: Kind, body: Body) -> Answer:
        """Raises GoogleAway, as all of them."""
        raise GoogleAway("off")

    async def get(self, kind: Kind, id_: str) -> Taken | Absent | Declined:
        """Nothing is there."""
        raise GoogleAway("off")

    async def patch(self, kind: Kind, id_: str, body: Body) -> Answer:
        """Nothing is there."""
        raise GoogleAway("off")

    async def add_message(self, id_: str, message: Body) -> Answer:
        """Nobody is told."""
        raise GoogleAway("off")

    async def close(self) -> None:
        """Nothing was opened."""


class GoogleWallet(Protocol):
    """Puts classes and objects where Google shows them. Every method raises GoogleAway."""

    @property
    def issuer_id(self) -> str:
        """Whose classes and objects: every id begins with it."""
        ...

    async def put(self, kind: Kind, body: Body) -> Answer:
        """Make the resource `body["id"]`, or bring it up to date: what `body` does not name stays, null goes."""
        ...

    async def get(self, kind: Kind, id_: str) -> Taken | Absent | Declined:
        """The resource as it stands."""
        ...

    async def patch(self, kind: Kind, id_: str, body: Body) -> Answer:
        """Bring an existing resource up to date."""
        ...

    async def add_message(self, id_: str, message: Body) -> Answer:
        """Add a message to an object; twice is two messages."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
