"""The secrets of one installation and what is derived from them."""

import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The signing secret (and the one before it, accepted until it is removed) and the key for data at rest."""

    secret: bytes
    previous: bytes | None = None
    data: bytes = b""

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("the signing secret needs at least 32 bytes")

    def mac(self, purpose: str, message: bytes) -> bytes:
        """32 bytes that only this installation can make; `purpose` keeps uses apart."""
        return _mac(self.secret, purpose, message)

    def verify(self, purpose: str, message: bytes, mac: bytes) -> bool:
        """Whether `mac` (possibly cut to its first bytes, at least 10) was made by the current or previous secret."""
        if len(mac) < 10:
            return False
        return any(
            hmac.compare_digest(_mac(secret, purpose, message)[: len(mac)], mac)
            for secret in (self.secret, self.previous)
            if secret
        )


def _mac(secret: bytes, purpose: str, message: bytes) -> bytes:
    key = hmac.digest(secret, b"sello:" + purpose.encode(), hashlib.sha256)
    return hmac.digest(key, message, hashlib.sha256)
