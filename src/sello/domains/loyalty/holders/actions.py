"""Ask for a right, read what became of it, take a copy: by the card's link."""

import hmac
import math

from sello.domains.customer import (
    Opened,
    Persons,
    PrivacyRequest,
    RequestKind,
    customer_of,
    json_of,
    open_request,
    requests_of,
    zip_of,
)
from sello.domains.loyalty.cards.actions import card_behind
from sello.domains.loyalty.holders import queries
from sello.domains.loyalty.holders.rules import LOCKED_FOR, MOST_PROOFS
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared import metrics
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CardId

_MOST = 50


async def ask(
    db: Db,
    platform_db: PlatformDb,
    keys: Keys,
    text: str,
    kind: RequestKind,
    *,
    wish: str | None,
    working_days: int,
) -> Opened:
    """Open a privacy request, or find the open one of this kind; refuses card_not_found, customer_erased.

    Heard also when the shop is suspended or closed: the data are still there.
    """
    business_id, card = await card_behind(db, platform_db, keys, text)
    return await open_request(
        db, business_id, card.customer_id, kind, source="card", wish=wish, by=None, working_days=working_days
    )


async def asked(db: Db, platform_db: PlatformDb, keys: Keys, text: str) -> list[PrivacyRequest]:
    """The requests made of this card's customer, the newest first; refuses as `ask`."""
    business_id, card = await card_behind(db, platform_db, keys, text)
    return await requests_of(db, business_id, [card.customer_id], most=_MOST)


async def copy(
    db: Db, platform_db: PlatformDb, keys: Keys, persons: Persons, text: str, *, phone: str, packed: bool
) -> tuple[bytes, str]:
    """Everything held about the holder, as JSON or `packed` as a ZIP, and their id.

    Refuses card_not_found, customer_erased, proof_wrong (another phone than the card's), proof_locked (five of them in
    a row: a quarter of an hour), too_much_to_export.
    """
    business_id, card = await card_behind(db, platform_db, keys, text)
    await _claim_proof(db, business_id, card.card_id)
    customer = await customer_of(db, business_id, card.customer_id)
    if customer is None or customer.phone is None or not hmac.compare_digest(customer.phone, phone):
        metrics.count_refused_access("link", "proof_wrong")
        raise Refused("proof_wrong")
    await queries.forget_proofs(db, business_id, card.card_id)
    person, lines, made_at = await persons.export(db, business_id, customer.id, by=None)
    written = (zip_of if packed else json_of)(lines, made_at=made_at, person=str(person))
    return written, str(person)


async def _claim_proof(db: Db, business_id: BusinessId, card_id: CardId) -> None:
    """Count a try before it is looked at, so that guesses that race, or die, count too. Refuses proof_locked."""
    if await queries.claim_proof(db, business_id, card_id, most=MOST_PROOFS, locked_for=LOCKED_FOR) is not None:
        return
    locked = await queries.proof_locked_until(db, business_id, card_id, most=MOST_PROOFS, locked_for=LOCKED_FOR)
    seconds = max(1, math.ceil(locked.seconds)) if locked else 1
    metrics.count_refused_access("link", "proof_locked")
    raise Refused("proof_locked", after=seconds, minutes=math.ceil(seconds / 60))
