"""A till's credential and the code that brings one. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sello.shared.auth import Keys
from sello.shared.auth.families import generation_token, read_generation_token
from sello.shared.errors import Refused
from sello.shared.ids import BranchId, BusinessId, DeviceId, SessionId

CODE_LENGTH: Final = 10  # of 32 characters: 50 bits, for 15 minutes
CODE_LIFETIME: Final = timedelta(minutes=15)
GRACE: Final = timedelta(seconds=20)  # for an answer that was lost on the way, however often it is asked for again
MOST_RECOVERIES: Final = 10  # lost answers asked for later than that, within a day

_PREFIX = "sello_d1"
_PURPOSE = "device"


@dataclass(frozen=True, slots=True)
class TillStanding:
    """A till's credential and everything it rests on, as the database says now."""

    id: SessionId
    business_id: BusinessId
    device_id: DeviceId
    generation: int
    ended: bool
    suspended: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class Till:
    """A till as its shop sees it; `branch_closed`: it should be moved."""

    id: DeviceId
    name: str
    branch_id: BranchId | None
    branch_name: str | None
    branch_closed: bool
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
    has_credential: bool


def device_token(keys: Keys, credential: SessionId, generation: int) -> str:
    """The credential of a generation, as the till keeps it."""
    return generation_token(keys, _PURPOSE, _PREFIX, credential, generation)


def read_device_token(keys: Keys, text: str) -> tuple[SessionId, int] | None:
    """Family and generation of a credential we made, or None."""
    read = read_generation_token(keys, _PURPOSE, _PREFIX, text)
    return (SessionId(read[0]), read[1]) if read else None


def code_hash(keys: Keys, code: str) -> bytes:
    """What is kept of an enrolment code. As typed: blanks, dashes and small letters do not matter."""
    return keys.mac("device-code", re.sub(r"[\s-]", "", code).upper().encode())


def check_till(standing: TillStanding | None) -> TillStanding:
    """The credential, when it holds; refuses device_ended, business_closed, business_suspended."""
    if standing is None or standing.ended:
        raise Refused("device_ended")
    if standing.closed:
        raise Refused("business_closed")
    if standing.suspended:
        raise Refused("business_suspended")
    return standing
