"""Whoever runs the platform, signed in."""

from uuid import uuid4

from sello.entry.settings import Settings
from sello.shared.auth import TokenIssuer
from sello.shared.ids import AccountId, SessionId, new_id
from tests.support.servers import TestDatabase


def platform_admin(database: TestDatabase, settings: Settings) -> dict[str, str]:
    """The bearer header of a new platform admin."""
    account, session = AccountId(new_id()), SessionId(new_id())
    database.rows(
        "INSERT INTO accounts (id, email, name, password_hash, email_verified_at)"
        " VALUES (%s, %s, 'Carmen', '-', app_now())",
        account,
        f"{uuid4().hex}@example.pe",
    )
    database.rows("INSERT INTO platform_admins (account_id) VALUES (%s)", account)
    database.rows(
        "INSERT INTO sessions (id, account_id, expires_at) VALUES (%s, %s, app_now() + interval '1 day')",
        session,
        account,
    )
    token = TokenIssuer(settings.keys).issue(
        account_id=account, business_id=None, role="admin", version=1, session_id=session
    )
    return {"Authorization": f"Bearer {token}"}
