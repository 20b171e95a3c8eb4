"""Who is signed in, where, and until when.

Owns the tables sessions (one row a family of refresh tokens) and device_sign_ins (who signed in on which till). Other
nouns of the domain open and end sessions with the names below.
"""

from sello.domains.business.sessions.actions import (
    LiveSessions,
    SignedIn,
    end_all_sessions,
    end_shop_sessions,
    end_till_sessions,
    open_pin_session,
)
from sello.domains.business.sessions.queries import end_pin_sessions, hold_till

__all__ = [
    "LiveSessions",
    "SignedIn",
    "end_all_sessions",
    "end_pin_sessions",
    "end_shop_sessions",
    "end_till_sessions",
    "hold_till",
    "open_pin_session",
]
