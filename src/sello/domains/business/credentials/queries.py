"""Accounts as somebody who signs in meets them, and the failures that slow guessing down. All as platform."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import AccountId


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a person proves themselves against."""

    account_id: AccountId
    email: str
    password_hash: str
    email_verified_at: datetime | None
    totp_secret: bytes | None
    totp_confirmed_at: datetime | None
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Blocked:
    """How long this account is slowed down from this network; None when it is not."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class _Locked:
    locked: str


async def lock_attempts(db: PlatformDb, account_hash: bytes) -> None:
    """Let the attempts on one account through one by one until the transaction ends (an advisory lock)."""
    await db.fetch_one(
        _Locked,
        "SELECT pg_advisory_xact_lock(hashtextextended(encode(%(account_hash)s, 'hex'), 0))::text AS locked",
        account_hash=account_hash,
    )


async def blocked(
    db: PlatformDb,
    *,
    account_hash: bytes,
    network_hash: bytes,
    email: str,
    pair: int,
    account: int,
    network: int,
) -> Blocked | None:
    """Whether a limit of failures within 15 minutes is reached: of the pair, of the account, of the network.

    The last two do not count where the account has signed in before: a stranger elsewhere cannot keep it out.
    """
    return await db.fetch_one(
        Blocked,
        """
        SELECT extract(epoch FROM interval '15 minutes' + greatest(
          (SELECT f.failed_at FROM login_failures f
           WHERE f.account_hash = %(account_hash)s AND f.network_hash = %(network_hash)s
           ORDER BY f.failed_at DESC OFFSET %(pair)s::int - 1 LIMIT 1),
          CASE WHEN NOT known.here THEN greatest(
            (SELECT f.failed_at FROM login_failures f WHERE f.account_hash = %(account_hash)s
             ORDER BY f.failed_at DESC OFFSET %(account)s::int - 1 LIMIT 1),
            (SELECT f.failed_at FROM login_failures f WHERE f.network_hash = %(network_hash)s
             ORDER BY f.failed_at DESC OFFSET %(network)s::int - 1 LIMIT 1)) END
        ) - app_now())::float AS seconds
        FROM (SELECT EXISTS (
          SELECT FROM accounts a JOIN sessions s ON s.account_id = a.id
          WHERE a.email = %(email)s AND s.network_hash = %(network_hash)s) AS here) AS known
        """,
        account_hash=account_hash,
        network_hash=network_hash,
        email=email,
        pair=pair,
        account=account,
        network=network,
    )


async def insert_attempt(db: PlatformDb, id_: UUID, *, account_hash: bytes, network_hash: bytes) -> None:
    """Count an attempt as failed before it is looked at; a success takes it back."""
    await db.execute(
        """
        INSERT INTO login_failures (id, account_hash, network_hash)
        VALUES (%(id)s, %(account_hash)s, %(network_hash)s)
        """,
        id=id_,
        account_hash=account_hash,
        network_hash=network_hash,
    )


async def delete_attempt(db: PlatformDb, id_: UUID) -> None:
    """Take one attempt back."""
    await db.execute("DELETE FROM login_failures WHERE id = %(id)s", id=id_)


async def delete_attempts(db: PlatformDb, account_hash: bytes) -> None:
    """Forget every failure of an account: its owner has shown that the mailbox is theirs."""
    await db.execute("DELETE FROM login_failures WHERE account_hash = %(account_hash)s", account_hash=account_hash)


async def credentials_by_email(db: PlatformDb, email: str) -> Credentials | None:
    """The account of an e-mail address (small letters)."""
    return await db.fetch_one(
        Credentials,
        """
        SELECT a.id AS account_id, a.email, a.password_hash, a.email_verified_at, a.totp_secret,
               a.totp_confirmed_at,
               EXISTS (SELECT FROM platform_admins p WHERE p.account_id = a.id) AS is_admin
        FROM accounts a WHERE a.email = %(email)s
        """,
        email=email,
    )


async def credentials_of(db: PlatformDb, account_id: AccountId) -> Credentials | None:
    """The account of an id."""
    return await db.fetch_one(
        Credentials,
        """
        SELECT a.id AS account_id, a.email, a.password_hash, a.email_verified_at, a.totp_secret,
               a.totp_confirmed_at,
               EXISTS (SELECT FROM platform_admins p WHERE p.account_id = a.id) AS is_admin
        FROM accounts a WHERE a.id = %(account_id)s
        """,
        account_id=account_id,
    )


async def propose_totp(db: PlatformDb, account_id: AccountId, sealed: bytes) -> int:
    """Keep a secret that is not confirmed yet; 0 rows when a confirmed one stands."""
    return await db.execute(
        """
        UPDATE accounts SET totp_secret = %(sealed)s, totp_last_step = NULL
        WHERE id = %(account_id)s AND totp_confirmed_at IS NULL
        """,
        account_id=account_id,
        sealed=sealed,
    )


async def confirm_totp(db: PlatformDb, account_id: AccountId, *, sealed: bytes, step: int) -> int:
    """Turn the second factor on with its first code; 0 rows when the secret is no longer the one proposed."""
    return await db.execute(
        """
        UPDATE accounts SET totp_confirmed_at = app_now(), totp_last_step = %(step)s
        WHERE id = %(account_id)s AND totp_confirmed_at IS NULL AND totp_secret = %(sealed)s
        """,
        account_id=account_id,
        sealed=sealed,
        step=step,
    )


async def use_totp_step(db: PlatformDb, account_id: AccountId, *, step: int) -> int:
    """Use up the code of a step; 0 rows when it, or a later one, was used already."""
    return await db.execute(
        """
        UPDATE accounts SET totp_last_step = %(step)s
        WHERE id = %(account_id)s AND totp_confirmed_at IS NOT NULL
          AND (totp_last_step IS NULL OR totp_last_step < %(step)s)
        """,
        account_id=account_id,
        step=step,
    )


async def clear_totp(db: PlatformDb, account_id: AccountId) -> int:
    """Turn the second factor off; 0 rows when it was off."""
    return await db.execute(
        """
        UPDATE accounts SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL
        WHERE id = %(account_id)s AND totp_confirmed_at IS NOT NULL
        """,
        account_id=account_id,
    )
