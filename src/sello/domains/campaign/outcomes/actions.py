"""Writing down what became of messages: a batch of one shop's in one transaction.

Locks in this order: the messages by their ids, their campaigns by theirs, the shared number's phones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from sello.domains.campaign.actions import pause
from sello.domains.campaign.alerts.actions import raise_alert
from sello.domains.campaign.codes import queries as codes
from sello.domains.campaign.inbox.rules import phone_hash
from sello.domains.campaign.messages import queries as messages
from sello.domains.campaign.outcomes import queries
from sello.domains.campaign.outcomes.queries import Columns, Send
from sello.domains.campaign.outcomes.rules import (
    Again,
    Alert,
    Answered,
    Contact,
    Heard,
    Known,
    Lost,
    Meaning,
    Refusal,
    Took,
    folded,
    is_charged,
    meaning_of,
)
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, CampaignId, CustomerId, SendId

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing may leave a number for so long."""

    sender: str
    seconds: float
    code: int | None


@dataclass(slots=True)
class Written:
    """What a batch came to: how many by status, accepted ones by campaign, and what the number has to wait for."""

    statuses: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accepted: dict[CampaignId, int] = field(default_factory=lambda: defaultdict(int))
    holds: list[Hold] = field(default_factory=list)
    strangers: list[SendId] = field(default_factory=list)
    """Messages that are not this shop's, or that have another name with the provider."""


async def record(db: Db, keys: Keys, business_id: BusinessId, answers: Sequence[Answered]) -> Written:
    """Write down what calls came to; an answer to another claim than the present one changes nothing.

    That the provider took a message is true whatever happened meanwhile, also to one that was given up.
    """

    async def work(tx: Db) -> Written:
        sends = {send.id: send for send in await queries.lock_sends(tx, business_id, [a.send_id for a in answers])}
        after = _Batch(tx, keys, business_id, sends)
        await after.hear(
            [Heard(a.send_id, a.answer.sid, 1, clock.now()) for a in answers if isinstance(a.answer, Took)]
        )
        mine = [a for a in answers if _is_open(sends.get(a.send_id), a.claim)]
        await after.lose([a.send_id for a in mine if isinstance(a.answer, Lost)])
        await after.refuse([(a.send_id, a.answer) for a in mine if isinstance(a.answer, Refusal)])
        await after.put_back([(a.send_id, a.answer) for a in mine if isinstance(a.answer, Again)])
        return await after.settle()

    return await db.transact(business_id, work)


async def hear(db: Db, keys: Keys, business_id: BusinessId, words: Sequence[Heard]) -> Written:
    """Write down what callbacks or the provider's list said. May run twice and in any order: ranks only rise."""

    async def work(tx: Db) -> Written:
        ids = sorted({word.send_id for word in words})
        sends = {send.id: send for send in await queries.lock_sends(tx, business_id, ids)}
        after = _Batch(tx, keys, business_id, sends)
        await after.hear(words)
        return await after.settle()

    return await db.transact(business_id, work)


async def give_up(db: Db, keys: Keys, business_id: BusinessId, ids: Sequence[SendId]) -> Written:
    """Messages in doubt that the provider does not know after a day end; their week stays spent."""

    async def work(tx: Db) -> Written:
        sends = {send.id: send for send in await queries.lock_sends(tx, business_id, sorted(ids))}
        after = _Batch(tx, keys, business_id, sends)
        await after.give_up([send.id for send in sends.values() if _is_open(send, send.claims)])
        return await after.settle()

    return await db.transact(business_id, work)


def _is_open(send: Send | None, claim: int) -> bool:
    if send is None or send.claims != claim:
        return False
    return send.claimed_at is not None and send.accepted_at is None and send.released_at is None


