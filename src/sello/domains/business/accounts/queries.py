"""Accounts, their mailed links, and the first rows of a shop. All as platform: an account belongs to no tenant."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sello.domains.business.accounts.rules import TokenKind
from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import AccountId, BusinessId


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its mail needs it; the locale is its first shop's."""

    id: AccountId
    email: str
    name: str
    locale: str
    business_name: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person is shown of themselves."""

    id: AccountId
    email: str
    name: str
    second_factor: bool
    is_admin: bool


@dataclass(frozen=True, slots=True)
class _AccountId:
    id: AccountId


@dataclass(frozen=True, slots=True)
class _Turn:
    turn: str


@dataclass(frozen=True, slots=True)
class _Slug:
    slug: str


async def insert_account(
    db: PlatformDb, id_: AccountId, *, email: str, name: str, password_hash: str, verified: bool
) -> bool:
    """Create an account; False when the e-mail has one. `verified`: the mailbox is known to be theirs."""
    touched = await db.execute(
        """
        INSERT INTO accounts (id, email, name, password_hash, email_verified_at)
        VALUES (%(id)s, %(email)s, %(name)s, %(password_hash)s, CASE WHEN %(verified)s THEN app_now() END)
        ON CONFLICT (email) DO NOTHING
        """,
        id=id_,
        email=email,
        name=name,
        password_hash=password_hash,
        verified=verified,
    )
    return touched > 0


async def insert_business(db: PlatformDb, id_: BusinessId, *, code: str, slug: str, name: str) -> bool:
    """Create a shop; False when its code is taken, or its address is or was another shop's."""
    touched = await db.execute(
        """
        INSERT INTO businesses (id, code, slug, name)
        SELECT %(id)s, %(code)s, %(slug)s, %(name)s WHERE NOT EXISTS (SELECT FROM slugs WHERE slug = %(slug)s)
        ON CONFLICT DO NOTHING
        """,
        id=id_,
        code=code,
        slug=slug,
        name=name,
    )
    return touched > 0


async def insert_owner(db: PlatformDb, business_id: BusinessId, account_id: AccountId, name: str) -> None:
    """Make somebody the first owner of a new shop."""
    await db.execute(
        """
        INSERT INTO memberships (business_id, account_id, role, name)
        VALUES (%(business_id)s, %(account_id)s, 'owner', %(name)s)
        """,
        business_id=business_id,
        account_id=account_id,
        name=name,
    )


async def insert_admin(db: PlatformDb, account_id: AccountId, *, sealed: bytes) -> None:
    """Make an account a platform admin's."""
    await db.execute(
        """
        WITH account AS (
          UPDATE accounts SET totp_secret = %(sealed)s, totp_confirmed_at = app_now() WHERE id = %(account_id)s
          RETURNING id)
        INSERT INTO platform_admins (account_id) SELECT id FROM account
        """,
        account_id=account_id,
        sealed=sealed,
    )


async def slug_is_taken(db: PlatformDb, slug: str) -> bool:
    """Whether a shop has or had this address."""
    found = await db.fetch_one(_Slug, "SELECT slug FROM slugs WHERE slug = %(slug)s", slug=slug)
    return found is not None


async def account_by_email(db: PlatformDb, email: str) -> AccountId | None:
    """Whose e-mail this is."""
    found = await db.fetch_one(_AccountId, "SELECT id FROM accounts WHERE email = %(email)s", email=email)
    return found.id if found else None


async def account_of(db: PlatformDb, account_id: AccountId) -> Account | None:
    """An account for its mail."""
    return await db.fetch_one(
        Account,
        """
        SELECT a.id, a.email, a.name, coalesce(shop.locale, 'es-PE') AS locale, shop.name AS business_name
        FROM accounts a LEFT JOIN LATERAL (
          SELECT b.locale, b.name FROM memberships m JOIN businesses b ON b.id = m.business_id
          WHERE m.account_id = a.id AND m.disabled_at IS NULL ORDER BY m.created_at LIMIT 1) AS shop ON true
        WHERE a.id = %(account_id)s
        """,
        account_id=account_id,
    )


