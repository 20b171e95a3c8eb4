"""Stamps over HTTP: the hottest endpoints, so plain handlers over msgspec structs."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sello.domains.loyalty.persons.actions import refuse_erased
from sello.domains.loyalty.stamps import actions
from sello.domains.loyalty.stamps.rules import StampOrder
from sello.shared import clock
from sello.shared.auth import Claims, Keys
from sello.shared.auth.api import claims_of, names_caller, open_to
from sello.shared.auth.codes import is_fresh, is_rotating, open_code
from sello.shared.errors import Refused, accepted_language, sentence
from sello.shared.ids import AccountId, BranchId, BusinessId, CardId, CustomerId, DeviceId, StampId
from sello.shared.validation.api import Json
from sello.shared.validation.hot import Operation, decode
from sello.shared.validation.names import first_name

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Code = Annotated[str, msgspec.Meta(min_length=20, max_length=44, pattern=r"^[0-9A-Za-z_-]+$")]
_Count = Annotated[int, msgspec.Meta(ge=1, le=100)]
_Amount = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]


class NewStamp(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A stamp to give. The client makes `id` (UUIDv7) before its first try and keeps it until it has an answer.

    Exactly one of `scan_code` (static or rotating), `customer_id` and `card_id` names the card. `occurred_at` is the
    device's time of the visit. `amount_centimos` is the purchase in céntimos of a sol. `given_by` is who gave it:
    a till that uploads its queue names them for each stamp, everybody else gives stamps of their own.
    """

    id: UUID
    occurred_at: _Moment
    scan_code: _Code | None = None
    customer_id: UUID | None = None
    card_id: UUID | None = None
    stamps: _Count = 1
    amount_centimos: _Amount | None = None
    device_id: UUID | None = None
    branch_id: UUID | None = None
    given_by: UUID | None = None
    override_reason: _Reason | None = None


class EarnedReward(msgspec.Struct, frozen=True):
    """A reward that this stamp earned."""

    id: UUID
    title: str
    threshold: int


class StampAnswer(msgspec.Struct, frozen=True):
    """The card after the stamp.

    `stamps` were given, in a happy hour `factor` times as many as else; the open ones are good through `stamps_until`.
    """

    id: UUID
    card_id: UUID
    customer_id: UUID
    customer_name: str
    balance: int
    of: int
    seq: int
    occurred_at: datetime
    rewards: list[EarnedReward]
    stamps: int
    factor: int
    stamps_until: date | None


