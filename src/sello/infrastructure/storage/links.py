"""Signed links to files in a local folder: the name, until when, and their MAC."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from sello.infrastructure.storage.files import Link
from sello.shared import clock
from sello.shared.auth import Keys

_PURPOSE = "file"


def link_to(keys: Keys, base_url: str, name: str, *, lifetime: timedelta) -> Link:
    """`{base_url}/files/{name}?until=...&mac=...`. Moments are whole minutes, so that browsers keep what they have."""
    until = -int(-(clock.now() + lifetime).timestamp() // 60) * 60
    mac = base64.urlsafe_b64encode(keys.mac(_PURPOSE, _said(name, until))[:21]).decode()
    return Link(f"{base_url}/files/{name}?until={until}&mac={mac}", datetime.fromtimestamp(until, UTC))


def reads(keys: Keys, name: str, *, until: int, mac: str) -> bool:
    """Whether we made this link; that its moment has not passed is another question."""
    try:
        raw = base64.urlsafe_b64decode(mac.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return False
    return len(raw) == 21 and keys.verify(_PURPOSE, _said(name, until), raw)


def _said(name: str, until: int) -> bytes:
    return f"{until}|{name}".encode()
