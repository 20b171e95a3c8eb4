"""Proofs of whose card it is, counted."""

from dataclasses import dataclass
from datetime import timedelta

from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId


@dataclass(frozen=True, slots=True)
class Claimed:
    """The number of a try, from 1."""

    tries: int


@dataclass(frozen=True, slots=True)
class Locked:
    """How long no proof is taken."""

    seconds: float


async def claim_proof(
    db: Db, business_id: BusinessId, card_id: CardId, *, most: int, locked_for: timedelta
) -> Claimed | None:
    """Count a try before it is looked at; None while the card is locked. Racing guesses pass one by one."""
    return await db.fetch_one(
        Claimed,
        business_id,
        """
        INSERT INTO proof_tries AS t (business_id, card_id, tries, last_at)
        VALUES (%(business_id)s, %(card_id)s, 1, app_now())
        ON CONFLICT (business_id, card_id) DO UPDATE
          SET tries = CASE WHEN t.last_at <= app_now() - %(locked_for)s THEN 1 ELSE t.tries + 1 END,
              last_at = app_now()
          WHERE t.tries < %(most)s OR t.last_at <= app_now() - %(locked_for)s
        RETURNING t.tries
        """,
        card_id=card_id,
        most=most,
        locked_for=locked_for,
    )


async def forget_proofs(db: Db, business_id: BusinessId, card_id: CardId) -> int:
    """The right phone was typed."""
    return await db.execute(
        business_id,
        "UPDATE proof_tries SET tries = 0 WHERE business_id = %(business_id)s AND card_id = %(card_id)s",
        card_id=card_id,
    )


async def proof_locked_until(
    db: Db, business_id: BusinessId, card_id: CardId, *, most: int, locked_for: timedelta
) -> Locked | None:
    """How long the card takes no proof, or None when it does."""
    return await db.fetch_one(
        Locked,
        business_id,
        """
        SELECT extract(epoch FROM last_at + %(locked_for)s - app_now())::float AS seconds FROM proof_tries
        WHERE business_id = %(business_id)s AND card_id = %(card_id)s AND tries >= %(most)s
          AND last_at > app_now() - %(locked_for)s
        """,
        card_id=card_id,
        most=most,
        locked_for=locked_for,
    )
