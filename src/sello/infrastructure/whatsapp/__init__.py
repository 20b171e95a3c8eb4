"""WhatsApp through Twilio: what an answer may be, a narrow thing that asks, and the signature of what calls us.

`client` talks to Twilio and is reached from jobs alone; `simulator` stands in for Twilio and for the phones, as a
process of its own.
"""

from sello.infrastructure.whatsapp.account import REAL_HOST, SIMULATED, Account
from sello.infrastructure.whatsapp.message import (
    Accepted,
    Approval,
    Content,
    Declined,
    Listed,
    MessageStatus,
    Outcome,
    Throttled,
    Unknown,
    Unreachable,
    Whatsapp,
)

__all__ = [
    "REAL_HOST",
    "SIMULATED",
    "Accepted",
    "Account",
    "Approval",
    "Content",
    "Declined",
    "Listed",
    "MessageStatus",
    "Outcome",
    "Throttled",
    "Unknown",
    "Unreachable",
    "Whatsapp",
]
