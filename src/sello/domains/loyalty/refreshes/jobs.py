"""Reactions to whatever a card in the phone shows, and the pushes that follow.

Nothing of it happens in the request of a stamp. A change is noted and told in one job, a burst of them in one more a
second later. A phone that could not be told is owed its push until it was: tried again within a minute, then by a round
of everything that is owed, which stops where Apple does not answer and goes on by itself until nothing is left.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sello.domains.loyalty.refreshes import actions, queries
from sello.domains.loyalty.refreshes.actions import PATCH, PUSH, Told
from sello.domains.loyalty.refreshes.queries import Changed, Owed
from sello.domains.loyalty.refreshes.rules import QUIET, is_shown, pause_before
from sello.events import (
    BonusAdded,
    BusinessChanged,
    CardConfirmed,
    CardMerged,
    CustomerChanged,
    CustomerErased,
    RedemptionVoided,
    RewardEarned,
    RewardExpired,
    RewardRedeemed,
    RulesChanged,
    StampAdded,
    StampsAdjusted,
    StampsExpired,
    StampVoided,
    VisitsImported,
)
from sello.infrastructure.database.jobs import WALLET, enqueue, enqueue_all
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.passkit import Barred, Busy, Delivered, Gone, PushOutcome, unseal
from sello.infrastructure.services import Services, Work
from sello.shared import clock
from sello.shared.ids import BusinessId, CardId, CustomerId, time_of
from sello.shared.logs import log
from sello.shared.metrics import count_pushes, observe_push_wait

REFRESH: Final = "wallets.refresh"
REFRESH_ANEW: Final = "wallets.refresh_anew"
REFRESH_CUSTOMER: Final = "wallets.refresh_customer"
REFRESH_SHOP: Final = "wallets.refresh_shop"
CATCH_UP: Final = "wallets.catch_up"
_BATCH: Final = 200
_ROUND: Final = 10_000  # phones of one round; then the next job goes on
_AGAIN: Final = timedelta(minutes=1)
_NOBODY: Final = UUID(int=0)
_UNREADABLE: Final = "token_unreadable"

Patch = Callable[[Services, BusinessId, CardId], Awaitable[None]]
"""Brings a card's object at Google up to date; raises to be tried again."""


async def refresh(services: Services, payload: dict[str, Any]) -> None:
    """A card has moved on: note it and tell its phones. May run twice: what was noted is not noted again."""
    await _refresh_card(services, REFRESH, payload, anew=False)


async def refresh_anew(services: Services, payload: dict[str, Any]) -> None:
    """The same where the ledger says nothing of it. The second time, phones find the card as they have it."""
    await _refresh_card(services, REFRESH_ANEW, payload, anew=True)


async def refresh_customer(services: Services, payload: dict[str, Any]) -> None:
    """Somebody is called otherwise, or was erased: their cards are shown anew, or are worth nothing. May run twice."""
    business_id, customer_id = BusinessId(UUID(payload["business_id"])), CustomerId(UUID(payload["customer_id"]))
    found = await queries.passes_of_customer(services.db, business_id, customer_id)
    await _note_and_tell(services, business_id, [one.pass_id for one in found], payload, anew=True)


async def refresh_shop(services: Services, payload: dict[str, Any]) -> None:
    """A shop looks, rewards or opens otherwise: some hundred cards, then a job for the rest. May run twice."""
    if "fields" in payload and not is_shown(payload["fields"]):
        return
    business_id, after = BusinessId(UUID(payload["business_id"])), UUID(payload.get("after") or str(_NOBODY))
    page = await queries.passes_after(services.db, business_id, after, most=_BATCH)
    await _note_and_tell(services, business_id, [one.pass_id for one in page], payload, anew=True)
    if len(page) == _BATCH:
        rest = {"business_id": business_id, "after": page[-1].pass_id}
        key = f"{REFRESH_SHOP}:{business_id}:{page[-1].pass_id}"
        await enqueue(services.platform_db, REFRESH_SHOP, rest, priority=WALLET, dedupe=key)


async def push(services: Services, payload: dict[str, Any]) -> None:
    """Tell the phones of a card again, the try number `attempt`. May run twice: who was told is owed nothing."""
    business_id, card_id = BusinessId(UUID(payload["business_id"])), CardId(UUID(payload["card_id"]))
    found = await queries.passes_of(services.db, business_id, [card_id])
    told = await _tell(services, business_id, [one.pass_id for one in found])
    await _try_again(services, told, attempt=int(payload.get("attempt", 1)) + 1)


