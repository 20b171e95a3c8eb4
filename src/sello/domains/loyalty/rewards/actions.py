"""Handing a reward over in two steps, letting go, taking back.

Every action locks the card's row first and reads what it decides on after that, so two people at two tills meet there
and nowhere else. Every action may be sent again: the id the client made tells a replay from a second try.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from psycopg.errors import UniqueViolation

from sello.domains.business import write_audit
from sello.domains.loyalty.expiry.actions import expire_rewards_of
from sello.domains.loyalty.ledger.queries import event_of
from sello.domains.loyalty.queries import append_event, locked_card
from sello.domains.loyalty.rewards import queries
from sello.domains.loyalty.rewards.rules import (
    RESERVED_FOR,
    Redemption,
    already_redeemed,
    check_member,
    check_redemption_void,
    check_reservation,
    is_confirmed_by,
)
from sello.domains.loyalty.rules import LedgerEntry
from sello.events import RedemptionVoided, RewardRedeemed
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BranchId, BusinessId, DeviceId, RedemptionId, RewardId
from sello.shared.validation import plausible_id

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Reserved:
    """A redemption and whether this call made it."""

    redemption: Redemption
    new: bool


async def reserve_reward(
    db: Db,
    caller: Caller,
    reward_id: RewardId,
    id: UUID,
    *,
    device_id: DeviceId | None = None,
    branch_id: BranchId | None = None,
) -> Reserved:
    """Hold a reward for 90 s under the id the client made; the same call again answers with the same redemption.

    Refuses reward_not_found, customer_erased, reward_revoked, reward_expired, reward_reserved, reward_redeemed,
    device_unknown, branch_unknown, id_reused, id_not_plausible. Releases an expired reservation. Locks the card.
    """
    check_member(caller)
    redemption_id = RedemptionId(plausible_id(id))
    business_id = caller.business_id

    async def work(tx: Db) -> Reserved:
        reward = await queries.reward_of(tx, business_id, reward_id)
        if reward is None:
            raise Refused("reward_not_found")
        card = await locked_card(tx, business_id, reward.card_id)
        if card is None or card.erased_at is not None:
            raise Refused("customer_erased")
        known = await queries.redemption_of(tx, business_id, redemption_id)
        if known is not None:
            return _replay(known, caller, reward_id)
        await _release_expired(tx, business_id, reward_id)
        await _check_place(tx, business_id, device_id, branch_id)
        made = await queries.insert_redemption(
            tx,
            business_id,
            redemption_id,
            reward_id,
            account_id=caller.account_id,
            device_id=device_id,
            branch_id=branch_id,
            reserved_for=RESERVED_FOR,
        )
        if made == 0:
            raise Refused("id_reused")
        return Reserved(await _redemption(tx, business_id, redemption_id), new=True)

    return await _transact(db, business_id, work)


def _replay(known: Redemption, caller: Caller, reward_id: RewardId) -> Reserved:
    if (known.reward_id, known.reserved_by) != (reward_id, caller.account_id):
        raise Refused("id_reused")
    return Reserved(known, new=False)


async def confirm_redemption(db: Db, caller: Caller, redemption_id: RedemptionId) -> Redemption:
    """The reward is in the customer's hands: the ledger's `redeem`, once. By the same person again: the same answer.

    Refuses redemption_not_found, reward_redeemed (who and when), already_voided, reward_revoked,
    reservation_expired, reservation_released, id_reused. Locks the card.
    """
    check_member(caller)
    business_id = caller.business_id

    async def work(tx: Db) -> Redemption:
        redemption = await _locked_redemption(tx, business_id, redemption_id)
        standing = await queries.standing_redemption(tx, business_id, redemption.reward_id)
        if is_confirmed_by(redemption, standing, caller.account_id):
            return redemption
        entry = await append_event(
            tx,
            business_id,
            redemption.card_id,
            id=redemption_id,
            kind="redeem",
            delta=0,
            account_id=caller.account_id,
            device_id=redemption.device_id,
            branch_id=redemption.branch_id,
            reward_id=redemption.reward_id,
        )
        await queries.confirm_redemption(tx, business_id, redemption_id, account_id=caller.account_id)
        await facts.record(
            tx,
            business_id,
            RewardRedeemed(
                card_id=redemption.card_id,
                reward_id=redemption.reward_id,
                redemption_id=redemption_id,
                account_id=caller.account_id,
                seq=written(entry).seq,
            ),
        )
        return await _redemption(tx, business_id, redemption_id)

    return await _transact(db, business_id, work)


async def release_reservation(db: Db, caller: Caller, redemption_id: RedemptionId) -> None:
    """Not now: the reward is free again at once; letting go twice is fine.

    Refuses redemption_not_found, and reward_redeemed when it was handed over in the meantime. Locks the card.
    """

    async def work(tx: Db) -> None:
        redemption = await _locked_redemption(tx, caller.business_id, redemption_id)
        if redemption.confirmed_at is not None and redemption.voided_at is None:
            raise already_redeemed(redemption)
        await queries.release_redemption(tx, caller.business_id, redemption_id)

    await _transact(db, caller.business_id, work)


async def void_redemption(
    db: Db, caller: Caller, redemption_id: RedemptionId, id: UUID, *, reason: str | None
) -> Redemption:
    """Take a hand-over back: the reward can be used again, or expires when its last day is over.

    `id` is the void's own; the same call again is a replay.

    Refuses redemption_not_found, card_closed, not_voidable, already_voided, void_reason_needed, id_reused,
    id_not_plausible. With a reason it leaves a row in the audit log. Locks the card.
    """
    check_member(caller)
    void_id = plausible_id(id)
    business_id = caller.business_id

    async def work(tx: Db) -> Redemption:
        redemption = await _locked_redemption(tx, business_id, redemption_id)
        done = await event_of(tx, business_id, void_id)
        if done is not None:
            if (done.voids, done.account_id) != (redemption_id, caller.account_id):
                raise Refused("id_reused")
            return redemption
        card = await locked_card(tx, business_id, redemption.card_id)
        if card is None or card.merged_into is not None or card.erased_at is not None:
            raise Refused("card_closed")  # its reward would come to life on a card that nobody uses
        check_redemption_void(redemption, caller.account_id, reason)
        await _take_back(tx, caller, redemption, void_id, reason)
        return await _redemption(tx, business_id, redemption_id)

    return await _transact(db, business_id, work)


async def _take_back(tx: Db, caller: Caller, redemption: Redemption, void_id: UUID, reason: str | None) -> None:
    business_id = caller.business_id
    entry = await append_event(
        tx,
        business_id,
        redemption.card_id,
        id=void_id,
        kind="void",
        delta=0,
        account_id=caller.account_id,
        reward_id=redemption.reward_id,
        voids=redemption.id,
        reason=reason,
    )
    await queries.void_redemption(tx, business_id, redemption.id, account_id=caller.account_id, reason=reason)
    reward = await queries.reward_of(tx, business_id, redemption.reward_id)
    if reward is not None and reward.has_expired:
        await expire_rewards_of(tx, business_id, redemption.card_id, reward.today)
    await facts.record(
        tx,
        business_id,
        RedemptionVoided(
            card_id=redemption.card_id,
            reward_id=redemption.reward_id,
            redemption_id=redemption.id,
            account_id=caller.account_id,
            seq=written(entry).seq,
        ),
    )
    if reason is not None:
        await write_audit(
            tx,
            business_id,
            account_id=caller.account_id,
            action="redemption.voided",
            subject_id=redemption.id,
            reason=reason,
        )


def written(entry: LedgerEntry | None) -> LedgerEntry:
    """The entry just appended to a card that is locked, so it is there."""
    if entry is None:
        raise Refused("card_not_found")
    return entry


async def _release_expired(tx: Db, business_id: BusinessId, reward_id: RewardId) -> None:
    """Make the reward ready to be reserved, or refuse; under the card's lock."""
    reward = await queries.reward_of(tx, business_id, reward_id)
    if reward is None:
        raise Refused("reward_not_found")
    expired = check_reservation(reward, await queries.standing_redemption(tx, business_id, reward_id))
    if expired is not None:
        await queries.release_redemption(tx, business_id, expired.id)


