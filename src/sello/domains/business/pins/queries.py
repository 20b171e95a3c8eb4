"""PINs, and the wrong ones that were tried."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId, DeviceId


@dataclass(frozen=True, slots=True, repr=False)
class Pin:
    """What a member proves themselves against at a till."""

    salt: bytes
    mac: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Switcher:
    """Somebody who may switch to themselves on a shared till."""

    account_id: AccountId
    name: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """The number of a try, from 1."""

    tries: int


@dataclass(frozen=True, slots=True)
class LockedMember:
    """A member who typed too many wrong PINs on a till, and how long none of theirs is taken there."""

    account_id: AccountId
    device_id: DeviceId
    until: datetime


@dataclass(frozen=True, slots=True)
class ShopTries:
    """Wrong PINs of anybody within the hour that began with the first of them; `until`: its end."""

    tries: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Locked:
    """How long no PIN is taken."""

    seconds: float


async def put_pin(db: Db, business_id: BusinessId, account_id: AccountId, *, salt: bytes, mac: bytes) -> int:
    """Set a member's PIN; 0 rows when the membership has ended. Holds it against a dismissal."""
    return await db.execute(
        business_id,
        """
        INSERT INTO pins (business_id, account_id, salt, mac)
        SELECT business_id, account_id, %(salt)s, %(mac)s FROM memberships
        WHERE business_id = %(business_id)s AND account_id = %(account_id)s AND disabled_at IS NULL
          AND role <> 'machine' FOR SHARE
        ON CONFLICT (business_id, account_id) DO UPDATE
          SET salt = %(salt)s, mac = %(mac)s, set_at = app_now(), cleared_at = NULL
        """,
        account_id=account_id,
        salt=salt,
        mac=mac,
    )


async def end_pin(db: Db, business_id: BusinessId, account_id: AccountId) -> int:
    """Take a member's PIN away; 0 rows when there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE pins SET salt = NULL, mac = NULL, cleared_at = app_now()
        WHERE business_id = %(business_id)s AND account_id = %(account_id)s AND cleared_at IS NULL
        """,
        account_id=account_id,
    )


async def switchers(db: Db, business_id: BusinessId) -> list[Switcher]:
    """Everybody with a PIN, by name."""
    return await db.fetch_all(
        Switcher,
        business_id,
        """
        SELECT m.account_id, m.name FROM pins p
        JOIN memberships m ON m.business_id = p.business_id AND m.account_id = p.account_id
        WHERE p.business_id = %(business_id)s AND p.cleared_at IS NULL AND m.disabled_at IS NULL
        ORDER BY m.name, m.account_id LIMIT 1000
        """,
    )


async def forgive_shop(db: Db, business_id: BusinessId) -> int:
    """Forget the wrong PINs that count for the whole shop."""
    return await db.execute(
        business_id, "UPDATE pin_shop_tries SET tries = 0 WHERE business_id = %(business_id)s AND tries > 0"
    )


async def shop_tries(db: Db, business_id: BusinessId, *, window: timedelta) -> ShopTries | None:
    """The wrong PINs that count for the whole shop now; None when there are none."""
    return await db.fetch_one(
        ShopTries,
        business_id,
        """
        SELECT tries, since + %(window)s AS until FROM pin_shop_tries
        WHERE business_id = %(business_id)s AND tries > 0 AND since > app_now() - %(window)s
        """,
        window=window,
    )


async def locked_members(db: Db, business_id: BusinessId, *, most: int, locked_for: timedelta) -> list[LockedMember]:
    """Who is locked on which till."""
    return await db.fetch_all(
        LockedMember,
        business_id,
        """
        SELECT account_id, device_id, last_at + %(locked_for)s AS until FROM pin_tries
        WHERE business_id = %(business_id)s AND tries >= %(most)s AND last_at > app_now() - %(locked_for)s
        ORDER BY last_at DESC LIMIT 200
        """,
        most=most,
        locked_for=locked_for,
    )


# ---------------------------------------------------------------- as platform: signing in comes before the tenant


