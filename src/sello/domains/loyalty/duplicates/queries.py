"""Pairs of customers, guessed and dismissed."""

from dataclasses import dataclass

from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers who may be one person."""

    customer_id: CustomerId
    other_id: CustomerId
    name: str
    phone: str
    other_phone: str
    balance: int
    other_balance: int


async def like_pairs(db: Db, business_id: BusinessId, *, digits: int, dismissed: bool, most: int) -> list[Pair]:
    """Customers with one folded name whose phones differ in at most `digits` places, the newest first.

    Those the owner dismissed, or those he did not.
    """
    return await db.fetch_all(
        Pair,
        business_id,
        """
        SELECT b.id AS customer_id, a.id AS other_id, b.name, b.phone, a.phone AS other_phone, kb.balance,
          ka.balance AS other_balance
        FROM customers b
        JOIN customers a ON a.business_id = b.business_id AND a.name_folded = b.name_folded AND a.id < b.id
          AND a.confirmed_at IS NOT NULL AND a.merged_into IS NULL AND a.erased_at IS NULL
        JOIN cards kb ON kb.business_id = b.business_id AND kb.customer_id = b.id
        JOIN cards ka ON ka.business_id = a.business_id AND ka.customer_id = a.id
        WHERE b.business_id = %(business_id)s
          AND b.confirmed_at IS NOT NULL AND b.merged_into IS NULL AND b.erased_at IS NULL
          AND (SELECT count(*) FROM generate_series(5, 12) n WHERE substr(a.phone, n, 1) <> substr(b.phone, n, 1))
            <= %(digits)s
          AND %(dismissed)s = EXISTS (SELECT FROM duplicate_dismissals d WHERE d.business_id = b.business_id
            AND d.customer_id = b.id AND d.other_id = a.id AND d.undone_at IS NULL)
        ORDER BY b.id DESC, a.id DESC LIMIT %(most)s
        """,
        digits=digits,
        dismissed=dismissed,
        most=most,
    )


async def dismiss_pair(
    db: Db, business_id: BusinessId, customer_id: CustomerId, other_id: CustomerId, *, account_id: AccountId | None
) -> int:
    """Note that the two are two people; 0 rows when that was noted, or when one of them is no customer to be merged."""
    return await db.execute(
        business_id,
        """
        INSERT INTO duplicate_dismissals AS d (business_id, customer_id, other_id, dismissed_at, account_id)
        SELECT b.business_id, b.id, a.id, app_now(), %(account_id)s
        FROM customers b JOIN customers a ON a.business_id = b.business_id AND a.id = %(other_id)s
        WHERE b.business_id = %(business_id)s AND b.id = %(customer_id)s
          AND b.confirmed_at IS NOT NULL AND b.merged_into IS NULL AND b.erased_at IS NULL
          AND a.confirmed_at IS NOT NULL AND a.merged_into IS NULL AND a.erased_at IS NULL
        ON CONFLICT (business_id, customer_id, other_id) DO UPDATE
          SET dismissed_at = app_now(), undone_at = NULL, account_id = EXCLUDED.account_id
          WHERE d.undone_at IS NOT NULL
        """,
        customer_id=customer_id,
        other_id=other_id,
        account_id=account_id,
    )


async def undo_dismissal(db: Db, business_id: BusinessId, customer_id: CustomerId, other_id: CustomerId) -> int:
    """The two may be one person after all; 0 rows when nobody had said otherwise."""
    return await db.execute(
        business_id,
        """
        UPDATE duplicate_dismissals SET undone_at = app_now()
        WHERE business_id = %(business_id)s AND customer_id = %(customer_id)s AND other_id = %(other_id)s
          AND undone_at IS NULL
        """,
        customer_id=customer_id,
        other_id=other_id,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """How many of the customers asked for can be merged."""

    customers: int


async def mergeable(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> Known | None:
    """How many of these are confirmed customers of the shop, neither merged nor erased."""
    return await db.fetch_one(
        Known,
        business_id,
        """
        SELECT count(*) AS customers FROM customers
        WHERE business_id = %(business_id)s AND id = ANY (%(ids)s) AND confirmed_at IS NOT NULL
          AND merged_into IS NULL AND erased_at IS NULL
        """,
        ids=ids,
    )
