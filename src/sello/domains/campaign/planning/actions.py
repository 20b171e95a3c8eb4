"""Planning: everybody whom a campaign means gets a message or is held out, once for each occasion.

A plan may run twice, beside itself and be killed anywhere: each batch is a transaction of its own, the window of a
customer's week decides who is planned, and whoever was meant for an occasion is not meant for it again.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from sello.domains.campaign.actions import finish
from sello.domains.campaign.planning import queries
from sello.domains.campaign.planning.queries import Batch, Day
from sello.domains.campaign.planning.rules import (
    PRIORITIES,
    Planned,
    draw,
    purpose_of,
)
from sello.domains.campaign.queries import active_campaigns, campaign_of, progress_of, waiting_cost
from sello.domains.campaign.rules import Campaign, Expiring, Segment, Watching, next_loud, price_of, room_of
from sello.domains.campaign.triggers.queries import candidates_among, candidates_of
from sello.domains.campaign.triggers.rules import Candidate, Look, look_of, reacts_to_stamp
from sello.events import CampaignPlanned
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, CampaignId, CustomerId, new_id, random_codes

BATCH: Final = 2_000
LANES: Final = 2  # batches at once
_CODE: Final = 13  # characters: 65 bits
_SEGMENT_STANDS: Final = timedelta(days=8)  # whoever had a message in the week before has had their turn
_NOTHING: Final = Planned(0, 0)


async def plan_shop(db: Db, keys: Keys, business_id: BusinessId, *, sender: str) -> Planned:
    """Plan every active campaign of a shop for its present day. A second time finds nobody who is new."""
    day = await queries.day_of(db, business_id)
    total = _NOTHING
    if day is None:
        return total
    for campaign in await active_campaigns(db, business_id):
        total += await _plan(db, keys, business_id, campaign, day, sender=sender, only=None)
        if isinstance(campaign.trigger, Segment):
            await _end_segment(db, business_id, campaign, day)
    await queries.close_day(db, business_id, day.today)
    return total


async def plan_campaign(
    db: Db,
    keys: Keys,
    business_id: BusinessId,
    campaign_id: CampaignId,
    *,
    sender: str,
    only: Sequence[CustomerId] | None = None,
) -> Planned:
    """Plan one campaign, for everybody or for these customers; nothing of one that is not active."""
    campaign, day = await campaign_of(db, business_id, campaign_id), await queries.day_of(db, business_id)
    if campaign is None or day is None:
        return _NOTHING
    return await _plan(db, keys, business_id, campaign, day, sender=sender, only=only)


async def plan_customer(
    db: Db, keys: Keys, business_id: BusinessId, customer_id: CustomerId, *, sender: str, stamped: bool
) -> Planned:
    """Look at once whether a stamp (or stamps that soon expire) sets something off for this customer.

    Who has just come is not told any more that they are missed.
    """
    if stamped:
        await queries.release_visited(db, business_id, customer_id)
    fits: Callable[[Watching | Segment], bool] = reacts_to_stamp if stamped else _is_expiring
    campaigns = [one for one in await active_campaigns(db, business_id) if fits(one.trigger)]
    day = await queries.day_of(db, business_id) if campaigns else None
    total = _NOTHING
    for campaign in campaigns if day is not None else ():
        assert day is not None  # noqa: S101  # said one line above
        total += await _plan(db, keys, business_id, campaign, day, sender=sender, only=[customer_id])
    return total


def key_of_draw(keys: Keys, campaign_id: CampaignId) -> bytes:
    """What decides who is held out by a campaign in this installation."""
    return keys.mac("campaign-arm", purpose_of(campaign_id))


async def let_go(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """Let everything go that waits for a campaign that has ended; how much. The second time finds nothing."""
    campaign = await campaign_of(db, business_id, campaign_id)
    if campaign is None or campaign.ended_at is None:
        return 0
    total = 0
    while gone := await queries.release_waiting(db, business_id, campaign_id, why="ended", most=BATCH):
        total += len(gone)
    return total


async def _plan(
    db: Db,
    keys: Keys,
    business_id: BusinessId,
    campaign: Campaign,
    day: Day,
    *,
    sender: str,
    only: Sequence[CustomerId] | None,
) -> Planned:
    if campaign.state != "active" or campaign.activated_at is None:
        return _NOTHING
    price = price_of(campaign.category, day.today)
    room = room_of(campaign, await waiting_cost(db, business_id, campaign.id) if campaign.budget_centimos else 0, price)
    look = look_of(campaign.trigger, day.today, day.steps, campaign.activated_at.astimezone(day.there).date())
    candidates = await _candidates(db, business_id, campaign, look, only)
    drawn = draw(candidates, key_of_draw(keys, campaign.id), campaign.holdout_percent, room=room)
    total = _NOTHING
    for batch in _batches(drawn.held_out):
        total += await _hold_out(db, business_id, campaign, batch)
    waiting = _batches(drawn.messages)

    async def lane() -> Planned:
        """Takes batch after batch: the customers of two are never the same, so lanes do not meet."""
        planned = _NOTHING
        for batch in waiting:
            planned += await _send(db, business_id, campaign, day, batch, sender=sender, price=price)
        return planned

    return sum(await asyncio.gather(*(lane() for _ in range(LANES))), total)


async def _candidates(
    db: Db, business_id: BusinessId, campaign: Campaign, look: Look, only: Sequence[CustomerId] | None
) -> list[Candidate]:
    kind, category = campaign.trigger_kind, campaign.category
    if only is None:
        return await candidates_of(db, business_id, campaign.id, kind=kind, category=category, look=look)
    return await candidates_among(
        db, business_id, campaign.id, kind=kind, category=category, look=look, only=list(only)
    )


async def _send(
    db: Db,
    business_id: BusinessId,
    campaign: Campaign,
    day: Day,
    batch: Sequence[Candidate],
    *,
    sender: str,
    price: int,
) -> Planned:
    async def work(tx: Db) -> Planned:
        planned = await queries.insert_plan(
            tx,
            business_id,
            campaign.id,
            Batch(
                send_ids=[new_id() for _ in batch],
                customer_ids=[one.customer_id for one in batch],
                occasions=[one.occasion for one in batch],
                code_ids=[new_id() for _ in batch],
                codes=random_codes(len(batch), _CODE),
                link_ids=[new_id() for _ in batch],
                tokens=random_codes(len(batch), _CODE),
            ),
            template_id=campaign.template_id,
            sender=sender,
            category=campaign.category,
            cost_micros=price,
            priority=PRIORITIES[campaign.trigger_kind],
            due_at=next_loud(day.now, day.zone, campaign.quiet_from, campaign.quiet_until),
            code_days=campaign.code_days,
            discount_percent=campaign.discount_percent,
            gift=campaign.gift,
        )
        return await _told(tx, business_id, campaign, Planned(planned, 0))

    return await db.transact(business_id, work)


async def _hold_out(db: Db, business_id: BusinessId, campaign: Campaign, batch: Sequence[Candidate]) -> Planned:
    async def work(tx: Db) -> Planned:
        held_out = await queries.insert_held_out(
            tx,
            business_id,
            campaign.id,
            customer_ids=[one.customer_id for one in batch],
            occasions=[one.occasion for one in batch],
        )
        return await _told(tx, business_id, campaign, Planned(0, held_out))

    return await db.transact(business_id, work)


async def _told(tx: Db, business_id: BusinessId, campaign: Campaign, planned: Planned) -> Planned:
    if planned != _NOTHING:
        fact = CampaignPlanned(campaign_id=campaign.id, messages=planned.messages, held_out=planned.held_out)
        await facts.record(tx, business_id, fact)
    return planned


async def _end_segment(db: Db, business_id: BusinessId, campaign: Campaign, day: Day) -> None:
    """A one-off is over when nothing of it waits and everybody on its list was meant, or has had their time."""
    progress = (await progress_of(db, business_id, [campaign.id]))[0]
    if progress.waiting or progress.doubtful or campaign.activated_at is None:
        return
    if day.now - campaign.activated_at > _SEGMENT_STANDS or not await queries.left_of_segment(
        db, business_id, campaign.id
    ):
        await db.transact(business_id, lambda tx: finish(tx, business_id, campaign.id))


def _batches(candidates: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    return (candidates[start : start + BATCH] for start in range(0, len(candidates), BATCH))


def _is_expiring(trigger: Watching | Segment) -> bool:
    return isinstance(trigger, Expiring)
