"""What a pass says: pass.json of a store card, from the card as it is. Pure.

It names nobody: whoever looks over a shoulder, or gets a picture of it, learns a count and a code that staff alone can
use. One field speaks on the lock screen, the one that the latest entry of the ledger changed: of several, the phone
would say that something has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any, Final, Literal

from sello.domains.business import Colours, Picture, RewardRules, Step
from sello.domains.loyalty.rules import EventKind

Language = Literal["es", "en"]

_MOST_PLACES: Final = 10  # Apple shows no more

_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "description": "Tarjeta de sellos de {shop}",
        "stamps": "SELLOS",
        "count": "{balance} de {of}",
        "count_said": "Tu tarjeta: %@ sellos",
        "pending": "POR CONFIRMAR",
        "pending_what": "Muéstrala en caja",
        "next": "CON {at} SELLOS",
        "next_one": "CON 1 SELLO",
        "waiting": "PREMIO LISTO",
        "waiting_said": "Premio listo: %@",
        "more": "{title} (y {more} más)",
        "until": "SELLOS HASTA",
        "void": "Esta tarjeta ya no vale.",
        "void_label": "DADA DE BAJA",
        "rewards": "Premios",
        "reward_at": "Con {at} sellos: {title}",
        "reward_at_one": "Con 1 sello: {title}",
        "ready": "Listos para canjear",
        "ready_until": "{title}, hasta el {day}",
        "terms": "Condiciones",
        "card": "Tu tarjeta en la web",
        "card_link": "Abrir mi tarjeta",
        "privacy": "Tus datos",
        "messages": "Mensajes",
        "messages_what": "En tu tarjeta en la web dejas de recibir promociones cuando quieras. Los avisos de esta "
        "tarjeta se apagan en sus ajustes, con «Actualizaciones automáticas».",
        "near": "Aquí vale tu tarjeta de {shop}",
    },
    "en": {
        "description": "Stamp card of {shop}",
        "stamps": "STAMPS",
        "count": "{balance} of {of}",
        "count_said": "Your card: %@ stamps",
        "pending": "TO BE CONFIRMED",
        "pending_what": "Show it at the till",
        "next": "AT {at} STAMPS",
        "next_one": "AT 1 STAMP",
        "waiting": "REWARD READY",
        "waiting_said": "Reward ready: %@",
        "more": "{title} (and {more} more)",
        "until": "STAMPS UNTIL",
        "void": "This card is not valid any more.",
        "void_label": "ENDED",
        "rewards": "Rewards",
        "reward_at": "At {at} stamps: {title}",
        "reward_at_one": "At 1 stamp: {title}",
        "ready": "Ready to be handed over",
        "ready_until": "{title}, until {day}",
        "terms": "Terms",
        "card": "Your card on the web",
        "card_link": "Open my card",
        "privacy": "Your data",
        "messages": "Messages",
        "messages_what": "On your card on the web you stop promotions whenever you like. This card's own notices are "
        "switched off in its settings, with “Automatic Updates”.",
        "near": "Your card of {shop} is good here",
    },
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reward that waits to be handed over, through `good_until` (None: for good)."""

    title: str
    good_until: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a branch is."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a pass is by: it never changes. `base_url` begins the addresses it asks."""

    pass_type_id: str
    team_id: str
    serial: str
    token: str
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A card as its pass shows it. `waiting`: the newest first; `last`: the kind of its latest entry."""

    shop: str
    colours: Colours
    picture: Picture
    rules: RewardRules
    terms: Sequence[str]
    balance: int
    pending: bool
    stamps_until: date | None
    waiting: Sequence[Waiting]
    last: EventKind | None
    scan_code: str
    card_url: str
    terms_url: str
    privacy_url: str
    places: Sequence[Place] = ()


def content(identity: Identity, shown: Shown, language: Language) -> dict[str, Any]:
    """pass.json of a card that is good."""
    texts = _TEXTS[language]
    return {
        **_head(identity, shown.shop, shown.colours, language),
        "barcodes": [
            {"format": "PKBarcodeFormatQR", "message": shown.scan_code, "messageEncoding": "iso-8859-1"},
        ],
        "storeCard": {
            "headerFields": [_count(shown, texts)],
            "primaryFields": [],
            "secondaryFields": [_pending(texts) if shown.pending else _ahead(shown, texts)],
            "auxiliaryFields": [*_ready(shown, texts), *_until(shown, texts)],
            "backFields": _back(shown, texts, language),
        },
        **_near(shown, texts),
    }


def voided_content(identity: Identity, shop: str, colours: Colours, language: Language) -> dict[str, Any]:
    """pass.json of a card that is nobody's, or of a shop that has closed: grey, without a code."""
    texts = _TEXTS[language]
    return {
        **_head(identity, shop, colours, language),
        "voided": True,
        "storeCard": {
            "headerFields": [],
            "primaryFields": [],
            "secondaryFields": [{"key": "void", "label": texts["void_label"], "value": texts["void"]}],
            "auxiliaryFields": [],
            "backFields": [],
        },
    }


