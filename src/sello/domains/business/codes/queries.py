"""Enrolment codes by their rows: as platform where somebody shows one, before its shop is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BranchId, BusinessId, DeviceId


@dataclass(frozen=True, slots=True)
class Code:
    """An enrolment code somebody may still use, or used a moment ago."""

    id: UUID
    business_id: BusinessId
    name: str
    branch_id: BranchId | None
    replaces: DeviceId | None
    created_by: AccountId
    used_by: DeviceId | None
    client_id: UUID | None
    suspended_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeStanding:
    """What became of a code: the till that was enrolled with it, if any."""

    id: UUID
    expires_at: datetime
    expired: bool
    device_id: DeviceId | None


async def insert_code(
    db: Db,
    business_id: BusinessId,
    id_: UUID,
    *,
    code_hash: bytes,
    name: str,
    branch_id: BranchId | None,
    replaces: DeviceId | None,
    account_id: AccountId,
    lifetime: timedelta,
) -> int:
    """Keep an enrolment code."""
    return await db.execute(
        business_id,
        """
        INSERT INTO device_codes (business_id, id, code_hash, name, branch_id, replaces, created_by, expires_at)
        VALUES (%(business_id)s, %(id)s, %(code_hash)s, %(name)s, %(branch_id)s, %(replaces)s, %(account_id)s,
                app_now() + %(lifetime)s)
        """,
        id=id_,
        code_hash=code_hash,
        name=name,
        branch_id=branch_id,
        replaces=replaces,
        account_id=account_id,
        lifetime=lifetime,
    )


async def code_standing(db: Db, business_id: BusinessId, code_id: UUID) -> CodeStanding | None:
    """A code of the shop, without what it is."""
    return await db.fetch_one(
        CodeStanding,
        business_id,
        """
        SELECT id, expires_at, expires_at <= app_now() AS expired, used_by AS device_id FROM device_codes
        WHERE business_id = %(business_id)s AND id = %(code_id)s
        """,
        code_id=code_id,
    )


async def end_code(db: Db, business_id: BusinessId, code_id: UUID) -> int:
    """Let a code end now; 0 rows when it was used or is over."""
    return await db.execute(
        business_id,
        """
        UPDATE device_codes SET expires_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(code_id)s AND used_at IS NULL AND expires_at > app_now()
        """,
        code_id=code_id,
    )


# ---------------------------------------------------------------- as platform


async def held_code(db: PlatformDb, code_hash: bytes) -> Code | None:
    """The unexpired code with this hash, used or not, locked until the transaction ends: one of two racers gets it."""
    return await db.fetch_one(
        Code,
        """
        SELECT c.id, c.business_id, c.name, c.branch_id, c.replaces, c.created_by, c.used_by, c.client_id,
               b.suspended_at, b.closed_at
        FROM device_codes c JOIN businesses b ON b.id = c.business_id
        WHERE c.code_hash = %(code_hash)s AND c.expires_at > app_now() FOR NO KEY UPDATE OF c
        """,
        code_hash=code_hash,
    )


async def use_code(db: PlatformDb, business_id: BusinessId, id_: UUID, *, device_id: DeviceId, client_id: UUID) -> int:
    """Use a code up, for the till that was enrolled with it."""
    return await db.execute(
        """
        UPDATE device_codes SET used_at = app_now(), used_by = %(device_id)s, client_id = %(client_id)s
        WHERE business_id = %(business_id)s AND id = %(id)s AND used_at IS NULL
        """,
        business_id=business_id,
        id=id_,
        device_id=device_id,
        client_id=client_id,
    )


async def insert_till_by_code(db: PlatformDb, code_id: UUID, business_id: BusinessId, device_id: DeviceId) -> int:
    """Enrol a till with what its code says; 0 rows when the id already is one, or whoever made the code has gone."""
    return await db.execute(
        """
        INSERT INTO devices (business_id, id, name, branch_id, enrolled_by, seen_at)
        SELECT c.business_id, %(device_id)s, c.name, c.branch_id, c.created_by, app_now()
        FROM device_codes c JOIN memberships m ON m.business_id = c.business_id AND m.account_id = c.created_by
        WHERE c.business_id = %(business_id)s AND c.id = %(code_id)s AND m.disabled_at IS NULL AND m.role = 'owner'
        ON CONFLICT (business_id, id) DO NOTHING
        """,
        business_id=business_id,
        code_id=code_id,
        device_id=device_id,
    )
