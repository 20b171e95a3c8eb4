"""Tokens of which the database holds nothing but a number: `prefix.family.generation.mac` (decision 2)."""

import base64
import binascii
from uuid import UUID

from sello.shared.auth.keys import Keys


def generation_token(keys: Keys, purpose: str, prefix: str, family: UUID, generation: int) -> str:
    """The token of a generation: the same whoever makes it, so nothing secret has to be kept."""
    mac = base64.urlsafe_b64encode(keys.mac(purpose, _message(family, generation))).decode().rstrip("=")
    return f"{prefix}.{family}.{generation}.{mac}"


def read_generation_token(keys: Keys, purpose: str, prefix: str, text: str) -> tuple[UUID, int] | None:
    """Family and generation of a token we made for this purpose, or None."""
    parts = text.split(".")
    if len(parts) != 4 or parts[0] != prefix or not parts[2].isdecimal() or len(parts[2]) > 9:
        return None
    try:
        family, generation = UUID(parts[1]), int(parts[2])
        mac = base64.urlsafe_b64decode(parts[3].encode("ascii") + b"=" * (-len(parts[3]) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    # The whole MAC: a shortened one would be easier to guess.
    if len(mac) != 32 or not keys.verify(purpose, _message(family, generation), mac):
        return None
    return family, generation


def _message(family: UUID, generation: int) -> bytes:
    return family.bytes + generation.to_bytes(8, "big")