def last_modified(changed_at: datetime, now: datetime) -> datetime:
    """The moment in `Last-Modified`, which knows whole seconds alone.

    The end of the second of the change once that is over: nothing can happen in it any more. Before, its beginning:
    whoever asks again gets the pass again, so a second change in the same second is never hidden.
    """
    floor = changed_at.replace(microsecond=0)
    ceiling = floor + timedelta(seconds=1) if changed_at > floor else floor
    return ceiling if ceiling <= now else floor


def unchanged_since(changed_at: datetime, since: datetime | None, now: datetime) -> bool:
    """Whether somebody who has the pass of `since` (whole seconds) has this one; a moment to come says nothing."""
    return since is not None and since <= now and changed_at < since


def is_told(days: int) -> bool:
    """Whether somebody is told today of a certificate that ends in so many days."""
    return days in (60, 30) or days <= 7


def _head(identity: Identity, shop: str, colours: Colours, language: Language) -> dict[str, Any]:
    return {
        "formatVersion": 1,
        "passTypeIdentifier": identity.pass_type_id,
        "teamIdentifier": identity.team_id,
        "serialNumber": identity.serial,
        "webServiceURL": f"{identity.base_url}/passkit",
        "authenticationToken": identity.token,
        "organizationName": shop,
        "description": _TEXTS[language]["description"].format(shop=shop),
        "logoText": shop,
        "backgroundColor": _rgb(colours.light),
        "foregroundColor": _rgb(colours.ink_on_light),
        "labelColor": _rgb(colours.ink_on_light),
        "sharingProhibited": True,
    }


def _count(shown: Shown, texts: dict[str, str]) -> dict[str, Any]:
    field = {
        "key": "stamps",
        "label": texts["stamps"],
        "value": texts["count"].format(balance=shown.balance, of=shown.rules.stamps_required),
    }
    speaks = shown.last not in (None, "issue_reward", "redeem")
    return field | ({"changeMessage": texts["count_said"]} if speaks else {})


def _pending(texts: dict[str, str]) -> dict[str, Any]:
    return {"key": "pending", "label": texts["pending"], "value": texts["pending_what"]}


def _ahead(shown: Shown, texts: dict[str, str]) -> dict[str, Any]:
    step = next((step for step in shown.rules.steps if step.at > shown.balance), shown.rules.steps[-1])
    label = texts["next_one"] if step.at == 1 else texts["next"].format(at=step.at)
    return {"key": "next", "label": label, "value": step.title}


def _ready(shown: Shown, texts: dict[str, str]) -> list[dict[str, Any]]:
    if not shown.waiting:
        return []
    title, more = shown.waiting[0].title, len(shown.waiting) - 1
    value = texts["more"].format(title=title, more=more) if more else title
    field = {"key": "waiting", "label": texts["waiting"], "value": value}
    return [field | ({"changeMessage": texts["waiting_said"]} if shown.last == "issue_reward" else {})]


def _until(shown: Shown, texts: dict[str, str]) -> list[dict[str, Any]]:
    if shown.stamps_until is None:
        return []
    day = datetime.combine(shown.stamps_until, datetime.min.time(), UTC).isoformat()
    return [
        {
            "key": "until", "label": texts["until"], "value": day, "dateStyle": "PKDateStyleMedium",
            "timeStyle": "PKDateStyleNone", "ignoresTimeZone": True,
        }
    ]  # fmt: skip


def _back(shown: Shown, texts: dict[str, str], language: Language) -> list[dict[str, Any]]:
    ready = [_ready_line(one, texts) for one in shown.waiting]
    lines = [("ready", texts["ready"], "\n".join(ready))] if ready else []
    lines += [
        ("rewards", texts["rewards"], "\n".join(_reward_line(step, texts) for step in shown.rules.steps)),
        ("terms", texts["terms"], "\n".join((*shown.terms, shown.terms_url))),
        ("messages", texts["messages"], texts["messages_what"]),
        ("privacy", texts["privacy"], shown.privacy_url),
    ]
    link = f"<a href='{escape(shown.card_url, quote=True)}'>{escape(texts['card_link'])}</a>"
    card = {"key": "card", "label": texts["card"], "value": shown.card_url, "attributedValue": link}
    return [card, *({"key": key, "label": label, "value": value} for key, label, value in lines)]


def _reward_line(step: Step, texts: dict[str, str]) -> str:
    said = texts["reward_at_one"] if step.at == 1 else texts["reward_at"]
    return said.format(at=step.at, title=step.title)


def _ready_line(one: Waiting, texts: dict[str, str]) -> str:
    if one.good_until is None:
        return one.title
    return texts["ready_until"].format(title=one.title, day=f"{one.good_until:%d/%m/%Y}")


def _near(shown: Shown, texts: dict[str, str]) -> dict[str, Any]:
    if not shown.places:
        return {}
    said = texts["near"].format(shop=shown.shop)
    return {
        "locations": [
            {"latitude": place.latitude, "longitude": place.longitude, "relevantText": said}
            for place in shown.places[:_MOST_PLACES]
        ]
    }


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