class _Batch:
    """Locked messages of one shop, and what has to follow in their campaigns, their people and their number."""

    def __init__(self, tx: Db, keys: Keys, business_id: BusinessId, sends: dict[SendId, Send]) -> None:
        self._tx = tx
        self._keys = keys
        self._business_id = business_id
        self._sends = sends
        self._before = dict(sends)
        self._windows: list[SendId] = []
        self._codes: list[SendId] = []
        self._places: list[Send] = []
        self._errors: list[tuple[Send, int | None, bool]] = []
        self._written = Written()

    async def hear(self, words: Iterable[Heard]) -> None:
        """Raise ranks; what is new of an error is acted on in `settle`."""
        known = [word for word in folded(words) if self._is_known(word)]
        for word in known:
            self._hear_one(word)
        if known:
            await queries.note_known(self._tx, self._business_id, _columns(known))

    def _is_known(self, word: Known) -> bool:
        send = self._sends.get(word.send_id)
        if send is None or (send.sid is not None and send.sid != word.sid):
            self._written.strangers.append(word.send_id)
            return False
        return True

    def _hear_one(self, word: Known) -> None:
        send = self._sends[word.send_id]
        if send.accepted_at is None:
            self._written.statuses["accepted"] += 1
            self._written.accepted[send.campaign_id] += 1
        for status, rank in (("sent", 4), ("failed", 5), ("delivered", 6), ("read", 7)):
            if send.rank < rank == word.rank:
                self._written.statuses[status] += 1
        if send.error_code is None and word.error_code is not None:
            self._errors.append((send, word.error_code, False))
        self._sends[send.id] = replace(
            send,
            sid=word.sid,
            rank=max(send.rank, word.rank),
            claimed_at=send.claimed_at or word.at,
            accepted_at=send.accepted_at or word.at,
            released_at=None,
            error_code=send.error_code if send.error_code is not None else word.error_code,
        )

    async def lose(self, ids: list[SendId]) -> None:
        """Nobody knows; the machine that reconciles finds out."""
        if ids:
            await queries.note_unknown(self._tx, self._business_id, ids)
            self._written.statuses["unknown"] += len(ids)

    async def refuse(self, refusals: list[tuple[SendId, Refusal]]) -> None:
        """Not taken: the week is free again, the code is worth nothing, nothing was spent."""
        for send_id, refusal in refusals:
            self._windows.append(send_id)
            self._places.append(self._sends[send_id])
            self._errors.append((self._sends[send_id], refusal.code, True))
        await self._release([send_id for send_id, _ in refusals], "refused", [r.code for _, r in refusals])
        self._written.statuses["refused"] += len(refusals)

    async def give_up(self, ids: list[SendId]) -> None:
        """The provider never saw it, as far as anybody can tell."""
        await self._release(ids, "not_seen", [None] * len(ids))
        self._written.statuses["not_seen"] += len(ids)

    async def _release(self, ids: list[SendId], why: str, codes: list[int | None]) -> None:
        if not ids:
            return
        await queries.release(self._tx, self._business_id, ids, [why] * len(ids), codes)
        self._codes += ids
        for send_id in ids:
            self._sends[send_id] = replace(self._sends[send_id], released_at=clock.now())

    async def put_back(self, waiting: list[tuple[SendId, Again]]) -> None:
        """Not taken, or never called: it waits, and its place among the number's people is free."""
        waiting = [(send_id, again) for send_id, again in waiting if self._sends[send_id].unknown_at is None]
        if not waiting:
            return
        now = clock.now()
        due: list[datetime] = [now + again.after for _, again in waiting]
        await queries.unclaim(self._tx, self._business_id, [send_id for send_id, _ in waiting], due)
        for send_id, again in waiting:
            send = self._sends[send_id]
            self._places.append(send)
            self._sends[send_id] = replace(send, claimed_at=None)
            if again.code is not None or again.after > timedelta(0):
                self._written.statuses["throttled"] += 1
                self._hold(send.sender, meaning_of(again.code) if again.code else Meaning(), again)

    def _hold(self, sender: str, meaning: Meaning, again: Again) -> None:
        seconds = meaning.hold.total_seconds() if meaning.hold else min(again.after.total_seconds(), 2.0)
        self._written.holds.append(Hold(sender, seconds, again.code))

    async def settle(self) -> Written:
        """What follows: budgets, weeks, codes, people, alerts."""
        await self._settle_cost()
        if self._windows:
            await messages.free_windows(self._tx, self._business_id, self._windows)
        if self._codes:
            await codes.withdraw_codes(self._tx, self._business_id, self._codes)
        await self._settle_errors()
        await self._settle_phones()
        return self._written

    async def _settle_cost(self) -> None:
        changes: dict[CampaignId, int] = defaultdict(int)
        for send_id, before in self._before.items():
            after = self._sends[send_id]
            changes[after.campaign_id] += after.cost_micros * (_charged(after) - _charged(before))
        ids = sorted(campaign_id for campaign_id, micros in changes.items() if micros)
        if ids:
            await queries.lock_campaigns(self._tx, self._business_id, ids)
            await queries.commit_cost(self._tx, self._business_id, ids, [changes[campaign_id] for campaign_id in ids])

    async def _settle_errors(self) -> None:
        contacts: dict[CustomerId, Contact] = {}
        alerts: dict[tuple[CampaignId, Alert], int | None] = {}
        refused: set[CampaignId] = set()
        for send, code, before_acceptance in self._errors:
            meaning = meaning_of(code)
            if meaning.contact:
                contacts[send.customer_id] = meaning.contact
            if meaning.alert:
                alerts[send.campaign_id, meaning.alert] = code
            if meaning.content and before_acceptance:
                refused.add(send.campaign_id)
            if meaning.hold and not before_acceptance:
                self._written.holds.append(Hold(send.sender, meaning.hold.total_seconds(), code))
            if meaning.ours:
                log.error("message_refused", code=code, campaign_id=str(send.campaign_id))
        if contacts:
            await queries.note_contacts(self._tx, self._business_id, list(contacts), list(contacts.values()))
        for campaign_id in sorted(refused):
            await pause(self._tx, self._business_id, campaign_id, "template")
        for (campaign_id, kind), code in sorted(alerts.items(), key=lambda alert: alert[0]):
            await raise_alert(self._tx, self._business_id, campaign_id, kind, {} if code is None else {"code": code})

    async def _settle_phones(self) -> None:
        by_sender: dict[str, list[tuple[bytes, datetime]]] = defaultdict(list)
        for send in self._places:
            if send.phone is not None and send.claimed_at is not None:
                by_sender[send.sender].append((phone_hash(self._keys, send.phone), send.claimed_at))
        for sender, places in sorted(by_sender.items()):
            await queries.give_back_phones(
                self._tx,
                self._business_id,
                sender=sender,
                hashes=[phone for phone, _ in places],
                taken_at=[at for _, at in places],
            )


def _charged(send: Send) -> bool:
    return is_charged(claimed=send.claimed_at is not None, released=send.released_at is not None, rank=send.rank)


def _columns(known: Sequence[Known]) -> Columns:
    return Columns(
        ids=[word.send_id for word in known],
        sids=[word.sid for word in known],
        ranks=[word.rank for word in known],
        heard_at=[word.at for word in known],
        error_codes=[word.error_code for word in known],
        sent_at=[word.sent_at for word in known],
        failed_at=[word.failed_at for word in known],
        delivered_at=[word.delivered_at for word in known],
        opened_at=[word.opened_at for word in known],
    )
