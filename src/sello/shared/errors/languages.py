"""Which of our two languages somebody reads."""

from functools import lru_cache
from typing import Literal

Language = Literal["es", "en"]

_LONGEST = 200  # characters of the header that are looked at


def accepted_language(accepted: str | None) -> Language:
    """What an Accept-Language header asks for: `en` when it prefers English to Spanish, else `es`."""
    return _preferred(accepted[:_LONGEST]) if accepted else "es"


@lru_cache(maxsize=256)
def _preferred(accepted: str) -> Language:
    weights = {"es": 0.0, "en": 0.0}
    for part in accepted.split(","):
        language, _, rest = part.strip().lower().partition(";")
        short = language.partition("-")[0].strip()
        if short in weights:
            weights[short] = max(weights[short], _quality(rest))
    return "en" if weights["en"] > weights["es"] else "es"


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
