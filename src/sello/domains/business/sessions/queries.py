"""Sessions and what they rest on. As platform, because signing in comes before the tenant is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sello.domains.business.sessions.rules import REOPEN_WITHIN, Membership, Standing
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId, DeviceId, SessionId


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One line of a person's list of sessions."""

    id: SessionId
    business_id: BusinessId | None
    business_name: str | None
    agent: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Ended:
    id: SessionId


async def memberships_of(
    db: PlatformDb, account_id: AccountId, *, reopen_within: timedelta = REOPEN_WITHIN
) -> list[Membership]:
    """Where a person works, the longest-held first."""
    return await db.fetch_all(
        Membership,
        """
        SELECT m.business_id, b.name AS business_name, m.role, m.version, b.suspended_at, b.closed_at,
               coalesce(b.closed_at > app_now() - %(reopen_within)s, false) AS reopenable
        FROM memberships m JOIN businesses b ON b.id = m.business_id
        WHERE m.account_id = %(account_id)s AND m.disabled_at IS NULL
        ORDER BY m.created_at, m.business_id
        """,
        account_id=account_id,
        reopen_within=reopen_within,
    )


async def insert_session(
    db: PlatformDb,
    id_: SessionId,
    *,
    account_id: AccountId,
    business_id: BusinessId,
    password_hash: str,
    device_id: DeviceId | None = None,
    agent: str,
    network_hash: bytes,
) -> int:
    """Open a session for 7 days; 0 rows when the membership or the password ended meanwhile.

    Holds both rows against a change until the transaction ends: a dismissal waits, then ends this session too.
    """
    return await db.execute(
        """
        WITH moment AS MATERIALIZED (SELECT app_now() AS at)
        INSERT INTO sessions (id, account_id, business_id, created_at, rotated_at, expires_at, device_id, agent,
                              network_hash)
        SELECT %(id)s, a.id, m.business_id, moment.at, moment.at, moment.at + interval '7 days', %(device_id)s,
               %(agent)s, %(network_hash)s
        FROM moment, accounts a JOIN memberships m ON m.account_id = a.id
        WHERE a.id = %(account_id)s AND a.password_hash = %(password_hash)s
          AND m.business_id = %(business_id)s AND m.disabled_at IS NULL
        FOR SHARE OF a, m
        """,
        id=id_,
        account_id=account_id,
        business_id=business_id,
        password_hash=password_hash,
        device_id=device_id,
        agent=agent,
        network_hash=network_hash,
    )


async def insert_pin_session(
    db: PlatformDb,
    id_: SessionId,
    *,
    account_id: AccountId,
    business_id: BusinessId,
    device_id: DeviceId,
    agent: str,
) -> int:
    """Open a session on a till for 12 hours; 0 rows when the membership has ended. Holds it as `insert_session`."""
    return await db.execute(
        """
        WITH moment AS MATERIALIZED (SELECT app_now() AS at)
        INSERT INTO sessions (id, account_id, business_id, created_at, rotated_at, expires_at, device_id, means, agent)
        SELECT %(id)s, m.account_id, m.business_id, moment.at, moment.at, moment.at + interval '12 hours',
               %(device_id)s, 'pin', %(agent)s
        FROM moment, memberships m
        WHERE m.business_id = %(business_id)s AND m.account_id = %(account_id)s AND m.disabled_at IS NULL
          AND m.role <> 'machine'
        FOR SHARE OF m
        """,
        id=id_,
        account_id=account_id,
        business_id=business_id,
        device_id=device_id,
        agent=agent,
    )


async def insert_admin_session(
    db: PlatformDb,
    id_: SessionId,
    *,
    account_id: AccountId,
    password_hash: str,
    agent: str,
    network_hash: bytes,
) -> int:
    """The same for a platform admin, who belongs to no shop."""
    return await db.execute(
        """
        WITH moment AS MATERIALIZED (SELECT app_now() AS at)
        INSERT INTO sessions (id, account_id, created_at, rotated_at, expires_at, agent, network_hash)
        SELECT %(id)s, a.id, moment.at, moment.at, moment.at + interval '7 days', %(agent)s, %(network_hash)s
        FROM moment, accounts a JOIN platform_admins p ON p.account_id = a.id
        WHERE a.id = %(account_id)s AND a.password_hash = %(password_hash)s
        FOR SHARE OF a, p
        """,
        id=id_,
        account_id=account_id,
        password_hash=password_hash,
        agent=agent,
        network_hash=network_hash,
    )


async def standing_of(db: PlatformDb, id_: SessionId, *, reopen_within: timedelta = REOPEN_WITHIN) -> Standing | None:
    """A session with its membership, shop and admin row as they are now."""
    return await db.fetch_one(
        Standing,
        """
        SELECT s.id, s.account_id, s.business_id, s.revoked_why AS why,
               s.revoked_at IS NOT NULL OR s.expires_at <= app_now() AS ended,
               m.version, m.role, m.disabled_at IS NOT NULL AS disabled,
               b.suspended_at IS NOT NULL AS suspended, b.closed_at IS NOT NULL AS closed,
               coalesce(b.closed_at > app_now() - %(reopen_within)s, false) AS reopenable, s.means, s.device_id,
               EXISTS (SELECT FROM platform_admins p WHERE p.account_id = s.account_id) AS is_admin
        FROM sessions s
        LEFT JOIN memberships m ON m.business_id = s.business_id AND m.account_id = s.account_id
        LEFT JOIN businesses b ON b.id = s.business_id
        WHERE s.id = %(id)s
        """,
        id=id_,
        reopen_within=reopen_within,
    )


