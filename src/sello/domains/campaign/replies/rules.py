"""What an answer says, and how the address of a card's picture proves itself. Pure."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sello.domains.business import Colours, full_sentence, stamps_in_words
from sello.domains.campaign.inbound.rules import ReplyKind
from sello.domains.customer import Language
from sello.domains.loyalty import HeldCard
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId, CardId, CustomerId
from sello.shared.validation import first_name

SENT_WITHIN: Final = timedelta(hours=23)  # of the message; an hour short of the end of the window
PICTURE_FOR: Final = timedelta(hours=24)

_PURPOSE: Final = "card-picture"
_MAC: Final = 16
_MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was claimed, or waits."""

    id: UUID
    customer_id: CustomerId
    inbox_id: UUID
    kind: ReplyKind
    sender: str
    queued_at: datetime


_TEXTS: Final[dict[Language, dict[str, str]]] = {
    "es": {
        "opted_out": "Listo: ya no recibirás promociones de {shops}. Tus tarjetas y tus sellos siguen igual. Si algún "
        "día quieres volver, responde ALTA.",
        "opted_in": "¡Bienvenido de vuelta! Volverás a recibir novedades de {shops}. Para dejarlas, responde BAJA.",
        "help": "Este número es de las tarjetas de sellos de {shops}. Responde SELLOS para ver tu tarjeta o BAJA para "
        "no recibir promociones. Nadie lee lo demás: si necesitas algo, habla con el local.",
        "confirmed": "Listo, {name}: tu tarjeta de {shop} está confirmada. {state}",
        "card": "{name}, en tu tarjeta de {shop} llevas {stamps} de {of}. {state}",
        "empty": "{name}, tu tarjeta de {shop} espera su primer sello. {state}",
        "missing": "Te faltan {missing} para: {reward}.",
        "missing_one": "Te falta 1 sello para: {reward}.",
        "waiting": "Ya ganaste: {rewards}. Pídelo en el local.",
        "pending": "{name}, tu tarjeta de {shop} todavía no está confirmada. Ábrela y toca «Confirmar por WhatsApp», o "
        "muéstrala en caja.",
        "and": " y ",
        "none": "nuestros locales",
        "more": "{count} locales más",
    },
    "en": {
        "opted_out": "Done: you will get no more offers from {shops}. Your cards and stamps stay as they are. If you "
        "ever want to come back, answer ALTA.",
        "opted_in": "Welcome back! You will hear news from {shops} again. To stop them, answer BAJA.",
        "help": "This is the number of the stamp cards of {shops}. Answer SELLOS to see your card, or BAJA for no more "
        "offers. Nobody reads anything else: if you need something, talk to the shop.",
        "confirmed": "Done, {name}: your card of {shop} is confirmed. {state}",
        "card": "{name}, you have {stamps} of {of} on your card of {shop}. {state}",
        "empty": "{name}, your card of {shop} waits for its first stamp. {state}",
        "missing": "{missing} to go for: {reward}.",
        "missing_one": "1 stamp to go for: {reward}.",
        "waiting": "You have earned: {rewards}. Ask for it at the shop.",
        "pending": "{name}, your card of {shop} is not confirmed yet. Open it and touch “Confirm by WhatsApp”, or show "
        "it at the counter.",
        "and": " and ",
        "none": "our shops",
        "more": "{count} more shops",
    },
}


def about_shops(kind: ReplyKind, shops: Sequence[str], language: Language) -> str:
    """The answer that names shops: who left, who came back, or how this number is used."""
    return _TEXTS[language][kind].format(shops=_listed(shops, language))


def about_card(kind: ReplyKind, held: HeldCard, *, shop: str, address: str, language: Language) -> str:
    """The answer about one card: how many stamps, what is missing, what waits, and where it is."""
    texts, card = _TEXTS[language], held.card
    name = first_name(card.name)
    if card.confirmed_at is None:
        return f"{texts['pending'].format(name=name, shop=shop)}\n{address}"
    state = _state(held, language)
    if kind == "confirmed":
        said = texts["confirmed"].format(name=name, shop=shop, state=state)
    else:
        said = texts["card" if card.balance else "empty"].format(
            name=name,
            shop=shop,
            stamps=stamps_in_words(card.balance, language),
            of=held.rules.stamps_required,
            state=state,
        )
    return f"{said}\n{address}"


def _state(held: HeldCard, language: Language) -> str:
    texts, card = _TEXTS[language], held.card
    ahead = next((step for step in held.rules.steps if step.at > card.balance), held.rules.steps[-1])
    missing = ahead.at - card.balance
    words = texts["missing_one" if missing == 1 else "missing"]
    said = [words.format(missing=stamps_in_words(missing, language), reward=ahead.title)]
    if card.rewards:
        said.append(texts["waiting"].format(rewards=", ".join(str(one["title"]) for one in card.rewards[:3])))
    return " ".join(said)


def _listed(shops: Sequence[str], language: Language) -> str:
    texts = _TEXTS[language]
    names = sorted(set(shops))
    if len(names) > _MOST_NAMED:
        names = [*names[:_MOST_NAMED], texts["more"].format(count=len(names) - _MOST_NAMED)]
    if not names:
        return texts["none"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{texts['and']}{names[-1]}"


def picture_token(keys: Keys, business_id: BusinessId, card_id: CardId, *, until: datetime) -> str:
    """What stands in the address of a card's picture: it opens this picture until then, and nothing else."""
    body = business_id.bytes + card_id.bytes + int(until.timestamp()).to_bytes(5, "big")
    return base64.urlsafe_b64encode(body + keys.mac(_PURPOSE, body)[:_MAC]).decode().rstrip("=")


def read_picture_token(keys: Keys, text: str, *, now: datetime) -> tuple[BusinessId, CardId] | None:
    """The shop and the card of a token that we made and that is still good."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    body, mac = raw[:37], raw[37:]
    if len(mac) != _MAC or not keys.verify(_PURPOSE, body, mac):
        return None
    if datetime.fromtimestamp(int.from_bytes(body[32:], "big"), UTC) <= now:
        return None
    return BusinessId(UUID(bytes=body[:16])), CardId(UUID(bytes=body[16:32]))


def drawn_words(held: HeldCard, *, shop: str, colours: Colours, language: Language) -> dict[str, Any]:
    """The values that card.typ sets; texts stay texts there, whatever they hold. Nothing of the holder."""
    steps = held.rules.steps
    return {
        "language": language,
        "name": shop,
        "title": shop,
        "stamps": held.card.balance,
        "of": held.rules.stamps_required,
        "rewards": [step.at for step in steps],
        "promises": [f"{step.at}: {full_sentence(step.title)}" for step in steps[:3]],
        "light": colours.light,
        "dark": colours.dark,
        "ink_on_light": colours.ink_on_light,
        "ink_on_dark": colours.ink_on_dark,
    }
