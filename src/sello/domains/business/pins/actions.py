"""Set a PIN, take it away, switch to oneself on a shared till."""

import math
import secrets

from sello.domains.business.audit import write_audit
from sello.domains.business.devices import check_till
from sello.domains.business.pins import queries, rules
from sello.domains.business.sessions import SignedIn, end_pin_sessions, hold_till, open_pin_session
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import metrics
from sello.shared.auth import Caller, Claims, Keys, TokenIssuer
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId
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


async def switch(
    db: PlatformDb, keys: Keys, tokens: TokenIssuer, till: Claims, account_id: AccountId, pin: str, *, agent: str
) -> SignedIn:
    """Let a member act at the till with their PIN: a session of 12 hours since its last refresh, with staff's powers.

    Nobody is told whether they have a PIN at all. Five wrong ones in a row on a till lock the member there for 15
    minutes. Refuses pin_wrong, pin_locked, device_ended, business_closed, business_suspended.
    """
    standing = await check_till(db, till.session_id)
    business_id, device_id = standing.business_id, standing.device_id
    whom = {"business_id": business_id, "device_id": device_id, "account_id": account_id}
    claimed = await queries.claim_try(
        db,
        business_id=business_id,
        device_id=device_id,
        account_id=account_id,
        most=rules.MOST_TRIES,
        locked_for=rules.LOCKED_FOR,
    )
    if claimed is None:
        await _refuse_locked(db, till, account_id)
        raise Refused("pin_wrong", left=0)  # nobody of this shop

    async def work(tx: PlatformDb) -> SignedIn | None:
        if await hold_till(tx, till.session_id) is None:
            raise Refused("device_ended")
        known = await queries.pin_of(tx, business_id=business_id, account_id=account_id)
        if known is None or not rules.fits(keys, business_id, account_id, known.salt, known.mac, pin):
            return None
        await queries.forget_tries(tx, business_id=business_id, device_id=device_id, account_id=account_id)
        return await open_pin_session(tx, keys, tokens, till, account_id, version=known.version, agent=agent)

    signed_in = await db.transact(work)
    if signed_in is None:
        auth_event("pin", outcome="refused", code="pin_wrong", **whom)
        metrics.count_refused_access("pin", "pin_wrong")
        if claimed.tries >= rules.MOST_TRIES:
            await _refuse_locked(db, till, account_id)
        raise Refused("pin_wrong", left=rules.MOST_TRIES - claimed.tries)
    auth_event("pin", outcome="ok", **whom)
    return signed_in


async def _refuse_locked(db: PlatformDb, till: Claims, account_id: AccountId) -> None:
    if till.business_id is None or till.device_id is None:
        return
    locked = await queries.locked_until(
        db,
        business_id=till.business_id,
        device_id=till.device_id,
        account_id=account_id,
        most=rules.MOST_TRIES,
        locked_for=rules.LOCKED_FOR,
    )
    if locked is not None:
        seconds = max(1, math.ceil(locked.seconds))
        metrics.count_refused_access("pin", "pin_locked")
        raise Refused("pin_locked", after=seconds, minutes=math.ceil(seconds / 60))
