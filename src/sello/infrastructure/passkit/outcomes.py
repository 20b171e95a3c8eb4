"""What Apple's push service may answer, as the four things that can follow: told, forget it, later, somebody must look.

Taking "later" for "gone" forgets a phone for ever; taking "gone" for "later" asks for ever.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

# The token is none, or another topic's: nobody is reached by it, now or later.
_NOBODY: Final = frozenset({"BadDeviceToken", "DeviceTokenNotForTopic"})
# Ours to wait for, whatever status they come with.
_LATER: Final = frozenset({"TooManyRequests", "TooManyProviderTokenUpdates", "IdleTimeout", "Shutdown"})
EXPIRED_TOKEN: Final = "ExpiredProviderToken"
_LONGEST_WAIT: Final = 3600.0
REAL_PUSH: Final = "https://api.push.apple.com"
SIMULATED_PUSH: Final = "https://127.0.0.1:8028"


@dataclass(frozen=True, slots=True, repr=False)
class PushKey:
    """A key of Apple's push service (`.p8`), for every pass type of the team. Refuses (ValueError) what is none."""

    pem: str
    key_id: str
    team_id: str

    def __post_init__(self) -> None:
        key = serialization.load_pem_private_key(self.pem.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError("Apple's keys are of the curve P-256")


@dataclass(frozen=True, slots=True)
class Delivered:
    """Apple has it and will tell the phone once it can be reached."""


@dataclass(frozen=True, slots=True)
class Gone:
    """This token reaches nobody. `since`: Apple's moment, and a registration made after it is another one."""

    reason: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing was told, and it is to be tried again. `status` is None when no answer came."""

    reason: str
    status: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    """Apple does not take it from us: a certificate, a key or a topic is wrong, and a person has to look."""

    reason: str
    status: int | None = None


PushOutcome = Delivered | Gone | Busy | Barred


class Apns(Protocol):
    """Tells a phone that something of a pass type is new. Never raises but when it is cancelled."""

    async def push(self, *, topic: str, token: str) -> PushOutcome:
        """Say so to the device behind `token`; `topic` is the pass type id."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


class Unplugged:
    """For processes that push nothing."""

    async def push(self, *, topic: str, token: str) -> PushOutcome:
        """Leave it to a worker."""
        return Busy("unplugged")

    async def close(self) -> None:
        """Nothing was opened."""


def outcome_of(status: int, body: bytes, retry_after: str | None = None) -> PushOutcome:
    """What an answer of Apple's means. One that is not Apple's (a proxy's page) never forgets a phone."""
    if status == 200:
        return Delivered()
    said = _said(body)
    reason = said.get("reason")
    reason = reason if isinstance(reason, str) and reason.isalnum() and len(reason) <= 60 else ""
    if status == 410 and reason:
        return Gone(reason, _moment(said.get("timestamp")))
    if status == 400 and reason in _NOBODY:
        return Gone(reason)
    if status == 429 or status >= 500 or reason in _LATER or not reason:
        return Busy(reason or f"http_{status}", status, _seconds(retry_after))
    return Barred(reason, status)


def _said(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _moment(milliseconds: object) -> datetime | None:
    if isinstance(milliseconds, int) and 0 < milliseconds < 10**14:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return None


def _seconds(text: str | None) -> float | None:
    return min(float(text), _LONGEST_WAIT) if text is not None and text.isdecimal() and text.isascii() else None
