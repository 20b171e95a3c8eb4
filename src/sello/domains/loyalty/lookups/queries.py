"""Cards and customers as the counter finds them: by code, by digits, by name."""

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from sello.domains.loyalty.cards.queries import CARD
from sello.domains.loyalty.cards.rules import CardView
from sello.domains.loyalty.lookups.rules import Found, History
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CardId, CustomerId, SessionId

_LAST = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")

# Who asks is judged in the same statement, as in add_stamp_v1.
_ASKED: LiteralString = """
    SELECT CASE
        WHEN m.account_id IS NULL OR m.disabled_at IS NOT NULL THEN 'membership_ended'
        WHEN m.version <> %(version)s THEN 'unauthenticated'
        WHEN %(session_id)s::uuid IS NOT NULL AND NOT EXISTS (
          SELECT FROM sessions s WHERE s.id = %(session_id)s AND s.business_id = %(business_id)s
            AND s.account_id = %(account_id)s AND s.revoked_at IS NULL) THEN 'session_ended'
        WHEN b.closed_at IS NOT NULL THEN 'business_closed'
        WHEN b.suspended_at IS NOT NULL THEN 'business_suspended'
        WHEN c.card_id IS NULL THEN 'card_not_found' END AS refusal,
      b.rule_version, c.*
    FROM businesses b
    LEFT JOIN memberships m ON m.business_id = b.id AND m.account_id = %(account_id)s
    LEFT JOIN LATERAL (
"""
_WITH_CODE: LiteralString = """
    AND k.id = (SELECT coalesce(s.merged_into, s.id) FROM cards s
                WHERE s.business_id = %(business_id)s AND s.scan_code = %(scan_code)s)
"""
_WITH_ID: LiteralString = """
    AND k.id = (SELECT coalesce(s.merged_into, s.id) FROM cards s
                WHERE s.business_id = %(business_id)s AND s.id = %(card_id)s)
"""
_ANSWERED: LiteralString = ") c ON true WHERE b.id = %(business_id)s"

_FOUND: LiteralString = """
    SELECT u.id, k.id AS card_id, u.name, u.phone, u.last_three,
      CASE WHEN k.stamps_until < t.today THEN 0 ELSE k.balance END AS balance,
      CASE WHEN k.stamps_until >= t.today THEN k.stamps_until END AS stamps_until,
      greatest(k.last_at, k.history_at) AS last_at, u.birth_day, u.birth_month, u.source, u.enrolled_at, u.opted_in_at,
      CASE WHEN u.new_phone_at > app_now() - interval '30 days' THEN u.new_phone END AS new_phone
    FROM customers u
    JOIN cards k ON k.business_id = u.business_id AND k.customer_id = u.id
    CROSS JOIN (SELECT (app_now() AT TIME ZONE z.zone)::date AS today FROM businesses z
                WHERE z.id = %(business_id)s) t
    WHERE u.business_id = %(business_id)s
      AND u.confirmed_at IS NOT NULL AND u.merged_into IS NULL AND u.erased_at IS NULL
"""
_NAMED: LiteralString = """
    AND u.id = (SELECT coalesce(s.merged_into, s.id) FROM customers s
                WHERE s.business_id = %(business_id)s AND s.id = %(customer_id)s)
"""
_PAGE: LiteralString = " AND u.id < %(before)s ORDER BY u.id DESC LIMIT %(limit)s"


@dataclass(frozen=True, slots=True)
class ScannedCard(CardView):
    """The answer to a scan, with the shop's version of the rules.

    While `refusal` is set, it says why there is no card, and the card's fields are all None.
    """

    refusal: str | None
    rule_version: int


async def scan_of_code(
    db: Db,
    business_id: BusinessId,
    scan_code: str,
    *,
    account_id: AccountId,
    version: int,
    session_id: SessionId | None,
) -> ScannedCard | None:
    """The card with this static code, for a member whose token carries this version."""
    return await db.fetch_one(
        ScannedCard,
        business_id,
        _ASKED + CARD + _WITH_CODE + _ANSWERED,
        scan_code=scan_code,
        account_id=account_id,
        version=version,
        session_id=session_id,
    )


async def scan_of_card(
    db: Db,
    business_id: BusinessId,
    card_id: CardId,
    *,
    account_id: AccountId,
    version: int,
    session_id: SessionId | None,
) -> ScannedCard | None:
    """The card with this id (from a rotating code), for a member whose token carries this version."""
    return await db.fetch_one(
        ScannedCard,
        business_id,
        _ASKED + CARD + _WITH_ID + _ANSWERED,
        card_id=card_id,
        account_id=account_id,
        version=version,
        session_id=session_id,
    )


async def customers_by_digits(
    db: Db,
    business_id: BusinessId,
    *,
    digits: str,
    endings: list[str],
    before: CustomerId | None,
    limit: int,
) -> list[Found]:
    """Confirmed customers whose phone ends so, the newest first; `endings` lets the index on three digits serve."""
    return await db.fetch_all(
        Found,
        business_id,
        _FOUND
        + "AND u.last_three = ANY(%(endings)s) AND right(u.phone, char_length(%(digits)s::text)) = %(digits)s"
        + _PAGE,
        digits=digits,
        endings=endings,
        before=before or _LAST,
        limit=limit,
    )


async def customers_by_words(
    db: Db, business_id: BusinessId, *, words: list[str], before: CustomerId | None, limit: int
) -> list[Found]:
    """Confirmed customers whose folded name contains every word, the newest first; without words, all of them."""
    return await db.fetch_all(
        Found,
        business_id,
        _FOUND
        + """
        AND NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) AS w (word) WHERE strpos(u.name_folded, w.word) = 0)
        """
        + _PAGE,
        words=words,
        before=before or _LAST,
        limit=limit,
    )


async def customer_found(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Found | None:
    """The confirmed customer with this id, or the one it was merged into."""
    return await db.fetch_one(Found, business_id, _FOUND + _NAMED, customer_id=customer_id)


async def history_of(db: Db, business_id: BusinessId, card_id: CardId) -> History | None:
    """The sums over a card's ledger and those of the cards merged into it; days are the shop's."""
    return await db.fetch_one(
        History,
        business_id,
        """
        SELECT count(DISTINCT x.day) FILTER (WHERE x.kind IN ('earn', 'history')) AS visits,
          coalesce(sum(x.delta) FILTER (WHERE x.kind IN ('earn', 'bonus')), 0)::bigint AS stamps,
          count(*) FILTER (WHERE x.kind = 'redeem') AS rewards_redeemed,
          coalesce(sum(x.amount_centimos) FILTER (WHERE x.kind IN ('earn', 'history')), 0)::bigint AS amount_centimos,
          min(x.day) FILTER (WHERE x.kind IN ('earn', 'history')) AS first_visit,
          max(x.day) FILTER (WHERE x.kind IN ('earn', 'history')) AS last_visit
        FROM (
          SELECT e.kind, e.delta, e.amount_centimos, (e.occurred_at AT TIME ZONE b.zone)::date AS day
          FROM stamp_events e JOIN businesses b ON b.id = e.business_id
          WHERE e.business_id = %(business_id)s AND e.card_id = ANY (ARRAY(
              SELECT c.id FROM cards c WHERE c.business_id = %(business_id)s AND c.id = %(card_id)s
              UNION ALL
              SELECT c.id FROM cards c WHERE c.business_id = %(business_id)s AND c.merged_into = %(card_id)s))
            AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)) x
        """,
        card_id=card_id,
    )
