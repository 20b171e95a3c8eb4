"""The sending itself: a loop in the worker that claims, waits for its place in time, calls once and writes down.

Whatever dies wherever, no message is called twice: what was claimed and not written down is in doubt and is found out
by its callback or the provider's list (`reconciliation`). What was claimed and certainly not called is given back.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import random
from typing import Final

from sello.domains.campaign.outcomes import actions as outcomes
from sello.domains.campaign.outcomes.jobs import follow
from sello.domains.campaign.outcomes.rules import (
    Again,
    Answer,
    Answered,
    Lost,
    Refusal,
    Took,
    backoff,
    is_of_the_account,
)
from sello.domains.campaign.sending import actions, queries
from sello.domains.campaign.sending.actions import Claimed
from sello.domains.campaign.sending.rules import BATCH, LATEST, places, share, status_callback, turns
from sello.infrastructure.services import Services
from sello.infrastructure.whatsapp import Accepted, Declined, Outcome, Throttled
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId
from sello.shared.logs import log
from sello.shared.metrics import observe_queue_wait

AT_ONCE: Final = 200
PAUSE: Final = 1.0
_AHEAD: Final = 0.5  # seconds of places that may be taken before anything more is claimed
_LEASE: Final = 60.0  # after so long a claim is not called any more: half of what makes it doubtful
_FLUSH: Final = 0.02
_MOST_WRITTEN: Final = 100


def _unharmed(point: str) -> None:
    """No crash point is set."""


async def run_sending(
    services: Services,
    *,
    stop: asyncio.Event,
    crash: Callable[[str], None] = _unharmed,
    at_once: int = AT_ONCE,
) -> None:
    """Send until `stop` is set, through any absence of the database or the provider; then finish what was called.

    `crash` is called with the name of a crash point.
    """
    if not services.settings.whatsapp_on:
        await stop.wait()
        return
    sending = _Sending(services, stop, crash, at_once)
    writing = asyncio.create_task(sending.write())
    try:
        await sending.claim()
        await sending.finish()
    finally:
        sending.done.set()
        await writing


@dataclass(frozen=True, slots=True)
class _Said:
    business_id: BusinessId
    answered: Answered


class _Sending:
    def __init__(self, services: Services, stop: asyncio.Event, crash: Callable[[str], None], at_once: int) -> None:
        self.done = asyncio.Event()
        self._services = services
        self._stop = stop
        self._crash = crash
        self._at_once = at_once
        self._calls: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._said: asyncio.Queue[_Said] = asyncio.Queue()
        self._sender = services.settings.twilio_whatsapp_number
        self._rate = services.settings.twilio_messages_per_second

    # ------------------------------------------------------------ claiming

    async def claim(self) -> None:
        """Claim as long as there is room, in turn between shops, until told to stop."""
        while not self._stop.is_set():
            try:
                claimed = await self._round()
            except Unavailable:
                claimed = False
            except Exception as error:
                # The messages are still there; the sending of every shop must not end with one of them.
                log.error("sending_failed", exc_info=error)
                claimed = False
            if not claimed:
                await self._rest(PAUSE)

    async def _round(self) -> bool:
        """One turn for every shop of the first priority; whether anything was there."""
        if not await self._may_claim():
            return True
        due = await queries.due_shops(self._services.platform_db, sender=self._sender)
        shops = turns([(shop.business_id, shop.priority) for shop in due])
        found = False
        for business_id in shops:
            if self._stop.is_set() or not await self._may_claim():
                return True
            found = await self._turn(business_id, len(shops)) or found
        return found

    async def _may_claim(self) -> bool:
        """Wait until there is room and places are near; False when the number is held or it is time to stop."""
        # Room for a whole claim, or each answer would make a small one; asked for by an event, since waiting for the
        # first of two hundred tasks looks at all of them each time.
        while self._at_once - len(self._calls) < min(BATCH, self._at_once) and not self._stop.is_set():
            self._room.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._room.wait(), PAUSE)
        busy = await queries.busy(self._services.platform_db, sender=self._sender)
        if busy is None or self._stop.is_set():
            return not self._stop.is_set()
        if busy.held > 0:
            await self._rest(min(busy.held, PAUSE))
            return False
        if self._rate and busy.ahead > _AHEAD:
            await self._rest(busy.ahead - _AHEAD)
        return not self._stop.is_set()

    async def _turn(self, business_id: BusinessId, shops: int) -> bool:
        most = share(self._at_once - len(self._calls), shops)
        turn = await actions.claim_due(
            self._services.db,
            self._services.keys,
            business_id,
            sender=self._sender,
            daily=self._services.settings.twilio_daily_limit,
            most=most,
        )
        if turn.claimed:
            self._crash("send.after_claim")
            claimed_at = _now()
            place = await self._places(len(turn.claimed))
            for message, at in zip(turn.claimed, place, strict=True):
                observe_queue_wait(message.waited)
                task = asyncio.create_task(self._send(message, at, claimed_at))
                self._calls.add(task)
                task.add_done_callback(self._ended)
        return turn.looked_at > 0

    async def _places(self, count: int) -> list[float]:
        """Moments of the loop's clock to call at. Without an answer there are none: all is given back."""
        if self._rate == 0:
            return [_now()] * count
        try:
            taken = await actions.take_places(
                self._services.platform_db, sender=self._sender, count=count, rate=self._rate
            )
        except Unavailable:
            return [float("inf")] * count
        now = _now()
        return [now + seconds for seconds in places(taken.wait, count, self._rate)]

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._calls.discard(task)
        self._room.set()

    # ------------------------------------------------------------ calling

    async def _send(self, message: Claimed, at: float, claimed_at: float) -> None:
        if not await self._in_time(at, claimed_at):
            self._say(message, Again(timedelta(0)))
            return
        self._crash("send.before_call")
        outcome = await self._services.whatsapp.send_template(
            to=message.phone,
            sender=self._sender,
            content_sid=message.content_sid,
            variables=message.variables,
            status_callback=status_callback(self._services.settings.public_base_url, message.business_id, message.id),
        )
        self._crash("send.after_answer")
        self._say(message, _answer(outcome, message.claim))

    async def _in_time(self, at: float, claimed_at: float) -> bool:
        """Wait for the place; a late one is not used but another taken, as long as the claim is fresh."""
        while True:
            if at == float("inf"):
                return False
            if at > _now():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), at - _now())
            if self._stop.is_set() or _now() - claimed_at > _LEASE:
                return False
            if self._rate == 0 or _now() - at <= LATEST:
                return True
            (at,) = await self._places(1)

    def _say(self, message: Claimed, answer: Answer) -> None:
        self._said.put_nowait(_Said(message.business_id, Answered(message.id, message.claim, answer)))

    # ------------------------------------------------------------ writing down

    async def write(self) -> None:
        """Write answers down in batches until everything is done; what cannot be written now is tried again."""
        waiting: list[_Said] = []
        while not (self.done.is_set() and self._said.empty() and not waiting):
            if not waiting:
                with suppress(TimeoutError):
                    waiting.append(await asyncio.wait_for(self._said.get(), 0.2))
                await asyncio.sleep(_FLUSH if waiting else 0)
            while not self._said.empty() and len(waiting) < _MOST_WRITTEN:
                waiting.append(self._said.get_nowait())
            if waiting:
                waiting = await self._written(waiting)
                if waiting:
                    if self.done.is_set():
                        break  # they are in doubt now, and found out by their callbacks
                    await asyncio.sleep(PAUSE)

    async def _written(self, said: list[_Said]) -> list[_Said]:
        """Those that could not be written down."""
        self._crash("send.before_record")
        by_shop: dict[BusinessId, list[_Said]] = defaultdict(list)
        for one in said:
            by_shop[one.business_id].append(one)
        left: list[_Said] = []
        for business_id, its in by_shop.items():
            try:
                written = await outcomes.record(
                    self._services.db, self._services.keys, business_id, [one.answered for one in its]
                )
                await follow(self._services, written)
            except Unavailable:
                left += its
            except Exception as error:
                log.error("answers_not_written", exc_info=error)
                left += its
        return left

    async def finish(self) -> None:
        """Let the calls that were made end."""
        if self._calls:
            await asyncio.wait(self._calls)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)


def _answer(outcome: Outcome, claim: int) -> Answer:
    if isinstance(outcome, Accepted):
        return Took(outcome.sid)
    if isinstance(outcome, Declined):
        if is_of_the_account(outcome.code, outcome.http):
            return Again(timedelta(minutes=5), outcome.code or 20003)
        return Refusal(outcome.code)
    if isinstance(outcome, Throttled):
        after = max(backoff(claim, random()), timedelta(seconds=outcome.retry_after or 0))  # noqa: S311  # spreads them
        return Again(after, outcome.code)
    return Lost()


def _now() -> float:
    return asyncio.get_running_loop().time()
