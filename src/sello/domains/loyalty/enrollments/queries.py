"""Cards as they begin."""

from dataclasses import dataclass
from typing import LiteralString

from sello.domains.loyalty.rules import Card
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CardId, CustomerId

_CARD: LiteralString = """
    SELECT id, customer_id, scan_code, link, balance, seq, cycle, last_at, issued_at, confirmed_at, merged_into,
          erased_at
    FROM cards WHERE business_id = %(business_id)s
"""


async def insert_card(
    db: Db,
    business_id: BusinessId,
    card_id: CardId,
    customer_id: CustomerId,
    *,
    scan_code: str,
    link: str,
    confirmed: bool,
) -> None:
    """A new card of a new customer."""
    await db.execute(
        business_id,
        """
        INSERT INTO cards (business_id, id, customer_id, scan_code, link, issued_at, confirmed_at)
        SELECT %(business_id)s, %(card_id)s, %(customer_id)s, %(scan_code)s, %(link)s, t.now,
          CASE WHEN %(confirmed)s THEN t.now END
        FROM (SELECT app_now() AS now) t
        """,
        card_id=card_id,
        customer_id=customer_id,
        scan_code=scan_code,
        link=link,
        confirmed=confirmed,
    )


async def card_of_customer(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Card | None:
    """The customer's card, unlocked."""
    return await db.fetch_one(Card, business_id, _CARD + "AND customer_id = %(customer_id)s", customer_id=customer_id)


async def locked_cards(db: Db, business_id: BusinessId, card_ids: list[CardId]) -> list[Card]:
    """The cards in the order of their ids, locked in that order until the transaction ends."""
    return await db.fetch_all(
        Card,
        business_id,
        _CARD + "AND id = ANY(%(card_ids)s) ORDER BY id FOR NO KEY UPDATE",
        card_ids=card_ids,
    )


async def confirm_card(db: Db, business_id: BusinessId, card_id: CardId) -> int:
    """Confirm a pending card; 0 rows when it is none."""
    return await db.execute(
        business_id,
        """
        UPDATE cards SET confirmed_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(card_id)s AND confirmed_at IS NULL AND merged_into IS NULL
        """,
        card_id=card_id,
    )


async def merge_card(db: Db, business_id: BusinessId, card_id: CardId, into: CardId) -> int:
    """Lead a pending card to another one; 0 rows when it is none."""
    return await db.execute(
        business_id,
        """
        UPDATE cards SET merged_into = %(into)s
        WHERE business_id = %(business_id)s AND id = %(card_id)s AND confirmed_at IS NULL AND merged_into IS NULL
        """,
        card_id=card_id,
        into=into,
    )


@dataclass(frozen=True, slots=True)
class Buried:
    """How many cards."""

    cards: int


async def bury_pending_cards(db: PlatformDb, *, most: int) -> Buried | None:
    """Give up to `most` pending cards of people who were forgotten new codes that nobody knows; how many."""
    return await db.fetch_one(Buried, "SELECT bury_pending_cards(%(most)s) AS cards", most=most)
