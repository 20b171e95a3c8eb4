"""The one statement that plans a batch, what is let go again, and how far each shop has come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from sello.domains.campaign.rules import Category
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CampaignId, CustomerId, SendId, TemplateId

_PLAN: LiteralString = """
    WITH active AS MATERIALIZED (
      SELECT b.zone, app_now() AS now FROM campaigns c JOIN businesses b ON b.id = c.business_id
      WHERE c.business_id = %(business_id)s AND c.id = %(campaign_id)s AND c.activated_at IS NOT NULL
        AND c.paused_at IS NULL AND c.ended_at IS NULL
    ), meant AS MATERIALIZED (
      SELECT m.* FROM active, unnest(%(send_ids)s::uuid[], %(customer_ids)s::uuid[], %(occasions)s::text[],
        %(code_ids)s::uuid[], %(codes)s::text[], %(link_ids)s::uuid[], %(tokens)s::text[])
        AS m (send_id, customer_id, occasion, code_id, code, link_id, token)
      ORDER BY m.customer_id
    ), windows AS (
      INSERT INTO send_windows (business_id, send_id, customer_id, from_at, until_at)
      SELECT %(business_id)s, m.send_id, m.customer_id, %(due_at)s::timestamptz,
        %(due_at)s::timestamptz + interval '168 hours'
      FROM meant m
      ON CONFLICT DO NOTHING
      RETURNING send_id
    ), kept AS MATERIALIZED (
      SELECT m.*, a.now, (((%(due_at)s::timestamptz AT TIME ZONE a.zone)::date + %(code_days)s::int + 1)::timestamp
        AT TIME ZONE a.zone) AS expires_at
      FROM meant m JOIN windows w USING (send_id) CROSS JOIN active a
    ), sends AS (
      INSERT INTO campaign_sends (business_id, id, campaign_id, customer_id, template_id, sender, priority,
        planned_at, due_at, category, cost_micros)
      SELECT %(business_id)s, k.send_id, %(campaign_id)s, k.customer_id, %(template_id)s, %(sender)s,
        %(priority)s::smallint, k.now, %(due_at)s, %(category)s, %(cost_micros)s
      FROM kept k
    ), members AS (
      INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id, planned_at)
      SELECT %(business_id)s, %(campaign_id)s, k.customer_id, k.occasion, 'message', k.send_id, k.now FROM kept k
    ), coded AS (
      INSERT INTO discount_codes (business_id, id, campaign_id, customer_id, send_id, code, percent, gift,
        issued_at, expires_at)
      SELECT %(business_id)s, k.code_id, %(campaign_id)s, k.customer_id, k.send_id, k.code,
        %(discount_percent)s::smallint, %(gift)s::text, k.now, k.expires_at
      FROM kept k WHERE %(discount_percent)s::smallint IS NOT NULL OR %(gift)s::text IS NOT NULL
    ), linked AS (
      INSERT INTO short_links (business_id, id, token, send_id, expires_at)
      SELECT %(business_id)s, k.link_id, k.token, k.send_id, greatest(k.expires_at,
        %(due_at)s::timestamptz + interval '30 days')
      FROM kept k
    )
    SELECT count(*)::int AS planned FROM kept
