"""A person's rows of this domain, and the list of erasures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the rows that are a person: the customer, or one merged into them."""

    id: CustomerId
    phone: str | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the person may see it."""

    line: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody who was erased."""

    business_id: BusinessId
    customer_id: CustomerId
    erased_at: datetime


async def subjects_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[Subject]:
    """The person behind a customer's id: the customer it leads to, then those merged into that one."""
    return await db.fetch_all(
        Subject,
        business_id,
        """
        WITH root AS (
          SELECT coalesce(u.merged_into, u.id) AS id FROM customers u
          WHERE u.business_id = %(business_id)s AND u.id = %(customer_id)s
        )
        SELECT u.id, u.phone, u.erased_at FROM customers u
        WHERE u.business_id = %(business_id)s AND u.id = ANY (ARRAY(
          SELECT root.id FROM root
          UNION ALL
          SELECT m.id FROM customers m JOIN root ON root.id = m.merged_into WHERE m.business_id = %(business_id)s))
        ORDER BY u.merged_into IS NOT NULL, u.id
        """,
        customer_id=customer_id,
    )


async def customer_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The person's own rows."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT id, phone, new_phone, new_phone_at, name, birth_month, birth_day, source, enrolled_at, confirmed_at,
            merged_into, erased_at, opted_in_at, opted_out_at
          FROM customers WHERE business_id = %(business_id)s AND id = ANY (%(ids)s) ORDER BY id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def consent_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The person's receipts."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT customer_id, kind, source, text_version, poster_id, recorded_at
          FROM consent_events WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s)
          ORDER BY recorded_at, id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def request_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The person's requests."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(x) AS line FROM (
          SELECT id, customer_id, kind, source, wish, opened_at, due_on, answered_at, outcome, answer
          FROM privacy_requests WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s)
          ORDER BY opened_at, id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def lock_customers(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> list[Subject]:
    """The rows, locked in the order of their ids until the transaction ends."""
    return await db.fetch_all(
        Subject,
        business_id,
        """
        SELECT id, phone, erased_at FROM customers
        WHERE business_id = %(business_id)s AND id = ANY (%(ids)s) ORDER BY id FOR NO KEY UPDATE
        """,
        ids=ids,
    )


async def blank_customers(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Take the person out of the rows; how many."""
    return await db.execute(
        business_id,
        """
        UPDATE customers SET phone = NULL, new_phone = NULL, new_phone_at = NULL, name = NULL, name_folded = NULL,
          birth_month = NULL, birth_day = NULL, network_hash = NULL, erased_at = coalesce(erased_at, app_now())
        WHERE business_id = %(business_id)s AND id = ANY (%(ids)s)
        """,
        ids=ids,
    )


async def forget_consent_traces(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Take network and poster off the receipts of people who are erased already."""
    return await db.execute(business_id, "SELECT forget_consent_traces(%(business_id)s, %(ids)s)", ids=ids)


async def audit_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What the audit log says of the person, their cards, ledgers and requests; who did it is another's data."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        WITH of_cards AS MATERIALIZED (
          SELECT id FROM cards WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s)
        ), subjects AS MATERIALIZED (
          SELECT unnest(%(ids)s::uuid[]) AS id
          UNION SELECT id FROM of_cards
          UNION SELECT e.id FROM of_cards c JOIN stamp_events e ON e.business_id = %(business_id)s AND e.card_id = c.id
          UNION SELECT r.id FROM privacy_requests r
            WHERE r.business_id = %(business_id)s AND r.customer_id = ANY (%(ids)s)
        )
        SELECT to_jsonb(x) AS line FROM (
          SELECT l.action, l.subject_id, l.reason, l.recorded_at FROM subjects s
          JOIN audit_log l ON l.business_id = %(business_id)s AND l.subject_id = s.id
          ORDER BY l.recorded_at, l.id LIMIT %(most)s) x
        """,
        ids=ids,
        most=most,
    )


async def forget_audit_texts(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Take typed reasons off the audit log's rows about people who are erased already."""
    return await db.execute(business_id, "SELECT forget_audit_texts(%(business_id)s, %(ids)s)", ids=ids)


async def forget_keys(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Take away the idempotency keys of what people made who are erased already."""
    return await db.execute(business_id, "SELECT forget_keys(%(business_id)s, %(ids)s)", ids=ids)


async def close_requests(
    db: Db, business_id: BusinessId, ids: list[CustomerId], *, answered_by: AccountId | None
) -> int:
    """Empty the person's requests; open ones are answered by the erasure: those it grants, and those it makes moot."""
    return await db.execute(
        business_id,
        """
        UPDATE privacy_requests SET wish = NULL, answer = NULL,
          answered_by = CASE WHEN answered_at IS NULL THEN %(answered_by)s::uuid ELSE answered_by END,
          outcome = coalesce(outcome, CASE WHEN kind IN ('erasure', 'opposition') THEN 'granted' ELSE 'refused' END),
          answered_at = coalesce(answered_at, app_now())
        WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s)
        """,
        ids=ids,
        answered_by=answered_by,
    )


async def list_erasures(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Note who was erased; how many were not on the list."""
    return await db.execute(
        business_id,
        """
        INSERT INTO erasures (business_id, customer_id)
        SELECT %(business_id)s, x.id FROM unnest(%(ids)s::uuid[]) AS x (id)
        ON CONFLICT (business_id, customer_id) DO NOTHING
        """,
        ids=ids,
    )


async def mark_stored(db: Db, business_id: BusinessId, customer_id: CustomerId) -> int:
    """The storage keeps this erasure too."""
    return await db.execute(
        business_id,
        """
        UPDATE erasures SET stored_at = app_now()
        WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s AND stored_at IS NULL
        """,
        customer_id=customer_id,
    )


async def erasure_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Erasure | None:
    """The entry of the list."""
    return await db.fetch_one(
        Erasure,
        business_id,
        """
        SELECT business_id, customer_id, erased_at FROM erasures
        WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s
        """,
        customer_id=customer_id,
    )


async def erasures_of(db: Db, business_id: BusinessId, *, after: CustomerId, most: int) -> list[Erasure]:
    """The shop's list in the order of its key, from just after a customer."""
    return await db.fetch_all(
        Erasure,
        business_id,
        """
        SELECT business_id, customer_id, erased_at FROM erasures
        WHERE business_id = %(business_id)s AND customer_id > %(after)s ORDER BY customer_id LIMIT %(most)s
        """,
        after=after,
        most=most,
    )


async def erasures_after(db: PlatformDb, *, business_id: UUID, customer_id: UUID, most: int) -> list[Erasure]:
    """The list of all shops in the order of its key, from just after an entry."""
    return await db.fetch_all(
        Erasure,
        """
        SELECT business_id, customer_id, erased_at FROM erasures
        WHERE (business_id, customer_id) > (%(business_id)s, %(customer_id)s)
        ORDER BY business_id, customer_id LIMIT %(most)s
        """,
        business_id=business_id,
        customer_id=customer_id,
        most=most,
    )
