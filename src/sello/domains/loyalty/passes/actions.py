"""Issue a card's pass, and build it as the card is at this moment."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sello.domains.business import (
    Profile,
    RulesInForce,
    branches_of,
    colours_of,
    current_rules,
    open_shop,
    present_file,
    profile_of,
    rules_in_words,
    terms_address,
)
from sello.domains.customer import notice_address
from sello.domains.loyalty.cards.actions import card_behind
from sello.domains.loyalty.passes import queries
from sello.domains.loyalty.passes.queries import Pass, ShownCard
from sello.domains.loyalty.passes.rules import (
    Identity,
    Language,
    Place,
    Shown,
    Waiting,
    content,
    voided_content,
)
from sello.domains.loyalty.strips.actions import Pictures, Strips
from sello.domains.loyalty.strips.rules import sign_of, strip_of
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.passkit import Certificates, packed, seal, unseal
from sello.shared.auth import Keys
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import BusinessId, CardId, new_id, random_code

TOKEN: Final = "pass-token"  # what a sealed token is sealed for
_LENGTH: Final = 26  # letters of 5 bits: 130 random ones


@dataclass(frozen=True, slots=True)
class Forge:
    """What passes are made with."""

    keys: Keys
    certificates: Certificates
    strips: Strips
    base_url: str


@dataclass(frozen=True, slots=True)
class Built:
    """A pass as a file, and the entry of the ledger that it shows."""

    pkpass: bytes
    seq: int


async def issue(
    db: Db, platform_db: PlatformDb, forge: Forge, text: str, *, language: Language
) -> tuple[Pass, ShownCard]:
    """The pass of the card behind a link: its only one, made on the first asking.

    Refuses card_not_found, customer_erased, business_closed, shop_unavailable.
    """
    business_id, view = await card_behind(db, platform_db, forge.keys, text)
    await open_shop(db, business_id)
    found = await queries.pass_of_card(db, business_id, view.card_id)
    if found is None:
        await _issue(db, forge, business_id, view.card_id, language)
    elif found.locale != language:
        await queries.set_locale(db, business_id, found.id, language)
    found = await queries.pass_of_card(db, business_id, view.card_id)
    card = await queries.shown_card(db, business_id, view.card_id)
    if found is None or card is None:
        raise Refused("card_not_found")  # erased a moment ago
    return found, card


async def _issue(db: Db, forge: Forge, business_id: BusinessId, card_id: CardId, language: Language) -> None:
    own = await queries.pass_type_of(db, business_id)
    pass_type_id = own.pass_type_id if own else None
    if pass_type_id is None or forge.certificates.signer(pass_type_id) is None:
        pass_type_id = forge.certificates.default_pass_type_id
    id_, token = new_id(), random_code(_LENGTH)

    async def work(tx: Db) -> None:
        rows = await queries.insert_pass(
            tx,
            business_id,
            card_id,
            id_=id_,
            serial=random_code(_LENGTH),
            pass_type_id=pass_type_id,
            token_sealed=seal(forge.keys, TOKEN, token),
            locale=language,
        )
        if rows:  # of two at once, the first one's
            await queries.write_event(tx, business_id, id_, "issued")

    await db.transact(business_id, work)


async def build(db: Db, forge: Forge, one: Pass, card: ShownCard | None = None) -> Built:
    """The pass as its card is now; grey and without a code once that is nobody's, or the shop has closed.

    Raises Unavailable when it cannot be signed here, or its shop lost what it shows.
    """
    business_id = one.business_id
    card = card or await queries.shown_card(db, business_id, one.card_id)
    profile = await profile_of(db, business_id)
    signer = forge.certificates.signer(one.pass_type_id)
    token = token_of(forge.keys, one)
    if card is None or profile is None or signer is None or token is None:
        raise Unavailable
    identity = Identity(
        pass_type_id=one.pass_type_id,
        team_id=signer.team_id,
        serial=one.serial,
        token=token,
        base_url=forge.base_url,
    )
    colours = colours_of(profile.colour_light, profile.colour_dark)
    logo = await present_file(db, business_id, "logo")
    pictures: dict[str, Any] = dict(
        await forge.strips.sign(
            sign_of(profile.name, colours, logo.sha256 if logo else b""), logo.name if logo else None
        )
    )
    if card.erased_at is not None or card.closed_at is not None:
        said = voided_content(identity, profile.name, colours, one.locale)
    else:
        rules = await current_rules(db, business_id)
        if rules is None:
            raise Unavailable
        pictures |= await _strip(forge, rules, profile, card)
        shown = _shown(card, profile, rules, one.locale, base_url=forge.base_url)
        said = content(identity, replace(shown, places=await _places(db, business_id)), one.locale)
    return Built(packed(signer, said, pictures), card.seq)


def token_of(keys: Keys, one: Pass) -> str | None:
    """What a phone proves itself with; None once it is gone."""
    return unseal(keys, TOKEN, one.token_sealed) if one.token_sealed is not None else None


async def hand_out(db: Db, one: Pass, built: Built) -> None:
    """Note what somebody has just got."""
    await queries.mark_shown(db, one.business_id, one.id, built.seq)


async def _strip(forge: Forge, rules: RulesInForce, profile: Profile, card: ShownCard) -> Pictures:
    colours = colours_of(profile.colour_light, profile.colour_dark)
    return await forge.strips.strip(strip_of(rules, colours, profile.picture, card.balance))


async def _places(db: Db, business_id: BusinessId) -> list[Place]:
    return [
        Place(branch.latitude, branch.longitude)
        for branch in await branches_of(db, business_id)
        if branch.closed_at is None and branch.latitude is not None and branch.longitude is not None
    ]


def _shown(card: ShownCard, profile: Profile, rules: RulesInForce, language: Language, *, base_url: str) -> Shown:
    return Shown(
        shop=profile.name,
        colours=colours_of(profile.colour_light, profile.colour_dark),
        picture=profile.picture,
        rules=rules,
        terms=rules_in_words(rules, language),
        balance=card.balance,
        pending=card.confirmed_at is None,
        stamps_until=card.stamps_until,
        waiting=[Waiting(one["title"], _day(one["good_until"])) for one in card.waiting],
        last=card.last,
        scan_code=card.scan_code,
        card_url=f"{base_url}/c/{card.address}",
        terms_url=terms_address(base_url, profile.slug, rules.version),
        privacy_url=notice_address(base_url, profile.slug),
    )


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None