async def claim_try(
    db: PlatformDb,
    *,
    business_id: BusinessId,
    device_id: DeviceId,
    account_id: AccountId,
    most: int,
    locked_for: timedelta,
) -> Claimed | None:
    """Count a try before it is looked at; None while the member is locked on this till.

    The row's lock lets racing guesses through one by one, and a crash forgives nobody.
    """
    return await db.fetch_one(
        Claimed,
        """
        INSERT INTO pin_tries AS t (business_id, device_id, account_id, tries, last_at)
        SELECT m.business_id, d.id, m.account_id, 1, app_now()
        FROM memberships m JOIN devices d ON d.business_id = m.business_id AND d.id = %(device_id)s
        WHERE m.business_id = %(business_id)s AND m.account_id = %(account_id)s
        ON CONFLICT (business_id, device_id, account_id) DO UPDATE
          SET tries = CASE WHEN t.last_at <= app_now() - %(locked_for)s THEN 1 ELSE t.tries + 1 END,
              last_at = app_now()
          WHERE t.tries < %(most)s OR t.last_at <= app_now() - %(locked_for)s
        RETURNING t.tries
        """,
        business_id=business_id,
        device_id=device_id,
        account_id=account_id,
        most=most,
        locked_for=locked_for,
    )


async def claim_shop_try(db: PlatformDb, *, business_id: BusinessId, most: int, window: timedelta) -> Claimed | None:
    """Count a try for the whole shop before it is looked at; None while the shop is locked. Holds the shop's row."""
    return await db.fetch_one(
        Claimed,
        """
        INSERT INTO pin_shop_tries AS t (business_id, tries, since) VALUES (%(business_id)s, 1, app_now())
        ON CONFLICT (business_id) DO UPDATE
          SET tries = CASE WHEN t.since <= app_now() - %(window)s THEN 1 ELSE t.tries + 1 END,
              since = CASE WHEN t.since <= app_now() - %(window)s OR t.tries = 0 THEN app_now() ELSE t.since END
          WHERE t.tries < %(most)s OR t.since <= app_now() - %(window)s
        RETURNING t.tries
        """,
        business_id=business_id,
        most=most,
        window=window,
    )


async def return_shop_try(db: PlatformDb, *, business_id: BusinessId) -> int:
    """The PIN was right: this one try does not count; the wrong ones before it do."""
    return await db.execute(
        "UPDATE pin_shop_tries SET tries = tries - 1 WHERE business_id = %(business_id)s AND tries > 0",
        business_id=business_id,
    )


async def shop_locked_until(db: PlatformDb, *, business_id: BusinessId, most: int, window: timedelta) -> Locked | None:
    """How long the shop takes no PIN, or None when it does."""
    return await db.fetch_one(
        Locked,
        """
        SELECT extract(epoch FROM since + %(window)s - app_now())::float AS seconds FROM pin_shop_tries
        WHERE business_id = %(business_id)s AND tries >= %(most)s AND since > app_now() - %(window)s
        """,
        business_id=business_id,
        most=most,
        window=window,
    )


async def locked_until(
    db: PlatformDb,
    *,
    business_id: BusinessId,
    device_id: DeviceId,
    account_id: AccountId,
    most: int,
    locked_for: timedelta,
) -> Locked | None:
    """How long the member is locked on this till, or None when they are not."""
    return await db.fetch_one(
        Locked,
        """
        SELECT extract(epoch FROM last_at + %(locked_for)s - app_now())::float AS seconds FROM pin_tries
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND account_id = %(account_id)s
          AND tries >= %(most)s AND last_at > app_now() - %(locked_for)s
        """,
        business_id=business_id,
        device_id=device_id,
        account_id=account_id,
        most=most,
        locked_for=locked_for,
    )


async def forget_tries(db: PlatformDb, *, business_id: BusinessId, device_id: DeviceId, account_id: AccountId) -> int:
    """The right PIN was typed."""
    return await db.execute(
        """
        DELETE FROM pin_tries
        WHERE business_id = %(business_id)s AND device_id = %(device_id)s AND account_id = %(account_id)s
        """,
        business_id=business_id,
        device_id=device_id,
        account_id=account_id,
    )


async def pin_of(db: PlatformDb, *, business_id: BusinessId, account_id: AccountId) -> Pin | None:
    """A member's PIN with their membership's version, both held until the transaction ends.

    A change of the PIN or a dismissal waits, then ends the session that is opened now.
    """
    return await db.fetch_one(
        Pin,
        """
        SELECT p.salt, p.mac, m.version FROM pins p
        JOIN memberships m ON m.business_id = p.business_id AND m.account_id = p.account_id
        WHERE p.business_id = %(business_id)s AND p.account_id = %(account_id)s AND p.cleared_at IS NULL
          AND m.disabled_at IS NULL
        FOR SHARE OF p, m
        """,
        business_id=business_id,
        account_id=account_id,
    )
