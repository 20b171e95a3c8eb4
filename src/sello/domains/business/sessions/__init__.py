"""Who is signed in, where, and until when.

Owns the table sessions: one row a family of refresh tokens. Other nouns of the domain open and end sessions with the
names below; `api` holds the authenticator that entry puts on the application.
"""

from sello.domains.business.sessions.actions import LiveSessions, end_all_sessions, end_shop_sessions

__all__ = ["LiveSessions", "end_all_sessions", "end_shop_sessions"]
