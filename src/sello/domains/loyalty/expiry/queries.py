"""Expiry, a batch of a shop's cards in one statement. `today` is the shop's."""

from dataclasses import dataclass
from datetime import date
from typing import LiteralString
from uuid import UUID

from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId

# A reward past its day that nobody holds: a reservation made in time may still be confirmed.
_OVER: LiteralString = """
    r.business_id = %(business_id)s AND r.good_until < %(today)s AND r.revoked_at IS NULL AND r.expired_at IS NULL
    AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = r.business_id AND x.reward_id = r.id
      AND x.released_at IS NULL AND x.voided_at IS NULL
      AND (x.confirmed_at IS NOT NULL OR x.expires_at > (SELECT app_now())))
"""
_LOCK: LiteralString = """
    SELECT c.id FROM cards c
    WHERE c.business_id = %(business_id)s AND c.id IN (
      SELECT r.card_id FROM rewards r WHERE r.good_until >= %(since)s AND """
_IN_ORDER: LiteralString = """
      LIMIT %(most)s)
    ORDER BY c.id FOR NO KEY UPDATE
"""
_EXPIRE: LiteralString = """
    WITH due AS (
      SELECT r.id, r.card_id, r.good_until,
        row_number() OVER (PARTITION BY r.card_id ORDER BY r.good_until, r.id)::int AS place
      FROM rewards r WHERE r.card_id = ANY(%(card_ids)s) AND """
_WRITE: LiteralString = """
    ), counted AS (
      UPDATE cards c SET seq = c.seq + n.count
      FROM (SELECT card_id, count(*)::int AS count FROM due GROUP BY card_id) n
      WHERE c.business_id = %(business_id)s AND c.id = n.card_id
      RETURNING c.id, c.customer_id, c.balance, c.seq - n.count AS seq, app_now() AS now
    ), ended AS (
      UPDATE rewards r SET expired_at = k.now FROM due d JOIN counted k ON k.id = d.card_id
      WHERE r.business_id = %(business_id)s AND r.id = d.id
      RETURNING r.id, r.card_id, k.customer_id, k.balance, k.seq + d.place AS seq, k.now, d.good_until
    ), written AS (
      INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,
        occurred_at, recorded_at, reward_id)
      SELECT b.id, new_id(), o.card_id, o.seq, 'expire', 0, o.balance, b.rule_version,
        (o.good_until + 1)::timestamp AT TIME ZONE b.zone, o.now, o.id
      FROM ended o JOIN businesses b ON b.id = %(business_id)s
      RETURNING id
    ), told AS (
      INSERT INTO events (id, business_id, kind, payload)
      SELECT new_id(), %(business_id)s, 'RewardExpired', jsonb_build_object('card_id', o.card_id,
        'customer_id', o.customer_id, 'reward_id', o.id, 'seq', o.seq)
      FROM ended o
    )
    SELECT id FROM written
"""


@dataclass(frozen=True, slots=True)
class Gone:
    """The entry of something that expired or was announced."""

    id: UUID


@dataclass(frozen=True, slots=True)
class LockedCard:
    """A card whose row is locked."""

    id: CardId


async def lapse_stamps(db: Db, business_id: BusinessId, *, today: date, most: int) -> list[Gone]:
    """Let the open stamps of up to `most` cards expire whose last day is over; their entries. Locks the cards.

    The rows are judged anew once they are locked, so a stamp given meanwhile keeps its card.
    """
    return await db.fetch_all(
        Gone,
        business_id,
        """
        WITH due AS (
          SELECT c.id, c.balance, c.stamps_until FROM cards c
          WHERE c.business_id = %(business_id)s AND c.stamps_until < %(today)s
          ORDER BY c.id LIMIT %(most)s FOR NO KEY UPDATE
        ), lapsed AS (
          UPDATE cards c SET balance = 0, seq = c.seq + 1, cycle = c.cycle + 1, stamps_until = NULL,
            lapsed_until = d.stamps_until
          FROM due d WHERE c.business_id = %(business_id)s AND c.id = d.id
          RETURNING c.id, c.customer_id, c.seq, d.balance, d.stamps_until
        ), written AS (
          INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,
            occurred_at, recorded_at)
          SELECT b.id, new_id(), l.id, l.seq, 'expire', -l.balance, 0, b.rule_version,
            (l.stamps_until + 1)::timestamp AT TIME ZONE b.zone, app_now()
          FROM lapsed l JOIN businesses b ON b.id = %(business_id)s
          RETURNING id, card_id, seq, delta
        ), told AS (
          INSERT INTO events (id, business_id, kind, payload)
          SELECT new_id(), %(business_id)s, 'StampsExpired', jsonb_build_object('card_id', l.id,
            'customer_id', l.customer_id, 'count', l.balance, 'seq', l.seq)
          FROM lapsed l
        )
        SELECT id FROM written
        """,
        today=today,
        most=most,
    )


