"""What an answer of Google's means. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sello.infrastructure.googlewallet.answers import Absent, Answer, Declined, Exhausted, Exists, GoogleAway, Taken

_LONGEST_WAIT: Final = 3600.0
_QUOTA: Final = "quotaexceeded"
_RATES: Final = frozenset({"ratelimitexceeded", "userratelimitexceeded", "dailylimitexceeded", "resource_exhausted"})


def answer_of(http: int, content: bytes, headers: Mapping[str, str]) -> Answer:
    """An answer in our words; raises GoogleAway for what later may be otherwise."""
    if 200 <= http < 300:
        return Taken(_object(content, http))
    reason = _reason(content)
    if _QUOTA in reason.lower():
        return Exhausted()
    if http == 404:
        return Absent()
    if http == 409:
        return Exists()
    if http in (401, 403):
        # Not this card's fault: whoever is allowed again tomorrow must find it waiting.
        raise GoogleAway("busy" if reason.lower() in _RATES else "credentials", http=http, after=wait_of(headers))
    if http in (408, 425, 429) or http >= 500:
        raise GoogleAway("busy", http=http, after=wait_of(headers))
    if 300 <= http < 400:
        raise GoogleAway("nonsense", http=http)
    return Declined(http, reason)


def wait_of(headers: Mapping[str, str]) -> float | None:
    """The seconds of Retry-After, at most an hour; None without a number there."""
    said = headers.get("retry-after", "")
    return min(float(said), _LONGEST_WAIT) if said.isascii() and said.isdigit() else None


def _object(content: bytes, http: int) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise GoogleAway("nonsense", http=http) from error


def _reason(content: bytes) -> str:
    """Google's word for what is wrong (its message may repeat our values); empty when there is none."""
    try:
        error = msgspec.json.decode(content, type=dict[str, Any]).get("error")
    except msgspec.DecodeError:
        return ""
    if not isinstance(error, dict):
        return ""
    details = error.get("errors")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    found = first.get("reason") or error.get("status") or ""
    return found[:60] if isinstance(found, str) else ""