async def rotate(db: PlatformDb, id_: SessionId, *, generation: int) -> int:
    """Move a family on from this generation; 0 rows when somebody else did, or when it has ended.

    The row's lock lets one of many racers through; the others find the generation gone.
    """
    return await db.execute(
        """
        UPDATE sessions
        SET generation = generation + 1, rotated_at = app_now(),
            expires_at = app_now() + CASE means WHEN 'pin' THEN interval '12 hours' ELSE interval '7 days' END
        WHERE id = %(id)s AND generation = %(generation)s AND revoked_at IS NULL AND expires_at > app_now()
        """,
        id=id_,
        generation=generation,
    )


async def just_rotated(db: PlatformDb, id_: SessionId, *, generation: int) -> bool:
    """Whether the family moved on from this generation within the last 20 seconds: its answer may have been lost."""
    found = await db.fetch_one(
        _Ended,
        """
        SELECT id FROM sessions
        WHERE id = %(id)s AND generation = %(generation)s + 1 AND revoked_at IS NULL
          AND rotated_at > app_now() - interval '20 seconds' AND expires_at > app_now()
        """,
        id=id_,
        generation=generation,
    )
    return found is not None


async def end_reused(db: PlatformDb, id_: SessionId, *, generation: int) -> bool:
    """End a family whose generation was shown after its time; False when it had ended, or this was in time."""
    touched = await db.execute(
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'reuse'
        WHERE id = %(id)s AND revoked_at IS NULL AND generation <> %(generation)s
          AND NOT (generation = %(generation)s + 1 AND rotated_at > app_now() - interval '20 seconds')
        """,
        id=id_,
        generation=generation,
    )
    return touched > 0


async def end_session(db: PlatformDb, id_: SessionId, *, account_id: AccountId | None = None) -> bool:
    """End one session, of this account if one is named; False when there is no such open session."""
    touched = await db.execute(
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'logout'
        WHERE id = %(id)s AND revoked_at IS NULL
          AND (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s)
        """,
        id=id_,
        account_id=account_id,
    )
    return touched > 0


async def end_sessions(db: PlatformDb, account_id: AccountId, *, why: str, but: SessionId | None = None) -> int:
    """End every session of an account (`logout_all` or `password`), one perhaps excepted."""
    return await db.execute(
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = %(why)s
        WHERE account_id = %(account_id)s AND revoked_at IS NULL AND id IS DISTINCT FROM %(but)s::uuid
        """,
        account_id=account_id,
        why=why,
        but=but,
    )


async def end_sessions_at(db: Db, business_id: BusinessId, account_id: AccountId) -> int:
    """End the sessions of a dismissed person at that shop, under its tenant."""
    return await db.execute(
        business_id,
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'dismissed'
        WHERE business_id = %(business_id)s AND account_id = %(account_id)s AND revoked_at IS NULL
        """,
        account_id=account_id,
    )


async def hold_till(db: PlatformDb, credential_id: SessionId) -> _Ended | None:
    """The till's credential, if it holds, locked until the transaction ends.

    People sign in on a till one after the other, and a revocation waits, then ends this session too.
    """
    return await db.fetch_one(
        _Ended,
        """
        SELECT id FROM device_credentials
        WHERE id = %(credential_id)s AND revoked_at IS NULL AND expires_at > app_now() FOR NO KEY UPDATE
        """,
        credential_id=credential_id,
    )


async def end_pin_sessions(db: Db, business_id: BusinessId, account_id: AccountId) -> int:
    """A member's PIN changed or went: end what was opened with it, under the tenant."""
    return await db.execute(
        business_id,
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'pin'
        WHERE business_id = %(business_id)s AND account_id = %(account_id)s AND means = 'pin' AND revoked_at IS NULL
        """,
        account_id=account_id,
    )


async def end_device_sessions(db: Db, business_id: BusinessId, device_id: DeviceId) -> int:
    """A till was revoked: end every session on it, under the tenant."""
    return await db.execute(
        business_id,
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'device'
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
        """,
        device_id=device_id,
    )


async def end_switched(db: PlatformDb, business_id: BusinessId, device_id: DeviceId, *, but: SessionId) -> int:
    """Somebody else stands at the till now: end the other PIN sessions on it."""
    return await db.execute(
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'switched'
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND means = 'pin' AND revoked_at IS NULL
          AND id <> %(but)s
        """,
        business_id=business_id,
        device_id=device_id,
        but=but,
    )


async def open_sessions(db: PlatformDb, account_id: AccountId) -> list[OpenSession]:
    """A person's open sessions, the last used first."""
    return await db.fetch_all(
        OpenSession,
        """
        SELECT s.id, s.business_id, b.name AS business_name, s.agent, s.created_at, s.rotated_at AS used_at,
               s.expires_at
        FROM sessions s LEFT JOIN businesses b ON b.id = s.business_id
        WHERE s.account_id = %(account_id)s AND s.revoked_at IS NULL AND s.expires_at > app_now()
        ORDER BY s.rotated_at DESC, s.id DESC
        LIMIT 200
        """,
        account_id=account_id,
    )


async def business_exists(db: PlatformDb, business_id: BusinessId) -> bool:
    """Whether a platform admin names a shop that is there."""
    found = await db.fetch_one(_Ended, "SELECT id FROM businesses WHERE id = %(business_id)s", business_id=business_id)
    return found is not None
