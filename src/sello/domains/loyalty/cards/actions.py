"""Open a card from its link; hear its holder on marketing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sello.domains.business import Business, RulesInForce, current_rules, open_shop, shop_by_code
from sello.domains.customer import (
    TEXT_VERSION,
    Consent,
    Language,
    Receipt,
    language_of,
    network_hash,
    read_text,
    set_consent,
)
from sello.domains.loyalty.cards import queries
from sello.domains.loyalty.cards.rules import VISITS_SHOWN, CardView, split_link
from sello.domains.loyalty.persons.actions import refuse_erased
from sello.domains.loyalty.queries import card_of
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import clock
from sello.shared.auth import CODE_SECONDS, Keys, rotating_code
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class Code:
    """A rotating code and the moment it stops working (a few seconds of grace aside)."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WebCard:
    """What the customer sees on the card's own page."""

    business: Business
    card: CardView
    rules: RulesInForce
    visits: list[date]
    code: Code


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card as its holder is told of it in a message. `link` opens it."""

    card: CardView
    link: str
    rules: RulesInForce


async def open_card(db: Db, platform_db: PlatformDb, keys: Keys, text: str) -> WebCard:
    """The card behind the text of its link; whoever holds the link may see it.

    Of a pending card that is what was typed on it and nothing else, whoever's phone it names. Refuses card_not_found,
    customer_erased, business_closed, shop_unavailable, rules_missing.
    """
    business_id, card = await card_behind(db, platform_db, keys, text)
    business = await open_shop(db, business_id)
    rules = await current_rules(db, business_id)
    if rules is None:
        raise Refused("rules_missing")
    visits = await queries.visits_of(db, business_id, card.card_id, most=VISITS_SHOWN)
    return WebCard(business, card, rules, [visit.day for visit in visits], _fresh_code(keys, card))


async def fresh_code(db: Db, platform_db: PlatformDb, keys: Keys, text: str) -> Code:
    """A new rotating code for the holder of the link; refuses as `open_card`."""
    business_id, card = await card_behind(db, platform_db, keys, text)
    await open_shop(db, business_id)
    return _fresh_code(keys, card)


async def change_consent(
    db: Db,
    platform_db: PlatformDb,
    keys: Keys,
    text: str,
    *,
    marketing: bool,
    text_version: str | None,
    language: Language | None,
    network: str,
) -> Consent:
    """The holder of the link on marketing; refuses as `open_card`, and text_version_unknown.

    An opt-out is heard even when the shop is closed.
    """
    business_id, card = await card_behind(db, platform_db, keys, text)
    if marketing:
        shop = await open_shop(db, business_id)
        language = language or language_of(shop.locale)
    read = read_text(text_version or ("" if marketing else TEXT_VERSION), language or "es")
    receipt = Receipt("card", read, network_hash=network_hash(keys, network))
    return await set_consent(db, business_id, card.customer_id, "opt_in" if marketing else "opt_out", receipt)


async def card_behind(db: Db, platform_db: PlatformDb, keys: Keys, text: str) -> tuple[BusinessId, CardView]:
    """The shop and the card that a link names; refuses card_not_found, and customer_erased for one that was erased."""
    parts = split_link(text)
    business_id = await shop_by_code(platform_db, parts[0]) if parts else None
    card = await queries.card_of_link(db, business_id, parts[1]) if parts and business_id else None
    if parts and business_id is not None and card is None:
        await refuse_erased(db, keys, business_id, link=parts[1])
    if business_id is None or card is None:
        raise Refused("card_not_found")
    return business_id, card


async def held_card(db: Db, business_id: BusinessId, customer_id: CustomerId) -> HeldCard | None:
    """The card of a customer for whoever holds their phone; None when they are erased or the shop has no rules now."""
    view = await queries.card_of_holder(db, business_id, customer_id)
    rules = await current_rules(db, business_id)
    card = await card_of(db, business_id, view.card_id) if view else None
    if view is None or rules is None or card is None:
        return None
    return HeldCard(view, card.link, rules)


def _fresh_code(keys: Keys, card: CardView) -> Code:
    issued = clock.now().replace(microsecond=0)
    return Code(rotating_code(keys, card.card_id, issued), issued + timedelta(seconds=CODE_SECONDS))
