"""What a cache promises, and one that remembers nothing.

A shop's answers carry the shop's generation, which `drop` changes. Whoever works an answer out asks for the generation
before reading the database and hands it back with the answer: an answer from before a drop is never taken for a new
one, however long it was on its way.
"""

from dataclasses import dataclass
from typing import Protocol

from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was found: the answer, or None; and the generation to keep a new one under, None when nothing is kept."""

    answer: bytes | None
    generation: bytes | None


class Cache(Protocol):
    """Remembers a shop's answers. Never raises and hardly waits: while it is away nothing is found and kept."""

    async def recall(self, business_id: BusinessId, name: str) -> Remembered:
        """The shop's answer of this name."""
        ...

    async def keep(self, business_id: BusinessId, name: str, answer: bytes, *, generation: bytes | None) -> None:
        """Remember an answer that was worked out after `recall` gave this generation."""
        ...

    async def drop(self, business_id: BusinessId) -> None:
        """Forget the shop's answers, those on their way included."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class Forgetful:
    """A cache that is always away."""

    async def recall(self, business_id: BusinessId, name: str) -> Remembered:
        """Nothing."""
        return Remembered(None, None)

    async def keep(self, business_id: BusinessId, name: str, answer: bytes, *, generation: bytes | None) -> None:
        """Not kept."""

    async def drop(self, business_id: BusinessId) -> None:
        """Nothing to forget."""

    async def close(self) -> None:
        """Nothing to let go of."""


def key_of(business_id: BusinessId, name: str) -> str:
    """The one way a key is made: it begins with the shop."""
    return f"{business_id}:answer:{name}"
