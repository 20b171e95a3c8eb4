"""Rewards over HTTP: reserve, confirm, let go, take back; and what a card has earned."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Response

from sello.domains.loyalty.queries import card_of
from sello.domains.loyalty.rewards import actions, queries
from sello.domains.loyalty.rewards.rules import EarnedReward, Redemption, RewardState
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.ids import BranchId, CardId, DeviceId, RedemptionId, RewardId
from sello.shared.validation import Body, Reason, first_name

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

_MOST = 200


class NewRedemption(Body):
    """A reward to hand over; the client makes the id (UUIDv7) before its first try."""

    id: UUID
    device_id: UUID | None = None
    branch_id: UUID | None = None


class ReservationAnswer(Body):
    """The reward is held until `expires_at` (90 seconds); hand it over and confirm."""

    id: UUID
    reward_id: UUID
    title: str
    customer_name: str
    expires_at: datetime


class RedemptionAnswer(ReservationAnswer):
    """The reward was handed over. `voided_at` is set once it was taken back."""

    confirmed_at: datetime | None
    confirmed_by: str | None
    voided_at: datetime | None
    voided_by: str | None


class NewVoid(Body):
    """A correction with its own id (UUIDv7, made by the client). The reason may be left out for 60 seconds."""

    id: UUID
    reason: Reason | None = None


class EarnedRewardAnswer(Body):
    """A reward of a card and what became of it. The customer may collect it through `good_until`, the shop's day."""

    id: UUID
    title: str
    threshold: int
    cost: int
    state: RewardState
    issued_at: datetime
    good_until: date | None
    revoked_at: datetime | None
    redemption_id: UUID | None
    expires_at: datetime | None
    redeemed_at: datetime | None
    redeemed_by: str | None


class EarnedRewards(Body):
    """A card's rewards: the usable ones first, then the newest, 200 at most."""

    rewards: list[EarnedRewardAnswer]


_RESERVE = refusals(
    "reward_not_found", "customer_erased", "reward_revoked", "reward_expired", "reward_reserved", "reward_redeemed",
    "device_unknown",
    "branch_unknown", "id_reused", "id_not_plausible", for_a_shop=True,
)  # fmt: skip
_CONFIRM = refusals(
    "redemption_not_found", "reward_redeemed", "already_voided", "reward_revoked", "reservation_expired",
    "reservation_released", "id_reused", for_a_shop=True,
)  # fmt: skip
_RELEASE = refusals("redemption_not_found", "reward_redeemed", for_a_shop=True)
_VOID = refusals(
    "redemption_not_found", "card_closed", "not_voidable", "already_voided", "void_reason_needed", "id_reused",
    "id_not_plausible", for_a_shop=True,
)  # fmt: skip


@router.post(
    "/rewards/{reward_id}/redemptions",
    status_code=201,
    responses={**_RESERVE, 200: {"model": ReservationAnswer, "description": "The same redemption again"}},
)
@open_to(scope="redemptions:write")
async def post_redemption(
    reward_id: UUID, body: NewRedemption, caller: Member, db: Tenant, response: Response
) -> ReservationAnswer:
    """Reserve a reward for 90 seconds: 201, or 200 with the same body when this id already did."""
    reserved = await actions.reserve_reward(
        db,
        caller,
        RewardId(reward_id),
        body.id,
        device_id=DeviceId(body.device_id) if body.device_id else None,
        branch_id=BranchId(body.branch_id) if body.branch_id else None,
    )
    response.status_code = 201 if reserved.new else 200
    redemption = reserved.redemption
    return ReservationAnswer(
        id=redemption.id,
        reward_id=redemption.reward_id,
        title=redemption.title,
        customer_name=first_name(redemption.customer_name or ""),
        expires_at=redemption.expires_at,
    )


@router.put("/redemptions/{redemption_id}/confirmation", responses=_CONFIRM)
@open_to(scope="redemptions:write")
async def put_confirmation(redemption_id: UUID, caller: Member, db: Tenant) -> RedemptionAnswer:
    """The reward is in the customer's hands."""
    return _redemption(await actions.confirm_redemption(db, caller, RedemptionId(redemption_id)))


@router.delete("/redemptions/{redemption_id}/reservation", status_code=204, responses=_RELEASE)
@open_to(scope="redemptions:write")
async def delete_reservation(redemption_id: UUID, caller: Member, db: Tenant) -> None:
    """Not now: let the reward go."""
    await actions.release_reservation(db, caller, RedemptionId(redemption_id))


@router.post("/redemptions/{redemption_id}/void", responses=_VOID)
@open_to(scope="redemptions:write")
async def post_redemption_void(redemption_id: UUID, body: NewVoid, caller: Member, db: Tenant) -> RedemptionAnswer:
    """Take a hand-over back: within 60 seconds by the same person, later with a reason."""
    redemption = await actions.void_redemption(db, caller, RedemptionId(redemption_id), body.id, reason=body.reason)
    return _redemption(redemption)


@router.get("/cards/{card_id}/rewards", responses=refusals("card_not_found", for_a_shop=True))
@open_to(scope="customers:read")
async def get_rewards(card_id: UUID, caller: Member, db: Tenant) -> EarnedRewards:
    """What a card has earned, and what became of it."""
    if await card_of(db, caller.business_id, CardId(card_id)) is None:
        raise Refused("card_not_found")
    rewards = await queries.rewards_of(db, caller.business_id, CardId(card_id), most=_MOST)
    return EarnedRewards(rewards=[_earned(reward) for reward in rewards])


def _redemption(redemption: Redemption) -> RedemptionAnswer:
    return RedemptionAnswer(
        id=redemption.id,
        reward_id=redemption.reward_id,
        title=redemption.title,
        customer_name=first_name(redemption.customer_name or ""),
        expires_at=redemption.expires_at,
        confirmed_at=redemption.confirmed_at,
        confirmed_by=redemption.confirmed_by_name,
        voided_at=redemption.voided_at,
        voided_by=redemption.voided_by_name,
    )


def _earned(reward: EarnedReward) -> EarnedRewardAnswer:
    return EarnedRewardAnswer(
        id=reward.id,
        title=reward.title,
        threshold=reward.threshold,
        cost=reward.cost,
        state=reward.state,
        issued_at=reward.issued_at,
        good_until=reward.good_until,
        revoked_at=reward.revoked_at,
        redemption_id=reward.redemption_id,
        expires_at=reward.expires_at,
        redeemed_at=reward.redeemed_at,
        redeemed_by=reward.redeemed_by,
    )
