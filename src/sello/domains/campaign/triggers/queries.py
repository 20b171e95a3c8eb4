"""Whom a campaign means, and what stands in the way of writing to them."""

from typing import LiteralString

from sello.domains.campaign.rules import Category, TriggerKind
from sello.domains.campaign.triggers.rules import Candidate, Look
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CampaignId, CustomerId

# Cards that can be meant: confirmed ones of living, unmerged customers. `seen` is the latest visit, imported ones too.
SHOP: LiteralString = """
    WITH shop AS MATERIALIZED (
      SELECT b.zone, app_now() AS now, (app_now() AT TIME ZONE b.zone)::date AS today
      FROM businesses b WHERE b.id = %(business_id)s
    ), held AS NOT MATERIALIZED (
      SELECT c.id, c.customer_id, c.balance, c.cycle, c.stamps_until, greatest(c.last_at, c.history_at) AS seen
      FROM cards c WHERE c.business_id = %(business_id)s AND c.confirmed_at IS NOT NULL AND c.merged_into IS NULL
        AND c.erased_at IS NULL
"""
EVERYBODY: LiteralString = "), "
_SOME: LiteralString = " AND c.customer_id = ANY(%(only)s)), "

# Whom the trigger of this kind means, and the occasion that set it off, once for ever.
WHO: LiteralString = """
    who AS (
      SELECT h.customer_id, 'visit:' || (h.seen AT TIME ZONE s.zone)::date AS occasion
      FROM held h, shop s
      WHERE %(kind)s = 'inactivity' AND h.seen < (s.today - %(least)s::int + 1)::timestamp AT TIME ZONE s.zone
        AND h.seen >= (s.today - %(most)s::int)::timestamp AT TIME ZONE s.zone
      UNION ALL
      SELECT h.customer_id, 'year:' || d.year
      FROM unnest(%(months)s::smallint[], %(days)s::smallint[], %(years)s::int[]) AS d (month, day, year)
      JOIN customers u ON u.business_id = %(business_id)s AND u.birth_month = d.month AND u.birth_day = d.day
      JOIN held h ON h.customer_id = u.id
      WHERE %(kind)s = 'birthday'
      UNION ALL
      SELECT h.customer_id, 'visit:' || %(least)s::int
      FROM shop s JOIN held h ON h.seen >= %(since)s::date::timestamp AT TIME ZONE s.zone
      CROSS JOIN LATERAL (
        SELECT v.day FROM (
          SELECT DISTINCT (e.occurred_at AT TIME ZONE s.zone)::date AS day
          FROM cards k JOIN stamp_events e ON e.business_id = %(business_id)s AND e.card_id = k.id
          LEFT JOIN stamp_events x ON x.business_id = %(business_id)s AND x.voids = e.id
          WHERE k.business_id = %(business_id)s AND (k.id = h.id OR k.merged_into = h.id)
            AND e.kind IN ('earn', 'history') AND x.id IS NULL) v
        ORDER BY v.day OFFSET greatest(0, %(least)s::int - 1) LIMIT 1) n
      WHERE %(kind)s = 'milestone' AND n.day >= %(since)s::date
      UNION ALL
      SELECT h.customer_id, 'cycle:' || h.cycle || ':' || n.at
      FROM shop s JOIN held h ON h.balance > 0
        AND h.seen < (s.today - %(least)s::int + 1)::timestamp AT TIME ZONE s.zone
      CROSS JOIN LATERAL (SELECT min(x) AS at FROM unnest(%(steps)s::int[]) AS x WHERE x > h.balance) n
      WHERE %(kind)s = 'near_reward' AND n.at - h.balance <= %(most)s::int
      UNION ALL
      SELECT h.customer_id, 'reward:' || r.id
      FROM shop s CROSS JOIN held h
      JOIN rewards r ON r.business_id = %(business_id)s AND r.card_id = h.id
      WHERE %(kind)s = 'reward_unused' AND r.issued_at < (s.today - %(least)s::int + 1)::timestamp AT TIME ZONE s.zone
        AND r.revoked_at IS NULL AND r.expired_at IS NULL AND (r.good_until IS NULL OR r.good_until >= s.today)
        AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = %(business_id)s AND x.reward_id = r.id
          AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL)
      UNION ALL
      SELECT h.customer_id, 'stamps:' || h.stamps_until
      FROM shop s JOIN held h ON h.balance > 0 AND h.stamps_until BETWEEN s.today AND s.today + %(most)s::int
      WHERE %(kind)s = 'expiring' AND %(stamps)s
      UNION ALL
      SELECT DISTINCT h.customer_id, 'rewards:' || r.good_until
      FROM shop s CROSS JOIN held h
      JOIN rewards r ON r.business_id = %(business_id)s AND r.card_id = h.id
      WHERE %(kind)s = 'expiring' AND %(rewards)s AND r.good_until BETWEEN s.today AND s.today + %(most)s::int
        AND r.revoked_at IS NULL AND r.expired_at IS NULL
        AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = %(business_id)s AND x.reward_id = r.id
          AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL)
      UNION ALL
      SELECT DISTINCT h.customer_id, 'segment'
      FROM campaign_segments g
      JOIN customers u ON u.business_id = %(business_id)s AND u.id = g.customer_id
      JOIN held h ON h.customer_id IN (u.id, u.merged_into)
      WHERE %(kind)s = 'segment' AND g.business_id = %(business_id)s AND g.campaign_id = %(campaign_id)s
    )
"""
# Why somebody who is meant cannot be written to, the first reason that holds; null: nothing stands in the way.
JUDGED: LiteralString = """
    , judged AS (
      SELECT w.customer_id, w.occasion, u.name,
        CASE WHEN EXISTS (SELECT FROM campaign_members m WHERE m.business_id = %(business_id)s
               AND m.campaign_id = %(campaign_id)s AND m.customer_id = w.customer_id AND m.occasion = w.occasion)
             THEN 'already'
          WHEN u.opted_out_at IS NOT NULL THEN 'opted_out'
          WHEN u.opted_in_at IS NULL THEN 'no_consent'
          WHEN t.invalid_at IS NOT NULL THEN 'phone_invalid'
          WHEN t.unreachable_at IS NOT NULL THEN 'not_on_whatsapp'
          WHEN t.blocked_at IS NOT NULL THEN 'blocked'
          WHEN t.pause_until > s.now AND %(category)s = 'marketing' THEN 'marketing_paused'
          WHEN x.until_at IS NOT NULL THEN 'recent_message' END AS reason,
        CASE WHEN t.pause_until > s.now AND %(category)s = 'marketing' THEN t.pause_until ELSE x.until_at END AS until
      FROM shop s CROSS JOIN who w
      JOIN customers u ON u.business_id = %(business_id)s AND u.id = w.customer_id AND u.confirmed_at IS NOT NULL
        AND u.merged_into IS NULL AND u.erased_at IS NULL
      LEFT JOIN whatsapp_contacts t ON t.business_id = %(business_id)s AND t.customer_id = w.customer_id
      LEFT JOIN (SELECT y.customer_id, max(y.until_at) AS until_at FROM send_windows y
                 WHERE y.business_id = %(business_id)s AND y.freed_at IS NULL AND y.until_at > (SELECT now FROM shop)
                 GROUP BY 1) x ON x.customer_id = w.customer_id
    )
"""
# One occasion a customer: a reward that waits and one that expires are one message.
_CANDIDATES: LiteralString = """
    SELECT DISTINCT ON (j.customer_id) j.customer_id, j.occasion, a.arm
    FROM judged j LEFT JOIN (
      SELECT m.customer_id, min(m.arm) AS arm FROM campaign_members m
      WHERE m.business_id = %(business_id)s AND m.campaign_id = %(campaign_id)s GROUP BY 1) a
      ON a.customer_id = j.customer_id
    WHERE j.reason IS NULL ORDER BY j.customer_id, j.occasion
"""


async def candidates_of(
    db: Db, business_id: BusinessId, campaign_id: CampaignId, *, kind: TriggerKind, category: Category, look: Look
) -> list[Candidate]:
    """Everybody whom the campaign means now, who may be written to and was not meant for this before, by their ids."""
    return await db.fetch_all(
        Candidate,
        business_id,
        SHOP + EVERYBODY + WHO + JUDGED + _CANDIDATES,
        campaign_id=campaign_id,
        kind=kind,
        category=category,
        **look.numbers,
    )


async def candidates_among(
    db: Db,
    business_id: BusinessId,
    campaign_id: CampaignId,
    *,
    kind: TriggerKind,
    category: Category,
    look: Look,
    only: list[CustomerId],
) -> list[Candidate]:
    """Those of these customers whom the campaign means now, as above."""
    return await db.fetch_all(
        Candidate,
        business_id,
        SHOP + _SOME + WHO + JUDGED + _CANDIDATES,
        campaign_id=campaign_id,
        kind=kind,
        category=category,
        only=only,
        **look.numbers,
    )
