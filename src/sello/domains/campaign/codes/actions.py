"""Using a code at the counter, once, and taking that back.

Both lock the code's row first and read what they decide on after that. Both may be sent again.
"""

from dataclasses import dataclass
from uuid import UUID

from psycopg.errors import UniqueViolation

from sello.domains.business import write_audit
from sello.domains.campaign.codes import queries
from sello.domains.campaign.codes.rules import DiscountCode, check_member, check_usable, check_void, read_code
from sello.events import CodeRedeemed, CodeRedemptionVoided
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BranchId, BusinessId, DeviceId
from sello.shared.metrics import count_campaign_redemption
from sello.shared.validation import plausible_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A code at the counter; `id` is made by the till before its first try."""

    id: UUID
    device_id: DeviceId | None = None
    branch_id: BranchId | None = None
    amount_centimos: int | None = None


async def known_code(db: Db, business_id: BusinessId, text: str) -> DiscountCode:
    """The code that was typed or scanned; refuses code_not_found."""
    code = await queries.code_of(db, business_id, read_code(text))
    if code is None:
        raise Refused("code_not_found")
    return code


async def redeem_code(db: Db, caller: Caller, text: str, use: Use) -> DiscountCode:
    """Use a code. The same call again answers with the code as it is.

    Refuses code_not_found, code_used, code_withdrawn, code_expired, device_unknown, branch_unknown, id_reused,
    id_not_plausible. Locks the code.
    """
    check_member(caller)
    redemption_id, business_id = plausible_id(use.id), caller.business_id

    async def work(tx: Db) -> tuple[DiscountCode, bool]:
        code = await _locked(tx, business_id, text)
        known = await queries.redeemed_of(tx, business_id, redemption_id)
        if known is not None:
            if (known.code_id, known.account_id) != (code.id, caller.account_id):
                raise Refused("id_reused")
            return code, False
        check_usable(code)
        await _check_place(tx, business_id, use)
        await queries.insert_redemption(
            tx,
            business_id,
            redemption_id,
            code.id,
            account_id=caller.account_id,
            device_id=use.device_id,
            branch_id=use.branch_id,
            amount_centimos=use.amount_centimos,
        )
        fact = CodeRedeemed(
            code_id=code.id, campaign_id=code.campaign_id, send_id=code.send_id, customer_id=code.customer_id
        )
        await facts.record(tx, business_id, fact)
        return await known_code(tx, business_id, text), True

    try:
        code, is_new = await db.transact(business_id, work)
    except UniqueViolation as error:  # the code is locked: this id was used for another one at this moment
        raise Refused("id_reused") from error
    if is_new:
        count_campaign_redemption(code.campaign_id)
    return code


async def void_code(db: Db, caller: Caller, text: str) -> DiscountCode:
    """Take the use of a code back: it can be used again. Audited. Refuses code_not_found, code_not_used, not_voidable.

    Locks the code.
    """
    check_member(caller)
    business_id = caller.business_id

    async def work(tx: Db) -> DiscountCode:
        code = await _locked(tx, business_id, text)
        check_void(code, caller)
        if code.redemption_id is None:
            raise Refused("code_not_used")
        await queries.void_redemption(tx, business_id, code.redemption_id, account_id=caller.account_id)
        fact = CodeRedemptionVoided(
            code_id=code.id, campaign_id=code.campaign_id, send_id=code.send_id, customer_id=code.customer_id
        )
        await facts.record(tx, business_id, fact)
        await write_audit(
            tx, business_id, account_id=caller.account_id, action="code.redemption_voided", subject_id=code.id
        )
        return await known_code(tx, business_id, text)

    return await db.transact(business_id, work)


async def _locked(tx: Db, business_id: BusinessId, text: str) -> DiscountCode:
    """The code as it is once its row is locked."""
    if not await queries.lock_code(tx, business_id, read_code(text)):
        raise Refused("code_not_found")
    return await known_code(tx, business_id, text)


async def _check_place(tx: Db, business_id: BusinessId, use: Use) -> None:
    if use.device_id is None and use.branch_id is None:
        return
    place = await queries.place_of(tx, business_id, use.device_id, use.branch_id)
    if place is None or not place.device_known:
        raise Refused("device_unknown")
    if not place.branch_known:
        raise Refused("branch_unknown")
