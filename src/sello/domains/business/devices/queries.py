"""Tills and their credentials: as platform where a till shows a credential or a code, before its shop is known."""

from dataclasses import dataclass
from datetime import timedelta

from sello.domains.business.devices.rules import Till, TillStanding
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BranchId, BusinessId, DeviceId, SessionId


@dataclass(frozen=True, slots=True)
class Live:
    """A till's live credential."""

    id: SessionId
    generation: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What a till shows of its shop."""

    name: str
    zone: str


_TILL = """
    SELECT d.id, d.name, d.branch_id, b.name AS branch_name, coalesce(b.closed_at IS NOT NULL, false) AS branch_closed,
      d.enrolled_at, d.seen_at, d.revoked_at,
      EXISTS (SELECT FROM device_credentials k WHERE k.business_id = d.business_id AND k.device_id = d.id
        AND k.revoked_at IS NULL AND k.expires_at > app_now()) AS has_credential
    FROM devices d LEFT JOIN branches b ON b.business_id = d.business_id AND b.id = d.branch_id
"""


async def till_of(db: Db, business_id: BusinessId, device_id: DeviceId) -> Till | None:
    """One till."""
    return await db.fetch_one(
        Till,
        business_id,
        _TILL + "WHERE d.business_id = %(business_id)s AND d.id = %(device_id)s",
        device_id=device_id,
    )


async def shop_of(db: Db, business_id: BusinessId) -> Shop | None:
    """The shop a till stands in."""
    return await db.fetch_one(Shop, business_id, "SELECT name, zone FROM businesses WHERE id = %(business_id)s")


async def tills_of(db: Db, business_id: BusinessId) -> list[Till]:
    """All tills, the newest first."""
    return await db.fetch_all(
        Till,
        business_id,
        _TILL + "WHERE d.business_id = %(business_id)s ORDER BY d.enrolled_at DESC, d.id LIMIT 500",
    )


async def insert_till(
    db: Db,
    business_id: BusinessId,
    device_id: DeviceId,
    *,
    name: str,
    branch_id: BranchId | None,
    account_id: AccountId,
) -> int:
    """Enrol a till; 0 rows when that id already is one."""
    return await db.execute(
        business_id,
        """
        INSERT INTO devices (business_id, id, name, branch_id, enrolled_by, seen_at)
        VALUES (%(business_id)s, %(device_id)s, %(name)s, %(branch_id)s, %(account_id)s, app_now())
        ON CONFLICT (business_id, id) DO NOTHING
        """,
        device_id=device_id,
        name=name,
        branch_id=branch_id,
        account_id=account_id,
    )


async def insert_credential(db: Db, business_id: BusinessId, credential_id: SessionId, device_id: DeviceId) -> int:
    """Give a till a credential for 90 days; 0 rows when it has one or is revoked. Holds the till's row."""
    return await db.execute(
        business_id,
        """
        INSERT INTO device_credentials (business_id, id, device_id, expires_at)
        SELECT d.business_id, %(credential_id)s, d.id, app_now() + interval '90 days' FROM devices d
        WHERE d.business_id = %(business_id)s AND d.id = %(device_id)s AND d.revoked_at IS NULL FOR SHARE
        ON CONFLICT (business_id, device_id) WHERE revoked_at IS NULL DO NOTHING
        """,
        credential_id=credential_id,
        device_id=device_id,
    )


async def live_credential(db: Db, business_id: BusinessId, device_id: DeviceId) -> Live | None:
    """The till's credential that was not revoked."""
    return await db.fetch_one(
        Live,
        business_id,
        """
        SELECT id, generation FROM device_credentials
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
        """,
        device_id=device_id,
    )


async def change_till(
    db: Db, business_id: BusinessId, device_id: DeviceId, *, name: str, branch_id: BranchId | None
) -> int:
    """Rename a till or move it."""
    return await db.execute(
        business_id,
        """
        UPDATE devices SET name = %(name)s, branch_id = %(branch_id)s
        WHERE business_id = %(business_id)s AND id = %(device_id)s AND revoked_at IS NULL
        """,
        device_id=device_id,
        name=name,
        branch_id=branch_id,
    )


async def revoke_till(db: Db, business_id: BusinessId, device_id: DeviceId) -> int:
    """End a till; 0 rows when there is none or it had ended."""
    return await db.execute(
        business_id,
        """
        UPDATE devices SET revoked_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(device_id)s AND revoked_at IS NULL
        """,
        device_id=device_id,
    )


async def end_credentials(db: Db, business_id: BusinessId, device_id: DeviceId) -> int:
    """End the credential of a till that was revoked."""
    return await db.execute(
        business_id,
        """
        UPDATE device_credentials SET revoked_at = app_now(), revoked_why = 'revoked'
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
        """,
        device_id=device_id,
    )


# ---------------------------------------------------------------- as platform


