"""Everything that a batch of messages is made of, in one statement; and the windows of those that never went out."""

from sello.domains.campaign.rules import MessageFacts
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, SendId


async def messages_of(db: Db, business_id: BusinessId, send_ids: list[SendId]) -> list[MessageFacts]:
    """What these messages are made of at this moment.

    The reward is the one the campaign was about (one that waits to be collected or expires), otherwise the next one on
    the card; `missing` are the stamps to the next one by the rules in force.
    """
    return await db.fetch_all(
        MessageFacts,
        business_id,
        """
        SELECT s.id AS send_id, s.customer_id, u.phone, u.name, s.template_id, t.content_sid, t.language, t.body,
          s.category, b.name AS business, b.code AS business_code, d.code, l.token, coalesce(k.balance, 0) AS balance,
          coalesce(n.at - k.balance, 0) AS missing, coalesce(own.title, soon.title, n.title) AS reward
        FROM campaign_sends s
        JOIN businesses b ON b.id = s.business_id
        JOIN customers u ON u.business_id = s.business_id AND u.id = s.customer_id
        JOIN message_templates t ON t.business_id = s.business_id AND t.id = s.template_id
        JOIN campaign_members m ON m.business_id = s.business_id AND m.send_id = s.id
        LEFT JOIN discount_codes d ON d.business_id = s.business_id AND d.send_id = s.id
        LEFT JOIN short_links l ON l.business_id = s.business_id AND l.send_id = s.id
        LEFT JOIN cards k ON k.business_id = s.business_id AND k.customer_id = s.customer_id
        LEFT JOIN reward_rules r ON r.business_id = s.business_id AND r.version = b.rule_version
        LEFT JOIN LATERAL (
          SELECT (x ->> 'at')::int AS at, x ->> 'title' AS title FROM jsonb_array_elements(r.body -> 'steps') AS x
          WHERE (x ->> 'at')::int > coalesce(k.balance, 0) ORDER BY 1 LIMIT 1) n ON true
        LEFT JOIN LATERAL (
          SELECT w.title FROM rewards w WHERE w.business_id = s.business_id AND w.card_id = k.id
            AND m.occasion = 'reward:' || w.id LIMIT 1) own ON true
        LEFT JOIN LATERAL (
          SELECT w.title FROM rewards w WHERE w.business_id = s.business_id AND w.card_id = k.id
            AND m.occasion = 'rewards:' || w.good_until ORDER BY w.id LIMIT 1) soon ON true
        WHERE s.business_id = %(business_id)s AND s.id = ANY(%(send_ids)s)
        """,
        send_ids=send_ids,
    )


async def free_windows(db: Db, business_id: BusinessId, send_ids: list[SendId]) -> int:
    """These messages were never accepted by anybody: their week is free again."""
    return await db.execute(
        business_id,
        """
        UPDATE send_windows SET freed_at = app_now()
        WHERE business_id = %(business_id)s AND send_id = ANY(%(send_ids)s) AND freed_at IS NULL
        """,
        send_ids=send_ids,
    )
