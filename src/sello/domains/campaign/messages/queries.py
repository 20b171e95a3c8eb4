"""Everything that a batch of messages is made of, in one statement; and the windows of those that never went out."""

from sello.domains.campaign.rules import MessageFacts
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, SendId


async def messages_of(db: Db, business_id: BusinessId, send_ids: list[SendId]) -> list[MessageFacts]:
    """What these messages are made of at this moment.

    The reward is the one the campaign was about (one that waits to be collected or expires), otherwise the next one on
    the card; `missing` are the stamps to the next one by the rules in force.

    Row by row on purpose: a campaign of this morning is in nobody's statistics, and a planner that expects one row in
    each table joins whole shops with each other (50 messages took 4.3 s).
    """
    return await db.fetch_all(
        MessageFacts,
        business_id,
        """
        SELECT s.id AS send_id, s.customer_id, u.phone, u.name, s.template_id, t.content_sid, t.language, t.body,
          s.category, b.name AS business, b.code AS business_code, d.code, l.token, coalesce(k.balance, 0) AS balance,
          coalesce(n.at - k.balance, 0) AS missing, coalesce(own.title, soon.title, n.title) AS reward
        FROM unnest(%(send_ids)s::uuid[]) AS i (id)
        CROSS JOIN LATERAL (SELECT x.* FROM campaign_sends x
          WHERE x.business_id = %(business_id)s AND x.id = i.id LIMIT 1) s
        CROSS JOIN LATERAL (SELECT x.phone, x.name FROM customers x
          WHERE x.business_id = s.business_id AND x.id = s.customer_id LIMIT 1) u
        CROSS JOIN LATERAL (SELECT x.content_sid, x.language, x.body FROM message_templates x
          WHERE x.business_id = s.business_id AND x.id = s.template_id LIMIT 1) t
        CROSS JOIN LATERAL (SELECT x.occasion FROM campaign_members x
          WHERE x.business_id = s.business_id AND x.send_id = s.id LIMIT 1) m
        JOIN businesses b ON b.id = %(business_id)s
        LEFT JOIN reward_rules r ON r.business_id = b.id AND r.version = b.rule_version
        LEFT JOIN LATERAL (SELECT x.code FROM discount_codes x
          WHERE x.business_id = s.business_id AND x.send_id = s.id LIMIT 1) d ON true
        LEFT JOIN LATERAL (SELECT x.token FROM short_links x
          WHERE x.business_id = s.business_id AND x.send_id = s.id LIMIT 1) l ON true
        LEFT JOIN LATERAL (SELECT x.id, x.balance FROM cards x
          WHERE x.business_id = s.business_id AND x.customer_id = s.customer_id LIMIT 1) k ON true
        LEFT JOIN LATERAL (
          SELECT (x ->> 'at')::int AS at, x ->> 'title' AS title FROM jsonb_array_elements(r.body -> 'steps') AS x
          WHERE (x ->> 'at')::int > coalesce(k.balance, 0) ORDER BY 1 LIMIT 1) n ON true
        LEFT JOIN LATERAL (
          SELECT w.title FROM rewards w WHERE w.business_id = s.business_id AND w.card_id = k.id
            AND m.occasion = 'reward:' || w.id LIMIT 1) own ON true
        LEFT JOIN LATERAL (
          SELECT w.title FROM rewards w WHERE w.business_id = s.business_id AND w.card_id = k.id
            AND m.occasion = 'rewards:' || w.good_until ORDER BY w.id LIMIT 1) soon ON true
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
