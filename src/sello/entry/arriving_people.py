"""The people of an imported shop: accounts without a password, each under its own id where that is free."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from sello.domains.business import account_by_email, add_member, insert_account
from sello.infrastructure.archives.form import Row
from sello.infrastructure.database.db import PlatformDb
from sello.shared.auth import Passwords
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, new_id

_MOST: Final = 5000  # people of one shop, dismissed ones and keys included
_KNOWN: Final = """
    SELECT id, email FROM accounts WHERE email = ANY (%(emails)s) OR id = ANY (%(ids)s::uuid[])
"""
_INSERT: Final = """
    INSERT INTO accounts (id, email, name, password_hash)
    VALUES (%(id)s, %(email)s, %(name)s, CASE WHEN %(email)s::text IS NULL THEN NULL ELSE %(password_hash)s::text END)
"""


@dataclass(frozen=True, slots=True)
class _Known:
    id: AccountId
    email: str | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """`others`: accounts that have another id here. `made`: those that have no password yet, with an e-mail."""

    others: Mapping[str, str] = field(default_factory=dict)
    made: frozenset[AccountId] = frozenset()


async def put_accounts(connection: AsyncConnection, rows: Iterable[Row], passwords: Passwords) -> Arrived:
    """Make the accounts of an archive.

    Whose e-mail has an account here is that account, with its password and its own id. Everybody else gets a new one
    with a password that nobody knows, under the id they had unless somebody here has it. Refuses archive_broken.
    """
    people = list(rows)
    if len(people) > _MOST:
        raise Refused("archive_broken", table="accounts", line=_MOST)
    emails = [person["email"] for person in people if person["email"] is not None]
    cursor = connection.cursor(row_factory=class_row(_Known))
    found = await (await cursor.execute(_KNOWN, {"emails": emails, "ids": [p["id"] for p in people]})).fetchall()
    by_email, taken = {known.email: known.id for known in found if known.email}, {str(known.id) for known in found}
    nobodys = await passwords.hash(secrets.token_urlsafe(40))
    others, made = dict[str, str](), set[AccountId]()
    for person in people:
        old, email = person["id"], person["email"]
        known = by_email.get(email) if email else None
        here = known or AccountId(new_id() if old in taken else UUID(old))
        if str(here) != old:
            others[old] = str(here)
        if known is None:
            values = {"id": here, "email": email, "name": person["name"], "password_hash": nobodys}
            await connection.execute(_INSERT, values)
            if email:
                made.add(here)
    return Arrived(others, frozenset(made))


async def add_owner(
    tx: PlatformDb, business_id: BusinessId, *, email: str, passwords: Passwords
) -> frozenset[AccountId]:
    """Make somebody an owner by their e-mail; their account if it was made for it. Refuses already_member."""
    email = email.strip().lower()
    name = email.partition("@")[0][:255] or email
    known = await account_by_email(tx, email)
    account_id = known or AccountId(new_id())
    if known is None:
        nobodys = await passwords.hash(secrets.token_urlsafe(40))
        await insert_account(tx, account_id, email=email, name=name, password_hash=nobodys, verified=False)
    await add_member(tx, business_id, account_id, role="owner", name=name)
    return frozenset() if known else frozenset({account_id})
