"""Compose an answer; draw a card's picture."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from sello.domains.business import colours_of, open_shop, profile_of
from sello.domains.campaign.replies import queries
from sello.domains.campaign.replies.rules import (
    PICTURE_FOR,
    SENT_WITHIN,
    Reply,
    about_card,
    about_shops,
    drawn_words,
    picture_token,
    read_picture_token,
)
from sello.domains.customer import Customer, Language, customer_of, language_of, last_consent
from sello.domains.loyalty import card_address, held_card
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.typesetting import typeset
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

_DRAWING: Final = Path(__file__).parent / "card.typ"


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer in words, and the address of the picture that goes with it."""

    reply: Reply
    to: str
    body: str
    media_url: str | None


async def compose(
    db: Db, platform_db: PlatformDb, keys: Keys, business_id: BusinessId, reply_id: UUID, *, base_url: str
) -> Composed | None:
    """What an answer that waits has to say, as things stand now; None when there is nothing to say to anybody."""
    reply = await queries.waiting_reply(db, business_id, reply_id, within=SENT_WITHIN)
    customer = await customer_of(db, business_id, reply.customer_id) if reply else None
    profile = await profile_of(db, business_id)
    if reply is None or customer is None or customer.phone is None or profile is None:
        return None
    language = language_of(profile.locale)
    if reply.kind in ("opted_out", "opted_in", "help"):
        shops = await _shops(db, platform_db, customer, reply)
        return Composed(reply, customer.phone, about_shops(reply.kind, shops, language), None)
    said = await _card_said(db, keys, business_id, reply, base_url=base_url, language=language)
    return Composed(reply, customer.phone, *said) if said else None


async def _card_said(
    db: Db, keys: Keys, business_id: BusinessId, reply: Reply, *, base_url: str, language: Language
) -> tuple[str, str | None] | None:
    """The words about a card and the address of its picture; None when the shop is not open any more."""
    held = await held_card(db, business_id, reply.customer_id)
    try:
        shop = await open_shop(db, business_id)
    except Refused:
        return None
    if held is None:
        return None
    address = card_address(base_url, shop.code, held.link)
    body = about_card(reply.kind, held, shop=shop.name, address=address, language=language)
    if held.card.confirmed_at is None:
        return body, None
    token = picture_token(keys, business_id, held.card.card_id, until=clock.now() + PICTURE_FOR)
    return body, f"{base_url}/m/{token}"


async def _shops(db: Db, platform_db: PlatformDb, customer: Customer, reply: Reply) -> list[str]:
    """The shops an answer names: those that may not write any more, those that may again, or all."""
    places = await queries.places_of(platform_db, customer.phone or "")
    if reply.kind == "help":
        return [place.name for place in places if not place.pending]
    names = []
    for place in places:
        said = await last_consent(db, place.business_id, place.customer_id)
        if said is None:
            continue
        if reply.kind == "opted_out" and said.kind == "opt_out":
            names.append(place.name)
        if reply.kind == "opted_in" and (said.kind, said.source) == ("opt_in", "message"):
            names.append(place.name)
    return names


async def draw_card(db: Db, keys: Keys, token: str) -> bytes:
    """The picture of a card with its stamps, for whoever holds an address that we signed; refuses not_found."""
    named = read_picture_token(keys, token, now=clock.now())
    holder = await queries.holder_of(db, *named) if named else None
    if named is None or holder is None:
        raise Refused("not_found")
    held, profile = await held_card(db, named[0], holder.customer_id), await profile_of(db, named[0])
    if held is None or profile is None or held.card.confirmed_at is None:
        raise Refused("not_found")
    language = language_of(profile.locale)
    words = drawn_words(
        held, shop=profile.name, colours=colours_of(profile.colour_light, profile.colour_dark), language=language
    )
    return await asyncio.to_thread(typeset, _DRAWING, words, "png", logo=None)
