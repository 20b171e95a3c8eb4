"""A person's messages, codes and clicks; and what an erasure ends."""

from sello.domains.customer import Row
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def segment_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The lists of one-off campaigns they are on."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.campaign_id, x.customer_id FROM campaign_segments x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.campaign_id, x.customer_id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def member_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The campaigns that meant them, also those that held them out."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.campaign_id, x.customer_id, x.occasion, x.arm, x.send_id, x.planned_at
          FROM campaign_members x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.planned_at, x.campaign_id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def send_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The campaign messages planned for them, and what became of each."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.id, x.campaign_id, x.customer_id, x.template_id, x.sender, x.planned_at, x.due_at,
            x.claimed_at, x.unknown_at, x.released_at, x.released_why, x.accepted_at, x.sent_at, x.failed_at,
            x.delivered_at, x.opened_at, x.clicked_at, x.error_code, x.category
          FROM campaign_sends x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def window_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The weeks in which they are written to once."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.send_id, x.customer_id, x.from_at, x.until_at, x.freed_at
          FROM send_windows x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.from_at, x.send_id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def code_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The discount codes they were given."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.id, x.campaign_id, x.customer_id, x.send_id, x.code, x.percent, x.gift, x.issued_at,
            x.expires_at, x.withdrawn_at
          FROM discount_codes x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.issued_at, x.id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def redemption_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The codes they used at the counter."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.id, x.code_id, x.branch_id, x.amount_centimos, x.redeemed_at, x.voided_at
          FROM discount_codes c JOIN code_redemptions x ON x.business_id = c.business_id AND x.code_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY x.redeemed_at, x.id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def link_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """The links they were sent, and whether they went there."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.send_id, x.clicks, x.clicked_at, x.expires_at
          FROM campaign_sends c JOIN short_links x ON x.business_id = c.business_id AND x.send_id = c.id
          WHERE c.business_id = %(business_id)s AND c.customer_id = ANY (%(ids)s)
          ORDER BY x.send_id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def contact_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """How they can be reached."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.customer_id, x.window_until, x.helped_at, x.invalid_at, x.unreachable_at, x.blocked_at,
            x.stopped_at, x.pause_until
          FROM whatsapp_contacts x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.customer_id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def reply_lines(db: Db, business_id: BusinessId, ids: list[CustomerId], *, most: int) -> list[Row]:
    """What they were answered."""
    return await db.fetch_all(
        Row,
        business_id,
        """
        SELECT to_jsonb(y) AS line FROM (
          SELECT x.id, x.customer_id, x.kind, x.asked, x.sender, x.queued_at, x.claimed_at, x.unknown_at,
            x.error_code
          FROM replies x
          WHERE x.business_id = %(business_id)s AND x.customer_id = ANY (%(ids)s)
          ORDER BY x.queued_at, x.id LIMIT %(most)s) y
        """,
        ids=ids,
        most=most,
    )


async def lock_sends(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Lock what still waits to be sent to them, in the order of its ids."""
    return await db.execute(
        business_id,
        """
        SELECT id FROM campaign_sends
        WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s) AND claimed_at IS NULL
          AND released_at IS NULL
        ORDER BY id FOR UPDATE
        """,
        ids=ids,
    )


async def release_sends(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Nothing that waits goes out any more."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends SET released_at = app_now(), released_why = 'erased'
        WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s) AND claimed_at IS NULL
          AND released_at IS NULL
        """,
        ids=ids,
    )


async def withdraw_codes(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """Their codes are worth nothing from here on."""
    return await db.execute(
        business_id,
        """
        UPDATE discount_codes SET withdrawn_at = app_now()
        WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s) AND withdrawn_at IS NULL
        """,
        ids=ids,
    )


async def forget_contacts(db: Db, business_id: BusinessId, ids: list[CustomerId]) -> int:
    """How they could be reached is not known any more."""
    return await db.execute(
        business_id,
        """
        UPDATE whatsapp_contacts SET window_until = NULL, helped_at = NULL, invalid_at = NULL, unreachable_at = NULL,
          blocked_at = NULL, stopped_at = NULL, pause_until = NULL, pauses = 0
        WHERE business_id = %(business_id)s AND customer_id = ANY (%(ids)s)
        """,
        ids=ids,
    )
