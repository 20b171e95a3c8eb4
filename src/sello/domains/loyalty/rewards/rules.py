"""What a reward and its hand-over are, and who may do what with them when. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BranchId, CardId, DeviceId, RedemptionId, RewardId

RESERVED_FOR = timedelta(seconds=90)
UNDO_WITHIN = timedelta(seconds=60)

RewardState = Literal["ready", "reserved", "redeemed", "revoked", "expired"]


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward as its row says; `today` is the shop's day when it was read."""

    id: RewardId
    card_id: CardId
    title: str
    revoked_at: datetime | None
    good_until: date | None
    today: date

    @property
    def has_expired(self) -> bool:
        """Whether its last day is over at the shop, told to the ledger or not."""
        return self.good_until is not None and self.today > self.good_until


@dataclass(frozen=True, slots=True)
class Redemption:
    """A hand-over, from its reservation on, with its reward; `now` is the database's clock when it was read."""

    id: RedemptionId
    reward_id: RewardId
    card_id: CardId
    title: str
    revoked_at: datetime | None
    customer_name: str | None
    device_id: DeviceId | None
    branch_id: BranchId | None
    reserved_by: AccountId
    reserved_by_name: str
    expires_at: datetime
    released_at: datetime | None
    confirmed_by: AccountId | None
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    voided_by_name: str | None
    voided_at: datetime | None
    zone: str
    now: datetime

    @property
    def has_expired(self) -> bool:
        """Whether its 90 seconds are over; a confirmed one stays confirmed."""
        return self.confirmed_at is None and self.now >= self.expires_at


@dataclass(frozen=True, slots=True)
class EarnedReward:
    """A reward as the card shows it, with the hand-over that stands."""

    id: RewardId
    title: str
    threshold: int
    cost: int
    state: RewardState
    issued_at: datetime
    good_until: date | None
    revoked_at: datetime | None
    redemption_id: RedemptionId | None
    expires_at: datetime | None
    redeemed_at: datetime | None
    redeemed_by: str | None


def member_of(caller: Caller) -> AccountId | None:
    """The caller as the shop's rows may name them: None for a platform admin, who works at no shop."""
    return None if caller.role == "admin" else caller.account_id


def check_member(caller: Caller) -> None:
    """Handing rewards over is for the shop's own people: refuses forbidden to a platform admin acting for it."""
    if caller.role == "admin":
        raise Refused("forbidden")


def already_redeemed(redemption: Redemption) -> Refused:
    """The refusal that says who handed the reward over, and when."""
    at = redemption.confirmed_at or redemption.now
    return Refused(
        "reward_redeemed",
        by=redemption.confirmed_by_name,
        at=at.isoformat(),
        at_local=local(at, redemption.zone),
        redemption_id=str(redemption.id),
    )


def check_reservation(reward: Reward, standing: Redemption | None) -> Redemption | None:
    """Whether the reward may be reserved; the expired reservation that has to be released first, if there is one.

    `standing` is the reward's redemption that is neither released nor voided. Refuses reward_revoked,
    reward_redeemed, reward_reserved, reward_expired. What was reserved in time may be confirmed after its last day.
    """
    if reward.revoked_at is not None:
        raise Refused("reward_revoked")
    if standing is not None and standing.confirmed_at is not None:
        raise already_redeemed(standing)
    if reward.has_expired and reward.good_until is not None:
        until = reward.good_until
        raise Refused("reward_expired", until=until.isoformat(), until_local=until.strftime("%d/%m/%Y"))
    if standing is None or standing.has_expired:
        return standing
    seconds = max(1, round((standing.expires_at - standing.now).total_seconds()))
    raise Refused("reward_reserved", seconds=seconds, by=standing.reserved_by_name)


def is_confirmed_by(redemption: Redemption, standing: Redemption | None, by: AccountId) -> bool:
    """True when `by` has confirmed it before (a replay), False when it may be confirmed now.

    `standing` as in `check_reservation`. Refuses already_voided, reward_redeemed (who and when, also when it went
    through another reservation), reward_revoked, reservation_expired, reservation_released.
    """
    if redemption.voided_at is not None:
        raise _already_voided(redemption)
    if redemption.confirmed_at is not None:
        if redemption.confirmed_by == by:
            return True
        raise already_redeemed(redemption)
    if standing is not None and standing.confirmed_at is not None:
        raise already_redeemed(standing)
    if redemption.revoked_at is not None:
        raise Refused("reward_revoked")
    if redemption.released_at is not None and redemption.released_at < redemption.expires_at:
        raise Refused("reservation_released")
    if redemption.has_expired:
        raise Refused("reservation_expired")
    return False


def check_redemption_void(redemption: Redemption, by: AccountId, reason: str | None) -> None:
    """Refuses not_voidable (never confirmed), already_voided and void_reason_needed."""
    if redemption.voided_at is not None:
        raise _already_voided(redemption)
    if redemption.confirmed_at is None:
        raise Refused("not_voidable")
    check_reason(reason, own=redemption.confirmed_by == by, done_at=redemption.confirmed_at, now=redemption.now)


def check_reason(reason: str | None, *, own: bool, done_at: datetime, now: datetime) -> None:
    """Undoing one's own act is free for 60 seconds; everything else needs a reason (void_reason_needed)."""
    if reason is None and not (own and now - done_at <= UNDO_WITHIN):
        raise Refused("void_reason_needed")


def local(at: datetime, zone: str) -> str:
    """Day and time of day as people at the shop read them."""
    return at.astimezone(ZoneInfo(zone)).strftime("%d/%m %H:%M")


def _already_voided(redemption: Redemption) -> Refused:
    at = redemption.voided_at or redemption.now
    return Refused("already_voided", by=redemption.voided_by_name, at=at.isoformat())
