"""Bringing shops and cards to Google, as they are when the job runs.

A job may run twice and beside another one: what was given is built again afterwards and given again until nothing has
changed, so the last to be given is the latest. A card that Google refuses for good is noted and left; whatever may be
otherwise later raises, and the job is tried again.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sello.domains.business import (
    Profile,
    RulesInForce,
    colours_of,
    current_rules,
    keep_picture,
    present_file,
    profile_of,
    terms_address,
)
from sello.domains.customer import notice_address
from sello.domains.loyalty.cards.rules import card_address
from sello.domains.loyalty.googlecards import queries
from sello.domains.loyalty.googlecards.actions import (
    PUT_OBJECT,
    claim_notice,
    content_of,
    note_patched,
    note_saved,
    told_rewards,
)
from sello.domains.loyalty.googlecards.rules import (
    Addresses,
    Body,
    Content,
    GooglePass,
    class_body,
    class_suffix,
    digest_of,
    hero_digest,
    hero_words,
    last_balance,
    logo_digest,
    logo_words,
    message_id,
    object_body,
    reward_message,
)
from sello.domains.loyalty.googlecards.rules import told_rewards as known_rewards
from sello.domains.loyalty.passes.queries import write_event
from sello.events import BusinessChanged, RulesChanged
from sello.infrastructure.database.jobs import WALLET, NewJob, enqueue_all
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.googlewallet import Absent, Answer, Declined, Exhausted, GoogleAway, Taken
from sello.infrastructure.services import Services, Work
from sello.infrastructure.typesetting import typeset
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId, CardId
from sello.shared.logs import log
from sello.shared.metrics import count_google_update

PUT_CLASS: Final = "google.put_class"
LOOK: Final = "google.look"
_LOOKS: Final = (timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1))  # after the link was given
_ROUNDS: Final = 5
_TELLING: Final = "telling"  # no trouble of Google's: another job is at it
_HERE: Final = Path(__file__).parent


async def refresh(services: Services, business_id: BusinessId, card_id: CardId) -> None:
    """Bring the card to Google as it is now, wherever it was saved; nothing where it never was.

    Raises GoogleAway and Unavailable, to be tried again.
    """
    for held in await queries.google_passes(services.db, business_id, card_id):
        try:
            await _bring(services, business_id, held)
        except GoogleAway as away:
            if away.reason == _TELLING:
                raise
            count_google_update("away")
            facts = {"reason": away.reason, "status": away.http, "retry": True}
            await write_event(services.db, business_id, held.id, "failed", **facts)
            raise


async def put_object(services: Services, payload: dict[str, Any]) -> None:
    """A card was asked for. Payload: business_id, card_id. Also looks, later, whether it was saved."""
    business_id, card_id = _ids(payload)
    await _put_class(services, business_id)
    await refresh(services, business_id, card_id)
    key = f"{LOOK}:{business_id}:{card_id}"
    about = {"business_id": str(business_id), "card_id": str(card_id)}
    later = [
        NewJob(entrypoint=LOOK, payload=about, priority=WALLET, delay=delay, dedupe=f"{key}:{delay}")
        for delay in _LOOKS
    ]
    await enqueue_all(services.platform_db, later)


async def look(services: Services, payload: dict[str, Any]) -> None:
    """Ask Google whether somebody keeps a card. Reads alone, and notes what it found; twice is once."""
    business_id, card_id = _ids(payload)
    for held in await queries.google_passes(services.db, business_id, card_id):
        answer = await services.google.get("loyaltyObject", _object_id(services, held))
        if isinstance(answer, Taken):
            await note_saved(services.db, business_id, held.id, saved=answer.resource.get("hasUsers") is True)


async def put_class(services: Services, payload: dict[str, Any]) -> None:
    """Reaction to BusinessChanged and RulesChanged. Payload: business_id. The same class again is not sent."""
    if services.settings.google_wallet_on:
        await _put_class(services, BusinessId(UUID(payload["business_id"])))


# ---------------------------------------------------------------- a class


async def _put_class(services: Services, business_id: BusinessId, *, anyway: bool = False) -> None:
    """Bring the shop's class to Google where it has another; `anyway`: Google says it has none."""
    profile, rules = await profile_of(services.db, business_id), await current_rules(services.db, business_id)
    if profile is None or rules is None or profile.closed_at is not None:
        return
    body = await _class_of(services, business_id, profile, rules)
    digest, known = digest_of(body), await queries.class_put(services.db, business_id)
    if known is not None and known.digest == digest and not anyway:
        return
    answer = await services.google.put("loyaltyClass", body)
    if not isinstance(answer, Taken):
        count_google_update("declined")
        raise GoogleAway(answer.reason if isinstance(answer, Declined) else "nonsense")
    count_google_update("class")
    await queries.keep_class(services.db, business_id, digest=digest)


