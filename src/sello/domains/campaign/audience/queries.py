"""Who would be reached and who not, counted and listed; and what campaigns see of one customer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from sello.domains.campaign.audience.rules import LeftOut, Meant
from sello.domains.campaign.rules import Category, TriggerKind
from sello.domains.campaign.triggers.queries import EVERYBODY, JUDGED, SHOP, WHO
from sello.domains.campaign.triggers.rules import Look
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CampaignId, CustomerId, TemplateId

_COUNTED: LiteralString = """
    SELECT j.reason, count(DISTINCT j.customer_id)::int AS customers FROM judged j GROUP BY 1
"""
_LISTED: LiteralString = """
    SELECT DISTINCT ON (j.customer_id) j.customer_id, j.name, j.reason, j.until FROM judged j
    WHERE j.reason IS NOT NULL AND (%(reason)s::text IS NULL OR j.reason = %(reason)s)
      AND j.customer_id > %(after)s::uuid
    ORDER BY j.customer_id, j.reason LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of those who are meant share a reason; None: nothing stands in their way."""

    reason: LeftOut | None
    customers: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who is meant and left out."""

    customer_id: CustomerId
    name: str | None
    reason: LeftOut
    until: datetime | None


@dataclass(frozen=True, slots=True)
class All:
    """How many customers the shop has."""

    customers: int


@dataclass(frozen=True, slots=True)
class Kind:
    """What a template's messages count as."""

    category: Category


@dataclass(frozen=True, slots=True)
class Facts:
    """What campaigns see of a customer, lists as the database gives them."""

    confirmed: bool
    opted_in_at: datetime | None
    opted_out_at: datetime | None
    birth_month: int | None
    birth_day: int | None
    invalid_at: datetime | None
    unreachable_at: datetime | None
    blocked_at: datetime | None
    pause_until: datetime | None
    balance: int
    stamps_until: date | None
    last_day: date | None
    visits: list[date]
    earned: list[date]
    good_until: list[date | None]
    begun: list[datetime]
    ended: list[datetime]
    segments: list[UUID]


async def counted(
    db: Db, business_id: BusinessId, campaign_id: CampaignId, *, kind: TriggerKind, category: Category, look: Look
) -> list[Counted]:
    """Everybody who is meant, by what stands in their way."""
    return await db.fetch_all(
        Counted,
        business_id,
        SHOP + EVERYBODY + WHO + JUDGED + _COUNTED,
        campaign_id=campaign_id,
        kind=kind,
        category=category,
        **look.numbers,
    )


async def left_out(
    db: Db,
    business_id: BusinessId,
    campaign_id: CampaignId,
    *,
    kind: TriggerKind,
    category: Category,
    look: Look,
    reason: LeftOut | None,
    after: CustomerId,
    limit: int,
) -> list[Listed]:
    """Who is meant and left out, in the order of their ids from just after one."""
    return await db.fetch_all(
        Listed,
        business_id,
        SHOP + EVERYBODY + WHO + JUDGED + _LISTED,
        campaign_id=campaign_id,
        kind=kind,
        category=category,
        **look.numbers,
        reason=reason,
        after=after,
        limit=limit,
    )


async def customers_of(db: Db, business_id: BusinessId) -> int:
    """How many confirmed customers the shop has."""
    found = await db.fetch_one(
        All,
        business_id,
        """
        SELECT count(*)::int AS customers FROM customers
        WHERE business_id = %(business_id)s AND confirmed_at IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL
        """,
    )
    return found.customers if found else 0


async def kind_of(db: Db, business_id: BusinessId, template_id: TemplateId) -> Kind | None:
    """What a template's messages count as: what Meta decided, otherwise what was asked for."""
    return await db.fetch_one(
        Kind,
        business_id,
        """
        SELECT CASE coalesce(approved_category, category) WHEN 'marketing' THEN 'marketing' ELSE 'utility' END
          AS category
        FROM message_templates WHERE business_id = %(business_id)s AND id = %(template_id)s
        """,
        template_id=template_id,
    )


