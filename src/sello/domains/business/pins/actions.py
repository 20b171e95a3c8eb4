"""Set a PIN, take it away, switch to oneself on a shared till."""

import math
import secrets
from dataclasses import dataclass
from datetime import datetime

from sello.domains.business.audit import write_audit, write_audit_as_platform
from sello.domains.business.devices import check_till
from sello.domains.business.pins import queries, rules
from sello.domains.business.pins.queries import LockedMember
from sello.domains.business.sessions import SignedIn, end_pin_sessions, hold_till, open_pin_session
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import metrics
from sello.shared.auth import Caller, Claims, Keys, TokenIssuer
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, DeviceId
from sello.shared.logs import auth_event


async def set_pin(db: Db, keys: Keys, caller: Caller, pin: str) -> None:
    """Set one's own PIN; what was opened with the one before ends.

    Refuses forbidden (a platform admin), pin_form, pin_weak, membership_ended.
    """
    if caller.role == "admin":
        raise Refused("forbidden")
    rules.check_new_pin(pin)
    business_id, account_id, salt = caller.business_id, caller.account_id, secrets.token_bytes(rules.SALT_BYTES)
    mac = rules.pin_mac(keys, business_id, account_id, salt, pin)

    async def work(tx: Db) -> None:
        if await queries.put_pin(tx, business_id, account_id, salt=salt, mac=mac) == 0:
            raise Refused("membership_ended")
        await end_pin_sessions(tx, business_id, account_id)
        await write_audit(tx, business_id, account_id=account_id, action="pin.set", subject_id=account_id)

    await db.transact(business_id, work)


async def clear_pin(db: Db, caller: Caller, account_id: AccountId) -> None:
    """Take a member's PIN away, and end what was opened with it. Refuses not_found when there is none."""

    async def work(tx: Db) -> None:
        if not await drop_pin(tx, caller.business_id, account_id):
            raise Refused("not_found")
        await write_audit(
            tx, caller.business_id, account_id=caller.account_id, action="pin.cleared", subject_id=account_id
        )

    await db.transact(caller.business_id, work)


