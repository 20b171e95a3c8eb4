"""A customer's messages, and how they can be reached."""

from uuid import UUID

from sello.domains.campaign.conversations.rules import Message, Reachable
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def messages_page(
    db: Db, business_id: BusinessId, customer_id: CustomerId, *, before: UUID | None, most: int
) -> list[Message]:
    """Campaign messages and answers, the newest first (their ids carry their time), from just before one."""
    return await db.fetch_all(
        Message,
        business_id,
        """
        WITH sends AS (
          SELECT s.id, 'campaign' AS kind, coalesce(s.accepted_at, s.released_at, s.due_at) AS at, s.campaign_id,
            c.name AS campaign_name, t.name AS template_name, NULL::text AS what, NULL::text AS asked, s.rank,
            s.claimed_at IS NOT NULL AS is_claimed, s.accepted_at IS NOT NULL AS is_accepted,
            s.unknown_at IS NOT NULL AS is_unknown, s.released_why, s.error_code, s.clicked_at, d.code,
            r.redeemed_at AS code_redeemed_at
          FROM campaign_sends s
          JOIN campaigns c ON c.business_id = s.business_id AND c.id = s.campaign_id
          JOIN message_templates t ON t.business_id = s.business_id AND t.id = s.template_id
          LEFT JOIN discount_codes d ON d.business_id = s.business_id AND d.send_id = s.id
          LEFT JOIN code_redemptions r ON r.business_id = d.business_id AND r.code_id = d.id AND r.voided_at IS NULL
          WHERE s.business_id = %(business_id)s AND s.customer_id = %(customer_id)s
            AND (%(before)s::uuid IS NULL OR s.id < %(before)s)
          ORDER BY s.id DESC LIMIT %(most)s
        ), answers AS (
          SELECT y.id, 'reply' AS kind, coalesce(y.claimed_at, y.queued_at) AS at, NULL::uuid AS campaign_id,
            NULL::text AS campaign_name, NULL::text AS template_name, y.kind AS what, y.asked, y.rank,
            y.claimed_at IS NOT NULL AS is_claimed, y.sid IS NOT NULL AS is_accepted,
            y.unknown_at IS NOT NULL AS is_unknown, NULL::text AS released_why, y.error_code,
            NULL::timestamptz AS clicked_at, NULL::text AS code, NULL::timestamptz AS code_redeemed_at
          FROM replies y
          WHERE y.business_id = %(business_id)s AND y.customer_id = %(customer_id)s
            AND (%(before)s::uuid IS NULL OR y.id < %(before)s)
          ORDER BY y.id DESC LIMIT %(most)s
        )
        SELECT * FROM (SELECT * FROM sends UNION ALL SELECT * FROM answers) both_kinds
        ORDER BY id DESC LIMIT %(most)s
        """,
        customer_id=customer_id,
        before=before,
        most=most,
    )


async def reachable(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Reachable | None:
    """What is known of reaching them; None for nobody."""
    return await db.fetch_one(
        Reachable,
        business_id,
        """
        SELECT u.opted_in_at, u.opted_out_at, w.window_until, w.invalid_at, w.unreachable_at, w.blocked_at,
          w.pause_until
        FROM customers u
        LEFT JOIN whatsapp_contacts w ON w.business_id = u.business_id AND w.customer_id = u.id
        WHERE u.business_id = %(business_id)s AND u.id = %(customer_id)s
        """,
        customer_id=customer_id,
    )