async def meant_of(db: Db, business_id: BusinessId, customer_id: CustomerId, *, most: int) -> list[Meant]:
    """What campaigns meant a customer for, those of duplicates that were merged into them too; the latest first."""
    return await db.fetch_all(
        Meant,
        business_id,
        """
        SELECT m.campaign_id, m.occasion, m.arm, m.send_id, m.planned_at FROM campaign_members m
        WHERE m.business_id = %(business_id)s AND m.customer_id = ANY(ARRAY(
          SELECT y.id FROM customers y WHERE y.business_id = %(business_id)s
            AND (y.id = %(customer_id)s OR y.merged_into = %(customer_id)s)))
        ORDER BY m.planned_at DESC, m.campaign_id LIMIT %(most)s
        """,
        customer_id=customer_id,
        most=most,
    )


async def facts_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Facts | None:
    """What campaigns see of a customer."""
    return await db.fetch_one(
        Facts,
        business_id,
        """
        SELECT u.confirmed_at IS NOT NULL AND k.id IS NOT NULL AS confirmed, u.opted_in_at, u.opted_out_at,
          u.birth_month, u.birth_day, t.invalid_at, t.unreachable_at, t.blocked_at, t.pause_until,
          coalesce(k.balance, 0) AS balance, k.stamps_until,
          (greatest(k.last_at, k.history_at) AT TIME ZONE b.zone)::date AS last_day,
          ARRAY(SELECT DISTINCT (e.occurred_at AT TIME ZONE b.zone)::date AS day
            FROM cards c JOIN stamp_events e ON e.business_id = %(business_id)s AND e.card_id = c.id
            LEFT JOIN stamp_events x ON x.business_id = %(business_id)s AND x.voids = e.id
            WHERE c.business_id = %(business_id)s AND (c.id = k.id OR c.merged_into = k.id)
              AND e.kind IN ('earn', 'history') AND x.id IS NULL ORDER BY day) AS visits,
          w.earned, w.good_until, s.begun, s.ended,
          ARRAY(SELECT DISTINCT g.campaign_id FROM customers y
            JOIN campaign_segments g ON g.business_id = %(business_id)s AND g.customer_id = y.id
            WHERE y.business_id = %(business_id)s AND (y.id = u.id OR y.merged_into = u.id)) AS segments
        FROM customers u JOIN businesses b ON b.id = u.business_id
        LEFT JOIN whatsapp_contacts t ON t.business_id = u.business_id AND t.customer_id = u.id
        LEFT JOIN cards k ON k.business_id = u.business_id AND k.customer_id = u.id AND k.confirmed_at IS NOT NULL
          AND k.merged_into IS NULL AND k.erased_at IS NULL
        CROSS JOIN LATERAL (
          SELECT coalesce(array_agg((r.issued_at AT TIME ZONE b.zone)::date ORDER BY r.id), '{}') AS earned,
            coalesce(array_agg(r.good_until ORDER BY r.id), '{}') AS good_until
          FROM rewards r WHERE r.business_id = %(business_id)s AND r.card_id = k.id AND r.revoked_at IS NULL
            AND r.expired_at IS NULL AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = %(business_id)s
              AND x.reward_id = r.id AND x.confirmed_at IS NOT NULL AND x.voided_at IS NULL)) w
        CROSS JOIN LATERAL (
          SELECT coalesce(array_agg(y.from_at ORDER BY y.send_id), '{}') AS begun,
            coalesce(array_agg(y.until_at ORDER BY y.send_id), '{}') AS ended
          FROM send_windows y WHERE y.business_id = %(business_id)s AND y.customer_id = u.id
            AND y.freed_at IS NULL) s
        WHERE u.business_id = %(business_id)s AND u.id = %(customer_id)s AND u.merged_into IS NULL
        """,
        customer_id=customer_id,
    )
