"""The ledger as it is read. The streams at the end are read across all shops, as sello_laws."""

from collections.abc import Iterator
from typing import LiteralString, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from sello.domains.loyalty.ledger.rules import CardRow, EventRow, LedgerEvent, LedgerLine, RewardRow
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId

Row = TypeVar("Row")


async def event_of(db: Db, business_id: BusinessId, event_id: UUID) -> LedgerEvent | None:
    """One entry."""
    return await db.fetch_one(
        LedgerEvent,
        business_id,
        """
        SELECT e.id, e.card_id, e.seq, e.kind, e.delta, e.balance_after, e.account_id, m.name AS account_name,
          e.recorded_at, e.voids, app_now() AS now
        FROM stamp_events e
        LEFT JOIN memberships m ON m.business_id = e.business_id AND m.account_id = e.account_id
        WHERE e.business_id = %(business_id)s AND e.id = %(event_id)s
        """,
        event_id=event_id,
    )


async def void_of(db: Db, business_id: BusinessId, event_id: UUID) -> LedgerEvent | None:
    """The entry that voids this one; it holds for a decision only under the card's lock."""
    return await db.fetch_one(
        LedgerEvent,
        business_id,
        """
        SELECT e.id, e.card_id, e.seq, e.kind, e.delta, e.balance_after, e.account_id, m.name AS account_name,
          e.recorded_at, e.voids, app_now() AS now
        FROM stamp_events e
        LEFT JOIN memberships m ON m.business_id = e.business_id AND m.account_id = e.account_id
        WHERE e.business_id = %(business_id)s AND e.voids = %(event_id)s
        """,
        event_id=event_id,
    )


async def lines_of(db: Db, business_id: BusinessId, card_id: CardId, *, before: int, most: int) -> list[LedgerLine]:
    """The card's entries with a seq below `before`, the newest first."""
    return await db.fetch_all(
        LedgerLine,
        business_id,
        """
        SELECT e.id, e.seq, e.kind, e.delta, e.balance_after, e.occurred_at, e.recorded_at, m.name AS account_name,
          e.reason, e.amount_centimos, e.reward_id, r.title AS reward_title, e.voids, v.id AS voided_by, e.flags
        FROM stamp_events e
        LEFT JOIN memberships m ON m.business_id = e.business_id AND m.account_id = e.account_id
        LEFT JOIN rewards r ON r.business_id = e.business_id AND r.id = e.reward_id
        LEFT JOIN stamp_events v ON v.business_id = e.business_id AND v.voids = e.id
        WHERE e.business_id = %(business_id)s AND e.card_id = %(card_id)s AND e.seq < %(before)s
        ORDER BY e.seq DESC LIMIT %(most)s
        """,
        card_id=card_id,
        before=before,
        most=most,
    )


# ---------------------------------------------------------------- streams for the proof, all in the order of the cards


def count_cards(connection: psycopg.Connection) -> int:
    """How many cards there are, of all shops."""
    row = connection.execute("SELECT count(*) FROM cards").fetchone()
    return int(row[0]) if row else 0


def stream_cards(connection: psycopg.Connection) -> Iterator[CardRow]:
    """Every card of every shop, from a cursor on the server."""
    return _stream(
        connection,
        CardRow,
        """
        SELECT business_id, id AS card_id, balance, seq, cycle, last_at, stamps_until
        FROM cards ORDER BY business_id, id
        """,
    )


def stream_events(connection: psycopg.Connection) -> Iterator[EventRow]:
    """Every entry, card by card, along seq."""
    return _stream(
        connection,
        EventRow,
        """
        SELECT business_id, card_id, id, seq, kind, delta, balance_after, occurred_at, reward_id, voids,
          stamps_until
        FROM stamp_events ORDER BY business_id, card_id, seq
        """,
    )


def stream_rewards(connection: psycopg.Connection) -> Iterator[RewardRow]:
    """Every reward, card by card."""
    return _stream(
        connection,
        RewardRow,
        """
        SELECT r.business_id, r.card_id, r.id, r.cost, r.revoked_at IS NOT NULL AS revoked,
          r.expired_at IS NOT NULL AS expired,
          EXISTS (SELECT FROM redemptions x WHERE x.business_id = r.business_id AND x.reward_id = r.id
            AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL) AS redeemed
        FROM rewards r ORDER BY r.business_id, r.card_id, r.id
        """,
    )


def _stream(connection: psycopg.Connection, row: type[Row], sql: LiteralString) -> Iterator[Row]:
    with connection.cursor(row.__name__.lower(), row_factory=class_row(row)) as cursor:
        cursor.itersize = 2000
        cursor.execute(sql)
        yield from cursor