async def _class_of(services: Services, business_id: BusinessId, profile: Profile, rules: RulesInForce) -> Body:
    colours = colours_of(profile.colour_light, profile.colour_dark)
    base_url = services.settings.public_base_url
    logo, words = await present_file(services.db, business_id, "logo"), logo_words(profile, colours)

    async def draw() -> bytes:
        own = await services.storage.get(logo.name) if logo else None
        if logo is not None and own is None:
            raise Unavailable
        return await asyncio.to_thread(typeset, _HERE / "logo.typ", words, "png", logo=own)

    picture = await keep_picture(
        services.db, services.storage, business_id, "emblem", logo_digest(words, logo.sha256 if logo else None), draw,
        base_url=base_url,
    )  # fmt: skip
    return class_body(
        await _class_id(services, business_id),
        profile,
        rules,
        logo=picture.url,
        colours=colours,
        base_url=base_url,
        terms=terms_address(base_url, profile.slug, rules.version),
        privacy=notice_address(base_url, profile.slug),
    )


async def _class_id(services: Services, business_id: BusinessId) -> str:
    shop = await queries.shop_code(services.db, business_id)
    if shop is None:
        raise LookupError("a pass of no shop")
    return f"{services.google.issuer_id}.{class_suffix(shop.code)}"


# ---------------------------------------------------------------- an object


async def _bring(services: Services, business_id: BusinessId, held: GooglePass) -> None:
    """Give Google the card until what it was given is what the card shows; then tell the person of rewards."""
    given: Body | None = None
    undrawn = False
    for _ in range(_ROUNDS):
        content = await content_of(services.db, business_id, held)
        if content is None:
            return
        body, undrawn = await _body_of(services, business_id, held, content)
        if body == given:
            break
        before, resource = held, await _give(services, business_id, held, content, body, first=given is None)
        if resource is None:
            return
        given, held = body, replace(held, shown_seq=content.seq)
        await note_saved(services.db, business_id, held.id, saved=resource.get("hasUsers") is True)
        await _tell(services, business_id, before, content, resource)
    if undrawn:
        raise Unavailable  # the number is right; the picture follows when there is a storage again


async def _body_of(
    services: Services, business_id: BusinessId, held: GooglePass, content: Content
) -> tuple[Body, bool]:
    """The object, and whether it lacks its picture because the storage is away."""
    class_id, base_url = await _class_id(services, business_id), services.settings.public_base_url
    hero, undrawn = None, False
    if content.view is not None:
        try:
            hero = await _hero(services, business_id, held, content)
        except Unavailable:
            undrawn = True
    shop = await queries.shop_code(services.db, business_id)
    addresses = Addresses(
        card=card_address(base_url, shop.code if shop else "", content.card.link),
        terms=terms_address(base_url, content.profile.slug, content.rules.version),
        privacy=notice_address(base_url, content.profile.slug),
        hero=hero,
    )
    return object_body(_object_id(services, held), class_id, content, addresses, language=held.locale), undrawn


async def _hero(services: Services, business_id: BusinessId, held: GooglePass, content: Content) -> str:
    colours = colours_of(content.profile.colour_light, content.profile.colour_dark)
    words = hero_words(content, colours, held.locale)

    async def draw() -> bytes:
        return await asyncio.to_thread(typeset, _HERE / "hero.typ", words, "png", logo=None)

    base_url = services.settings.public_base_url
    kept = await keep_picture(
        services.db, services.storage, business_id, "hero", hero_digest(words), draw, base_url=base_url
    )
    return kept.url