async def _locked_redemption(tx: Db, business_id: BusinessId, redemption_id: RedemptionId) -> Redemption:
    """The redemption as it is once its card is locked."""
    seen = await queries.redemption_of(tx, business_id, redemption_id)
    if seen is None:
        raise Refused("redemption_not_found")
    await locked_card(tx, business_id, seen.card_id)
    return await _redemption(tx, business_id, redemption_id)


async def _redemption(tx: Db, business_id: BusinessId, redemption_id: RedemptionId) -> Redemption:
    redemption = await queries.redemption_of(tx, business_id, redemption_id)
    if redemption is None:
        raise Refused("redemption_not_found")
    return redemption


async def _check_place(tx: Db, business_id: BusinessId, device_id: DeviceId | None, branch_id: BranchId | None) -> None:
    if device_id is None and branch_id is None:
        return
    place = await queries.place_of(tx, business_id, device_id, branch_id)
    if place is None or not place.device_known:
        raise Refused("device_unknown")
    if not place.branch_known:
        raise Refused("branch_unknown")


async def _transact(db: Db, business_id: BusinessId, work: Callable[[Db], Awaitable[Result]]) -> Result:
    """One transaction; an id that another card took at the same moment is told as id_reused."""
    try:
        return await db.transact(business_id, work)
    except UniqueViolation as error:
        raise Refused("id_reused") from error
