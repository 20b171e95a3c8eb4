"""What of a shop a card shows, and how soon a phone that could not be told is told again."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

# How a shop presents itself, whether it is open; not what it is measured by.
_SHOWN: Final = frozenset(
    {
        "name", "slug", "locale", "zone", "colour_light", "colour_dark", "logo", "picture", "legal_identity",
        "branches", "closed_at", "suspended_at", "apple_pass_type_id",
    }
)  # fmt: skip
TRIES: Final = 4
_FIRST_SECONDS, _FACTOR = 2.0, 4.0
# A burst of changes of one card is one push: the first is told at once, the next ones together after this.
QUIET: Final = timedelta(seconds=1)


def is_shown(fields: Collection[str]) -> bool:
    """Whether cards look different when these fields of the shop are."""
    return not _SHOWN.isdisjoint(fields)


def pause_before(attempt: int, *, asked: float | None = None) -> timedelta | None:
    """How long to wait before the try number `attempt` (the first again is 1), at least what Apple asked for.

    None when it is better left to what looks after everything that is owed.
    """
    if attempt >= TRIES or (asked is not None and asked > _FIRST_SECONDS * _FACTOR**TRIES):
        return None
    return timedelta(seconds=max(asked or 0.0, _FIRST_SECONDS * _FACTOR ** (attempt - 1)))
