"""The exception that carries a refusal to the edge."""

from datetime import datetime, timedelta
from typing import Any

from sello.shared.errors.catalogue import CATALOGUE, Entry


class Refused(Exception):
    """A request that sello will not carry out, said with a code from the catalogue.

    `facts` fill the sentence's blanks and reach the client as `details`: ids, counts and times only, never
    personal data. Raising an unknown code is a programming error and fails loudly.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        self.entry: Entry = CATALOGUE[code]
        self.code = code
        self.facts = facts
        super().__init__(code)

    @property
    def status(self) -> int:
        """The HTTP status of this code."""
        return self.entry.status


class Unavailable(Refused):
    """Something the request needs is away for the moment; the client should try again after `after` seconds."""

    def __init__(self, code: str = "unavailable", *, after: float = 1.0, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.after = after


def sentence(code: str, locale: str, facts: dict[str, Any]) -> str:
    """The catalogue's sentence in the locale's language (`en…` or Spanish), its blanks filled from `facts`.

    A blank without a fact stays visible as an ellipsis instead of failing: an error page must never fail.
    """
    entry = CATALOGUE[code]
    text = entry.en if locale.startswith("en") else entry.es
    return text.format_map(_Facts(facts))


class _Facts(dict[str, Any]):
    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__({key: _plain(value) for key, value in facts.items()})

    def __missing__(self, key: str) -> str:
        return "…"


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return max(1, round(value.total_seconds() / 60))
    if isinstance(value, datetime):
        return value.strftime("%H:%M")
    return value
