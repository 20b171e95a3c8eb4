"""What phones send, read with care. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MOST_PHONES: Final = 20  # of one pass; the one that has not been heard of for longest goes
MOST_LINES: Final = 20  # of one log
LINE: Final = 500  # characters that are kept of each
MOST_LOGS: Final = 5000  # lines that name no pass of ours: the latest stay
_SCHEME: Final = re.compile(r"applepass ([0-9A-Za-z+/=_-]{16,256})", re.IGNORECASE)
_TAG: Final = re.compile(r"[0-9]{1,18}")
_SERIAL: Final = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{26}(?![0-9A-Z])")
_SECRET: Final = re.compile(r"(?i)(applepass\s+)\S+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


def token_in(authorization: str | None) -> str | None:
    """The token of `Authorization: ApplePass <token>`."""
    found = _SCHEME.fullmatch(authorization.strip()) if authorization else None
    return found[1] if found else None


def tag_in(text: str | None, *, newest: int) -> int:
    """The tag a phone was told the last time; -1, older than any, for none and for what we never told.

    Who asks for what came after a tag that is still to come would never hear of anything again.
    """
    if text is None or not _TAG.fullmatch(text):
        return -1
    return int(text) if int(text) <= newest else -1


def moment_in(text: str | None) -> datetime | None:
    """The moment of `If-Modified-Since`; None for what is no date."""
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def lines_in(logs: Sequence[str]) -> list[str]:
    """A phone's own words: as many as we keep, on one line each, without what opens a pass."""
    whole = (line.encode(errors="replace").decode() for line in logs[:MOST_LINES])  # half a character is none
    said = (_SECRET.sub(r"\1…", _CONTROL.sub(" ", line)).strip()[:LINE] for line in whole)
    return [line for line in said if line]


def serials_in(line: str) -> list[str]:
    """What may be a pass of ours in a line; the first few."""
    return list(dict.fromkeys(_SERIAL.findall(line)))[:3]