async def catch_up(services: Services, _: dict[str, Any]) -> None:
    """Note what a lost reaction left, tell every phone that is owed a push. May run twice, also beside another.

    It ends where Apple does not answer, and comes again after a minute until nothing is owed.
    """
    behind = await queries.passes_behind(services.platform_db, most=_BATCH)
    for business_id, passes in groupby(behind, key=lambda one: one.business_id):
        await actions.note(services.platform_db, business_id, [one.pass_id for one in passes], anew=True)
    late = await queries.unpatched(services.platform_db, most=_BATCH)
    await enqueue_all(services.platform_db, [actions.patch_job(one.business_id, one.card_id) for one in late])
    told = await _tell_everybody(services)
    if behind or told.left:
        await _catch_up_later(services, _AGAIN if told.left else timedelta(0))
    if behind or late or told.phones:
        log.info("wallets_caught_up", behind=len(behind), unpatched=len(late), phones=told.phones, left=told.left)


def jobs(patch: Patch) -> dict[str, Work]:
    """The jobs of this noun; `patch` tells Google."""

    async def patch_card(services: Services, payload: dict[str, Any]) -> None:
        """Bring a card's object at Google up to date. May run twice: the second time finds it so."""
        await patch(services, BusinessId(UUID(payload["business_id"])), CardId(UUID(payload["card_id"])))

    return {
        REFRESH: refresh,
        REFRESH_ANEW: refresh_anew,
        REFRESH_CUSTOMER: refresh_customer,
        REFRESH_SHOP: refresh_shop,
        PUSH: push,
        CATCH_UP: catch_up,
        PATCH: patch_card,
    }


# ---------------------------------------------------------------- noting and telling


async def _refresh_card(services: Services, job: str, payload: dict[str, Any], *, anew: bool) -> None:
    business_id = BusinessId(UUID(payload["business_id"]))
    cards = [CardId(UUID(payload[name])) for name in ("card_id", "into_card_id") if name in payload]
    found = await queries.passes_of(services.db, business_id, cards)
    if (wait := _quiet(found)) is not None:
        # It was told a moment ago: this change and those that follow are told together.
        key = f"{job}:{business_id}:{cards[0]}"
        await enqueue(services.platform_db, job, payload, priority=WALLET, delay=wait, dedupe=key)
        return
    await _note_and_tell(services, business_id, [one.pass_id for one in found], payload, anew=anew)


def _quiet(found: Sequence[Changed]) -> timedelta | None:
    """How long to wait so that a card is not told of twice within a second; None for not at all."""
    latest = max((one.changed_at for one in found if one.changed_at is not None), default=None)
    if latest is None:
        return None
    wait = latest + QUIET - clock.now()
    return wait if timedelta(0) < wait <= QUIET else None


async def _note_and_tell(
    services: Services, business_id: BusinessId, pass_ids: Sequence[UUID], payload: dict[str, Any], *, anew: bool
) -> None:
    if not pass_ids:
        return
    await actions.note(services.platform_db, business_id, pass_ids, anew=anew)
    told = await _tell(services, business_id, pass_ids)
    if told and "event_id" in payload:
        observe_push_wait((clock.now() - time_of(UUID(str(payload["event_id"])))).total_seconds())
    await _try_again(services, told, attempt=1)


async def _tell(services: Services, business_id: BusinessId, pass_ids: Sequence[UUID]) -> list[Told]:
    owed = await queries.owed_phones(services.platform_db, business_id, pass_ids)
    told = await _push_all(services, owed)
    await actions.settle(services.platform_db, told)
    return told


async def _push_all(services: Services, owed: Sequence[Owed]) -> list[Told]:
    """One push for each phone, however many of its cards have changed: it asks for all of them."""
    by_device = {one.device: one for one in owed}
    phones = list(by_device.values())
    outcomes = await asyncio.gather(*(_push_one(services, phone) for phone in phones))
    answers = dict(zip(by_device, outcomes, strict=True))
    for kind in {type(outcome) for outcome in outcomes}:
        count_pushes(_STATUS[kind], sum(isinstance(outcome, kind) for outcome in outcomes))
    for reason in {outcome.reason for outcome in outcomes if isinstance(outcome, Barred)}:
        log.error("apns_refuses_us", reason=reason)
    return [Told(one, answers[one.device]) for one in owed]