async def drop_pin(tx: Db, business_id: BusinessId, account_id: AccountId) -> bool:
    """The same in the caller's transaction (a dismissal, for one); whether there was a PIN."""
    gone = await queries.end_pin(tx, business_id, account_id)
    await end_pin_sessions(tx, business_id, account_id)
    return gone > 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Wrong PINs of a shop: how many count, until when they lock all tills, and who is locked on a till."""

    tries: int
    locked_until: datetime | None
    members: list[LockedMember]


async def tries_of(db: Db, business_id: BusinessId) -> Standing:
    """Where the wrong PINs of a shop stand."""
    at_shop = await queries.shop_tries(db, business_id, window=rules.SHOP_WINDOW)
    members = await queries.locked_members(db, business_id, most=rules.MOST_TRIES, locked_for=rules.LOCKED_FOR)
    if at_shop is None:
        return Standing(0, None, members)
    return Standing(at_shop.tries, at_shop.until if at_shop.tries >= rules.MOST_AT_SHOP else None, members)


async def forgive_tries(db: Db, caller: Caller) -> None:
    """Let PINs be tried again on every till of the shop. The lock of one member on one till ends by itself."""

    async def work(tx: Db) -> None:
        await queries.forgive_shop(tx, caller.business_id)
        await write_audit(tx, caller.business_id, account_id=caller.account_id, action="pin.tries_forgiven")

    await db.transact(caller.business_id, work)


async def switch(
    db: PlatformDb, keys: Keys, tokens: TokenIssuer, till: Claims, account_id: AccountId, pin: str, *, agent: str
) -> SignedIn:
    """Let a member act at the till with their PIN: a session of 12 hours since its last refresh, with staff's powers.

    Nobody is told whether they have a PIN at all. Five wrong ones in a row on a till lock the member there for 15
    minutes; twenty of anybody, on all tills of the shop within an hour, lock PINs there until the hour is over or the
    owner forgives them. Refuses pin_wrong, pin_locked, pin_shop_locked, device_ended, business_closed,
    business_suspended.
    """
    standing = await check_till(db, till.session_id)
    business_id, device_id = standing.business_id, standing.device_id
    whom = {"business_id": business_id, "device_id": device_id, "account_id": account_id}
    tries = await _claim(db, business_id, device_id, account_id)

    async def work(tx: PlatformDb) -> SignedIn | None:
        if await hold_till(tx, till.session_id) is None:
            raise Refused("device_ended")
        known = await queries.pin_of(tx, business_id=business_id, account_id=account_id)
        if known is None or not rules.fits(keys, business_id, account_id, known.salt, known.mac, pin):
            return None
        await queries.return_shop_try(tx, business_id=business_id)
        await queries.forget_tries(tx, business_id=business_id, device_id=device_id, account_id=account_id)
        return await open_pin_session(tx, keys, tokens, till, account_id, version=known.version, agent=agent)

    signed_in = await db.transact(work)
    if signed_in is None:
        auth_event("pin", outcome="refused", code="pin_wrong", **whom)
        metrics.count_refused_access("pin", "pin_wrong")
        if tries.at_shop >= rules.MOST_AT_SHOP:
            await write_audit_as_platform(db, business_id, account_id=None, action="pin.shop_locked")
        if tries.of_member >= rules.MOST_TRIES:
            await _refuse_locked(db, business_id, device_id, account_id)
        raise Refused("pin_wrong", left=rules.MOST_TRIES - tries.of_member)
    auth_event("pin", outcome="ok", **whom)
    return signed_in


@dataclass(frozen=True, slots=True)
class _Tries:
    of_member: int
    at_shop: int


async def _claim(db: PlatformDb, business_id: BusinessId, device_id: DeviceId, account_id: AccountId) -> _Tries:
    """Count a try, of the shop and of the member on this till, both or neither, before the PIN is looked at."""

    async def work(tx: PlatformDb) -> _Tries:
        at_shop = await queries.claim_shop_try(
            tx, business_id=business_id, most=rules.MOST_AT_SHOP, window=rules.SHOP_WINDOW
        )
        if at_shop is None:
            await _refuse_shop_locked(tx, business_id)
            raise Refused("pin_wrong", left=0)  # the hour ended this very moment
        of_member = await queries.claim_try(
            tx,
            business_id=business_id,
            device_id=device_id,
            account_id=account_id,
            most=rules.MOST_TRIES,
            locked_for=rules.LOCKED_FOR,
        )
        if of_member is None:
            await _refuse_locked(tx, business_id, device_id, account_id)
            raise Refused("pin_wrong", left=0)  # nobody of this shop
        return _Tries(of_member.tries, at_shop.tries)

    return await db.transact(work)


async def _refuse_locked(db: PlatformDb, business_id: BusinessId, device_id: DeviceId, account_id: AccountId) -> None:
    locked = await queries.locked_until(
        db,
        business_id=business_id,
        device_id=device_id,
        account_id=account_id,
        most=rules.MOST_TRIES,
        locked_for=rules.LOCKED_FOR,
    )
    if locked is not None:
        raise _locked("pin_locked", locked.seconds)


async def _refuse_shop_locked(db: PlatformDb, business_id: BusinessId) -> None:
    locked = await queries.shop_locked_until(
        db, business_id=business_id, most=rules.MOST_AT_SHOP, window=rules.SHOP_WINDOW
    )
    if locked is not None:
        raise _locked("pin_shop_locked", locked.seconds)


def _locked(code: str, left: float) -> Refused:
    seconds = max(1, math.ceil(left))
    metrics.count_refused_access("pin", code)
    return Refused(code, after=seconds, minutes=math.ceil(seconds / 60))
