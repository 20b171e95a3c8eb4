"""Who is signed in, where, and until when.

Writes the table sessions (one row a family of refresh tokens). Other nouns of the domain open and end sessions with
the names below.
"""

from sello.domains.business.sessions.actions import (
    SignedIn,
    end_all_sessions,
    end_shop_sessions,
    end_till_sessions,
    open_pin_session,
)
from sello.domains.business.sessions.queries import end_pin_sessions, hold_till, standing_of

__all__ = [
    "SignedIn",
    "end_all_sessions",
    "end_pin_sessions",
    "end_shop_sessions",
    "end_till_sessions",
    "hold_till",
    "open_pin_session",
    "standing_of",
]