async def admins(db: PlatformDb) -> list[Account]:
    """The people who run the platform, for their mail."""
    return await db.fetch_all(
        Account,
        """
        SELECT a.id, a.email, a.name, 'es-PE' AS locale, NULL AS business_name
        FROM platform_admins p JOIN accounts a ON a.id = p.account_id WHERE a.email IS NOT NULL ORDER BY a.id
        """,
    )


async def profile_of(db: PlatformDb, account_id: AccountId) -> Profile | None:
    """An account as its own person sees it."""
    return await db.fetch_one(
        Profile,
        """
        SELECT a.id, a.email, a.name, a.totp_confirmed_at IS NOT NULL AS second_factor,
               EXISTS (SELECT FROM platform_admins p WHERE p.account_id = a.id) AS is_admin
        FROM accounts a WHERE a.id = %(account_id)s
        """,
        account_id=account_id,
    )


async def mark_verified(db: PlatformDb, account_id: AccountId) -> None:
    """The mailbox is theirs."""
    await db.execute(
        "UPDATE accounts SET email_verified_at = coalesce(email_verified_at, app_now()) WHERE id = %(account_id)s",
        account_id=account_id,
    )


async def set_password(
    db: PlatformDb, account_id: AccountId, password_hash: str, *, instead_of: str | None = None
) -> bool:
    """Put a new password in force; False when the one it replaces is no longer in force."""
    touched = await db.execute(
        """
        UPDATE accounts SET password_hash = %(password_hash)s, password_changed_at = app_now()
        WHERE id = %(account_id)s AND (%(instead_of)s::text IS NULL OR password_hash = %(instead_of)s)
        """,
        account_id=account_id,
        password_hash=password_hash,
        instead_of=instead_of,
    )
    return touched > 0


async def take_mail_turn(db: PlatformDb, account_id: AccountId) -> None:
    """Let mails to one account be counted one by one until the transaction ends (an advisory lock)."""
    await db.fetch_one(
        _Turn, "SELECT pg_advisory_xact_lock(3, hashtext(%(account_id)s::text))::text AS turn", account_id=account_id
    )


async def insert_token(
    db: PlatformDb, id_: UUID, account_id: AccountId, *, kind: TokenKind, lifetime: timedelta, most: int
) -> bool:
    """Make a link that can be used once; False when the account was sent `most` within the hour (take its turn)."""
    touched = await db.execute(
        """
        INSERT INTO account_tokens (id, account_id, kind, expires_at)
        SELECT %(id)s, %(account_id)s, %(kind)s, app_now() + %(lifetime)s
        WHERE %(most)s > (
          SELECT count(*) FROM account_tokens t
          WHERE t.account_id = %(account_id)s AND t.created_at > app_now() - interval '1 hour')
        """,
        id=id_,
        account_id=account_id,
        kind=kind,
        lifetime=lifetime,
        most=most,
    )
    return touched > 0


async def token_holder(db: PlatformDb, id_: UUID, *, kind: TokenKind) -> AccountId | None:
    """Whose unused, unexpired link this is."""
    found = await db.fetch_one(
        _AccountId,
        """
        SELECT account_id AS id FROM account_tokens
        WHERE id = %(id)s AND kind = %(kind)s AND used_at IS NULL AND expires_at > app_now()
        """,
        id=id_,
        kind=kind,
    )
    return found.id if found else None


async def use_token(db: PlatformDb, id_: UUID, *, kind: TokenKind) -> AccountId | None:
    """Use a link up; None when it was used or has expired. One of two racers gets it."""
    found = await db.fetch_one(
        _AccountId,
        """
        UPDATE account_tokens SET used_at = app_now()
        WHERE id = %(id)s AND kind = %(kind)s AND used_at IS NULL AND expires_at > app_now()
        RETURNING account_id AS id
        """,
        id=id_,
        kind=kind,
    )
    return found.id if found else None


async def end_tokens(db: PlatformDb, account_id: AccountId, *, kind: TokenKind) -> None:
    """Use up every other link of a kind."""
    await db.execute(
        """
        UPDATE account_tokens SET used_at = app_now()
        WHERE account_id = %(account_id)s AND kind = %(kind)s AND used_at IS NULL
        """,
        account_id=account_id,
        kind=kind,
    )