async def _give(
    services: Services, business_id: BusinessId, held: GooglePass, content: Content, body: Body, *, first: bool
) -> Body | None:
    """Put the object; as Google has it then, or None where it will never take it."""
    notify = first and await _is_news(services, business_id, held, content)
    asked = {**body, "notifyPreference": "NOTIFY_ON_UPDATE"} if notify else body
    answer = await services.google.put("loyaltyObject", asked)
    if isinstance(answer, Exhausted):  # Google counts what others did too, and what we do not remember
        notify, answer = False, await services.google.put("loyaltyObject", body)
    if isinstance(answer, Absent):  # its class has gone, or was never there
        await _put_class(services, business_id, anyway=True)
        answer = await services.google.put("loyaltyObject", body)
    if isinstance(answer, Taken):
        count_google_update("voided" if content.view is None else "patched")
        await note_patched(services.db, business_id, held, content, notified=notify)
        return answer.resource
    if isinstance(answer, Declined):
        await _leave(services, business_id, held, content, answer)
        return None
    raise GoogleAway("nonsense")


async def _leave(
    services: Services, business_id: BusinessId, held: GooglePass, content: Content, answer: Declined
) -> None:
    """A body that Google will always refuse: an error of ours, said loudly once for each change."""
    count_google_update("declined")
    log.error("google_declined", business_id=business_id, pass_id=held.id, http=answer.http, reason=answer.reason)
    await write_event(
        services.db, business_id, held.id, "failed", reason=answer.reason, status=answer.http, retry=False
    )
    await queries.mark_left(services.db, business_id, held.id, tag=held.tag)


async def _is_news(services: Services, business_id: BusinessId, held: GooglePass, content: Content) -> bool:
    """Whether the person is told of this change: of more stamps, if no reward will be told of anyway."""
    if content.view is None or held.shown_seq is None or held.saved_at is None:
        return False
    noted = await queries.noted_of(services.db, business_id, held.id)
    before, known = last_balance(noted), known_rewards(noted)
    if before is None or content.view.balance <= before or any(one["id"] not in known for one in content.view.rewards):
        return False
    return await claim_notice(services.db, business_id, held.id, "update", rewards=[]) == "loud"


async def _tell(
    services: Services, business_id: BusinessId, held: GooglePass, content: Content, resource: Body
) -> None:
    """Tell the person of rewards that are new to them; once, and without a sound when there was enough of it today."""
    if content.view is None:
        return
    noted = await queries.noted_of(services.db, business_id, held.id)
    known = known_rewards(noted)
    new = [reward for reward in content.view.rewards if reward["id"] not in known]
    if not new:
        return
    ids = [str(reward["id"]) for reward in new]
    there = {message.get("id") for message in resource.get("messages") or ()}
    if held.shown_seq is None or message_id(ids[-1]) in there:  # saved with them, or told by a job that died
        await told_rewards(services.db, business_id, held.id, "seen", ids)
        return
    telling = await claim_notice(services.db, business_id, held.id, "reward", rewards=ids)
    if telling == "taken":
        raise GoogleAway(_TELLING)  # the next try finds what the other one sent, or takes its place
    notify = telling == "loud"
    answer = await _message(services, held, content, new, notify=notify)
    if isinstance(answer, Exhausted):
        notify, answer = False, await _message(services, held, content, new, notify=False)
    if not isinstance(answer, Taken):
        raise GoogleAway(answer.reason if isinstance(answer, Declined) else "nonsense")
    count_google_update("told" if notify else "told_quietly")
    await told_rewards(services.db, business_id, held.id, "reward", ids)


async def _message(
    services: Services, held: GooglePass, content: Content, rewards: list[dict[str, Any]], *, notify: bool
) -> Answer:
    message = reward_message(rewards, content.profile.name, held.locale, notify=notify)
    return await services.google.add_message(_object_id(services, held), message)


def _object_id(services: Services, held: GooglePass) -> str:
    return f"{services.google.issuer_id}.{held.serial}"


def _ids(payload: dict[str, Any]) -> tuple[BusinessId, CardId]:
    return BusinessId(UUID(payload["business_id"])), CardId(UUID(payload["card_id"]))


# One for a burst of changes.
_REACTION: Final = Reaction(entrypoint=PUT_CLASS, priority=WALLET, delay=timedelta(seconds=2), per="business_id")

JOBS: Final[dict[str, Work]] = {PUT_OBJECT: put_object, PUT_CLASS: put_class, LOOK: look}
REACTIONS: Final[Reactions] = {BusinessChanged: (_REACTION,), RulesChanged: (_REACTION,)}
