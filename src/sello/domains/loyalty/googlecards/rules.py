"""What a card says in Google's Wallet, as the bodies of its API. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sello.domains.business import Colours, Profile, RulesInForce, day_in_words, full_sentence, rules_in_words
from sello.domains.customer import Language
from sello.domains.loyalty.cards.rules import CardView
from sello.domains.loyalty.rules import Card
from sello.shared.ids import CardId
from sello.shared.validation import first_name

Body = dict[str, Any]
State = Literal["ACTIVE", "EXPIRED", "INACTIVE"]

MOST_NOTICES: Final = 3  # of one card in 24 hours, as Google allows
KEPT_FOR_REWARDS: Final = 1  # of them, so that five stamps in a morning do not silence the reward
NOTICE_WINDOW: Final = timedelta(hours=24)
TELLING: Final = timedelta(minutes=1)  # whoever has begun to tell is given so long before another one does
_COUNTED: Final = ("update", "reward")
HERO_SIZE: Final = (1032, 336)
LOGO_SIZE: Final = (660, 660)
_HERO_DRAWING: Final = 1  # counted up when hero.typ or logo.typ draw otherwise
_LOGO_DRAWING: Final = 1
_MOST_NAME: Final = 20
_MOST_HEADER: Final = 35
_MOST_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class GooglePass:
    """A card's pass for Google by its row. `tag`: of the last change that was noted for it."""

    id: UUID
    card_id: CardId
    serial: str
    locale: Language
    tag: int
    shown_seq: int | None
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that Google was given, or a person told."""

    kind: str
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a card shows, as it was at its entry `seq` or later. `view` is None when there is nothing to show."""

    seq: int
    state: State
    card: Card
    view: CardView | None
    rules: RulesInForce
    profile: Profile


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a card's links and pictures lead."""

    card: str
    terms: str
    privacy: str
    hero: str | None


_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "stamps": "Sellos",
        "of": "{balance} de {of}",
        "rewards": "Premios",
        "hero": "{balance} de {of} sellos",
        "next": "Tu próximo premio",
        "missing": "Te faltan {missing} sellos: {title}",
        "missing_one": "Te falta 1 sello: {title}",
        "ready": "Listo para recoger",
        "until": "Vencen",
        "stamps_until": "Tus sellos se pueden usar hasta el {day}.",
        "reward_until": "{title} (hasta el {day})",
        "pending": "Por confirmar",
        "pending_text": "Abre tu tarjeta y confírmala por WhatsApp, o muéstrala en caja.",
        "card": "Abrir mi tarjeta",
        "terms": "Condiciones",
        "privacy": "Mis datos y avisos",
        "home": "Más del local",
        "logo": "Logo de {name}",
        "reward_header": "¡Premio listo!",
        "reward_body": "{title}: te espera en {name}.",
        "rewards_header": "¡Premios listos!",
    },
    "en": {
        "stamps": "Stamps",
        "of": "{balance} of {of}",
        "rewards": "Rewards",
        "hero": "{balance} of {of} stamps",
        "next": "Your next reward",
        "missing": "{missing} stamps to go: {title}",
        "missing_one": "1 stamp to go: {title}",
        "ready": "Ready to collect",
        "until": "Good until",
        "stamps_until": "Your stamps can be used until {day}.",
        "reward_until": "{title} (until {day})",
        "pending": "To be confirmed",
        "pending_text": "Open your card and confirm it by WhatsApp, or show it at the counter.",
        "card": "Open my card",
        "terms": "Terms",
        "privacy": "My data and messages",
        "home": "More about the shop",
        "logo": "Logo of {name}",
        "reward_header": "Reward ready!",
        "reward_body": "{title}: it waits for you at {name}.",
        "rewards_header": "Rewards ready!",
    },
}


def class_suffix(code: str) -> str:
    """The part of a class's id that is ours, by the shop's code."""
    return f"shop-{code}"


# ---------------------------------------------------------------- the object


def object_body(id_: str, class_id: str, content: Content, addresses: Addresses, *, language: Language) -> Body:
    """The whole object; of what is over, nothing but that it is."""
    if content.view is None or content.state != "ACTIVE":
        return {"id": id_, "classId": class_id, "state": content.state, **_BLANK}
    texts, view = _TEXTS[language], content.view
    return {
        **save_body(id_, class_id, content, language=language),
        "secondaryLoyaltyPoints": {"label": texts["rewards"], "balance": {"int": len(view.rewards)}},
        "heroImage": _image(addresses.hero, hero_said(content, language), language) if addresses.hero else None,
        "textModulesData": _modules(content, language),
        "linksModuleData": {
            "uris": [
                {"id": "card", "uri": addresses.card, "description": texts["card"]},
                {"id": "terms", "uri": addresses.terms, "description": texts["terms"]},
                {"id": "privacy", "uri": addresses.privacy, "description": texts["privacy"]},
            ]
        },
    }


