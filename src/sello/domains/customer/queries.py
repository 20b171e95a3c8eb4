"""Customers and their consent: one statement each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString

from sello.domains.customer.rules import (
    Birthday,
    Consent,
    ConsentKind,
    Customer,
    Receipt,
    Source,
    Waiting,
)
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CustomerId

_CUSTOMER: LiteralString = """
    SELECT id, phone, last_three, name, source, enrolled_at, confirmed_at, confirmed_by, merged_into, erased_at,
      opted_in_at, opted_out_at
    FROM customers WHERE business_id = %(business_id)s
"""

_PROVEN: LiteralString = """
    AND id = (SELECT coalesce(s.merged_into, s.id) FROM customers s
              WHERE s.business_id = %(business_id)s AND s.phone = %(phone)s AND s.confirmed_at IS NOT NULL
              ORDER BY s.merged_into IS NOT NULL, s.id LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class _Turn:
    turn: str


async def take_turn(db: Db, business_id: BusinessId, phone: str, network_hash: bytes) -> None:
    """Let enrolments of one phone, then of one network, pass one by one until the transaction ends.

    Advisory locks, always in this order: what is counted afterwards cannot be raced.
    """
    await db.fetch_one(
        _Turn,
        business_id,
        """
        SELECT concat(
          pg_advisory_xact_lock(1, hashtext(%(business_id)s::text || %(phone)s::text)),
          pg_advisory_xact_lock(2, hashtext(%(business_id)s::text || encode(%(network_hash)s::bytea, 'hex')))) AS turn
        """,
        phone=phone,
        network_hash=network_hash,
    )


async def waiting(
    db: Db,
    business_id: BusinessId,
    *,
    phone: str,
    phone_window: timedelta,
    network_hash: bytes,
    network_window: timedelta,
) -> Waiting:
    """Unconfirmed enrolments of the phone and of the network within their windows; stable after `take_turn`.

    Confirmed customers do not count, so the answer says nothing about whether a phone is known.
    """
    found = await db.fetch_one(
        Waiting,
        business_id,
        """
        SELECT
          (SELECT count(*) FROM customers u WHERE u.business_id = %(business_id)s AND u.phone = %(phone)s
             AND u.confirmed_at IS NULL AND u.merged_into IS NULL
             AND u.enrolled_at > (SELECT app_now() - %(phone_window)s::interval)) AS of_phone,
          (SELECT count(*) FROM customers u WHERE u.business_id = %(business_id)s
             AND u.network_hash = %(network_hash)s
             AND u.enrolled_at > (SELECT app_now() - %(network_window)s::interval)) AS of_network
        """,
        phone=phone,
        phone_window=phone_window,
        network_hash=network_hash,
        network_window=network_window,
    )
    return found or Waiting(0, 0)


async def insert_customer(
    db: Db,
    business_id: BusinessId,
    customer_id: CustomerId,
    *,
    phone: str,
    name: str,
    name_folded: str,
    birthday: Birthday | None,
    source: Source,
    network_hash: bytes | None,
    confirmed: bool,
    confirmed_by: AccountId | None,
) -> None:
    """A new customer, pending or confirmed.

    Raises UniqueViolation when the id is taken or, confirmed, the phone is another confirmed customer's.
    """
    await db.execute(
        business_id,
        """
        INSERT INTO customers (business_id, id, phone, name, name_folded, birth_day, birth_month, source, network_hash,
          enrolled_at, confirmed_at, confirmed_by)
        SELECT %(business_id)s, %(customer_id)s, %(phone)s, %(name)s, %(name_folded)s, %(day)s::smallint,
          %(month)s::smallint, %(source)s, %(network_hash)s, t.now,
          CASE WHEN %(confirmed)s THEN t.now END, %(confirmed_by)s::uuid
        FROM (SELECT app_now() AS now) t
        """,
        customer_id=customer_id,
        phone=phone,
        name=name,
        name_folded=name_folded,
        day=birthday.day if birthday else None,
        month=birthday.month if birthday else None,
        source=source,
        network_hash=network_hash,
        confirmed=confirmed,
        confirmed_by=confirmed_by,
    )


async def customer_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Customer | None:
    """The customer, unlocked."""
    return await db.fetch_one(Customer, business_id, _CUSTOMER + "AND id = %(customer_id)s", customer_id=customer_id)


async def locked_customers(db: Db, business_id: BusinessId, customer_ids: list[CustomerId]) -> list[Customer]:
    """The customers in the order of their ids, locked in that order until the transaction ends."""
    return await db.fetch_all(
        Customer,
        business_id,
        _CUSTOMER + "AND id = ANY(%(customer_ids)s) ORDER BY id FOR NO KEY UPDATE",
        customer_ids=customer_ids,
    )


async def confirmed_by_phone(db: Db, business_id: BusinessId, phone: str) -> Customer | None:
    """The one customer whose phone this was proven to be; of a merged duplicate's phone, the one it leads to."""
    return await db.fetch_one(
        Customer,
        business_id,
        _CUSTOMER + _PROVEN,
        phone=phone,
    )


async def confirm_pending(
    db: Db, business_id: BusinessId, customer_id: CustomerId, *, confirmed_by: AccountId | None
) -> int:
    """Confirm a pending customer; 0 rows when there is none to confirm.

    Raises UniqueViolation when another customer with this phone was confirmed first; waits for one that is just being.
    """
    return await db.execute(
        business_id,
        """
        UPDATE customers SET confirmed_at = app_now(), confirmed_by = %(confirmed_by)s, network_hash = NULL
        WHERE business_id = %(business_id)s AND id = %(customer_id)s
          AND confirmed_at IS NULL AND merged_into IS NULL AND erased_at IS NULL
        """,
        customer_id=customer_id,
        confirmed_by=confirmed_by,
    )


async def merge_pending(db: Db, business_id: BusinessId, customer_id: CustomerId, into: CustomerId) -> int:
    """Lead a pending customer to a known one; 0 rows when it is not pending any more."""
    return await db.execute(
        business_id,
        """
        UPDATE customers SET merged_into = %(into)s, network_hash = NULL
        WHERE business_id = %(business_id)s AND id = %(customer_id)s
          AND confirmed_at IS NULL AND merged_into IS NULL AND erased_at IS NULL
        """,
        customer_id=customer_id,
        into=into,
    )


async def merge_confirmed(db: Db, business_id: BusinessId, customer_id: CustomerId, into: CustomerId) -> int:
    """Lead a confirmed customer to another one; 0 rows when one of them leads elsewhere or is erased by now.

    Both rows are locked.
    """
    return await db.execute(
        business_id,
        """
        UPDATE customers u SET merged_into = %(into)s, new_phone = NULL, new_phone_at = NULL FROM customers t
        WHERE u.business_id = %(business_id)s AND u.id = %(customer_id)s
          AND t.business_id = u.business_id AND t.id = %(into)s
          AND u.confirmed_at IS NOT NULL AND u.merged_into IS NULL AND u.erased_at IS NULL
          AND t.confirmed_at IS NOT NULL AND t.merged_into IS NULL AND t.erased_at IS NULL
        """,
        customer_id=customer_id,
        into=into,
    )


async def lead_on(db: Db, business_id: BusinessId, customer_id: CustomerId, into: CustomerId) -> int:
    """Whoever led to the merged customer leads to the other one now; how many."""
    return await db.execute(
        business_id,
        """
        UPDATE customers SET merged_into = %(into)s
        WHERE business_id = %(business_id)s AND merged_into = %(customer_id)s
        """,
        customer_id=customer_id,
        into=into,
    )


async def lend_birthday(db: Db, business_id: BusinessId, customer_id: CustomerId, into: CustomerId) -> int:
    """Give a merged customer's birthday to the other one, who has none."""
    return await db.execute(
        business_id,
        """
        UPDATE customers t SET birth_day = u.birth_day, birth_month = u.birth_month FROM customers u
        WHERE t.business_id = %(business_id)s AND t.id = %(into)s AND t.birth_day IS NULL
          AND u.business_id = t.business_id AND u.id = %(customer_id)s AND u.birth_day IS NOT NULL
        """,
        customer_id=customer_id,
        into=into,
    )


async def last_consent(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Consent | None:
    """The customer's last word."""
    return await db.fetch_one(
        Consent,
        business_id,
        """
        SELECT kind, source, text_version, poster_id, network_hash, recorded_at FROM consent_events
        WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s
        ORDER BY recorded_at DESC, id DESC LIMIT 1
        """,
        customer_id=customer_id,
    )


async def insert_consent(
    db: Db, business_id: BusinessId, customer_id: CustomerId, *, kind: ConsentKind, receipt: Receipt
) -> int:
    """Add to the consent log and derive the customer's flags; 0 rows when there is no such customer.

    The customer's row must be locked or new: the log's clock has to run the way the flags change.
    """
    return await db.execute(
        business_id,
        """
        WITH word AS (
          INSERT INTO consent_events
            (business_id, id, customer_id, kind, source, text_version, poster_id, network_hash)
          VALUES (%(business_id)s, new_id(), %(customer_id)s, %(kind)s, %(source)s, %(text_version)s, %(poster_id)s,
            %(network_hash)s)
          RETURNING business_id, customer_id, kind, recorded_at
        )
        UPDATE customers u SET
          opted_in_at = CASE word.kind WHEN 'opt_in' THEN word.recorded_at END,
          opted_out_at = CASE word.kind WHEN 'opt_out' THEN word.recorded_at END
        FROM word WHERE u.business_id = word.business_id AND u.id = word.customer_id
        """,
        customer_id=customer_id,
        kind=kind,
        source=receipt.source,
        text_version=receipt.text_version,
        poster_id=receipt.poster_id,
        network_hash=receipt.network_hash,
    )
