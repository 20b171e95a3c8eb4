"""Understand what somebody wrote: leave, come back, see a card, prove a phone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sello.domains.campaign.inbound import queries
from sello.domains.campaign.inbound.rules import (
    CARDS_SHOWN,
    HELP_EVERY,
    WINDOW,
    Asked,
    Holder,
    ReplyKind,
    asked_by,
    by_nearness,
)
from sello.domains.campaign.inbox import queries as inbox
from sello.domains.campaign.inbox.rules import InboxRow, address_of, scrubbed
from sello.domains.customer import TEXT_VERSION, Receipt, last_consent, read_text, set_consent
from sello.domains.loyalty import confirm_by_message, names_card
from sello.events import ReplyQueued
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import new_id


async def understand(db: Db, platform_db: PlatformDb, keys: Keys, inbox_id: UUID) -> int:
    """Understand a message, and before it whatever the same phone wrote earlier; how many were understood now.

    One phone's messages pass one by one, in the order of their coming, so that the last word counts. What a message
    does is done in the transactions of its shops and finds itself done the second time; only then it is settled, so a
    worker may die anywhere in it.
    """
    asked = await inbox.callback_of(platform_db, inbox_id)
    if asked is None:
        return 0

    async def work(tx: PlatformDb) -> int:
        sender = asked.params.get("From", "")
        await queries.take_turn(tx, sender)
        rows = await queries.waiting_from(tx, sender, until=asked.received_at)
        for row in rows:
            outcome, holder = await _hear(db, tx, keys, row)
            business = holder.business_id if holder else None
            await inbox.settle(
                tx, [row.id], outcomes=[outcome], businesses=[business], params=[scrubbed(keys, row.params)]
            )
        return len(rows)

    return await platform_db.transact(work)


async def _hear(db: Db, platform_db: PlatformDb, keys: Keys, row: InboxRow) -> tuple[str, Holder | None]:
    """What became of one message, and the shop that it is counted under."""
    phone, words = address_of(row.params.get("From", "")), row.params.get("Body", "")
    found = await queries.holders_of(platform_db, phone, answered=row.params.get("OriginalRepliedMessageSid", ""))
    if not found:
        return "stranger", None  # nothing is kept of strangers, not even that they were helped today
    holders = by_nearness(found)
    for holder in holders:
        await queries.open_window(db, holder.business_id, holder.customer_id, at=row.received_at, window=WINDOW)
    asked = asked_by(words, row.params.get("ButtonPayload", ""))
    if asked == "other":
        asked, named = await _proven(db, keys, holders, phone=phone, words=words)
        if named is not None:
            kind: ReplyKind = "confirmed" if asked == "proof" else "card"
            await _reply(db, named, row, kind=kind, asked=asked)
            return asked, named
    return await _answer(db, holders, row, asked)


async def _answer(db: Db, holders: Sequence[Holder], row: InboxRow, asked: Asked) -> tuple[str, Holder | None]:
    first, clerk = holders[0], min(holders, key=lambda one: one.business_id)  # who keeps when they were helped
    if asked == "opt_out" and await _leave(db, holders, row):
        await queries.claim_help(db, clerk.business_id, clerk.customer_id, every=HELP_EVERY)
        await _reply(db, first, row, kind="opted_out", asked=asked)
        return "opt_out", first
    if asked == "opt_in" and await _come_back(db, holders, row):
        await _reply(db, first, row, kind="opted_in", asked=asked)
        return "opt_in", first
    if asked == "card" and (shown := [one for one in holders if one.open][:CARDS_SHOWN]):
        for holder in shown:
            await _reply(db, holder, row, kind="card", asked=asked)
        return "card", first
    await _reply_once_a_day(db, clerk, row, kind="opted_out" if asked == "opt_out" else "help", asked=asked)
    return asked, first


async def _leave(db: Db, holders: Sequence[Holder], row: InboxRow) -> bool:
    """Opt the phone out wherever it consented or was written to; whether that changed anything."""
    left = False
    for holder in holders:
        said = await last_consent(db, holder.business_id, holder.customer_id)
        if said is None and holder.written_at is None:
            continue  # that shop never spoke to them, and may not
        if said is None or said.kind == "opt_in":
            receipt = Receipt("message", read_text(TEXT_VERSION, "es"))
            await set_consent(db, holder.business_id, holder.customer_id, "opt_out", receipt)
        left = left or said is None or said.kind == "opt_in" or _said_since(said.source, said.recorded_at, row)
    return left


async def _come_back(db: Db, holders: Sequence[Holder], row: InboxRow) -> bool:
    """Take back what a message from this phone said; a no that was said at the shop or on the card stands."""
    back = False
    for holder in holders:
        said = await last_consent(db, holder.business_id, holder.customer_id)
        if said is None or said.source != "message":
            continue
        if said.kind == "opt_out" and not holder.pending:
            receipt = Receipt("message", read_text(TEXT_VERSION, "es"))
            await set_consent(db, holder.business_id, holder.customer_id, "opt_in", receipt)
            back = True
        elif said.kind == "opt_in":
            back = back or _said_since(said.source, said.recorded_at, row)
    return back


def _said_since(source: str, recorded_at: datetime, row: InboxRow) -> bool:
    """Whether a try of this very message, whose worker died, has said it."""
    return source == "message" and recorded_at >= row.received_at


async def _proven(
    db: Db, keys: Keys, holders: Sequence[Holder], *, phone: str, words: str
) -> tuple[Asked, Holder | None]:
    """The shop whose pending card the words confirm, or confirmed before."""
    for holder in holders:
        cards = [*([holder.card_id] if holder.card_id else []), *holder.merged_cards]
        if not any(names_card(keys, card_id, words) for card_id in cards):
            continue
        if not holder.pending:
            return "card", holder
        try:
            confirmed = await confirm_by_message(
                db, keys, holder.business_id, holder.customer_id, phone=phone, words=words
            )
        except Refused:
            continue  # erased, or its shop is gone, while we looked
        if confirmed is not None:
            now = Holder(
                holder.business_id,
                confirmed.customer_id,
                confirmed.card_id,
                [],
                pending=False,
                open=holder.open,
                written_at=holder.written_at,
                visited_at=holder.visited_at,
                answered=holder.answered,
            )
            return "proof", now
    return "other", None


async def _reply_once_a_day(db: Db, holder: Holder, row: InboxRow, *, kind: ReplyKind, asked: Asked) -> None:
    """Help, or that they are out already: not to each of many messages."""

    async def work(tx: Db) -> None:
        if await queries.claim_help(tx, holder.business_id, holder.customer_id, every=HELP_EVERY):
            await _reply(tx, holder, row, kind=kind, asked=asked)

    await db.transact(holder.business_id, work)


async def _reply(db: Db, holder: Holder, row: InboxRow, *, kind: ReplyKind, asked: Asked) -> None:
    """Queue an answer: the row and its fact in one transaction; one a shop and message."""
    sender = address_of(row.params.get("To", ""))

    async def work(tx: Db) -> None:
        queued = await queries.insert_reply(
            tx,
            holder.business_id,
            new_id(),
            holder.customer_id,
            inbox_id=row.id,
            kind=kind,
            asked=asked,
            sender=sender,
        )
        if queued is not None:
            await facts.record(tx, holder.business_id, ReplyQueued(reply_id=queued.id))

    await db.transact(holder.business_id, work)
