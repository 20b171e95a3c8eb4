"""The four log-in roles of the architecture and the database they meet in, made by a superuser."""

from collections.abc import Mapping
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROLES: Final = ("sello_owner", "sello_app", "sello_platform", "sello_laws")
OWNER: Final = "sello_owner"

# Two starts at once must not both find a role absent.
LOCK: Final = "SELECT pg_advisory_lock(hashtext('sello bootstrap'))"
CREATE_ROLE: Final = "CREATE ROLE {role}"
SET_ROLE: Final = """
    ALTER ROLE {role} WITH LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD
    {verifier}
"""
CREATE_DATABASE: Final = "CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'"
OWN_DATABASE: Final = "ALTER DATABASE {database} OWNER TO {owner}"
CLOSE_DATABASE: Final = "REVOKE ALL ON DATABASE {database} FROM PUBLIC"
OPEN_DATABASE: Final = "GRANT CONNECT ON DATABASE {database} TO {roles}"
# On the roles and not on the connections, so that they hold behind any pooler. A statement that outlasts its client's
# patience helps nobody; a transaction left open holds locks.
LIMITS: Final[Mapping[str, Mapping[str, str]]] = {
    "sello_app": {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "15s"},
    "sello_platform": {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "30s"},
    "sello_laws": {"statement_timeout": "15min", "default_transaction_read_only": "on"},
}
SET_LIMIT: Final = "ALTER ROLE {role} SET {name} = {value}"
OWN_SCHEMA: Final = "ALTER SCHEMA public OWNER TO {owner}"
# The laws look at other roles' sessions too; without this they see their own alone, and say so.
SEE_SESSIONS: Final = "GRANT pg_read_all_stats TO sello_laws"


def bootstrap(admin_dsn: str, *, database: str, passwords: Mapping[str, str]) -> None:
    """Make the roles (with these passwords) and the database what they should be; may run again and again.

    `passwords` holds one for each of ROLES. None of them may pass row-level security by, make roles or
    databases.
    """
    missing = [role for role in ROLES if not passwords.get(role)]
    if missing:
        raise ValueError(f"bootstrap needs a password for {', '.join(missing)}")
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute(LOCK)
        for role in ROLES:
            _put_role(admin, role, passwords[role])
            for limit, value in LIMITS.get(role, {}).items():
                parts = {"role": sql.Identifier(role), "name": sql.Identifier(limit), "value": sql.Literal(value)}
                admin.execute(_statement(SET_LIMIT, **parts))
        admin.execute(SEE_SESSIONS)
        _put_database(admin, database)
    with psycopg.connect(make_conninfo(admin_dsn, dbname=database), autocommit=True) as inside:
        inside.execute(_statement(OWN_SCHEMA, owner=sql.Identifier(OWNER)))


def _put_role(admin: psycopg.Connection, role: str, password: str) -> None:
    if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount == 0:
        admin.execute(_statement(CREATE_ROLE, role=sql.Identifier(role)))
    # Hashed here: the password itself never stands in a statement, so in no log of the server either.
    verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    admin.execute(_statement(SET_ROLE, role=sql.Identifier(role), verifier=sql.Literal(verifier)))


def _put_database(admin: psycopg.Connection, database: str) -> None:
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    roles = sql.SQL(", ").join(sql.Identifier(role) for role in ROLES)
    if admin.execute("SELECT FROM pg_database WHERE datname = %s", (database,)).rowcount == 0:
        admin.execute(_statement(CREATE_DATABASE, database=name, owner=owner))
    admin.execute(_statement(OWN_DATABASE, database=name, owner=owner))
    admin.execute(_statement(CLOSE_DATABASE, database=name))
    admin.execute(_statement(OPEN_DATABASE, database=name, roles=roles))


def _statement(text: LiteralString, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(text).format(**parts)
