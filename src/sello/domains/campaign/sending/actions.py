"""Claiming messages of one shop, and places in time to call at."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sello.domains.campaign.actions import pause
from sello.domains.campaign.alerts.actions import raise_alert
from sello.domains.campaign.codes import queries as codes
from sello.domains.campaign.inbox.rules import phone_hash
from sello.domains.campaign.messages import queries as messages
from sello.domains.campaign.outcomes import queries as outcomes
from sello.domains.campaign.outcomes.queries import Budget
from sello.domains.campaign.rules import MessageFacts, values_of
from sello.domains.campaign.sending import queries
from sello.domains.campaign.sending.queries import Place
from sello.domains.campaign.sending.rules import (
    Candidate,
    Ended,
    Ground,
    Later,
    Why,
    no_room_until,
    paid,
    paused_until,
    verdict,
)
from sello.domains.campaign.templates.rules import content_variables
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, CampaignId, SendId


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message that is ours to call, once; `waited`: seconds since it was due."""

    business_id: BusinessId
    id: SendId
    claim: int
    phone: str
    content_sid: str
    variables: Mapping[str, str]
    waited: float


@dataclass(frozen=True, slots=True)
class Turn:
    """What a look at a shop came to: how many rows it touched, and those that may be called."""

    looked_at: int
    claimed: list[Claimed]


async def claim_due(db: Db, keys: Keys, business_id: BusinessId, *, sender: str, daily: int | None, most: int) -> Turn:
    """Claim up to `most` of the shop's messages that are due, in one transaction; what must not go out is ended.

    Locks the people and their messages, then the campaigns, then the number's phones. An opt-out that committed before
    is seen here; one that comes while we hold the person waits, and finds the message gone out.
    """

    async def work(tx: Db) -> Turn:
        found = await queries.lock_due(tx, business_id, sender=sender, most=most)
        if not found:
            return Turn(0, [])
        grounds = {
            c.id: c for c in await outcomes.lock_campaigns(tx, business_id, sorted({m.campaign_id for m in found}))
        }
        claim = _Claim(tx, keys, business_id, sender, grounds, max(ground.at for ground in grounds.values()))
        return Turn(len(found), await claim.of(found, daily=daily))

    return await db.transact(business_id, work)