"""


@dataclass(frozen=True, slots=True)
class DueShop:
    """A shop whose day has begun and whose campaigns were not planned today."""

    id: BusinessId


@dataclass(frozen=True, slots=True)
class Day:
    """The shop's present day, its zone, the moment, the day planned last, and the steps of the rules in force."""

    today: date
    now: datetime
    zone: str
    planned_until: date | None
    steps: list[int]

    @property
    def there(self) -> ZoneInfo:
        """The shop's zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to plan, column by column. Ids are made before: in the statement they took a quarter of its time."""

    send_ids: list[UUID]
    customer_ids: list[CustomerId]
    occasions: list[str]
    code_ids: list[UUID]
    codes: list[str]
    link_ids: list[UUID]
    tokens: list[str]

    @property
    def columns(self) -> dict[str, Any]:
        """Each column by its name, as the statement takes them."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Done:
    """How many of a batch were planned."""

    planned: int


@dataclass(frozen=True, slots=True)
class Released:
    """A message that waits no longer."""

    id: SendId


async def due_shops(db: PlatformDb) -> list[DueShop]:
    """Open shops with a campaign where it is past six in the morning, in their own zone, of a day not planned yet.

    Not at midnight: whoever comes late in the evening is counted, and the night's expiry is over.
    """
    return await db.fetch_all(
        DueShop,
        """
        SELECT b.id FROM businesses b LEFT JOIN campaign_plans p ON p.business_id = b.id
        WHERE b.closed_at IS NULL AND b.suspended_at IS NULL
          AND (p.business_id IS NULL OR p.planned_until < (app_now() AT TIME ZONE b.zone - interval '6 hours')::date)
          AND EXISTS (SELECT FROM campaigns c WHERE c.business_id = b.id AND c.activated_at IS NOT NULL
            AND c.ended_at IS NULL)
        ORDER BY b.id
        """,
    )


async def day_of(db: Db, business_id: BusinessId) -> Day | None:
    """Where the shop stands; None when it may not act."""
    return await db.fetch_one(
        Day,
        business_id,
        """
        SELECT (app_now() AT TIME ZONE b.zone)::date AS today, app_now() AS now, b.zone, p.planned_until,
          coalesce((SELECT array_agg((x ->> 'at')::int ORDER BY (x ->> 'at')::int)
            FROM jsonb_array_elements(r.body -> 'steps') AS x), '{}') AS steps
        FROM businesses b LEFT JOIN campaign_plans p ON p.business_id = b.id
        LEFT JOIN reward_rules r ON r.business_id = b.id AND r.version = b.rule_version
        WHERE b.id = %(business_id)s AND b.closed_at IS NULL AND b.suspended_at IS NULL
        """,
    )


async def close_day(db: Db, business_id: BusinessId, day: date) -> None:
    """The campaigns of this day, and of all before it, are planned."""
    await db.execute(
        business_id,
        """
        INSERT INTO campaign_plans AS p (business_id, planned_until) VALUES (%(business_id)s, %(day)s)
        ON CONFLICT (business_id) DO UPDATE SET planned_until = greatest(p.planned_until, EXCLUDED.planned_until)
        """,
        day=day,
    )


async def insert_plan(
    db: Db,
    business_id: BusinessId,
    campaign_id: CampaignId,
    batch: Batch,
    *,
    template_id: TemplateId,
    sender: str,
    category: Category,
    cost_micros: int,
    priority: int,
    due_at: datetime,
    code_days: int,
    discount_percent: int | None,
    gift: str | None,
) -> int:
    """Plan a message for each of these: its window, the message, the member, its code and its link; how many.

    The window decides: who has one that is not over gets nothing, however many plan at once. Nothing is written for a
    campaign that is not active when the statement runs. Raises UniqueViolation when somebody was planned for the same
    occasion at this moment and their window was freed at once.
    """
    done = await db.fetch_one(
        Done,
        business_id,
        _PLAN,
        campaign_id=campaign_id,
        template_id=template_id,
        sender=sender,
        category=category,
        cost_micros=cost_micros,
        priority=priority,
        due_at=due_at,
        code_days=code_days,
        discount_percent=discount_percent,
        gift=gift,
        **batch.columns,
    )
    return done.planned if done else 0


async def insert_held_out(
    db: Db, business_id: BusinessId, campaign_id: CampaignId, *, customer_ids: list[CustomerId], occasions: list[str]
) -> int:
    """Note who is meant and gets nothing, to measure against; how many were new. Of an active campaign alone."""
    return await db.execute(
        business_id,
        """
        INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm)
        SELECT %(business_id)s, %(campaign_id)s, m.customer_id, m.occasion, 'holdout'
        FROM campaigns c, unnest(%(customer_ids)s::uuid[], %(occasions)s::text[]) AS m (customer_id, occasion)
        WHERE c.business_id = %(business_id)s AND c.id = %(campaign_id)s AND c.activated_at IS NOT NULL
          AND c.paused_at IS NULL AND c.ended_at IS NULL
        ON CONFLICT (business_id, campaign_id, customer_id, occasion) DO NOTHING
        """,
        campaign_id=campaign_id,
        customer_ids=customer_ids,
        occasions=occasions,
    )


async def release_waiting(
    db: Db, business_id: BusinessId, campaign_id: CampaignId, *, why: str, most: int
) -> list[Released]:
    """Let up to `most` messages of a campaign go that wait and were never claimed; their weeks are free again."""
    return await db.fetch_all(
        Released,
        business_id,
        """
        WITH gone AS (
          UPDATE campaign_sends s SET released_at = app_now(), released_why = %(why)s
          WHERE s.business_id = %(business_id)s AND s.id = ANY(ARRAY(
            SELECT x.id FROM campaign_sends x WHERE x.business_id = %(business_id)s AND x.campaign_id = %(campaign_id)s
              AND x.claimed_at IS NULL AND x.released_at IS NULL
            ORDER BY x.id LIMIT %(most)s FOR UPDATE))
          RETURNING s.id
        ), freed AS (
          UPDATE send_windows w SET freed_at = app_now() FROM gone g
          WHERE w.business_id = %(business_id)s AND w.send_id = g.id AND w.freed_at IS NULL
        ), withdrawn AS (
          UPDATE discount_codes d SET withdrawn_at = app_now() FROM gone g
          WHERE d.business_id = %(business_id)s AND d.send_id = g.id AND d.withdrawn_at IS NULL
        )
        SELECT id FROM gone
        """,
        campaign_id=campaign_id,
        why=why,
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Left:
    """People on a one-off campaign's list who were not meant yet."""

    people: int


