"""Writing what happened before: a batch of people or visits, as a step of a transaction that `imports` opens.

Locks, always in this order: the shop's turn (advisory), new customers by phone, the cards by id, known customers. A
batch that was written before finds its entries by their ids and changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import token_bytes
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from sello.domains.business import RulesInForce, current_rules, open_business
from sello.domains.customer import Arrival, add_people, arrival_of, complete_people, people_by_phone, stand_in
from sello.domains.loyalty.cards.rules import LINK_LENGTH, SCAN_CODE_LENGTH
from sello.domains.loyalty.history import queries
from sello.domains.loyalty.history.rules import (
    Earned,
    Growth,
    NewPerson,
    NewVisit,
    Purchase,
    Standing,
    entry_id,
    id_key,
)
from sello.events import VisitsImported
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, CardId, CustomerId, new_id, random_code

_SALT_BYTES: Final = 32
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Ground:
    """What of a shop decides how its past is written; `paper_at` is the moment that paper cards' ids carry."""

    business_id: BusinessId
    key: bytes
    paper_at: datetime
    zone: ZoneInfo
    locale: str
    rules: RulesInForce | None

    @property
    def today(self) -> date:
        """The shop's day."""
        return clock.now().astimezone(self.zone).date()

    def visit_id(self, visit: NewVisit) -> UUID:
        """The same for the same line of a file, whenever and however often it is read."""
        return entry_id(self.key, visit.visited_at, self.business_id, visit.phone, visit.visited_at, visit.occurrence)

    def paper_id(self, phone: str) -> UUID:
        """A phone's paper card is carried over once."""
        return entry_id(self.key, self.paper_at, self.business_id, "paper", phone)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a batch added; `entries` are visits, or paper cards."""

    customers: int = 0
    entries: int = 0
    stamps: int = 0
    rewards: int = 0


async def ground_of(db: Db, keys: Keys, business_id: BusinessId) -> Ground:
    """The shop, when it may act; its salt is made if there is none. Refuses business_closed, business_suspended."""
    business = await open_business(db, business_id)
    await queries.make_salt(db, business_id, salt=token_bytes(_SALT_BYTES))
    salt = await queries.salt_of(db, business_id)
    assert salt is not None  # noqa: S101  # made just above
    return Ground(
        business_id,
        id_key(salt.salt, keys.data),
        salt.created_at,
        ZoneInfo(business.zone),
        business.locale,
        await current_rules(db, business_id),
    )


async def unwritten(db: Db, ground: Ground, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these entries that the ledger does not have."""
    return set(ids) - {entry.id for entry in await queries.written(db, ground.business_id, ids)}


async def write_visits(
    tx: Db, ground: Ground, visits: Sequence[NewVisit], *, counted: bool, import_id: UUID
) -> Brought:
    """Write the visits that are not in the ledger; `counted`: as stamps, where the rules allow one.

    Phones that nobody has become customers, called by the name in the file or a stand-in, since their first visit.
    """
    await queries.take_turn(tx, ground.business_id)
    ids = {ground.visit_id(visit): visit for visit in visits}
    new = await unwritten(tx, ground, list(ids))
    if not new:
        return Brought()
    cards, customers = await _cards_for(tx, ground, _people_in([ids[id] for id in new], ground.locale))
    grown = await _grown(tx, ground, set(cards.values()), counted=counted)
    if grown is None:
        return await write_visits(tx, ground, visits, counted=counted, import_id=import_id)
    for id, visit in sorted(ids.items(), key=lambda item: item[1].visited_at):
        growth = grown.get(cards[visit.phone]) if id in new else None
        if growth is not None:
            growth.add_visit(Purchase(id, visit.visited_at, visit.amount_centimos))
    if counted:
        for growth in grown.values():
            growth.lapse()
    return await _write(tx, ground, grown.values(), customers=customers, import_id=import_id)


