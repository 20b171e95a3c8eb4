"""A shop before the law: its name, taxpayer's number and address. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from sello.domains.business.wording.rules import day_in_words
from sello.shared.errors import Language

_KINDS: Final = ("10", "15", "16", "17", "20")  # people, others, companies
_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class LegalIdentity:
    """Who answers for a shop. `email`: where people may write about their data."""

    legal_name: str
    ruc: str | None
    address: str
    email: str | None


@dataclass(frozen=True, slots=True)
class IdentityVersion(LegalIdentity):
    """A version of it; it held until the next one's `since`."""

    version: int
    since: datetime


def is_ruc(text: str) -> bool:
    """Whether this is a RUC: eleven digits of a known kind, the last one following from the others (SUNAT, mod 11)."""
    if len(text) != 11 or not (text.isascii() and text.isdigit()) or not text.startswith(_KINDS):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return (11 - total % 11) % 10 == int(text[-1])


_WHO: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "who": "{legal_name}{ruc}, con domicilio en {address}",
        "ruc": ", con RUC {ruc}",
        "until": "Hasta el {day}: {who}.",
    },
    "en": {
        "who": "{legal_name}{ruc}, of {address}",
        "ruc": ", RUC {ruc}",
        "until": "Until {day}: {who}.",
    },
}


def who_in_words(identity: LegalIdentity, language: Language) -> str:
    """`Luna SAC, con RUC 20000000001, con domicilio en Jr. Cusco 120, Lima`."""
    texts = _WHO[language]
    ruc = texts["ruc"].format(ruc=identity.ruc) if identity.ruc else ""
    return texts["who"].format(legal_name=identity.legal_name, ruc=ruc, address=identity.address)


def former_in_words(identities: Sequence[IdentityVersion], zone: str, language: Language) -> list[str]:
    """Who answered before, a sentence each, the last one first. `identities`: all of them, the newest first."""
    return [
        _WHO[language]["until"].format(
            day=day_in_words(after.since.astimezone(ZoneInfo(zone)).date(), language),
            who=who_in_words(before, language),
        )
        for after, before in pairwise(identities)
    ]
