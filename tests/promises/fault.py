"""A fault that breaks a law."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`plant` breaks `law`, and `also` may break at the same time; nothing else does.

    `idle`: another connection stands in a transaction meanwhile.
    """

    law: str
    plant: str
    also: tuple[str, ...] = ()
    idle: bool = False
