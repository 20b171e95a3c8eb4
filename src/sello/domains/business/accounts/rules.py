"""Addresses of shops and pages, and how long mailed links hold. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sello.shared.ids import AccountId, BusinessId
from sello.shared.validation import fold

TokenKind = Literal["verify_email", "reset_password"]

LIFETIMES: dict[TokenKind, timedelta] = {"verify_email": timedelta(days=3), "reset_password": timedelta(hours=1)}
FIRST_LINK = timedelta(days=7)  # of somebody who was moved here and may not read mail today
MOST_LINKS_AN_HOUR = 3  # to one account: nobody's mailbox is filled by somebody else

SLUG = r"^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$"
_SLUG_ROOM = 54  # leaves space for a suffix below the 63 characters of an address


@dataclass(frozen=True, slots=True)
class NewShop:
    """A shop to be registered; without a slug one is made from its name."""

    name: str
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class RegisteredShop:
    """A shop and its first owner."""

    business_id: BusinessId
    account_id: AccountId
    slug: str


def slug_of(name: str) -> str:
    """The name as part of an address: `Café Luna & Hijos` -> `cafe-luna-hijos`."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_SLUG_ROOM].strip("-")
    return plain if len(plain) >= 3 else f"local-{plain}".strip("-")


def with_suffix(slug: str, suffix: str) -> str:
    """The next address to try when this one is taken."""
    return f"{slug}-{suffix.lower()}"


def page(base_url: str, name: str, token: str) -> str:
    """The page a mailed link opens. The token follows a hash sign, so that it reaches no server's log."""
    return f"{base_url}/app/{name}#token={token}"