async def replace_credential(db: PlatformDb, business_id: BusinessId, device_id: DeviceId) -> int:
    """End what another machine holds for this till."""
    return await db.execute(
        """
        UPDATE device_credentials SET revoked_at = app_now(), revoked_why = 'replaced'
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
        """,
        business_id=business_id,
        device_id=device_id,
    )


async def put_credential(db: PlatformDb, business_id: BusinessId, credential_id: SessionId, device_id: DeviceId) -> int:
    """Give a till a credential for 90 days; 0 rows when the till is revoked. Holds the till's row."""
    return await db.execute(
        """
        INSERT INTO device_credentials (business_id, id, device_id, expires_at)
        SELECT d.business_id, %(credential_id)s, d.id, app_now() + interval '90 days' FROM devices d
        WHERE d.business_id = %(business_id)s AND d.id = %(device_id)s AND d.revoked_at IS NULL FOR SHARE
        """,
        business_id=business_id,
        credential_id=credential_id,
        device_id=device_id,
    )


async def credential_of(db: PlatformDb, business_id: BusinessId, device_id: DeviceId) -> Live | None:
    """The till's credential that was not revoked."""
    return await db.fetch_one(
        Live,
        """
        SELECT id, generation FROM device_credentials
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
        """,
        business_id=business_id,
        device_id=device_id,
    )


async def till_standing(db: PlatformDb, credential_id: SessionId) -> TillStanding | None:
    """A credential with its till and shop as they are now."""
    return await db.fetch_one(
        TillStanding,
        """
        SELECT k.id, k.business_id, k.device_id, k.generation,
               k.revoked_at IS NOT NULL OR k.expires_at <= app_now() AS ended,
               b.suspended_at IS NOT NULL AS suspended, b.closed_at IS NOT NULL AS closed
        FROM device_credentials k JOIN businesses b ON b.id = k.business_id
        WHERE k.id = %(credential_id)s
        """,
        credential_id=credential_id,
    )


async def rotate_credential(db: PlatformDb, credential_id: SessionId, *, generation: int) -> int:
    """Move a family on from this generation and see the till; 0 rows when somebody else did, or when it has ended.

    The row's lock lets one of many racers through; the others find the generation gone.
    """
    return await db.execute(
        """
        WITH moved AS (
          UPDATE device_credentials
          SET generation = generation + 1, rotated_at = app_now(), expires_at = app_now() + interval '90 days'
          WHERE id = %(credential_id)s AND generation = %(generation)s AND revoked_at IS NULL
            AND expires_at > app_now()
          RETURNING business_id, device_id
        )
        UPDATE devices d SET seen_at = app_now() FROM moved
        WHERE d.business_id = moved.business_id AND d.id = moved.device_id
        """,
        credential_id=credential_id,
        generation=generation,
    )


async def recover_credential(
    db: PlatformDb, credential_id: SessionId, *, generation: int, grace: timedelta, most: int
) -> int:
    """Count that the answer to this generation's rotation was lost; 0 rows when that cannot be.

    Nobody has shown the successor yet, and either the rotation was a moment ago or this is not happening too often in
    a day: two machines that share a stolen credential would come back again and again.
    """
    return await db.execute(
        """
        UPDATE device_credentials
        SET recoveries = CASE WHEN rotated_at > app_now() - %(grace)s THEN recoveries
                              WHEN recovered_at > app_now() - interval '1 day' THEN recoveries + 1 ELSE 1 END,
            recovered_at = CASE WHEN rotated_at > app_now() - %(grace)s THEN recovered_at ELSE app_now() END,
            rotated_at = CASE WHEN rotated_at > app_now() - %(grace)s THEN rotated_at ELSE app_now() END
        WHERE id = %(credential_id)s AND generation = %(generation)s + 1 AND revoked_at IS NULL
          AND expires_at > app_now()
          AND (rotated_at > app_now() - %(grace)s OR recovered_at IS NULL
               OR recovered_at <= app_now() - interval '1 day' OR recoveries < %(most)s)
        """,
        credential_id=credential_id,
        generation=generation,
        grace=grace,
        most=most,
    )


async def end_reused_credential(db: PlatformDb, credential_id: SessionId, *, generation: int) -> int:
    """End a family whose generation was shown after its time; 0 rows when it had ended or this is the present one."""
    return await db.execute(
        """
        UPDATE device_credentials SET revoked_at = app_now(), revoked_why = 'reuse'
        WHERE id = %(credential_id)s AND revoked_at IS NULL AND generation <> %(generation)s
        """,
        credential_id=credential_id,
        generation=generation,
    )


async def end_sessions_on(db: PlatformDb, business_id: BusinessId, device_id: DeviceId) -> int:
    """End whatever was opened on a till whose credential is in two hands."""
    return await db.execute(
        """
        UPDATE sessions SET revoked_at = app_now(), revoked_why = 'device'
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND revoked_at IS NULL
        """,
        business_id=business_id,
        device_id=device_id,
    )
