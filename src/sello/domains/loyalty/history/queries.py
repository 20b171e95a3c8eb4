"""Many cards and their ledgers in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.domains.loyalty.history.rules import Standing
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, CustomerId


@dataclass(frozen=True, slots=True)
class Turn:
    """The shop's turn to write imports, taken."""

    turn: str


@dataclass(frozen=True, slots=True)
class Salt:
    """What the shop's ids are made with, and the moment that ids without one of their own carry."""

    salt: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """An entry that is in the ledger."""

    id: UUID


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A customer's card."""

    customer_id: CustomerId
    card_id: CardId


@dataclass(frozen=True, slots=True)
class StampRow:
    """A stamp of a card."""

    card_id: CardId
    occurred_at: datetime
    voided: bool


async def make_salt(db: Db, business_id: BusinessId, *, salt: bytes) -> int:
    """Keep this salt if the shop has none."""
    return await db.execute(
        business_id,
        """
        INSERT INTO import_salts (business_id, salt) VALUES (%(business_id)s, %(salt)s)
        ON CONFLICT (business_id) DO NOTHING
        """,
        salt=salt,
    )


async def salt_of(db: Db, business_id: BusinessId) -> Salt | None:
    """The shop's salt; None before its first import."""
    return await db.fetch_one(
        Salt, business_id, "SELECT salt, created_at FROM import_salts WHERE business_id = %(business_id)s"
    )


async def take_turn(db: Db, business_id: BusinessId) -> Turn | None:
    """Let the batches of a shop's imports pass one by one until the transaction ends (an advisory lock).

    And let its plans fit the tables as they are: the plans behind foreign keys stay with a connection, and one that was
    made while a table was nearly empty reads all of it for every row that comes (tried: three times as slow at 20,000).
    """
    return await db.fetch_one(
        Turn,
        business_id,
        """
        SELECT concat(pg_advisory_xact_lock(4, hashtext(%(business_id)s::uuid::text)),
          set_config('plan_cache_mode', 'force_custom_plan', true)) AS turn
        """,
    )


async def written(db: Db, business_id: BusinessId, ids: Sequence[UUID]) -> list[Written]:
    """Which of these entries the ledger has."""
    return await db.fetch_all(
        Written,
        business_id,
        "SELECT id FROM stamp_events WHERE business_id = %(business_id)s AND id = ANY(%(ids)s::uuid[])",
        ids=list(ids),
    )


async def cards_of(db: Db, business_id: BusinessId, customer_ids: Sequence[CustomerId]) -> list[OwnCard]:
    """The cards of these customers."""
    return await db.fetch_all(
        OwnCard,
        business_id,
        """
        SELECT customer_id, id AS card_id FROM cards
        WHERE business_id = %(business_id)s AND customer_id = ANY(%(customer_ids)s::uuid[])
        """,
        customer_ids=list(customer_ids),
    )


async def insert_cards(db: Db, business_id: BusinessId, rows: str) -> int:
    """Cards of new customers (a JSON list of id, customer_id, scan_code, link, issued_at), confirmed."""
    return await db.execute(
        business_id,
        """
        WITH t AS MATERIALIZED (SELECT app_now() AS now)
        INSERT INTO cards (business_id, id, customer_id, scan_code, link, issued_at, confirmed_at)
        SELECT %(business_id)s, r.id, r.customer_id, r.scan_code, r.link, coalesce(r.issued_at, t.now), t.now
        FROM t, jsonb_to_recordset(%(rows)s::jsonb) AS r (id uuid, customer_id uuid, scan_code text, link text,
          issued_at timestamptz)
        """,
        rows=rows,
    )


async def locked_standings(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> list[Standing]:
    """The cards, locked in the order of their ids until the transaction ends."""
    return await db.fetch_all(
        Standing,
        business_id,
        """
        SELECT id, balance, seq, cycle, last_at, day, day_count, history_at, stamps_until, lapsed_until, merged_into,
          erased_at
        FROM cards WHERE business_id = %(business_id)s AND id = ANY(%(card_ids)s::uuid[])
        ORDER BY id FOR NO KEY UPDATE
        """,
        card_ids=list(card_ids),
    )


async def stamps_of(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> list[StampRow]:
    """The stamps of these cards; it holds for a decision only under the cards' locks."""
    return await db.fetch_all(
        StampRow,
        business_id,
        """
        SELECT e.card_id, e.occurred_at, EXISTS (
          SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id) AS voided
        FROM stamp_events e
        WHERE e.business_id = %(business_id)s AND e.card_id = ANY(%(card_ids)s::uuid[]) AND e.kind = 'earn'
        """,
        card_ids=list(card_ids),
    )


async def append_entries(
    db: Db, business_id: BusinessId, *, entries: str, rewards: str, cards: str, version: int
) -> int:
    """Append entries to ledgers, with the rewards they issue, and move the cards' rows along; how many entries.

    JSON lists of `rules.Entry`, `Reward` and `Standing`; the cards are locked and were read since. One statement:
    entries and rewards refer to each other, and the clock is read once, after the locks.
    """
    return await db.execute(
        business_id,
        """
        WITH t AS MATERIALIZED (SELECT app_now() AS now), given AS (
          INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, caused_by,
            issued_at, good_until)
          SELECT %(business_id)s, r.id, r.card_id, r.cycle, r.threshold, r.cost, r.title, %(version)s, r.caused_by,
            t.now, r.good_until
          FROM t, jsonb_to_recordset(%(rewards)s::jsonb) AS r (id uuid, card_id uuid, cycle int, threshold int,
            cost int, title text, caused_by uuid, good_until date)
        ), moved AS (
          UPDATE cards c SET balance = r.balance, seq = r.seq, cycle = r.cycle, last_at = r.last_at, day = r.day,
            day_count = r.day_count, history_at = r.history_at, stamps_until = r.stamps_until,
            lapsed_until = r.lapsed_until
          FROM jsonb_to_recordset(%(cards)s::jsonb) AS r (id uuid, balance int, seq int, cycle int,
            last_at timestamptz, day date, day_count int, history_at timestamptz, stamps_until date,
            lapsed_until date)
          WHERE c.business_id = %(business_id)s AND c.id = r.id
        )
        INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, occurred_at,
          recorded_at, amount_centimos, reward_id, flags, stamps_until)
        SELECT %(business_id)s, r.id, r.card_id, r.seq, r.kind, r.delta, r.balance_after, %(version)s,
          coalesce(r.occurred_at, t.now), t.now, r.amount_centimos, r.reward_id, r.flags, r.stamps_until
        FROM t, jsonb_to_recordset(%(entries)s::jsonb) AS r (id uuid, card_id uuid, seq int, kind text, delta int,
          balance_after int, occurred_at timestamptz, amount_centimos bigint, reward_id uuid, flags text[],
          stamps_until date)
        """,
        entries=entries,
        rewards=rewards,
        cards=cards,
        version=version,
    )
