"""Google Wallet over its REST API: a class per shop, an object per card, a link that saves it in the phone.

`client` talks to Google and is reached from jobs alone; `link` signs and asks nobody; `simulator` stands in for Google,
as a process of its own.
"""

from sello.infrastructure.googlewallet.answers import (
    Absent,
    Answer,
    Body,
    Declined,
    Exhausted,
    Exists,
    GoogleAway,
    GoogleWallet,
    Kind,
    NoWallet,
    Taken,
)
from sello.infrastructure.googlewallet.issuer import REAL_HOST, SIMULATED_ISSUER, SIMULATED_URL, Issuer, ServiceAccount
from sello.infrastructure.googlewallet.keys import made_account, read_account
from sello.infrastructure.googlewallet.link import MOST_CHARACTERS, save_link

__all__ = [
    "MOST_CHARACTERS",
    "REAL_HOST",
    "SIMULATED_ISSUER",
    "SIMULATED_URL",
    "Absent",
    "Answer",
    "Body",
    "Declined",
    "Exhausted",
    "Exists",
    "GoogleAway",
    "GoogleWallet",
    "Issuer",
    "Kind",
    "NoWallet",
    "ServiceAccount",
    "Taken",
    "made_account",
    "read_account",
    "save_link",
]