async def left_of_segment(db: Db, business_id: BusinessId, campaign_id: CampaignId) -> int:
    """How many people on the list were neither planned nor held out."""
    found = await db.fetch_one(
        Left,
        business_id,
        """
        SELECT count(*)::int AS people FROM campaign_segments g
        JOIN customers u ON u.business_id = %(business_id)s AND u.id = g.customer_id
        WHERE g.business_id = %(business_id)s AND g.campaign_id = %(campaign_id)s AND u.erased_at IS NULL
          AND NOT EXISTS (SELECT FROM campaign_members m WHERE m.business_id = %(business_id)s
            AND m.campaign_id = %(campaign_id)s AND m.customer_id IN (u.id, u.merged_into))
        """,
        campaign_id=campaign_id,
    )
    return found.people if found else 0


async def release_visited(db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[Released]:
    """Let go what waits to tell a customer that they are missed: they have come. Their week is free again."""
    return await db.fetch_all(
        Released,
        business_id,
        """
        WITH gone AS (
          UPDATE campaign_sends s SET released_at = app_now(), released_why = 'visited'
          FROM campaigns c
          WHERE s.business_id = %(business_id)s AND s.customer_id = %(customer_id)s AND s.claimed_at IS NULL
            AND s.released_at IS NULL AND c.business_id = %(business_id)s AND c.id = s.campaign_id
            AND c.trigger_kind = 'inactivity'
          RETURNING s.id
        ), freed AS (
          UPDATE send_windows w SET freed_at = app_now() FROM gone g
          WHERE w.business_id = %(business_id)s AND w.send_id = g.id AND w.freed_at IS NULL
        ), withdrawn AS (
          UPDATE discount_codes d SET withdrawn_at = app_now() FROM gone g
          WHERE d.business_id = %(business_id)s AND d.send_id = g.id AND d.withdrawn_at IS NULL
        )
        SELECT id FROM gone
        """,
        customer_id=customer_id,
    )