class _Claim:
    def __init__(
        self,
        tx: Db,
        keys: Keys,
        business_id: BusinessId,
        sender: str,
        grounds: Mapping[CampaignId, Budget],
        at: datetime,
    ) -> None:
        self._tx = tx
        self._keys = keys
        self._business_id = business_id
        self._sender = sender
        self._grounds = grounds
        self._at = at
        self._ended: dict[SendId, Why] = {}
        self._later: dict[SendId, datetime] = {}

    async def of(self, found: list[Candidate], *, daily: int | None) -> list[Claimed]:
        """Those of them that may go out; the rest is ended or put off."""
        good = self._judged(found)
        good = await self._alone(good)
        good = await self._paid(good)
        good = await self._in_their_turn(good, daily=daily)
        await self._end()
        return await self._claimed(good)

    def _judged(self, found: list[Candidate]) -> list[Candidate]:
        good = []
        for message in found:
            ground = self._grounds[message.campaign_id]
            said = verdict(message, _ground(ground), self._at)
            if said is None:
                good.append(message)
            elif isinstance(said, Ended):
                self._ended[message.id] = said.why
            elif isinstance(said, Later):
                self._later[message.id] = said.due_at
        return good

    async def _alone(self, good: list[Candidate]) -> list[Candidate]:
        """Without those whose person gets another message within the week."""
        if not good:
            return good
        others = await queries.other_windows(self._tx, self._business_id, [m.id for m in good], at=self._at)
        for other in others:
            self._ended[other.id] = "cap"
        return [message for message in good if message.id not in self._ended]

    async def _paid(self, good: list[Candidate]) -> list[Candidate]:
        """Without those that the budget does not pay for; their campaign pauses and its owner is told."""
        by_campaign: dict[CampaignId, list[Candidate]] = defaultdict(list)
        for message in good:
            by_campaign[message.campaign_id].append(message)
        kept: set[SendId] = set()
        for campaign_id, its in sorted(by_campaign.items()):
            ground = self._grounds[campaign_id]
            ids, _ = paid(
                [(m.id, m.cost_micros) for m in its], budget=ground.budget_micros, committed=ground.committed_micros
            )
            kept.update(ids)
            if len(ids) < len(its):
                await pause(self._tx, self._business_id, campaign_id, "budget")
                await raise_alert(self._tx, self._business_id, campaign_id, "budget_spent", {})
                self._later.update({m.id: paused_until(self._at) for m in its if m.id not in kept})
        return [message for message in good if message.id in kept]

    async def _in_their_turn(self, good: list[Candidate], *, daily: int | None) -> list[Candidate]:
        """Without those whose phone was written to twice this week from the shared number, or whose day is full."""
        if not good:
            return good
        hashes = {m.id: phone_hash(self._keys, m.phone) for m in good if m.phone is not None}
        turns = await queries.take_phones(
            self._tx, self._business_id, sender=self._sender, hashes=list(hashes.values()), at=self._at, daily=daily
        )
        outcomes_of = {turn.phone_hash: turn.outcome for turn in turns}
        kept = []
        for message in good:
            outcome = outcomes_of[hashes[message.id]]
            if outcome == "taken":
                kept.append(message)
            elif outcome == "cap":
                self._ended[message.id] = "phone_cap"
            else:
                self._later[message.id] = no_room_until(self._at)
        return kept

    async def _end(self) -> None:
        if self._ended:
            ids = list(self._ended)
            await outcomes.release(self._tx, self._business_id, ids, list(self._ended.values()), [None] * len(ids))
            await messages.free_windows(self._tx, self._business_id, ids)
            await codes.withdraw_codes(self._tx, self._business_id, ids)
        if self._later:
            await queries.put_off(self._tx, self._business_id, list(self._later), list(self._later.values()))

    async def _claimed(self, good: list[Candidate]) -> list[Claimed]:
        if not good:
            return []
        ids = [message.id for message in good]
        people = [message.customer_id for message in good]
        ours = {row.id for row in await queries.claim(self._tx, self._business_id, ids, people, at=self._at)}
        spent: dict[CampaignId, int] = defaultdict(int)
        for message in good:
            if message.id in ours:
                spent[message.campaign_id] += message.cost_micros
        await outcomes.commit_cost(self._tx, self._business_id, list(spent), list(spent.values()))
        facts = {f.send_id: f for f in await messages.messages_of(self._tx, self._business_id, ids)}
        return [_claimed(self._business_id, m, facts[m.id], self._at) for m in good if m.id in ours]


def _ground(budget: Budget) -> Ground:
    return Ground(
        activated_at=budget.activated_at,
        paused_at=budget.paused_at,
        ended_at=budget.ended_at,
        quiet_from=budget.quiet_from,
        quiet_until=budget.quiet_until,
    )


def _claimed(business_id: BusinessId, message: Candidate, facts: MessageFacts, at: datetime) -> Claimed:
    if message.phone is None or message.content_sid is None:
        raise AssertionError("the verdict looked at both")
    return Claimed(
        business_id=business_id,
        id=message.id,
        claim=message.claims + 1,
        phone=message.phone,
        content_sid=message.content_sid,
        variables=content_variables(facts.body, values_of(facts), link=facts.link),
        waited=(at - message.due_at).total_seconds(),
    )


async def take_places(db: PlatformDb, *, sender: str, count: int, rate: int) -> Place:
    """Take `count` places in time, 1/rate apart; with rate 0 one may call at once."""
    if rate == 0:
        return Place(0.0, 0.0)
    place = await queries.take_places(db, sender=sender, count=count, seconds=1 / rate)
    if place is None:
        raise AssertionError("taking places always answers")
    return place


async def place(db: PlatformDb, sender: str, *, rate: int) -> float:
    """The seconds until one may call from this number; taken by this call, for a reply, whatever holds campaigns."""
    return max(0.0, (await take_places(db, sender=sender, count=1, rate=rate)).wait)
