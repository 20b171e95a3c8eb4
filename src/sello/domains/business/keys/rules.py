"""What a key looks like, and when it holds. Pure."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from sello.shared.auth import Claims, Scope
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, SessionId

PREFIX_LENGTH: Final = 8
SECRET_LENGTH: Final = 32  # of 62 characters: 190 bits, so a plain SHA-256 is enough of a hash
LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MOST_KEYS: Final = 50  # of one shop, live ones

_KEY = re.compile(r"sello_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class KeyStanding:
    """A key and everything it rests on, as the database says now."""

    id: AccountId
    business_id: BusinessId
    secret_hash: bytes
    scopes: list[Scope]
    version: int
    ended: bool
    suspended: bool
    closed: bool
    unseen: bool


def key_text(prefix: str, secret: str) -> str:
    """The key as it is shown once."""
    return f"sello_{prefix}_{secret}"


def looks_like_key(text: str) -> bool:
    """Whether a bearer shows a key rather than a token."""
    return text.startswith("sello_")


def read_key(text: str) -> tuple[str, bytes] | None:
    """Prefix and hash of the secret of a well-formed key, or None."""
    found = _KEY.fullmatch(text)
    return (found[1], secret_hash(found[2])) if found else None


def secret_hash(secret: str) -> bytes:
    """What is kept of a key's secret."""
    return hashlib.sha256(secret.encode()).digest()


def check_key(standing: KeyStanding | None, shown: bytes) -> KeyStanding:
    """The key whose secret's hash was shown; refuses unauthenticated, key_ended, business_closed, business_suspended.

    Only somebody with the secret is told more than that it does not hold.
    """
    if standing is None or not hmac.compare_digest(standing.secret_hash, shown):
        raise Refused("unauthenticated")
    if standing.ended:
        raise Refused("key_ended")
    if standing.closed:
        raise Refused("business_closed")
    if standing.suspended:
        raise Refused("business_suspended")
    return standing


def claims_of(standing: KeyStanding) -> Claims:
    """What the bearer of a key may claim: staff's powers where a scope opens an endpoint, and nothing elsewhere."""
    return Claims(
        account_id=standing.id,
        business_id=standing.business_id,
        role="staff",
        version=standing.version,
        session_id=SessionId(standing.id),
        expires_at=0,
        means="key",
        scopes=frozenset(standing.scopes),
    )
