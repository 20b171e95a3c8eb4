"""Gifts by their rows."""

from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from sello.domains.loyalty.gifts.rules import GiftKind
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, CustomerId, RewardId

# `meant` names cards (card_id, customer_id, year) in the order of their ids, locked. The gift's key decides: whoever
# has it already gets nothing. References are checked at the end of the statement, so their order does not matter.
_GIVE: LiteralString = """
    , gift AS (
      INSERT INTO gifts (business_id, customer_id, kind, year, reward_id)
      SELECT %(business_id)s, m.customer_id, %(kind)s, m.year, new_id() FROM meant m
      ON CONFLICT (business_id, customer_id, kind, year) DO NOTHING
      RETURNING customer_id, reward_id
    ), counted AS (
      UPDATE cards c SET seq = c.seq + 1 FROM gift g
      WHERE c.business_id = %(business_id)s AND c.customer_id = g.customer_id
      RETURNING c.id, c.customer_id, c.balance, c.seq, g.reward_id, app_now() AS now
    ), given AS (
      INSERT INTO rewards (business_id, id, card_id, cycle, threshold, cost, title, rule_version, issued_at, source,
        good_until)
      SELECT %(business_id)s, k.reward_id, k.id, 0, 0, 0, %(title)s, %(version)s, k.now, %(kind)s, %(good_until)s::date
      FROM counted k
      RETURNING id
    ), written AS (
      INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version, occurred_at,
        recorded_at, reward_id)
      SELECT %(business_id)s, new_id(), k.id, k.seq, 'issue_reward', 0, k.balance, %(version)s, k.now, k.now,
        k.reward_id
      FROM counted k
    ), told AS (
      INSERT INTO events (id, business_id, kind, payload)
      SELECT new_id(), %(business_id)s, 'RewardEarned', jsonb_build_object('card_id', k.id,
        'customer_id', k.customer_id, 'reward_id', k.reward_id, 'threshold', 0, 'source', %(kind)s::text)
      FROM counted k
    )
    SELECT id FROM given
"""
_TO_CARD: LiteralString = """
    WITH meant AS (
      SELECT c.id AS card_id, c.customer_id, %(year)s::int AS year FROM cards c
      WHERE c.business_id = %(business_id)s AND c.id = %(card_id)s FOR NO KEY UPDATE
    )
"""
_TO_BIRTHDAYS: LiteralString = """
    WITH meant AS (
      SELECT c.id AS card_id, c.customer_id, extract(year FROM %(on)s::date)::int AS year
      FROM customers u
      JOIN businesses b ON b.id = u.business_id
      JOIN cards c ON c.business_id = u.business_id AND c.customer_id = u.id
      WHERE u.business_id = %(business_id)s AND u.birth_month = %(month)s AND u.birth_day = %(day)s
        AND u.confirmed_at IS NOT NULL AND u.merged_into IS NULL AND u.erased_at IS NULL
        AND (u.enrolled_at AT TIME ZONE b.zone)::date < %(on)s
        AND c.confirmed_at IS NOT NULL AND c.merged_into IS NULL
        AND NOT EXISTS (SELECT FROM gifts g WHERE g.business_id = u.business_id AND g.customer_id = u.id
          AND g.kind = %(kind)s AND g.year = extract(year FROM %(on)s::date)::int)
      ORDER BY c.id LIMIT %(most)s FOR NO KEY UPDATE OF c
    )
"""


@dataclass(frozen=True, slots=True)
class Today:
    """The day it is at the shop."""

    today: date


@dataclass(frozen=True, slots=True)
class Given:
    """A reward that was given."""

    id: RewardId


async def today_of(db: Db, business_id: BusinessId) -> Today | None:
    """The day it is at the shop."""
    return await db.fetch_one(
        Today,
        business_id,
        "SELECT (app_now() AT TIME ZONE zone)::date AS today FROM businesses WHERE id = %(business_id)s",
    )


async def insert_gift(db: Db, business_id: BusinessId, customer_id: CustomerId, *, kind: GiftKind, year: int) -> int:
    """Record a gift without a reward; 0 rows when the customer had it."""
    return await db.execute(
        business_id,
        """
        INSERT INTO gifts (business_id, customer_id, kind, year)
        VALUES (%(business_id)s, %(customer_id)s, %(kind)s, %(year)s)
        ON CONFLICT (business_id, customer_id, kind, year) DO NOTHING
        """,
        customer_id=customer_id,
        kind=kind,
        year=year,
    )


async def give_reward(
    db: Db,
    business_id: BusinessId,
    card_id: CardId,
    *,
    kind: GiftKind,
    year: int,
    title: str,
    version: int,
    good_until: date | None,
) -> list[Given]:
    """Give one card's holder a reward, or nothing when they had it. Locks the card."""
    return await db.fetch_all(
        Given,
        business_id,
        _TO_CARD + _GIVE,
        card_id=card_id,
        kind=kind,
        year=year,
        title=title,
        version=version,
        good_until=good_until,
    )


async def give_birthdays(
    db: Db,
    business_id: BusinessId,
    *,
    month: int,
    day: int,
    on: date,
    title: str,
    version: int,
    good_until: date,
    most: int,
) -> list[Given]:
    """Give up to `most` customers with this birthday, enrolled before `on`, their reward of that year.

    Whoever has it is left out. Locks the cards.
    """
    return await db.fetch_all(
        Given,
        business_id,
        _TO_BIRTHDAYS + _GIVE,
        kind="birthday",
        month=month,
        day=day,
        on=on,
        title=title,
        version=version,
        good_until=good_until,
        most=most,
    )
