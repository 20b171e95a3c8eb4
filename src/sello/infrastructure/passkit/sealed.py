"""Secrets that have to be read again (a pass's token, a phone's push token), encrypted with DATA_KEY."""

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sello.shared.auth import Keys

_NONCE: Final = 12


def seal(keys: Keys, purpose: str, text: str) -> bytes:
    """The text encrypted; `purpose` keeps uses apart."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(keys)).encrypt(nonce, text.encode(), purpose.encode())


def unseal(keys: Keys, purpose: str, sealed: bytes) -> str | None:
    """The text again; None when it was sealed for another purpose or by another installation."""
    key = _key(keys)
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError):  # ValueError: too short to be one, or no text
        return None


def _key(keys: Keys) -> bytes:
    if not keys.data:
        raise ValueError("tokens at rest need DATA_KEY")
    return hmac.digest(keys.data, b"sello:wallet", hashlib.sha256)
