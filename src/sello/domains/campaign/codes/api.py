"""Discount codes over HTTP: found, used, taken back."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from sello.domains.campaign.codes import actions, queries
from sello.domains.campaign.codes.actions import Use
from sello.domains.campaign.codes.rules import CodeState, DiscountCode
from sello.domains.campaign.rules import shown_code
from sello.domains.customer import customer_of
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.ids import BranchId, CustomerId, DeviceId
from sello.shared.validation import Body, first_name

router = APIRouter(prefix="/api/v1", tags=["campaigns"])

_MOST: Final = 20
Typed = Annotated[str, Path(max_length=40, description="As typed: any case, hyphens and spaces ignored.")]


class CodeUse(Body):
    """A code at the counter; the till makes the id (UUIDv7) before its first try."""

    id: UUID
    device_id: UUID | None = None
    branch_id: UUID | None = None
    amount_centimos: Annotated[int, Field(strict=True, ge=0, le=100_000_000)] | None = None


class DiscountCodeAnswer(Body):
    """A code: a percentage off, or a gift. It is good until just before `expires_at`."""

    code: str
    state: CodeState
    percent: int | None
    gift: str | None
    customer_id: UUID
    customer_name: str
    campaign_name: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: str | None
    amount_centimos: int | None
    redemption_id: UUID | None


class DiscountCodes(Body):
    """A customer's codes: the usable ones first, then the newest, 20 at most."""

    codes: list[DiscountCodeAnswer]


_USE = refusals(
    "code_not_found", "code_used", "code_expired", "code_withdrawn", "device_unknown", "branch_unknown", "id_reused",
    "id_not_plausible", for_a_shop=True,
)  # fmt: skip
_VOID = refusals("code_not_found", "code_not_used", "not_voidable", for_a_shop=True)


@router.get("/discount-codes/{discount_code}", responses=refusals("code_not_found", for_a_shop=True))
@open_to(scope="customers:read")
async def get_discount_code(discount_code: Typed, caller: Member, db: Tenant) -> DiscountCodeAnswer:
    """What a code is worth."""
    return _answer(await actions.known_code(db, caller.business_id, discount_code))


@router.get("/customers/{customer_id}/discount-codes", responses=refusals("customer_not_found", for_a_shop=True))
@open_to(scope="customers:read")
async def get_discount_codes(customer_id: UUID, caller: Member, db: Tenant) -> DiscountCodes:
    """The codes of somebody at the counter who has no phone in the hand."""
    customer = await customer_of(db, caller.business_id, CustomerId(customer_id))
    if customer is None:
        raise Refused("customer_not_found")
    codes = await queries.codes_of(db, caller.business_id, customer.merged_into or customer.id, most=_MOST)
    return DiscountCodes(codes=[_answer(code) for code in codes])


@router.put("/discount-codes/{discount_code}/redemption", responses=_USE)
@open_to(scope="redemptions:write")
async def put_code_redemption(discount_code: Typed, body: CodeUse, caller: Member, db: Tenant) -> DiscountCodeAnswer:
    """Use a code, once."""
    use = Use(
        id=body.id,
        device_id=DeviceId(body.device_id) if body.device_id else None,
        branch_id=BranchId(body.branch_id) if body.branch_id else None,
        amount_centimos=body.amount_centimos,
    )
    return _answer(await actions.redeem_code(db, caller, discount_code, use))


@router.delete("/discount-codes/{discount_code}/redemption", responses=_VOID)
@open_to(scope="redemptions:write")
async def delete_code_redemption(discount_code: Typed, caller: Member, db: Tenant) -> DiscountCodeAnswer:
    """Take the use of a code back: whoever used it within a minute, an owner always."""
    return _answer(await actions.void_code(db, caller, discount_code))


def _answer(code: DiscountCode) -> DiscountCodeAnswer:
    return DiscountCodeAnswer(
        code=shown_code(code.code),
        state=code.state,
        percent=code.percent,
        gift=code.gift,
        customer_id=code.customer_id,
        customer_name=first_name(code.customer_name or ""),
        campaign_name=code.campaign_name,
        issued_at=code.issued_at,
        expires_at=code.expires_at,
        used_at=code.used_at,
        used_by=code.used_by,
        amount_centimos=code.amount_centimos,
        redemption_id=code.redemption_id,
    )
