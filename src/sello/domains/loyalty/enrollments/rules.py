"""What people send to enrol, and what a second try of it is compared by. Pure."""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import quote

from sello.domains.customer import Language, Person, Receipt
from sello.shared.auth import Keys
from sello.shared.ids import ALPHABET, CardId, CustomerId
from sello.shared.validation import first_name, fold

_PROOF: Final = "card-proof"
_PROOF_LENGTH: Final = 8  # 40 bits: a guess needs the right phone besides
_SPACES: Final = re.compile(r"[^0-9A-Z]+")
_MESSAGE: Final[dict[Language, str]] = {
    "es": "Hola, confirmo mi tarjeta de {shop}. Código: {code}",
    "en": "Hello, I confirm my card of {shop}. Code: {code}",
}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Somebody who asks for a card; `opt_in` is the receipt when the box was ticked."""

    person: Person
    opt_in: Receipt | None
    poster_id: str | None
    network_hash: bytes


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a pending card: the card it is now, or was merged into."""

    card_id: CardId
    customer_id: CustomerId
    merged: bool
    balance: int


def content_of(enrolment: Enrolment) -> bytes:
    """What makes two requests with one Idempotency-Key the same request; the network may have changed in between."""
    person, opt_in = enrolment.person, enrolment.opt_in
    return json.dumps(
        [
            "enrolment",
            person.name,
            person.phone,
            person.birthday.model_dump() if person.birthday else None,
            opt_in.text_version if opt_in else None,
            enrolment.poster_id,
        ]
    ).encode()


def is_same_name(typed: str | None, known: str | None) -> bool:
    """Whether the first names are alike, however they are written."""
    return typed is not None and known is not None and fold(first_name(typed)) == fold(first_name(known))


def proof_code(keys: Keys, card_id: CardId) -> str:
    """What a message has to say to confirm this card: eight letters in two groups."""
    mac = keys.mac(_PROOF, card_id.bytes)
    code = "".join(ALPHABET[byte & 31] for byte in mac[:_PROOF_LENGTH])
    return f"{code[:4]}-{code[4:]}"


def names_card(keys: Keys, card_id: CardId, words: str) -> bool:
    """Whether the card's code is among the words, however it is written: in small letters, with spaces or none."""
    wanted = proof_code(keys, card_id).replace("-", "")
    parts = [part for part in _SPACES.split(words.upper()) if part]
    pairs = (one + other for one, other in pairwise(parts))
    return wanted in parts or wanted in pairs


def proof_link(keys: Keys, card_id: CardId, *, number: str, shop: str, language: Language) -> str:
    """The link that opens WhatsApp with the message written: whoever holds the phone only has to send it."""
    text = _MESSAGE[language].format(shop=shop, code=proof_code(keys, card_id))
    return f"https://wa.me/{number.removeprefix('+')}?text={quote(text, safe='')}"
