"""A status callback as words about one of our messages. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sello.domains.campaign.outcomes.rules import Heard, rank_of
from sello.shared.ids import BusinessId, SendId

_SID: Final = re.compile(r"(SM|MM)[0-9a-f]{32}")
_CODE: Final = re.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True)
class Status:
    """What a callback says. Whose message it is stands in the address that we gave, else only its sid tells."""

    sid: str
    rank: int
    error_code: int | None
    business_id: BusinessId | None
    send_id: SendId | None
    reply_id: UUID | None


def status_of(params: Mapping[str, str]) -> Status | None:
    """The words of a stored callback, its query under names with a question mark; None when it says no state."""
    sid = params.get("MessageSid", "")
    status = "read" if params.get("EventType") == "READ" else params.get("MessageStatus", "")
    rank = rank_of(status)
    if rank is None or not _SID.fullmatch(sid):
        return None
    code = params.get("ErrorCode", "")
    business_id, send_id, reply_id = (_id(params.get(name, "")) for name in ("?shop", "?send", "?reply"))
    return Status(
        sid,
        rank,
        int(code) if _CODE.fullmatch(code) and int(code) else None,
        BusinessId(business_id) if business_id else None,
        SendId(send_id) if business_id and send_id else None,
        reply_id if business_id else None,
    )


def heard(status: Status, send_id: SendId, at: datetime) -> Heard:
    """The same about one of our messages."""
    return Heard(send_id, status.sid, status.rank, at, status.error_code)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
