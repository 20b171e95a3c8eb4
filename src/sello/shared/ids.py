"""Identifiers: UUIDv7 for rows, unrelated random codes for whatever leaves the house."""

import secrets
from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

import uuid_utils.compat

BusinessId = NewType("BusinessId", UUID)
BranchId = NewType("BranchId", UUID)
DeviceId = NewType("DeviceId", UUID)
AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
CustomerId = NewType("CustomerId", UUID)
CardId = NewType("CardId", UUID)
StampId = NewType("StampId", UUID)
RewardId = NewType("RewardId", UUID)
RedemptionId = NewType("RedemptionId", UUID)
CampaignId = NewType("CampaignId", UUID)
TemplateId = NewType("TemplateId", UUID)
SendId = NewType("SendId", UUID)

# Crockford's alphabet without I, L, O, U: read aloud and typed without mistakes.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = (ALPHABET * 8).encode("ascii")  # a byte's letter: 256 bytes are eight rounds of 32


def new_id() -> UUID:
    """A UUIDv7 of the present moment."""
    return uuid_utils.compat.uuid7()


def id_at(moment: datetime) -> UUID:
    """A UUIDv7 of another moment than now: the demo's and the tests' past."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=new_id().int & ((1 << 80) - 1) | milliseconds << 80)


def random_code(length: int) -> str:
    """`length` random characters of 5 bits each, from the operating system's source."""
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(length))


def random_codes(count: int, length: int) -> list[str]:
    """Many such codes at once, from one reading of the source."""
    text = secrets.token_bytes(count * length).translate(_LETTERS).decode("ascii")
    return [text[start : start + length] for start in range(0, count * length, length)]


def time_of(uuid7: UUID) -> datetime:
    """The moment a UUIDv7 carries in its first 48 bits (milliseconds, UTC)."""
    return datetime.fromtimestamp((uuid7.int >> 80) / 1000, UTC)