def save_body(id_: str, class_id: str, content: Content, *, language: Language) -> Body:
    """The object as a link carries it: short, and enough to be a card until the job has brought the rest."""
    if content.view is None:
        raise ValueError("what is over is not saved")
    texts = _TEXTS[language]
    return {
        "id": id_,
        "classId": class_id,
        "state": "ACTIVE",
        "accountName": first_name(content.view.name)[:_MOST_NAME],
        "barcode": {"type": "QR_CODE", "value": content.card.scan_code},
        "loyaltyPoints": {"label": texts["stamps"], "balance": {"string": _count(content, language)}},
    }


# A patch keeps what it does not name: everything that says whose card it was is named.
_BLANK: Final[Body] = {
    "accountName": None,
    "barcode": None,
    "loyaltyPoints": None,
    "secondaryLoyaltyPoints": None,
    "heroImage": None,
    "textModulesData": [],
    "linksModuleData": None,
    "messages": [],
}


def _count(content: Content, language: Language) -> str:
    balance = content.view.balance if content.view else 0
    return _TEXTS[language]["of"].format(balance=balance, of=content.rules.stamps_required)


def hero_said(content: Content, language: Language) -> str:
    """The picture in words."""
    balance = content.view.balance if content.view else 0
    return _TEXTS[language]["hero"].format(balance=balance, of=content.rules.stamps_required)


def _modules(content: Content, language: Language) -> list[Body]:
    texts, view = _TEXTS[language], content.view
    if view is None:
        return []
    found = list[tuple[str, str, str]]()
    if view.confirmed_at is None:
        found.append(("pending", texts["pending"], texts["pending_text"]))
    if view.rewards:
        said = "\n".join(_reward(one, language) for one in view.rewards)
        found.append(("ready", texts["ready"], said))
    ahead = next((step for step in content.rules.steps if step.at > view.balance), content.rules.steps[-1])
    missing = ahead.at - view.balance
    words = texts["missing_one" if missing == 1 else "missing"]
    if missing > 0:
        found.append(("next", texts["next"], words.format(missing=missing, title=full_sentence(ahead.title))))
    if view.stamps_until is not None:
        found.append(
            ("until", texts["until"], texts["stamps_until"].format(day=day_in_words(view.stamps_until, language)))
        )
    return [{"id": id_, "header": header[:_MOST_HEADER], "body": body[:_MOST_TEXT]} for id_, header, body in found]


def _reward(reward: Mapping[str, Any], language: Language) -> str:
    until = reward.get("good_until")
    if until is None:
        return str(reward["title"])
    day = day_in_words(date.fromisoformat(until), language)
    return _TEXTS[language]["reward_until"].format(title=reward["title"], day=day)


# ---------------------------------------------------------------- the class


def class_body(id_: str, profile: Profile, rules: RulesInForce, *, logo: str, colours: Colours, base_url: str,
               terms: str, privacy: str) -> Body:  # fmt: skip
    """The shop's class: its sign, its terms in both languages, nothing of anybody."""
    language: Language = "en" if profile.locale.startswith("en") else "es"
    return {
        "id": id_,
        "issuerName": profile.name[:_MOST_NAME],
        "programName": profile.name,
        "programLogo": _image(logo, _TEXTS[language]["logo"].format(name=profile.name), language),
        "hexBackgroundColor": colours.dark,
        "countryCode": "PE",
        "reviewStatus": "UNDER_REVIEW",
        "multipleDevicesAndHoldersAllowedStatus": "ONE_USER_ALL_DEVICES",
        "homepageUri": {"uri": f"{base_url}/e/{profile.slug}", "description": _TEXTS[language]["home"]},
        "textModulesData": [
            {
                "id": "terms",
                "localizedHeader": _both(lambda each: _TEXTS[each]["terms"], language),
                "localizedBody": _both(lambda each: "\n".join(rules_in_words(rules, each)), language),
            }
        ],
        "linksModuleData": {
            "uris": [
                {"id": "terms", "uri": terms, "localizedDescription": _both(lambda e: _TEXTS[e]["terms"], language)},
                {"id": "privacy", "uri": privacy,
                 "localizedDescription": _both(lambda e: _TEXTS[e]["privacy"], language)},
            ]
        },
    }  # fmt: skip


