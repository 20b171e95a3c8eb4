"""Cards in phones with what is known of them, in one statement each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from sello.domains.loyalty.walletviews.rules import Happened, WalletPass
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId

# A pass shows the card that its own leads to. `owed_at`: the first entry that it does not show.
_PASSES: LiteralString = """
    SELECT p.id, k.customer_id, p.kind, coalesce(p.pass_type_id, '') AS pass_type_id, p.issued_at, p.saved_at,
      CASE WHEN p.tag > 0 THEN p.changed_at END AS changed_at,
      p.noted_seq, p.shown_seq, p.shown_at, p.voided_at, k.seq, owed.at AS owed_at, (
        SELECT count(*)::int FROM wallet_registrations r
        WHERE r.business_id = p.business_id AND r.pass_id = p.id) AS phones
    FROM wallet_passes p
    JOIN cards o ON o.business_id = p.business_id AND o.id = p.card_id
    JOIN cards k ON k.business_id = p.business_id AND k.id = CASE WHEN o.merged_into IS NULL THEN o.id
      ELSE o.merged_into END
    LEFT JOIN LATERAL (
      SELECT e.recorded_at AS at FROM stamp_events e
      WHERE e.business_id = p.business_id AND e.card_id = k.id AND e.seq > coalesce(p.shown_seq, 0)
      ORDER BY e.seq LIMIT 1) owed ON true
    WHERE p.business_id = %(business_id)s
"""
_OF_CUSTOMER: LiteralString = """
    AND p.card_id IN (
      SELECT c.id FROM cards c JOIN cards own ON own.business_id = c.business_id
        AND (c.id = own.id OR c.merged_into = own.id)
      WHERE own.business_id = %(business_id)s AND own.customer_id = %(customer_id)s)
    ORDER BY p.voided_at IS NOT NULL, p.kind, p.issued_at DESC
"""
_BEHIND: LiteralString = """
    AND p.voided_at IS NULL AND coalesce(p.shown_seq, 0) < k.seq AND owed.at < app_now() - %(late)s
      AND CASE p.kind WHEN 'google' THEN p.saved_at IS NOT NULL ELSE EXISTS (
        SELECT FROM wallet_registrations r WHERE r.business_id = p.business_id AND r.pass_id = p.id) END
    ORDER BY owed.at DESC, p.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Shares:
    """Customers of a shop by where their card is; somebody with two phones may be in `apple` and in `google`.

    `apple`: an iPhone keeps the card up to date. `resting`: it was added to one, which asks no more.
    """

    customers: int
    apple: int
    google: int
    both: int
    web_only: int
    resting: int


@dataclass(frozen=True, slots=True)
class Named:
    """A customer's name."""

    id: UUID
    name: str


async def passes_of_customer(db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[WalletPass]:
    """The passes of a customer, also of cards that were merged into theirs; those that are over come last."""
    return await db.fetch_all(WalletPass, business_id, _PASSES + _OF_CUSTOMER, customer_id=customer_id)


async def passes_behind(db: Db, business_id: BusinessId, *, late: timedelta, most: int) -> list[WalletPass]:
    """Passes in a phone that asks for them and do not show the ledger's latest entry for so long, newest first."""
    return await db.fetch_all(WalletPass, business_id, _PASSES + _BEHIND, late=late, most=most)


async def last_events(db: Db, business_id: BusinessId, pass_ids: list[UUID]) -> list[Happened]:
    """What happened last of each kind to these passes."""
    return await db.fetch_all(
        Happened,
        business_id,
        """
        SELECT DISTINCT ON (w.pass_id, w.kind) w.pass_id, w.kind, w.at, w.details
        FROM wallet_events w
        WHERE w.business_id = %(business_id)s AND w.pass_id = ANY (%(pass_ids)s)
        ORDER BY w.pass_id, w.kind, w.number DESC
        """,
        pass_ids=pass_ids,
    )


async def events_of(db: Db, business_id: BusinessId, pass_ids: list[UUID], *, most: int) -> list[Happened]:
    """The latest events of each of these passes, at most so many, newest first."""
    return await db.fetch_all(
        Happened,
        business_id,
        """
        SELECT w.pass_id, w.kind, w.at, w.details
        FROM unnest(%(pass_ids)s::uuid[]) AS p(id)
        CROSS JOIN LATERAL (
          SELECT e.pass_id, e.kind, e.at, e.details, e.number FROM wallet_events e
          WHERE e.business_id = %(business_id)s AND e.pass_id = p.id
          ORDER BY e.number DESC LIMIT %(most)s) w
        ORDER BY w.pass_id, w.number DESC
        """,
        pass_ids=pass_ids,
        most=most,
    )


async def shares_of(db: Db, business_id: BusinessId) -> Shares:
    """Where the cards of the shop's customers are; whoever only asked for a card and never confirmed is left out."""
    row = await db.fetch_one(
        Shares,
        business_id,
        """
        WITH asked AS (
          SELECT DISTINCT r.pass_id FROM wallet_registrations r WHERE r.business_id = %(business_id)s
        ), held AS (
          SELECT CASE WHEN c.merged_into IS NULL THEN c.id ELSE c.merged_into END AS card_id,
            bool_or(p.kind = 'apple' AND a.pass_id IS NOT NULL) AS apple,
            bool_or(p.kind = 'apple' AND a.pass_id IS NULL AND p.saved_at IS NOT NULL) AS resting,
            bool_or(p.kind = 'google' AND p.saved_at IS NOT NULL) AS google
          FROM wallet_passes p
          JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
          LEFT JOIN asked a ON a.pass_id = p.id
          WHERE p.business_id = %(business_id)s AND p.voided_at IS NULL
          GROUP BY 1
        )
        SELECT count(*)::int AS customers,
          count(*) FILTER (WHERE h.apple)::int AS apple,
          count(*) FILTER (WHERE h.google)::int AS google,
          count(*) FILTER (WHERE h.apple AND h.google)::int AS both,
          count(*) FILTER (WHERE (h.apple OR h.google) IS NOT TRUE)::int AS web_only,
          count(*) FILTER (WHERE h.resting AND NOT h.apple)::int AS resting
        FROM cards k
        JOIN customers u ON u.business_id = k.business_id AND u.id = k.customer_id
        LEFT JOIN held h ON h.card_id = k.id
        WHERE k.business_id = %(business_id)s AND k.merged_into IS NULL AND k.confirmed_at IS NOT NULL
          AND u.erased_at IS NULL AND u.merged_into IS NULL
        """,
    )
    return row or Shares(0, 0, 0, 0, 0, 0)


async def names_of(db: Db, business_id: BusinessId, customer_ids: list[UUID]) -> list[Named]:
    """The names of these customers; whoever was erased has none."""
    return await db.fetch_all(
        Named,
        business_id,
        """
        SELECT u.id, u.name FROM customers u
        WHERE u.business_id = %(business_id)s AND u.id = ANY (%(ids)s) AND u.erased_at IS NULL
        """,
        ids=customer_ids,
    )
