"""The ledger by customer and day, and the tables that keep what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sello.domains.analytics.counts.rules import CardDay, CardStats
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, CustomerId


@dataclass(frozen=True, slots=True)
class Held:
    """The shop's row, held."""

    business_id: BusinessId


@dataclass(frozen=True, slots=True)
class CountedCard:
    """A card as it is counted: up to which entry, into which card, from which day on."""

    card_id: CardId
    seq: int
    merged_into: CardId | None
    issued_day: date | None
    threshold_days: int
    erased: bool

    @property
    def root(self) -> CardId:
        """The card whose numbers these entries belong to."""
        return self.merged_into or self.card_id


@dataclass(frozen=True, slots=True)
class Named:
    """A card's id."""

    card_id: CardId


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row of `daily_stats`."""

    branch_id: UUID
    day: date
    visits: int
    purchases: int
    stamps: int
    stamps_expired: int
    amount_centimos: int
    rewards_issued: int
    rewards_redeemed: int
    new_cards: int
    first_visits: int
    second_visits: int
    active_moved: int
    returned_moved: int
    at_risk_moved: int
    lost_moved: int


# ---------------------------------------------------------------- locks


async def make_shop(db: Db, business_id: BusinessId) -> int:
    """Make sure the shop has its row."""
    return await db.execute(
        business_id,
        """
        INSERT INTO shop_statistics (business_id) VALUES (%(business_id)s) ON CONFLICT (business_id) DO NOTHING
        """,
    )


async def share_shop(db: Db, business_id: BusinessId) -> Held | None:
    """Hold the shop together with others who count cards; None when it has no row yet."""
    return await db.fetch_one(
        Held,
        business_id,
        "SELECT business_id FROM shop_statistics WHERE business_id = %(business_id)s FOR KEY SHARE",
    )


async def lock_shop(db: Db, business_id: BusinessId) -> Held | None:
    """Hold the shop alone: nobody counts until the transaction ends."""
    return await db.fetch_one(
        Held,
        business_id,
        "SELECT business_id FROM shop_statistics WHERE business_id = %(business_id)s FOR UPDATE",
    )


async def make_stats(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> int:
    """Make sure these cards have their rows."""
    return await db.execute(
        business_id,
        """
        INSERT INTO customer_stats (business_id, card_id)
        SELECT %(business_id)s, c.id FROM cards c
        WHERE c.business_id = %(business_id)s AND c.id = ANY(%(card_ids)s::uuid[]) ORDER BY c.id
        ON CONFLICT (business_id, card_id) DO NOTHING
        """,
        card_ids=list(card_ids),
    )


async def locked_stats(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> list[CardStats]:
    """The rows of these cards, locked in the order of their ids: whoever counts a card has its row."""
    return await db.fetch_all(
        CardStats,
        business_id,
        """
        SELECT card_id, counted_seq, counted_into, threshold_days, enrolled_day, visits, purchases, stamps,
          amount_centimos, rewards_issued, rewards_redeemed, first_day, last_day, median_gap, at_risk_from, lost_from
        FROM customer_stats WHERE business_id = %(business_id)s AND card_id = ANY(%(card_ids)s::uuid[])
        ORDER BY card_id FOR UPDATE
        """,
        card_ids=list(card_ids),
    )


# ---------------------------------------------------------------- the ledger


async def families_of(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> list[CountedCard]:
    """These cards, the cards they were merged into, and all that were merged into those."""
    return await db.fetch_all(
        CountedCard,
        business_id,
        """
        WITH named AS (
          SELECT c.id, c.merged_into FROM cards c
          WHERE c.business_id = %(business_id)s AND c.id = ANY(%(card_ids)s::uuid[])
        ), family AS (
          SELECT id FROM named
          UNION SELECT merged_into FROM named WHERE merged_into IS NOT NULL
          UNION SELECT m.id FROM named n JOIN cards m ON m.business_id = %(business_id)s AND m.merged_into = n.id
          UNION SELECT m.id FROM named n
            JOIN cards m ON m.business_id = %(business_id)s AND m.merged_into = n.merged_into
        )
        SELECT c.id AS card_id, c.seq, c.merged_into,
          CASE WHEN c.confirmed_at IS NOT NULL THEN (c.issued_at AT TIME ZONE b.zone)::date END AS issued_day,
          b.inactivity_threshold_days AS threshold_days, c.erased_at IS NOT NULL AS erased
        FROM businesses b, family f JOIN cards c ON c.business_id = %(business_id)s AND c.id = f.id
        WHERE b.id = %(business_id)s
        ORDER BY c.id
        """,
        card_ids=list(card_ids),
    )


async def cards_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[Named]:
    """The card of a customer."""
    return await db.fetch_all(
        Named,
        business_id,
        "SELECT id AS card_id FROM cards WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s",
        customer_id=customer_id,
    )


async def ledger_days(
    db: Db, business_id: BusinessId, card_ids: Sequence[CardId], *, roots: Sequence[CardId], seqs: Sequence[int]
) -> list[CardDay]:
    """What counts of the ledgers of `card_ids`, each up to its `seqs`, by day and branch, for the cards `roots`.

    A ledger up to an entry never changes, so this has one answer whatever is written meanwhile.
    """
    return await db.fetch_all(
        CardDay,
        business_id,
        """
        SELECT k.root AS card_id, (e.occurred_at AT TIME ZONE b.zone)::date AS day,
          coalesce(e.branch_id, '00000000-0000-0000-0000-000000000000') AS branch_id,
          count(*) FILTER (WHERE e.kind IN ('earn', 'history'))::int AS purchases,
          coalesce(sum(e.delta) FILTER (WHERE e.kind IN ('earn', 'bonus')), 0)::int AS stamps,
          coalesce(-sum(e.delta) FILTER (WHERE e.kind = 'expire'), 0)::int AS stamps_expired,
          coalesce(sum(e.amount_centimos) FILTER (WHERE e.kind IN ('earn', 'history')), 0)::bigint AS amount_centimos,
          count(*) FILTER (WHERE e.kind = 'issue_reward')::int AS rewards_issued,
          count(*) FILTER (WHERE e.kind = 'redeem')::int AS rewards_redeemed
        FROM businesses b, unnest(%(card_ids)s::uuid[], %(roots)s::uuid[], %(seqs)s::int[]) AS k (id, root, seq)
        JOIN stamp_events e ON e.business_id = %(business_id)s AND e.card_id = k.id AND e.seq <= k.seq
        WHERE b.id = %(business_id)s AND e.kind NOT IN ('void', 'adjust') AND NOT EXISTS (
          SELECT FROM stamp_events v WHERE v.business_id = %(business_id)s AND v.voids = e.id AND v.seq <= k.seq)
        GROUP BY 1, 2, 3
        """,
        card_ids=list(card_ids),
        roots=list(roots),
        seqs=list(seqs),
    )


async def confirmed_cards(
    db: Db, business_id: BusinessId, *, after: CardId | None, only_behind: bool, most: int
) -> list[Named]:
    """Confirmed cards in the order of their ids; `only_behind`: those that were not counted as they are now."""
    return await db.fetch_all(
        Named,
        business_id,
        """
        SELECT c.id AS card_id FROM cards c JOIN businesses b ON b.id = c.business_id
        LEFT JOIN customer_stats s ON s.business_id = c.business_id AND s.card_id = c.id
        WHERE c.business_id = %(business_id)s AND c.confirmed_at IS NOT NULL
          AND (%(after)s::uuid IS NULL OR c.id > %(after)s::uuid)
          AND (NOT %(only_behind)s::bool OR s.card_id IS NULL OR s.counted_seq <> c.seq
            OR s.counted_into IS DISTINCT FROM c.merged_into OR (c.erased_at IS NOT NULL AND s.at_risk_from IS NOT NULL)
            OR s.threshold_days <> b.inactivity_threshold_days)
        ORDER BY c.id LIMIT %(most)s
        """,
        after=after,
        only_behind=only_behind,
        most=most,
    )


# ---------------------------------------------------------------- what is kept


async def kept_days(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> list[CardDay]:
    """The kept days of these cards."""
    return await db.fetch_all(
        CardDay,
        business_id,
        """
        SELECT card_id, day, branch_id, purchases, stamps, stamps_expired, amount_centimos, rewards_issued,
          rewards_redeemed
        FROM customer_days WHERE business_id = %(business_id)s AND card_id = ANY(%(card_ids)s::uuid[])
        """,
        card_ids=list(card_ids),
    )


async def stats_after(db: Db, business_id: BusinessId, *, after: CardId | None, most: int) -> list[CardStats]:
    """Counted cards in the order of their ids."""
    return await db.fetch_all(
        CardStats,
        business_id,
        """
        SELECT card_id, counted_seq, counted_into, threshold_days, enrolled_day, visits, purchases, stamps,
          amount_centimos, rewards_issued, rewards_redeemed, first_day, last_day, median_gap, at_risk_from, lost_from
        FROM customer_stats
        WHERE business_id = %(business_id)s AND (%(after)s::uuid IS NULL OR card_id > %(after)s::uuid)
        ORDER BY card_id LIMIT %(most)s
        """,
        after=after,
        most=most,
    )


async def put_days(db: Db, business_id: BusinessId, rows: str) -> int:
    """Keep days of customers (a JSON list of CardDay) in the place of those with the same key."""
    return await db.execute(
        business_id,
        """
        INSERT INTO customer_days (business_id, card_id, day, branch_id, purchases, stamps, stamps_expired,
          amount_centimos, rewards_issued, rewards_redeemed)
        SELECT %(business_id)s, r.* FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (card_id uuid, day date,
          branch_id uuid, purchases int, stamps int, stamps_expired int, amount_centimos bigint, rewards_issued int,
          rewards_redeemed int)
        ON CONFLICT (business_id, card_id, day, branch_id) DO UPDATE SET purchases = EXCLUDED.purchases,
          stamps = EXCLUDED.stamps, stamps_expired = EXCLUDED.stamps_expired,
          amount_centimos = EXCLUDED.amount_centimos, rewards_issued = EXCLUDED.rewards_issued,
          rewards_redeemed = EXCLUDED.rewards_redeemed
        """,
        rows=rows,
    )


async def put_stats(db: Db, business_id: BusinessId, rows: str) -> int:
    """Keep summaries (a JSON list of CardStats) of cards that have their rows."""
    return await db.execute(
        business_id,
        """
        UPDATE customer_stats s SET counted_seq = r.counted_seq, counted_into = r.counted_into,
          threshold_days = r.threshold_days, enrolled_day = r.enrolled_day, visits = r.visits,
          purchases = r.purchases, stamps = r.stamps, amount_centimos = r.amount_centimos,
          rewards_issued = r.rewards_issued, rewards_redeemed = r.rewards_redeemed, first_day = r.first_day,
          last_day = r.last_day, median_gap = r.median_gap, at_risk_from = r.at_risk_from, lost_from = r.lost_from
        FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (card_id uuid, counted_seq int, counted_into uuid,
          threshold_days int, enrolled_day date, visits int, purchases int, stamps int, amount_centimos bigint,
          rewards_issued int, rewards_redeemed int, first_day date, last_day date, median_gap numeric,
          at_risk_from date, lost_from date)
        WHERE s.business_id = %(business_id)s AND s.card_id = r.card_id
        """,
        rows=rows,
    )


async def add_to_days(db: Db, business_id: BusinessId, rows: str) -> int:
    """Add to the shop's days (a JSON list of a branch, a day and numbers).

    In the order of branch and day, so that two who count do not wait for each other crosswise.
    """
    return await db.execute(
        business_id,
        """
        INSERT INTO daily_stats AS d (business_id, branch_id, day, visits, purchases, stamps, stamps_expired,
          amount_centimos, rewards_issued, rewards_redeemed, new_cards, first_visits, second_visits, active_moved,
          returned_moved, at_risk_moved, lost_moved)
        SELECT %(business_id)s, r.* FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (branch_id uuid, day date, visits int,
          purchases int, stamps int, stamps_expired int, amount_centimos bigint, rewards_issued int,
          rewards_redeemed int, new_cards int, first_visits int, second_visits int, active_moved int,
          returned_moved int, at_risk_moved int, lost_moved int)
        ORDER BY r.branch_id, r.day
        ON CONFLICT (business_id, branch_id, day) DO UPDATE SET visits = d.visits + EXCLUDED.visits,
          purchases = d.purchases + EXCLUDED.purchases, stamps = d.stamps + EXCLUDED.stamps,
          stamps_expired = d.stamps_expired + EXCLUDED.stamps_expired,
          amount_centimos = d.amount_centimos + EXCLUDED.amount_centimos,
          rewards_issued = d.rewards_issued + EXCLUDED.rewards_issued,
          rewards_redeemed = d.rewards_redeemed + EXCLUDED.rewards_redeemed,
          new_cards = d.new_cards + EXCLUDED.new_cards, first_visits = d.first_visits + EXCLUDED.first_visits,
          second_visits = d.second_visits + EXCLUDED.second_visits,
          active_moved = d.active_moved + EXCLUDED.active_moved,
          returned_moved = d.returned_moved + EXCLUDED.returned_moved,
          at_risk_moved = d.at_risk_moved + EXCLUDED.at_risk_moved, lost_moved = d.lost_moved + EXCLUDED.lost_moved
        """,
        rows=rows,
    )


async def days_of(db: Db, business_id: BusinessId) -> list[DayRow]:
    """Every kept day of the shop."""
    return await db.fetch_all(
        DayRow,
        business_id,
        """
        SELECT branch_id, day, visits, purchases, stamps, stamps_expired, amount_centimos, rewards_issued,
          rewards_redeemed, new_cards, first_visits, second_visits, active_moved, returned_moved, at_risk_moved,
          lost_moved
        FROM daily_stats WHERE business_id = %(business_id)s ORDER BY branch_id, day
        """,
    )