async def write_people(tx: Db, ground: Ground, people: Sequence[NewPerson], *, import_id: UUID) -> Brought:
    """Add the people whose phone nobody has, complete those who are known, and carry over their paper cards."""
    await queries.take_turn(tx, ground.business_id)
    arrivals = {
        person.phone: arrival_of(
            CustomerId(new_id()), person.phone, person.name, birthday=person.birthday, enrolled_at=person.enrolled_at
        )
        for person in people
    }
    cards, customers = await _cards_for(tx, ground, arrivals)
    papers = [person for person in people if person.stamps > 0 and ground.rules is not None]
    new = await unwritten(tx, ground, [ground.paper_id(person.phone) for person in papers])
    grown = await _grown(tx, ground, set(cards.values()), counted=False)
    if grown is None:
        return await write_people(tx, ground, people, import_id=import_id)
    known = await people_by_phone(tx, ground.business_id, list(arrivals))
    await complete_people(
        tx, ground.business_id, [replace(arrivals[phone], id=known[phone]) for phone in sorted(known)]
    )
    for person in papers:
        growth, id = grown.get(cards[person.phone]), ground.paper_id(person.phone)
        if growth is not None and id in new and ground.rules is not None:
            growth.carry_over(id, person.stamps, ground.rules)
    return await _write(tx, ground, grown.values(), customers=customers, import_id=import_id)


def _people_in(visits: Iterable[NewVisit], locale: str) -> dict[str, Arrival]:
    names, since = dict[str, str](), dict[str, datetime]()
    for visit in visits:
        since[visit.phone] = min(visit.visited_at, since.get(visit.phone, visit.visited_at))
        if visit.name is not None:
            names.setdefault(visit.phone, visit.name)
    return {
        phone: arrival_of(
            CustomerId(new_id()), phone, names.get(phone) or stand_in(phone, locale), enrolled_at=since[phone]
        )
        for phone in since
    }


async def _cards_for(tx: Db, ground: Ground, people: Mapping[str, Arrival]) -> tuple[dict[str, CardId], int]:
    """Everybody's card by phone, made for those who are new; how many were."""
    known = dict(await people_by_phone(tx, ground.business_id, list(people)))
    strangers = [person for phone, person in people.items() if phone not in known]
    added = await add_people(tx, ground.business_id, strangers) if strangers else set()
    if added:
        rows = [
            {
                "id": new_id(),
                "customer_id": person.id,
                "scan_code": random_code(SCAN_CODE_LENGTH),
                "link": random_code(LINK_LENGTH),
                "issued_at": person.enrolled_at,
            }
            for person in strangers
            if person.id in added
        ]
        await queries.insert_cards(tx, ground.business_id, _encode(rows).decode())
    known |= {person.phone: person.id for person in strangers if person.id in added}
    if len(known) < len(people):  # enrolled at the till while we waited for their phone
        known |= await people_by_phone(tx, ground.business_id, [phone for phone in people if phone not in known])
    of = {own.customer_id: own.card_id for own in await queries.cards_of(tx, ground.business_id, list(known.values()))}
    return {phone: of[customer_id] for phone, customer_id in known.items()}, len(added)


async def _grown(tx: Db, ground: Ground, cards: set[CardId], *, counted: bool) -> dict[CardId, Growth] | None:
    """The cards, locked, ready to be written to; an erased one is left out. None: one was merged while we waited."""
    standings = await queries.locked_standings(tx, ground.business_id, sorted(cards))
    if any(card.merged_into is not None for card in standings):
        return None
    earned = defaultdict[CardId, list[Earned]](list)
    for stamp in await queries.stamps_of(tx, ground.business_id, sorted(cards)) if counted else ():
        earned[stamp.card_id].append(Earned(stamp.occurred_at, stamp.voided))
    rules = ground.rules if counted else None
    today = ground.today
    return {
        card.id: Growth(card, ground.key, ground.zone, today, rules, earned[card.id])
        for card in standings
        if card.erased_at is None
    }


async def _write(tx: Db, ground: Ground, grown: Iterable[Growth], *, customers: int, import_id: UUID) -> Brought:
    changed = [growth for growth in grown if growth.entries]
    entries = [entry for growth in changed for entry in growth.entries]
    rewards = [reward for growth in changed for reward in growth.rewards]
    if entries:
        cards: list[Standing] = [growth.standing for growth in changed]
        await queries.append_entries(
            tx,
            ground.business_id,
            entries=_encode(entries).decode(),
            rewards=_encode(rewards).decode(),
            cards=_encode(cards).decode(),
            version=ground.rules.version if ground.rules is not None else 0,
        )
    if entries or customers:
        await facts.record(tx, ground.business_id, VisitsImported(import_id=import_id))
    own = sum(entry.kind in ("earn", "history", "adjust") for entry in entries)
    return Brought(customers, own, sum(growth.stamps for growth in changed), len(rewards))
