"""Issue a card for Google and make its save link; say what a card shows; count what its person is told."""

import asyncio
from typing import Final, Literal
from uuid import UUID

from sello.domains.business import current_rules, open_shop, profile_of
from sello.domains.customer import Language
from sello.domains.loyalty.cards.actions import card_behind
from sello.domains.loyalty.cards.queries import card_of_holder
from sello.domains.loyalty.googlecards import queries
from sello.domains.loyalty.googlecards.rules import (
    KEPT_FOR_REWARDS,
    MOST_NOTICES,
    TELLING,
    Content,
    GooglePass,
    State,
    class_suffix,
    last_try,
    notices_since,
    save_body,
)
from sello.domains.loyalty.passes.queries import write_event
from sello.domains.loyalty.queries import card_of
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.googlewallet import Issuer, save_link
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import BusinessId, CardId, new_id, random_code

PUT_OBJECT: Final = "google.put_object"
_SERIAL: Final = 26
_PATIENCE: Final = 4.0  # seconds a person waits for their shop's very first card
_PAUSE: Final = 0.1


async def issue_card(
    db: Db, platform_db: PlatformDb, keys: Keys, issuer: Issuer, text: str, *, language: Language, base_url: str
) -> str:
    """The address that saves the card behind a link; asked again, the same card's.

    Queues the job that brings the whole card to Google; the link works before it and after it. Refuses card_not_found,
    customer_erased, business_closed, shop_unavailable, rules_missing, and wallet_not_ready while Google has no class of
    the shop.
    """
    business_id, view = await card_behind(db, platform_db, keys, text)
    shop = await open_shop(db, business_id)
    held = await _pass_for(db, business_id, view.card_id, language)
    content = await content_of(db, business_id, held)
    if content is None:
        raise Refused("rules_missing")
    if content.view is None:
        raise Refused("card_not_found")
    payload = {"business_id": str(business_id), "card_id": str(view.card_id)}
    key = f"{PUT_OBJECT}:{business_id}:{view.card_id}"
    await jobs.enqueue(platform_db, PUT_OBJECT, payload, priority=jobs.MAIL, dedupe=key)
    await _class_is_there(db, business_id)
    card = save_body(
        issuer.resource(held.serial), issuer.resource(class_suffix(shop.code)), content, language=held.locale
    )
    return save_link(issuer, card, origins=[base_url], now=clock.now())


async def content_of(db: Db, business_id: BusinessId, held: GooglePass) -> Content | None:
    """What a pass shows now; None for a shop without rules. The entry is read first, so it is never too new."""
    card = await card_of(db, business_id, held.card_id)
    shown = await card_of(db, business_id, card.merged_into) if card and card.merged_into else card
    rules = await current_rules(db, business_id)
    profile = await profile_of(db, business_id)
    if card is None or shown is None or rules is None or profile is None:
        return None
    view = None if shown.erased_at is not None else await card_of_holder(db, business_id, shown.customer_id)
    state: State = "ACTIVE" if view is not None and profile.closed_at is None else "INACTIVE"
    if state == "ACTIVE" and shown.id != card.id and await _has_own(db, business_id, shown.id):
        state = "EXPIRED"  # two cards that became one, both saved: one is enough
    return Content(shown.seq, state, shown, view if state == "ACTIVE" else None, rules, profile)


async def told_rewards(
    db: Db, business_id: BusinessId, pass_id: UUID, of: Literal["reward", "seen"], rewards: list[str]
) -> None:
    """The person knows of these rewards now: they were told, or saw them when they saved the card."""
    await write_event(db, business_id, pass_id, "notified", of="seen", why=of, rewards=rewards)


Telling = Literal["loud", "quiet", "taken"]
"""How a person is told of something: on the screen, in the card alone, or by somebody else at this moment."""


async def claim_notice(
    db: Db, business_id: BusinessId, pass_id: UUID, of: Literal["update", "reward"], *, rewards: list[str]
) -> Telling:
    """Take one of the times that the person may be told of this card in 24 hours, or find out that none is left.

    Written before the telling, under the pass's lock: two jobs never take the same one nor tell of the same reward at
    once. Whoever begins again where a job has died takes no second one.
    """
    most = MOST_NOTICES if of == "reward" else MOST_NOTICES - KEPT_FOR_REWARDS

    async def work(tx: Db) -> Telling:
        if await queries.lock_pass(tx, business_id, pass_id) is None:
            return "taken"
        now, noted = clock.now(), await queries.noted_of(tx, business_id, pass_id)
        tried = last_try(noted, rewards)
        if tried is not None and tried.at > now - TELLING:
            return "taken"
        again = tried is not None and tried.details["of"] != "quiet"
        loud = again or notices_since(noted, now) < most
        if loud or of == "reward":
            what = "again" if again else of if loud else "quiet"
            await write_event(tx, business_id, pass_id, "notified", of=what, trying=rewards)
        return "loud" if loud else "quiet"

    return await db.transact(business_id, work)


async def note_patched(db: Db, business_id: BusinessId, held: GooglePass, content: Content, *, notified: bool) -> None:
    """Google has the card as it was."""

    async def work(tx: Db) -> None:
        if held.shown_seq is None:
            await write_event(tx, business_id, held.id, "issued")
        await queries.mark_patched(tx, business_id, held.id, tag=held.tag, seq=content.seq)
        balance = content.view.balance if content.view else None
        await write_event(tx, business_id, held.id, "patched", seq=content.seq, notified=notified, balance=balance)

    await db.transact(business_id, work)


async def note_saved(db: Db, business_id: BusinessId, pass_id: UUID, *, saved: bool) -> None:
    """Google says whether somebody keeps the card; the same again changes nothing."""

    async def work(tx: Db) -> None:
        if await queries.mark_saved(tx, business_id, pass_id, saved=saved) == 0:
            return
        if saved:
            await write_event(tx, business_id, pass_id, "saved")
        else:
            await write_event(tx, business_id, pass_id, "unregistered", why="phone")

    await db.transact(business_id, work)


async def _pass_for(db: Db, business_id: BusinessId, card_id: CardId, language: Language) -> GooglePass:
    card = await card_of(db, business_id, card_id)
    if card is None:
        raise Refused("card_not_found")
    await queries.insert_pass(
        db, business_id, card_id, id=new_id(), serial=random_code(_SERIAL), locale=language, seq=card.seq
    )
    found = await queries.google_passes(db, business_id, card_id)
    return next(one for one in found if one.card_id == card_id)


async def _has_own(db: Db, business_id: BusinessId, card_id: CardId) -> bool:
    return any(one.card_id == card_id for one in await queries.google_passes(db, business_id, card_id))


async def _class_is_there(db: Db, business_id: BusinessId) -> None:
    """Wait a little for a shop's first class: without one, Google would show its person an error."""
    for _ in range(int(_PATIENCE / _PAUSE)):
        if await queries.class_put(db, business_id) is not None:
            return
        await asyncio.sleep(_PAUSE)
    raise Unavailable("wallet_not_ready", after=3.0)
