"""What is kept of a callback once it was understood. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sello.shared.auth import Keys

InboxKind = Literal["status", "inbound"]

GIVE_UP: Final = timedelta(minutes=10)  # a message that nobody knows by then is none of ours

# Words, names and places are not kept at all; of a phone, what only this installation can compare.
_WORDS: Final = frozenset(
    {"Body", "ButtonText", "ProfileName", "Address", "Label", "Latitude", "Longitude", "ListTitle", "FlowData"}
)
_PHONES: Final = frozenset({"From", "To", "WaId", "ChannelToAddress", "ChannelFromAddress", "Author"})
_KNOWN: Final = frozenset(
    {
        "MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "MessagingServiceSid", "MessageStatus", "SmsStatus",
        "ApiVersion", "ErrorCode", "EventType", "ChannelPrefix", "NumMedia", "NumSegments", "ButtonPayload",
        "OriginalRepliedMessageSid", "MessageType", "?send", "?reply", "?shop",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One callback that waits to be understood; `tries` counts this one."""

    id: UUID
    kind: InboxKind
    message_sid: str
    params: dict[str, str]
    received_at: datetime
    tries: int


def address_of(text: str) -> str:
    """`whatsapp:+51987654321` as `+51987654321`."""
    return text.removeprefix("whatsapp:").strip()


def phone_hash(keys: Keys, phone: str) -> bytes:
    """What stands for a phone (E.164) where it must be compared and not read: 32 bytes."""
    return keys.mac("whatsapp-phone", phone.encode())


def scrubbed(keys: Keys, params: Mapping[str, str]) -> dict[str, str]:
    """The callback without the person: known fields as they came, phones as their hash, of all else only the name."""
    kept = {}
    for name, value in params.items():
        if name in _KNOWN:
            kept[name] = value
        elif name in _PHONES:
            phone = address_of(value)
            phone = phone if phone.startswith("+") else f"+{phone}"  # WaId has no plus
            kept[name] = f"hash:{phone_hash(keys, phone).hex()[:32]}"
        else:
            kept[name] = "…" if name in _WORDS or value else ""
    return kept
