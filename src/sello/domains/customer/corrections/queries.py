"""Corrections of a customer's row, one statement each."""

from sello.domains.customer.corrections.rules import Standing
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def locked_standing(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Standing | None:
    """The customer, locked until the transaction ends."""
    return await db.fetch_one(
        Standing,
        business_id,
        """
        SELECT id, phone, new_phone, new_phone_at, confirmed_at, merged_into, erased_at, app_now() AS now
        FROM customers WHERE business_id = %(business_id)s AND id = %(customer_id)s FOR NO KEY UPDATE
        """,
        customer_id=customer_id,
    )


async def set_name(db: Db, business_id: BusinessId, customer_id: CustomerId, *, name: str, name_folded: str) -> int:
    """Write another name."""
    return await db.execute(
        business_id,
        """
        UPDATE customers SET name = %(name)s, name_folded = %(name_folded)s
        WHERE business_id = %(business_id)s AND id = %(customer_id)s AND erased_at IS NULL
        """,
        customer_id=customer_id,
        name=name,
        name_folded=name_folded,
    )


async def set_birthday(
    db: Db, business_id: BusinessId, customer_id: CustomerId, *, day: int | None, month: int | None
) -> int:
    """Write another birthday, or none."""
    return await db.execute(
        business_id,
        """
        UPDATE customers SET birth_day = %(day)s::smallint, birth_month = %(month)s::smallint
        WHERE business_id = %(business_id)s AND id = %(customer_id)s AND erased_at IS NULL
        """,
        customer_id=customer_id,
        day=day,
        month=month,
    )


async def propose_phone(db: Db, business_id: BusinessId, customer_id: CustomerId, *, phone: str) -> int:
    """Note a new phone, which waits to be said at the counter; the one that counts already waits for nothing."""
    return await db.execute(
        business_id,
        """
        UPDATE customers SET new_phone = NULLIF(%(phone)s::text, phone),
          new_phone_at = CASE WHEN %(phone)s::text <> phone THEN app_now() END
        WHERE business_id = %(business_id)s AND id = %(customer_id)s AND erased_at IS NULL
        """,
        customer_id=customer_id,
        phone=phone,
    )


async def take_new_phone(db: Db, business_id: BusinessId, customer_id: CustomerId) -> int:
    """Make the new phone the one that counts.

    Raises UniqueViolation when another customer has it by now.
    """
    return await db.execute(
        business_id,
        """
        UPDATE customers SET phone = new_phone, new_phone = NULL, new_phone_at = NULL
        WHERE business_id = %(business_id)s AND id = %(customer_id)s AND new_phone IS NOT NULL AND erased_at IS NULL
        """,
        customer_id=customer_id,
    )