class NewStamps(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The waiting stamps of an offline queue, in their order; each is judged by itself."""

    stamps: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=100)]


class StampRefusal(msgspec.Struct, frozen=True):
    """Why one stamp of a batch was not counted; `permanent` says that trying again cannot help."""

    code: str
    message: str
    permanent: bool
    details: dict[str, Any]


class StampOutcome(msgspec.Struct, frozen=True):
    """What became of one stamp of a batch: `counted`, `replay` or `refused`."""

    outcome: str
    id: UUID | None = None
    stamp: StampAnswer | None = None
    refusal: StampRefusal | None = None


class StampOutcomes(msgspec.Struct, frozen=True):
    """One outcome per stamp, in the order sent."""

    outcomes: list[StampOutcome]


@open_to(scope="stamps:write", device=True)
@names_caller("member")
async def post_stamp(request: Request) -> Response:
    """Give one stamp: 201 when it was counted, 200 with the same body when it already had been."""
    claims = await claims_of(request)
    stamped = await _add(request, claims, decode(NewStamp, await request.body()))
    return Json(_answer(stamped), 201 if stamped.new else 200)


@open_to(scope="stamps:write", device=True)
@names_caller("member")
async def post_batch(request: Request) -> Response:
    """Give the stamps of an offline queue one after the other; a refused one never stops its neighbours."""
    claims = await claims_of(request)
    batch = decode(NewStamps, await request.body())
    locale = accepted_language(request.headers.get("accept-language"))
    return Json(StampOutcomes([await _judge(request, claims, raw, locale) for raw in batch.stamps]))


async def _judge(request: Request, claims: Claims, raw: msgspec.Raw, locale: str) -> StampOutcome:
    new: NewStamp | None = None
    try:
        new = _decode_one(raw)
        stamped = await _add(request, claims, new)
    except Refused as refused:
        said = StampRefusal(
            refused.code, sentence(refused.code, locale, refused.facts), refused.entry.permanent, refused.facts
        )
        return StampOutcome("refused", id=new.id if new else None, refusal=said)
    answer = _answer(stamped)
    return StampOutcome("counted" if stamped.new else "replay", id=answer.id, stamp=answer)


def _decode_one(raw: msgspec.Raw) -> NewStamp:
    return decode(NewStamp, bytes(raw))


async def _add(request: Request, claims: Claims, new: NewStamp) -> actions.Stamped:
    state = request.app.state
    if claims.business_id is None:
        raise Refused("forbidden")
    order = _order(new, claims, state.keys)
    business_id = BusinessId(claims.business_id)
    try:
        return await actions.add_stamp(state.db, state.rulebook, business_id, order)
    except Refused as refused:
        if refused.code == "card_not_found" and order.scan_code is not None:  # only a refusal asks why
            await refuse_erased(state.db, state.keys, business_id, scan_code=order.scan_code)
        raise


def _order(new: NewStamp, claims: Claims, keys: Keys) -> StampOrder:
    if (new.scan_code is None) + (new.customer_id is None) + (new.card_id is None) != 2:
        raise Refused(
            "invalid", fields=[{"path": "scan_code", "problem": "name exactly one of scan_code, customer_id, card_id"}]
        )
    if new.override_reason is not None and claims.role != "owner":
        raise Refused("override_needs_owner")
    till = claims.means == "device"
    card_id, code_issued_at, scan_code, fresh = new.card_id, None, new.scan_code, True
    if scan_code is not None and is_rotating(scan_code):
        card_id, code_issued_at = open_code(keys, scan_code)
        scan_code, fresh = None, _is_fresh(code_issued_at, new.occurred_at)
    return StampOrder(
        id=StampId(new.id),
        account_id=_giver(new, claims),
        membership_version=None if till else claims.version,
        session_id=claims.session,
        credential_id=claims.session_id if till else None,
        card_id=CardId(card_id) if card_id else None,
        customer_id=CustomerId(new.customer_id) if new.customer_id else None,
        scan_code=scan_code,
        code_issued_at=code_issued_at,
        code_expired=not fresh,
        occurred_at=_in_utc(new.occurred_at),
        count=new.stamps,
        amount_centimos=new.amount_centimos,
        device_id=_till(new, claims),
        branch_id=BranchId(new.branch_id) if new.branch_id else None,
        override_reason=new.override_reason,
    )


def _giver(new: NewStamp, claims: Claims) -> AccountId:
    if claims.means == "device":
        if new.given_by is None:
            raise Refused("invalid", fields=[{"path": "given_by", "problem": "a till says who gave the stamp"}])
        return AccountId(new.given_by)
    if new.given_by not in (None, claims.account_id):
        raise Refused("giver_refused")
    return claims.account_id


def _till(new: NewStamp, claims: Claims) -> DeviceId | None:
    """The till of the token, which nobody can speak for another of; else the one that is named."""
    if claims.device_id is not None and new.device_id not in (None, claims.device_id):
        raise Refused("device_unknown")
    return claims.device_id or (DeviceId(new.device_id) if new.device_id else None)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first or last day of the calendar, somewhere else
        raise Refused("invalid", fields=[{"path": "occurred_at", "problem": "no such moment"}]) from error


def _is_fresh(issued: datetime, occurred_at: datetime) -> bool:
    """By our clock, or when the (offline) device scanned it."""
    now = clock.now()
    return is_fresh(issued, now) or is_fresh(issued, min(occurred_at, now))


def _answer(stamped: actions.Stamped) -> StampAnswer:
    result = stamped.result
    found = {
        "id": stamped.id,
        "card_id": result.card_id,
        "customer_id": result.customer_id,
        "customer_name": first_name(result.customer_name or ""),
        "balance": result.balance,
        "of": stamped.required,
        "seq": result.seq,
        "occurred_at": result.occurred_at,
        "rewards": result.rewards,
        "stamps": result.given,
        "factor": result.factor,
        "stamps_until": result.stamps_until,
    }
    return msgspec.convert(found, StampAnswer)


_REFUSALS = (
    "malformed", "unauthenticated", "session_ended", "membership_ended", "forbidden", "override_needs_owner",
    "device_unknown", "business_suspended", "card_not_found", "id_reused", "card_pending", "code_expired", "code_used",
    "just_stamped", "cooldown", "card_cap", "staff_cap", "too_late", "rules_missing", "business_closed",
    "invalid", "id_not_plausible", "code_invalid", "branch_unknown", "too_many_stamps", "giver_refused",
    "amount_missing", "below_minimum", "customer_erased", "giver_unknown", "giver_ended", "device_ended",
    "scope_missing",
)  # fmt: skip

OPERATIONS = (
    Operation(
        "POST", "/api/v1/stamps", post_stamp, "Give a stamp",
        answers={201: StampAnswer, 200: StampAnswer}, refusals=_REFUSALS, body=NewStamp,
    ),
    Operation(
        "POST", "/api/v1/stamps/batches", post_batch, "Send an offline queue",
        answers={200: StampOutcomes}, body=NewStamps,
        refusals=("malformed", "unauthenticated", "forbidden", "invalid", "scope_missing"),
    ),
)  # fmt: skip
