"""The rotating code of the web card: signed, good for 60 seconds, naming the card but nothing that fetches it.

Text: `K` + base64url(card id, 16 bytes | issue time, 4 bytes of unix seconds | MAC, 12 bytes). A static scan code is
20 characters of another alphabet and length, so the two never mix.
"""

import base64
import binascii
from datetime import UTC, datetime
from uuid import UUID

from sello.shared.auth.keys import Keys
from sello.shared.errors import Refused
from sello.shared.ids import CardId

SECONDS = 60
_SLACK = 10  # a person takes a moment to hold the phone; clocks differ a little
_PURPOSE = "card-code"


def rotating_code(keys: Keys, card_id: CardId, at: datetime) -> str:
    """The code of `card_id` issued at `at`."""
    body = card_id.bytes + int(at.timestamp()).to_bytes(4, "big")
    return "K" + base64.urlsafe_b64encode(body + keys.mac(_PURPOSE, body)[:12]).decode().rstrip("=")


def is_rotating(text: str) -> bool:
    """Whether the text looks like a rotating code rather than a static scan code."""
    return text.startswith("K") and len(text) == 44


def read_code(keys: Keys, text: str, now: datetime) -> tuple[CardId, datetime]:
    """The card and issue time of a rotating code.

    Refuses `code_invalid` for anything not signed by us and `code_expired` when it is not fresh at `now`.
    """
    card_id, issued = open_code(keys, text)
    if not is_fresh(issued, now):
        raise Refused("code_expired")
    return card_id, issued


def is_fresh(issued: datetime, at: datetime) -> bool:
    """Whether a code issued then is good at this moment: for 60 s, plus 10 s of grace on both sides."""
    return -_SLACK <= (at - issued).total_seconds() <= SECONDS + _SLACK


def open_code(keys: Keys, text: str) -> tuple[CardId, datetime]:
    """The card and issue time of a rotating code, however old; refuses `code_invalid` for what we did not sign."""
    try:
        raw = base64.urlsafe_b64decode(text[1:].encode("ascii") + b"=" * (-(len(text) - 1) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise Refused("code_invalid") from error
    if len(raw) != 32 or not keys.verify(_PURPOSE, raw[:20], raw[20:]):
        raise Refused("code_invalid")
    return CardId(UUID(bytes=raw[:16])), datetime.fromtimestamp(int.from_bytes(raw[16:20], "big"), UTC)
