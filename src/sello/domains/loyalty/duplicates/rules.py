"""Whom to take for the same person, and how a pair is named. Pure."""

from typing import Final

from sello.shared.ids import CustomerId

# Digits by which the phones of two customers with one name may differ: a slip of the finger, two swapped.
LIKE_DIGITS: Final = 2


def pair_of(one: CustomerId, other: CustomerId) -> tuple[CustomerId, CustomerId]:
    """The two with the newer one first, whichever was named first."""
    return (one, other) if one > other else (other, one)
