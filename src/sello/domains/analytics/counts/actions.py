"""Count cards anew, and shops.

A card is never counted up: what its ledger comes to is computed again and takes the place of what stood there, and the
shop's days get the difference, all in one transaction that holds the card's row. So it does not matter how often, in
what order or by how many at once cards are counted; whoever counts last has seen at least what the others saw, because
the ledger is read after the row is held.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from sello.domains.analytics.counts import queries
from sello.domains.analytics.counts.queries import CountedCard
from sello.domains.analytics.counts.rules import (
    CardDay,
    CardStats,
    DayNumbers,
    Key,
    Shares,
    differences,
    shares,
    stats_of,
)
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId

_AT_ONCE: Final = 200  # cards of one transaction
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Corrected:
    """What counting a shop anew had to change: 0 where every fact had been reacted to."""

    cards: int
    days: int


@dataclass(frozen=True, slots=True)
class _Counted:
    stats: list[CardStats]
    days: dict[tuple[CardId, date, UUID], CardDay]

    def shares(self) -> Shares:
        """The cards' share in the shop's days."""
        sums: Shares = defaultdict(DayNumbers)
        by_card = defaultdict[CardId, list[CardDay]](list)
        for day in self.days.values():
            by_card[day.card_id].append(day)
        for card in self.stats:
            own = shares(
                by_card[card.card_id],
                enrolled_day=card.enrolled_day,
                threshold_days=card.threshold_days,
                erased=card.erased,
            )
            for key, numbers in own.items():
                sums[key].add(numbers, 1)
        return sums


async def count_cards(db: Db, business_id: BusinessId, card_ids: Collection[CardId]) -> int:
    """Count these cards as their ledgers are now, with all that were merged with them; how many rows were not so.

    Locks, always in this order: the shop's row (shared), the cards' rows by id, the shop's days by branch and day.
    A merge that commits while we wait widens the family; then a lock may come out of order, and of two transactions
    that wait for each other one is repeated.
    """

    async def work(tx: Db) -> int:
        if await queries.share_shop(tx, business_id) is None:
            await queries.make_shop(tx, business_id)
            await queries.share_shop(tx, business_id)
        held: list[CardStats] = []
        while True:
            family = await queries.families_of(tx, business_id, sorted(card_ids))
            ids = [card.card_id for card in family]
            if set(ids) <= {card.card_id for card in held}:
                break
            await queries.make_stats(tx, business_id, ids)
            held = await queries.locked_stats(tx, business_id, ids)
        kept = await queries.kept_days(tx, business_id, ids)
        present = _Counted([card for card in held if card.card_id in set(ids)], _by_key(kept))
        wanted = await _count(tx, business_id, family)
        return await _replace(tx, business_id, present, wanted)

    return await db.transact(business_id, work) if card_ids else 0


async def _count(tx: Db, business_id: BusinessId, family: Sequence[CountedCard]) -> _Counted:
    """What the ledgers come to, each up to the entry that `family` names."""
    days = await queries.ledger_days(
        tx,
        business_id,
        [card.card_id for card in family],
        roots=[card.root for card in family],
        seqs=[card.seq for card in family],
    )
    by_root, enrolled = defaultdict[CardId, list[CardDay]](list), dict[CardId, date]()
    for day in days:
        by_root[day.card_id].append(day)
    for card in family:
        if card.issued_day is not None:
            enrolled[card.root] = min(card.issued_day, enrolled.get(card.root, date.max))
    stats = [
        stats_of(
            card.card_id,
            by_root[card.card_id],
            seq=card.seq,
            enrolled_day=enrolled.get(card.card_id),
            threshold_days=card.threshold_days,
            erased=card.erased,
        )
        if card.merged_into is None
        else CardStats(
            card.card_id, counted_seq=card.seq, counted_into=card.merged_into, threshold_days=card.threshold_days
        )
        for card in family
    ]
    return _Counted(stats, _by_key(days))


def _by_key(days: Iterable[CardDay]) -> dict[tuple[CardId, date, UUID], CardDay]:
    return {(day.card_id, day.day, day.branch_id): day for day in days}


async def _replace(tx: Db, business_id: BusinessId, present: _Counted, wanted: _Counted) -> int:
    before = {card.card_id: card for card in present.stats}
    stats = [card for card in wanted.stats if card != before.get(card.card_id)]
    emptied = {key: day.emptied() for key, day in present.days.items() if key not in wanted.days}
    days = [day for key, day in (wanted.days | emptied).items() if day != present.days.get(key)]
    if days:
        await queries.put_days(tx, business_id, _rows(days))
    if stats:
        await queries.put_stats(tx, business_id, _rows(stats))
    await _add(tx, business_id, differences(present.shares(), wanted.shares()))
    return len(stats) + len(days)


async def _add(tx: Db, business_id: BusinessId, change: Mapping[Key, DayNumbers]) -> None:
    if not change:
        return
    rows = [{"branch_id": branch, "day": day, **asdict(numbers)} for (branch, day), numbers in change.items()]
    await queries.add_to_days(tx, business_id, _encode(rows).decode())


def _rows(rows: Sequence[Any]) -> str:
    return _encode([asdict(row) for row in rows]).decode()


# ---------------------------------------------------------------- a whole shop


async def count_behind(db: Db, business_id: BusinessId) -> int:
    """Count the cards whose ledger, merge or threshold is not what they were counted with; how many there were."""
    count = 0
    async for page in _cards(db, business_id, only_behind=True):
        await count_cards(db, business_id, page)
        count += len(page)
    return count


async def count_shop(db: Db, business_id: BusinessId) -> Corrected:
    """Count every card of the shop anew, then its days from the cards. May run twice, and beside reactions.

    Cards are counted some hundred at a time; the days are added up in one transaction that holds the shop alone.
    """
    changed = 0
    async for page in _cards(db, business_id, only_behind=False):
        changed += await count_cards(db, business_id, page)

    async def work(tx: Db) -> int:
        await queries.make_shop(tx, business_id)
        await queries.lock_shop(tx, business_id)
        wanted: Shares = defaultdict(DayNumbers)
        async for counted in _counted(tx, business_id):
            for key, numbers in counted.shares().items():
                wanted[key].add(numbers, 1)
        present = {
            (row.branch_id, row.day): DayNumbers(**{name: getattr(row, name) for name in DayNumbers.__slots__})
            for row in await queries.days_of(tx, business_id)
        }
        change = differences(present, wanted)
        await _add(tx, business_id, change)
        return len(change)

    return Corrected(changed, await db.transact(business_id, work))


async def _cards(db: Db, business_id: BusinessId, *, only_behind: bool) -> AsyncIterator[list[CardId]]:
    after: CardId | None = None
    while True:
        page = await queries.confirmed_cards(db, business_id, after=after, only_behind=only_behind, most=_AT_ONCE)
        if page:
            yield [card.card_id for card in page]
        if len(page) < _AT_ONCE:
            return
        after = page[-1].card_id


async def _counted(tx: Db, business_id: BusinessId) -> AsyncIterator[_Counted]:
    after: CardId | None = None
    while True:
        stats = await queries.stats_after(tx, business_id, after=after, most=_AT_ONCE)
        if stats:
            days = await queries.kept_days(tx, business_id, [card.card_id for card in stats])
            yield _Counted(stats, _by_key(days))
        if len(stats) < _AT_ONCE:
            return
        after = stats[-1].card_id
