"""Refusals: one class, one catalogue of codes with their status and sentences, handled once at the edge.

Exception
└── Refused          the caller is told a code and a sentence; nothing was written
    └── Unavailable  503 with Retry-After: the same request may succeed in a moment
"""

from sello.shared.errors.answers import refusals
from sello.shared.errors.catalogue import CATALOGUE, Entry
from sello.shared.errors.languages import Language, accepted_language
from sello.shared.errors.refusal import Refused, Unavailable, sentence

__all__ = [
    "CATALOGUE",
    "Entry",
    "Language",
    "Refused",
    "Unavailable",
    "accepted_language",
    "refusals",
    "sentence",
]