async def _push_one(services: Services, phone: Owed) -> PushOutcome:
    token = unseal(services.keys, "push-token", phone.push_token_sealed)
    if token is None:
        return Barred(_UNREADABLE)
    return await services.apns.push(topic=phone.pass_type_id, token=token)


_STATUS: Final[dict[type[PushOutcome], str]] = {Delivered: "delivered", Gone: "gone", Busy: "busy", Barred: "barred"}


# ---------------------------------------------------------------- what could not be told


async def _try_again(services: Services, told: Sequence[Told], *, attempt: int) -> None:
    """Queue a further try for each card whose phones Apple was too busy for; the last one leaves it to the round."""
    late = [one for one in told if isinstance(one.outcome, Busy)]
    asked = max((one.outcome.retry_after or 0.0 for one in late if isinstance(one.outcome, Busy)), default=0.0)
    wait = pause_before(attempt, asked=asked) if late else None
    if wait is not None and len(late) < _BATCH // 2:
        for business_id, card_id in sorted({(one.owed.business_id, one.owed.card_id) for one in late}):
            again = {"business_id": business_id, "card_id": card_id, "attempt": attempt}
            key = f"{PUSH}:{business_id}:{card_id}"
            await enqueue(services.platform_db, PUSH, again, priority=WALLET, delay=wait, dedupe=key)
    elif late or any(isinstance(one.outcome, Barred) for one in told):
        await _catch_up_later(services, _AGAIN)


async def _catch_up_later(services: Services, delay: timedelta) -> None:
    await enqueue(services.platform_db, CATCH_UP, {}, priority=WALLET, delay=delay, dedupe=CATCH_UP)


@dataclass(frozen=True, slots=True)
class _Round:
    """How many phones were told, and whether some are left: Apple did not answer for them, or the round was full."""

    phones: int
    left: bool


async def _tell_everybody(services: Services) -> _Round:
    """One phone first: while Apple does not answer, a round costs one try. A topic that is barred is left alone."""
    after, count, barred, late = _NOBODY, 0, set[str](), False
    while count < _ROUND:
        most = _BATCH if count else 1
        owed = await queries.owed_anywhere(services.platform_db, after=after, but=sorted(barred), most=most)
        if not owed:
            return _Round(count, left=late)
        told = await _push_all(services, owed)
        # Their time lines said already why it did not work; to say so each minute would drive out everything else.
        await actions.settle(services.platform_db, told, on_time_line=False)
        busy = any(isinstance(one.outcome, Busy) for one in told)
        if busy and not any(isinstance(one.outcome, Delivered | Gone) for one in told):
            return _Round(count, left=True)
        late |= busy  # some were reached, and some are to be tried again
        barred |= {one.owed.pass_type_id for one in told if _is_barred(one.outcome)}
        after, count = owed[-1].device, count + len(owed)
    return _Round(count, left=True)


def _is_barred(outcome: PushOutcome) -> bool:
    return isinstance(outcome, Barred) and outcome.reason != _UNREADABLE


# ---------------------------------------------------------------- reactions

_CARD: Final = (Reaction(entrypoint=REFRESH, priority=WALLET, per="card_id"),)
_ANEW: Final = (Reaction(entrypoint=REFRESH_ANEW, priority=WALLET, per="card_id"),)
_CUSTOMER: Final = (Reaction(entrypoint=REFRESH_CUSTOMER, priority=WALLET, per="customer_id"),)
_SHOP: Final = (Reaction(entrypoint=REFRESH_SHOP, priority=WALLET),)

REACTIONS: Final[Reactions] = {
    **dict.fromkeys(
        (
            StampAdded,
            StampVoided,
            BonusAdded,
            StampsAdjusted,
            StampsExpired,
            RewardEarned,
            RewardExpired,
            RewardRedeemed,
            RedemptionVoided,
        ),
        _CARD,
    ),
    CardConfirmed: _ANEW,
    CardMerged: _ANEW,
    CustomerChanged: _CUSTOMER,
    CustomerErased: _CUSTOMER,
    BusinessChanged: _SHOP,
    RulesChanged: _SHOP,
    VisitsImported: (Reaction(entrypoint=CATCH_UP, priority=WALLET, delay=_AGAIN, per="import_id"),),
}