def digest_of(body: Body) -> bytes:
    """The same for the same body."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()


def _image(uri: str, said: str, language: Language) -> Body:
    return {
        "sourceUri": {"uri": uri},
        "contentDescription": {"defaultValue": {"language": _LOCALES[language], "value": said}},
    }


_LOCALES: Final[dict[Language, str]] = {"es": "es-PE", "en": "en-US"}


def _both(said: Any, language: Language) -> Body:
    other: Language = "en" if language == "es" else "es"
    return {
        "defaultValue": {"language": _LOCALES[language], "value": said(language)},
        "translatedValues": [{"language": _LOCALES[other], "value": said(other)}],
    }


# ---------------------------------------------------------------- pictures


def hero_words(content: Content, colours: Colours, language: Language) -> dict[str, Any]:
    """The values that hero.typ sets; nothing of the holder."""
    return {
        "language": language,
        "name": content.profile.name,
        "title": hero_said(content, language),
        "stamps": content.view.balance if content.view else 0,
        "of": content.rules.stamps_required,
        "rewards": [step.at for step in content.rules.steps],
        "light": colours.light,
        "dark": colours.dark,
        "ink_on_light": colours.ink_on_light,
        "ink_on_dark": colours.ink_on_dark,
    }


def logo_words(profile: Profile, colours: Colours) -> dict[str, Any]:
    """The values that logo.typ sets: the shop's sign in the circle that Google cuts out."""
    return {
        "language": "es",
        "name": profile.name,
        "title": profile.name,
        "letter": profile.name.strip()[:1].upper() or "s",
        "light": colours.light,
        "dark": colours.dark,
        "ink_on_dark": colours.ink_on_dark,
    }


def hero_digest(words: Mapping[str, Any]) -> bytes:
    """The same for the same picture."""
    return hashlib.sha256(json.dumps(["hero", _HERO_DRAWING, words], sort_keys=True).encode()).digest()


def logo_digest(words: Mapping[str, Any], logo: bytes | None) -> bytes:
    """The same for the same picture. `logo`: the digest of the shop's own, if it has one."""
    said = json.dumps(["logo", _LOGO_DRAWING, words, logo.hex() if logo else ""], sort_keys=True)
    return hashlib.sha256(said.encode()).digest()


# ---------------------------------------------------------------- telling the person


def notices_since(noted: Sequence[Noted], now: datetime) -> int:
    """How often the person was told in the last 24 hours."""
    return sum(
        one.kind == "notified" and one.details.get("of") in _COUNTED and one.at > now - NOTICE_WINDOW for one in noted
    )


def last_try(noted: Sequence[Noted], rewards: Sequence[str]) -> Noted | None:
    """When it was last begun to tell of one of these rewards; `noted`: the newest first."""
    return next(
        (one for one in noted if one.kind == "notified" and not set(rewards).isdisjoint(one.details.get("trying", ()))),
        None,
    )


def told_rewards(noted: Sequence[Noted]) -> set[str]:
    """The rewards that the person knows of."""
    return {str(id_) for one in noted if one.kind == "notified" for id_ in one.details.get("rewards", ())}


def last_balance(noted: Sequence[Noted]) -> int | None:
    """The balance that Google was given last; `noted`: the newest first."""
    found = (one.details.get("balance") for one in noted if one.kind == "patched")
    return next((balance for balance in found if isinstance(balance, int)), None)


def message_id(reward_id: str) -> str:
    """The id under which Google keeps the message about a reward: seen there, it was sent."""
    return f"reward-{reward_id}"


def reward_message(rewards: Sequence[Mapping[str, Any]], shop: str, language: Language, *, notify: bool) -> Body:
    """The message about rewards that are ready; `notify`: whether the phone shows it at once."""
    texts = _TEXTS[language]
    titles = ", ".join(full_sentence(str(one["title"])).rstrip(".") for one in rewards)
    return {
        "id": message_id(str(rewards[-1]["id"])),
        "header": texts["reward_header" if len(rewards) == 1 else "rewards_header"],
        "body": texts["reward_body"].format(title=titles, name=shop)[:_MOST_TEXT],
        "messageType": "TEXT_AND_NOTIFY" if notify else "TEXT",
    }
