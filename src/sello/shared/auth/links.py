"""Links that prove themselves: an id and its MAC, so the database holds no secret."""

import base64
import binascii
from uuid import UUID

from sello.shared.auth.keys import Keys


def sign_link(keys: Keys, purpose: str, id_: UUID) -> str:
    """48 URL-safe characters-or-so: the id and 20 bytes of its MAC for `purpose`."""
    return base64.urlsafe_b64encode(id_.bytes + keys.mac(purpose, id_.bytes)[:20]).decode()


def read_link(keys: Keys, purpose: str, text: str) -> UUID | None:
    """The id of a link made by `sign_link` for the same purpose, or None."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    if len(raw) != 36 or not keys.verify(purpose, raw[:16], raw[16:]):
        return None
    return UUID(bytes=raw[:16])
