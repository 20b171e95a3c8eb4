"""A person's cards and all that hangs on them."""

from dataclasses import dataclass

from sello.domains.customer import Row
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId, CustomerId


@dataclass(frozen=True, slots=True)
class Codes:
    """What opens a card."""

    id: CardId
    scan_code: str
    link: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Whether a code was an erased card's."""

    erased: bool


async def card_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The person's cards."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT id, customer_id, balance, seq, cycle, last_at, day, day_count, issued_at, confirmed_at, merged_into,
            stamps_until, history_at
          FROM cards WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s) ORDER BY id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def ledger_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """Every entry of their ledgers, with the reasons that staff typed."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT e.id, e.card_id, e.seq, e.kind, e.delta, e.balance_after, e.occurred_at, e.recorded_at,
            e.amount_centimos, e.reward_id, e.voids, e.reason, e.flags, e.branch_id, e.stamps_until
          FROM cards c JOIN stamp_events e ON e.business_id = c.business_id AND e.card_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY e.card_id, e.seq LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def reward_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The rewards they earned or were given."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT r.id, r.card_id, r.cycle, r.threshold, r.cost, r.title, r.caused_by, r.issued_at, r.revoked_at,
            r.source, r.good_until, r.warned_at, r.expired_at, r.counts_on, r.counts_in
          FROM cards c JOIN rewards r ON r.business_id = c.business_id AND r.card_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY r.issued_at, r.id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def redemption_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What was handed over to them."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT d.id, d.reward_id, d.reserved_at, d.released_at, d.confirmed_at, d.voided_at, d.void_reason,
            d.branch_id
          FROM cards c JOIN rewards r ON r.business_id = c.business_id AND r.card_id = c.id
          JOIN redemptions d ON d.business_id = r.business_id AND d.reward_id = r.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY d.reserved_at, d.id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def gift_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What they were given for coming and for their birthday."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT customer_id, kind, year, reward_id, given_at
          FROM gifts WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s)
          ORDER BY given_at LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def dismissal_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """That an owner said they are somebody else than a customer who resembles them; not than whom."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT p.id AS customer_id, d.dismissed_at, d.undone_at
          FROM duplicate_dismissals d
          JOIN unnest(%(ids)s::uuid[]) AS p (id) ON p.id IN (d.customer_id, d.other_id)
          WHERE d.business_id = %(business_id)s AND (d.customer_id = ANY (%(ids)s) OR d.other_id = ANY (%(ids)s))
          ORDER BY d.dismissed_at LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def merge_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """Which of their cards went into which."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT m.card_id, m.into_card_id, m.stamps, m.rewards, m.entry_id, m.into_entry_id, m.merged_at
          FROM cards c JOIN card_merges m ON m.business_id = c.business_id AND m.card_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY m.merged_at LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def pass_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """Their cards in wallets."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT p.id, p.card_id, p.kind, p.locale, p.issued_at, p.changed_at, p.shown_at, p.saved_at, p.voided_at
          FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY p.issued_at, p.id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def phone_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """Since when phones hear of them."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT r.pass_id, r.registered_at
          FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
          JOIN wallet_registrations r ON r.business_id = p.business_id AND r.pass_id = p.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY r.registered_at LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def pass_event_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What happened to them lately, in words of ours and of the phone."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT e.pass_id, e.kind, e.at, e.details
          FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
          JOIN wallet_events e ON e.business_id = p.business_id AND e.pass_id = p.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY e.pass_id, e.number LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def blank_pass_events(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Take away what phones said of their passes, and whatever else was noted with them."""
    return await db.execute(
        business_id,
        """
        UPDATE wallet_events e SET details = '{}'
        FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
        WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          AND e.business_id = p.business_id AND e.pass_id = p.id AND e.details <> '{}'
        """,
        ids=ids,
    )


async def lock_cards(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> list[Codes]:
    """Their cards that are not erased yet, locked in the order of their ids until the transaction ends."""
    return await db.fetch_all(
        Codes,
        business_id,
        """
        SELECT id, scan_code, link FROM cards
        WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s) AND erased_at IS NULL
        ORDER BY id FOR NO KEY UPDATE
        """,
        ids=ids,
    )


async def bury_card(db: Db, business_id: BusinessId, card_id: CardId, *, scan_code: str, link: str) -> int:
    """Make a card nobody's: its code and link open nothing any more."""
    return await db.execute(
        business_id,
        """
        UPDATE cards SET scan_code = %(scan_code)s, link = %(link)s, erased_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(card_id)s AND erased_at IS NULL
        """,
        card_id=card_id,
        scan_code=scan_code,
        link=link,
    )


async def blank_redemptions(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Let go what is being handed over to them, and take typed reasons away."""
    return await db.execute(
        business_id,
        """
        UPDATE redemptions d SET void_reason = NULL,
          released_at = CASE WHEN d.confirmed_at IS NULL THEN coalesce(d.released_at, app_now()) ELSE d.released_at END
        FROM cards c JOIN rewards r ON r.business_id = c.business_id AND r.card_id = c.id
        WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          AND d.business_id = r.business_id AND d.reward_id = r.id
          AND (d.void_reason IS NOT NULL OR (d.confirmed_at IS NULL AND d.released_at IS NULL))
        """,
        ids=ids,
    )


async def forget_ledger_texts(db: Db, business_id: BusinessId, card_ids: list[CardId]) -> int:
    """Take typed reasons out of the ledgers of cards that are erased already."""
    return await db.execute(business_id, "SELECT forget_ledger_texts(%(business_id)s, %(card_ids)s)", card_ids=card_ids)


async def gone(
    db: Db, business_id: BusinessId, *, scan_code: str | None = None, link: str | None = None, card_id: CardId | None
) -> Gone | None:
    """Whether one of these is an erased card's: its tombstones, or its id."""
    return await db.fetch_one(
        Gone,
        business_id,
        """
        SELECT EXISTS (SELECT FROM cards WHERE business_id = %(business_id)s AND scan_code = %(scan_code)s::text
                         AND erased_at IS NOT NULL)
            OR EXISTS (SELECT FROM cards WHERE business_id = %(business_id)s AND link = %(link)s::text
                         AND erased_at IS NOT NULL)
            OR EXISTS (SELECT FROM cards WHERE business_id = %(business_id)s AND id = %(card_id)s::uuid
                         AND erased_at IS NOT NULL) AS erased
        """,
        scan_code=scan_code,
        link=link,
        card_id=card_id,
    )
