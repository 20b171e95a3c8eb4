"""What people send to enrol, and what a second try of it is compared by. Pure."""

import json
from dataclasses import dataclass

from sello.domains.customer import Person, Receipt
from sello.shared.ids import CardId, CustomerId
from sello.shared.validation import first_name, fold


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
