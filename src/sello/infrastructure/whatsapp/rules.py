"""What an answer to a send means. Wrongly "not accepted" sends twice; wrongly "accepted" promises what never was."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sello.infrastructure.whatsapp.message import Accepted, Declined, Outcome, Throttled, Unknown

SID: Final = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
# Too many requests, the sender's or the account's limits: all before anything was processed.
_LATER: Final = frozenset({20429, 63017, 63018, 63038, 14107})
_LONGEST_WAIT: Final = 3600.0


def outcome_of(http: int, body: str, headers: Mapping[str, str] | None = None) -> Outcome:
    """What an HTTP answer to a send says. Only a whole, well-formed refusal counts as one."""
    if 200 <= http < 300:
        found = _object(body)
        sid = found.get("sid")
        if isinstance(sid, str) and SID.fullmatch(sid):
            return Accepted(sid, str(found.get("status") or "queued"))
        return Unknown("nonsense")
    if http == 429:
        return Throttled(code_of(body), _seconds((headers or {}).get("retry-after")))
    if 400 <= http < 500:
        code = code_of(body)
        if code in _LATER:
            return Throttled(code, _seconds((headers or {}).get("retry-after")))
        # A proxy on the way has refused pages of its own: without Twilio's form it is not Twilio's word,
        # but for the ones that say that nobody was asked.
        if code is None and http not in (401, 403, 404, 405, 413):
            return Unknown(f"http_{http}")
        return Declined(code, http)
    return Unknown(f"http_{http}")


def _object(body: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def code_of(body: str) -> int | None:
    """The provider's own code in an answer; None when the answer is not in its form."""
    code = _object(body).get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _seconds(said: str | None) -> float | None:
    return min(float(said), _LONGEST_WAIT) if said and said.isdigit() else None
