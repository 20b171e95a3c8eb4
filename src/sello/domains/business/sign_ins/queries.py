"""Sign-ins on tills."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.domains.business.sign_ins.rules import SignInMeans
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId, DeviceId


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody signed in on a till, by password or by PIN."""

    id: UUID
    device_id: DeviceId
    device_name: str
    account_id: AccountId
    account_name: str
    means: SignInMeans
    recorded_at: datetime


async def sign_ins_page(
    db: Db,
    business_id: BusinessId,
    *,
    device_id: DeviceId | None,
    account_id: AccountId | None,
    before: datetime | None,
    before_id: UUID | None,
    limit: int,
) -> list[SignIn]:
    """Up to `limit` sign-ins of a till, of a person or of all, the newest first, from just before a place."""
    return await db.fetch_all(
        SignIn,
        business_id,
        """
        SELECT s.id, s.device_id, d.name AS device_name, s.account_id, m.name AS account_name, s.means, s.recorded_at
        FROM device_sign_ins s
        JOIN devices d ON d.business_id = s.business_id AND d.id = s.device_id
        JOIN memberships m ON m.business_id = s.business_id AND m.account_id = s.account_id
        WHERE s.business_id = %(business_id)s
          AND (%(device_id)s::uuid IS NULL OR s.device_id = %(device_id)s)
          AND (%(account_id)s::uuid IS NULL OR s.account_id = %(account_id)s)
          AND (%(before)s::timestamptz IS NULL
               OR s.recorded_at <= %(before)s AND (s.recorded_at, s.id) < (%(before)s, %(before_id)s::uuid))
        ORDER BY s.recorded_at DESC, s.id DESC LIMIT %(limit)s
        """,
        device_id=device_id,
        account_id=account_id,
        before=before,
        before_id=before_id,
        limit=limit,
    )


async def insert_sign_in(
    db: PlatformDb, *, business_id: BusinessId, device_id: DeviceId, account_id: AccountId, means: SignInMeans
) -> int:
    """Keep that somebody signed in on a till: from now on it may upload stamps of theirs."""
    return await db.execute(
        """
        INSERT INTO device_sign_ins (business_id, id, device_id, account_id, means)
        VALUES (%(business_id)s, new_id(), %(device_id)s, %(account_id)s, %(means)s)
        """,
        business_id=business_id,
        device_id=device_id,
        account_id=account_id,
        means=means,
    )