async def lock_cards_with_old_rewards(
    db: Db, business_id: BusinessId, *, today: date, since: date, most: int
) -> list[LockedCard]:
    """Cards with a reward whose last day, not before `since`, is over, locked in the order of their ids."""
    return await db.fetch_all(
        LockedCard,
        business_id,
        _LOCK + _OVER + _IN_ORDER,
        today=today,
        since=since,
        most=most,
    )


async def expire_rewards(db: Db, business_id: BusinessId, card_ids: list[CardId], *, today: date) -> list[Gone]:
    """Let the rewards of these cards, which are locked, expire whose last day is over; their entries."""
    return await db.fetch_all(
        Gone,
        business_id,
        _EXPIRE + _OVER + _WRITE,
        card_ids=card_ids,
        today=today,
    )


async def announce_stamps(db: Db, business_id: BusinessId, *, today: date, until: date, most: int) -> list[Gone]:
    """Tell once of up to `most` cards that their open stamps are good through a day from `today` to `until`."""
    return await db.fetch_all(
        Gone,
        business_id,
        """
        WITH due AS (
          SELECT c.id FROM cards c
          WHERE c.business_id = %(business_id)s AND c.stamps_until BETWEEN %(today)s AND %(until)s
            AND c.stamps_warned IS DISTINCT FROM c.stamps_until AND c.erased_at IS NULL
          ORDER BY c.id LIMIT %(most)s FOR NO KEY UPDATE
        ), near AS (
          UPDATE cards c SET stamps_warned = c.stamps_until FROM due d
          WHERE c.business_id = %(business_id)s AND c.id = d.id
          RETURNING c.id, c.customer_id, c.balance, c.stamps_until
        )
        INSERT INTO events (id, business_id, kind, payload)
        SELECT new_id(), %(business_id)s, 'ExpiryNear', jsonb_build_object('card_id', n.id,
          'customer_id', n.customer_id, 'what', 'stamps', 'reward_id', NULL, 'count', n.balance,
          'until', n.stamps_until)
        FROM near n
        RETURNING id
        """,
        today=today,
        until=until,
        most=most,
    )


async def announce_rewards(db: Db, business_id: BusinessId, *, today: date, until: date, most: int) -> list[Gone]:
    """Tell once of up to `most` open rewards that they are good through a day from `today` to `until`.

    Rewards that never were good for longer than that are not announced: they have only just been earned.
    """
    return await db.fetch_all(
        Gone,
        business_id,
        """
        WITH near AS (
          UPDATE rewards r SET warned_at = app_now()
          WHERE r.business_id = %(business_id)s AND r.warned_at IS NULL AND r.id = ANY(ARRAY(
            SELECT w.id FROM rewards w JOIN businesses b ON b.id = w.business_id
            WHERE w.business_id = %(business_id)s AND w.good_until BETWEEN %(today)s AND %(until)s
              AND w.revoked_at IS NULL AND w.expired_at IS NULL AND w.warned_at IS NULL
              AND w.good_until - (w.issued_at AT TIME ZONE b.zone)::date > %(until)s - %(today)s
              AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = w.business_id AND x.reward_id = w.id
                AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL)
            ORDER BY w.id LIMIT %(most)s))
          RETURNING r.id, r.card_id, r.good_until
        )
        INSERT INTO events (id, business_id, kind, payload)
        SELECT new_id(), %(business_id)s, 'ExpiryNear', jsonb_build_object('card_id', n.card_id,
          'customer_id', c.customer_id, 'what', 'reward', 'reward_id', n.id, 'count', 1, 'until', n.good_until)
        FROM near n JOIN cards c ON c.business_id = %(business_id)s AND c.id = n.card_id AND c.erased_at IS NULL
        RETURNING id
        """,
        today=today,
        until=until,
        most=most,
    )
