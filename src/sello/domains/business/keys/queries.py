"""API keys. As platform where one is shown, before its shop is known; accounts have no tenant at all."""

from dataclasses import dataclass
from datetime import datetime

from sello.domains.business.keys.rules import KeyStanding
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Scope
from sello.shared.ids import AccountId, BusinessId


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its shop sees it; the secret was shown once."""

    id: AccountId
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Count:
    count: int


async def keys_of(db: Db, business_id: BusinessId) -> list[Key]:
    """The shop's keys, the newest first; ended ones for 30 days."""
    return await db.fetch_all(
        Key,
        business_id,
        """
        SELECT k.id, m.name, k.prefix, k.scopes, k.created_at, c.name AS created_by, k.expires_at, k.used_at,
               k.revoked_at
        FROM api_keys k
        JOIN memberships m ON m.business_id = k.business_id AND m.account_id = k.id
        LEFT JOIN memberships c ON c.business_id = k.business_id AND c.account_id = k.created_by
        WHERE k.business_id = %(business_id)s ORDER BY k.created_at DESC, k.id DESC LIMIT 500
        """,
    )


async def revoke_key(db: Db, business_id: BusinessId, key_id: AccountId) -> int:
    """End a key; 0 rows when there is none or it had ended."""
    return await db.execute(
        business_id,
        """
        UPDATE api_keys SET revoked_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(key_id)s AND revoked_at IS NULL
        """,
        key_id=key_id,
    )


async def end_machine(db: Db, business_id: BusinessId, key_id: AccountId) -> int:
    """End the membership of a key: its next stamp is refused at once, in every process."""
    return await db.execute(
        business_id,
        """
        UPDATE memberships SET disabled_at = app_now(), version = version + 1
        WHERE business_id = %(business_id)s AND account_id = %(key_id)s AND role = 'machine' AND disabled_at IS NULL
        """,
        key_id=key_id,
    )


async def live_keys(db: Db, business_id: BusinessId) -> int:
    """How many keys of the shop hold; of two made at the same moment neither sees the other."""
    found = await db.fetch_one(
        _Count,
        business_id,
        """
        SELECT count(*) AS count FROM api_keys
        WHERE business_id = %(business_id)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > app_now())
        """,
    )
    return found.count if found else 0


async def insert_machine(db: Db, business_id: BusinessId, key_id: AccountId, *, name: str) -> int:
    """Let the key act at the shop."""
    return await db.execute(
        business_id,
        """
        INSERT INTO memberships (business_id, account_id, role, name)
        VALUES (%(business_id)s, %(key_id)s, 'machine', %(name)s)
        """,
        key_id=key_id,
        name=name,
    )


async def insert_key(
    db: Db,
    business_id: BusinessId,
    key_id: AccountId,
    *,
    prefix: str,
    secret_hash: bytes,
    scopes: list[Scope],
    created_by: AccountId | None,
    expires_at: datetime | None,
) -> int:
    """Keep a key."""
    return await db.execute(
        business_id,
        """
        INSERT INTO api_keys (business_id, id, prefix, secret_hash, scopes, created_by, expires_at)
        VALUES (%(business_id)s, %(key_id)s, %(prefix)s, %(secret_hash)s, %(scopes)s, %(created_by)s, %(expires_at)s)
        """,
        key_id=key_id,
        prefix=prefix,
        secret_hash=secret_hash,
        scopes=scopes,
        created_by=created_by,
        expires_at=expires_at,
    )


# ---------------------------------------------------------------- as platform


async def insert_machine_account(db: PlatformDb, key_id: AccountId, *, name: str) -> int:
    """Somebody without mailbox and password."""
    return await db.execute("INSERT INTO accounts (id, name) VALUES (%(key_id)s, %(name)s)", key_id=key_id, name=name)


async def key_standing(db: PlatformDb, prefix: str) -> KeyStanding | None:
    """The key with this prefix and what it rests on; `unseen` when its use was not noted within the last minute."""
    return await db.fetch_one(
        KeyStanding,
        """
        SELECT k.id, k.business_id, k.secret_hash, k.scopes, m.version,
               k.revoked_at IS NOT NULL OR k.expires_at <= app_now() IS TRUE OR m.disabled_at IS NOT NULL AS ended,
               b.suspended_at IS NOT NULL AS suspended, b.closed_at IS NOT NULL AS closed,
               k.used_at IS NULL OR k.used_at <= app_now() - interval '1 minute' AS unseen
        FROM api_keys k
        JOIN memberships m ON m.business_id = k.business_id AND m.account_id = k.id
        JOIN businesses b ON b.id = k.business_id
        WHERE k.prefix = %(prefix)s
        """,
        prefix=prefix,
    )


async def touch_key(db: PlatformDb, key_id: AccountId, business_id: BusinessId) -> int:
    """Note that the key is in use, once a minute."""
    return await db.execute(
        """
        UPDATE api_keys SET used_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(key_id)s
          AND (used_at IS NULL OR used_at <= app_now() - interval '1 minute')
        """,
        business_id=business_id,
        key_id=key_id,
    )
