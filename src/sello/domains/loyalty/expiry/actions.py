"""What a shop's midnight ends, in batches: each holds its locks briefly and may be the last, for the next goes on."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Final

from sello.domains.loyalty.expiry import queries
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId

WARNED_BEFORE: Final = timedelta(days=7)
BATCH: Final = 500  # cards of one statement


async def expire_stamps(db: Db, business_id: BusinessId, today: date) -> int:
    """Let open stamps expire whose last day is over; of how many cards. A second time finds none."""
    return await _until_none(lambda: queries.lapse_stamps(db, business_id, today=today, most=BATCH))


async def expire_rewards(db: Db, business_id: BusinessId, today: date, *, since: date) -> int:
    """Let rewards expire whose last day is over and not before `since`; how many. A second time finds none."""

    async def work(tx: Db) -> list[queries.Gone]:
        cards = await queries.lock_cards_with_old_rewards(tx, business_id, today=today, since=since, most=BATCH)
        return await queries.expire_rewards(tx, business_id, [card.id for card in cards], today=today)

    return await _until_none(lambda: db.transact(business_id, work))


async def expire_rewards_of(tx: Db, business_id: BusinessId, card_id: CardId, today: date) -> None:
    """The same for one card, which is locked, in the caller's transaction."""
    await queries.expire_rewards(tx, business_id, [card_id], today=today)


async def announce_expiry(db: Db, business_id: BusinessId, today: date) -> int:
    """Record `ExpiryNear` for everything that expires within seven days; of how many things. Each is told once."""
    until = today + WARNED_BEFORE
    return await _until_none(
        lambda: queries.announce_stamps(db, business_id, today=today, until=until, most=BATCH)
    ) + await _until_none(lambda: queries.announce_rewards(db, business_id, today=today, until=until, most=BATCH))


async def _until_none(batch: Callable[[], Awaitable[list[queries.Gone]]]) -> int:
    """A batch may be smaller than it could: rows that changed while they were waited for fall out of it."""
    total = 0
    while gone := await batch():
        total += len(gone)
    return total
