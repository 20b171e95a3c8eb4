"""One-time codes (RFC 6238) and how their secrets rest. Pure."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sello.shared.auth import Keys
from sello.shared.ids import AccountId

SECRET_BYTES = 20
NONCE_BYTES = 12
_STEP_SECONDS = 30
_SLACK_STEPS = 1  # phones' clocks differ, and people type slowly
_DIGITS = 6
_ISSUER = "sello"


def step_at(moment: datetime) -> int:
    """The number of the 30-second step a moment lies in."""
    return int(moment.timestamp()) // _STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step (RFC 4226, truncated HMAC-SHA-1, as every authenticator app computes)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def step_of(secret: bytes, code: str, moment: datetime) -> int | None:
    """The newest step near `moment` (one of slack each way) whose code this is, or None."""
    here = step_at(moment)
    given = code.strip().encode()
    matching = [
        step
        for step in range(here - _SLACK_STEPS, here + _SLACK_STEPS + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), given)
    ]
    return max(matching, default=None)


def secret_text(secret: bytes) -> str:
    """The secret as people type it into an app."""
    return base64.b32encode(secret).decode().rstrip("=")


def otpauth_uri(secret: bytes, email: str) -> str:
    """The address that an authenticator app reads from a QR code."""
    query = urlencode({"secret": secret_text(secret), "issuer": _ISSUER})
    return f"otpauth://totp/{_ISSUER}:{quote(email)}?{query}"


def seal(keys: Keys, account_id: AccountId, secret: bytes, *, nonce: bytes) -> bytes:
    """The secret encrypted for its row alone; `nonce` is 12 fresh random bytes."""
    return nonce + AESGCM(_key(keys)).encrypt(nonce, secret, account_id.bytes)


def unseal(keys: Keys, account_id: AccountId, sealed: bytes) -> bytes:
    """The secret of that account; raises cryptography's InvalidTag when the row or the key is another's."""
    return AESGCM(_key(keys)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], account_id.bytes)


def _key(keys: Keys) -> bytes:
    if not keys.data:
        raise ValueError("second factors need DATA_KEY")
    return hmac.digest(keys.data, b"sello:totp", hashlib.sha256)
