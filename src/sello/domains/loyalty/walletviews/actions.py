"""The cards in phones as a shop is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sello.domains.customer import customer_of
from sello.domains.loyalty.walletviews import queries
from sello.domains.loyalty.walletviews.rules import (
    LATE,
    Ends,
    Happened,
    Verdict,
    WalletPass,
    is_late,
    last_of,
    verdict_of,
)
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CustomerId

EVENTS_SHOWN: Final = 60  # of each pass
LATE_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A card in a phone, the answer to why it shows what it shows, and what happened to it, the newest first."""

    card: WalletPass
    verdict: Verdict
    events: list[Happened]


@dataclass(frozen=True, slots=True)
class Behind:
    """A card that shows an old number for long. `name`: of its customer."""

    customer_id: UUID
    name: str
    card: WalletPass
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ShopWallets:
    """Where the cards of a shop's customers are, and those that are behind: 50 at most, the newest first."""

    shares: queries.Shares
    late: list[Behind]


async def wallets_of_customer(db: Db, business_id: BusinessId, customer_id: CustomerId, *, ends: Ends) -> list[Told]:
    """The cards that a customer has in phones; of a merged one, those of the customer they are now.

    Refuses customer_not_found.
    """
    customer = await customer_of(db, business_id, customer_id)
    if customer is None:
        raise Refused("customer_not_found")
    passes = await queries.passes_of_customer(db, business_id, customer.merged_into or customer.id)
    if not passes:
        return []
    ids = [one.id for one in passes]
    shown = await queries.events_of(db, business_id, ids, most=EVENTS_SHOWN)
    return [
        Told(one, verdict, [event for event in shown if event.pass_id == one.id])
        for one, verdict in await _judged(db, business_id, passes, ends=ends, now=clock.now())
    ]


async def wallets_of_shop(db: Db, business_id: BusinessId, *, ends: Ends) -> ShopWallets:
    """Where the shop's cards are, and which of them show an old number."""
    shares = await queries.shares_of(db, business_id)
    passes = await queries.passes_behind(db, business_id, late=LATE, most=LATE_SHOWN)
    now = clock.now()
    judged = await _judged(db, business_id, [one for one in passes if is_late(one, now=now)], ends=ends, now=now)
    named = await queries.names_of(db, business_id, [one.customer_id for one, _ in judged]) if judged else []
    names = {one.id: one.name for one in named}
    late = [
        Behind(one.customer_id, names[one.customer_id], one, verdict)
        for one, verdict in judged
        if one.customer_id in names
    ]
    return ShopWallets(shares, late)


async def _judged(
    db: Db, business_id: BusinessId, passes: Sequence[WalletPass], *, ends: Ends, now: datetime
) -> list[tuple[WalletPass, Verdict]]:
    if not passes:
        return []
    last = last_of(await queries.last_events(db, business_id, [one.id for one in passes]))
    return [(one, verdict_of(one, last.get(one.id, {}), now=now, ends=ends)) for one in passes]
