"""Alerts of campaigns: one statement each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sello.domains.campaign.alerts.rules import Alert, AlertKind
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class AlertId:
    """An alert's id."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Count:
    """How many."""

    count: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """An active campaign, how many people it wrote to since it was last looked at, and how many of them left."""

    campaign_id: UUID
    sent: int
    opt_outs: int


async def insert_alert(
    db: Db, business_id: BusinessId, id: UUID, campaign_id: UUID, *, kind: AlertKind, details: dict[str, Any]
) -> AlertId | None:
    """Note it for the shop's day; None when this campaign has one of this kind today."""
    return await db.fetch_one(
        AlertId,
        business_id,
        """
        INSERT INTO campaign_alerts (business_id, id, campaign_id, kind, day, details)
        SELECT b.id, %(id)s, %(campaign_id)s, %(kind)s, (app_now() AT TIME ZONE b.zone)::date, %(details)s
        FROM businesses b WHERE b.id = %(business_id)s
        ON CONFLICT (business_id, campaign_id, kind, day) DO NOTHING
        RETURNING id
        """,
        id=id,
        campaign_id=campaign_id,
        kind=kind,
        details=Jsonb(details),
    )


async def alerts_page(
    db: Db, business_id: BusinessId, *, before: UUID | None, only_unseen: bool, most: int
) -> list[Alert]:
    """Alerts, the newest first (their ids carry their time), from just before one."""
    return await db.fetch_all(
        Alert,
        business_id,
        """
        SELECT a.id, a.campaign_id, c.name AS campaign_name, a.kind, a.day, a.details, a.recorded_at, a.seen_at
        FROM campaign_alerts a JOIN campaigns c ON c.business_id = a.business_id AND c.id = a.campaign_id
        WHERE a.business_id = %(business_id)s AND (%(before)s::uuid IS NULL OR a.id < %(before)s)
          AND (NOT %(only_unseen)s OR a.seen_at IS NULL)
        ORDER BY a.id DESC LIMIT %(most)s
        """,
        before=before,
        only_unseen=only_unseen,
        most=most,
    )


async def count_unseen(db: Db, business_id: BusinessId, *, most: int) -> Count | None:
    """How many nobody has looked at, counted to `most`."""
    return await db.fetch_one(
        Count,
        business_id,
        """
        SELECT count(*) FROM (
          SELECT FROM campaign_alerts WHERE business_id = %(business_id)s AND seen_at IS NULL LIMIT %(most)s) u
        """,
        most=most,
    )


async def see_alert(db: Db, business_id: BusinessId, id: UUID, *, by: AccountId | None) -> Alert | None:
    """Mark it as seen, once; None when there is none. `by` None: an admin, who marks nothing."""
    return await db.fetch_one(
        Alert,
        business_id,
        """
        WITH seen AS (
          UPDATE campaign_alerts SET seen_at = app_now(), seen_by = %(by)s
          WHERE business_id = %(business_id)s AND id = %(id)s AND seen_at IS NULL AND %(by)s::uuid IS NOT NULL
          RETURNING seen_at
        )
        SELECT a.id, a.campaign_id, c.name AS campaign_name, a.kind, a.day, a.details, a.recorded_at,
          coalesce(a.seen_at, (SELECT seen_at FROM seen)) AS seen_at
        FROM campaign_alerts a JOIN campaigns c ON c.business_id = a.business_id AND c.id = a.campaign_id
        WHERE a.business_id = %(business_id)s AND a.id = %(id)s
        """,
        id=id,
        by=by,
    )


async def leaving_of(db: Db, business_id: BusinessId, customer_id: CustomerId, *, blamed: timedelta) -> Leaving | None:
    """Of the campaign that wrote to this customer last, if it did so within `blamed` of now: who left of whom.

    Counted are its messages since it last paused for this reason, so that an owner who goes on is not stopped again for
    the same people. An opt-out is the last campaign's that wrote before it.
    """
    return await db.fetch_one(
        Leaving,
        business_id,
        """
        WITH last AS (
          SELECT s.campaign_id FROM campaign_sends s
          WHERE s.business_id = %(business_id)s AND s.customer_id = %(customer_id)s AND s.accepted_at IS NOT NULL
            AND s.accepted_at > (SELECT app_now()) - %(blamed)s
          ORDER BY s.accepted_at DESC LIMIT 1
        ), since AS (
          SELECT max(a.recorded_at) AS at FROM campaign_alerts a
          WHERE a.business_id = %(business_id)s AND a.campaign_id = (SELECT campaign_id FROM last)
            AND a.kind = 'opt_outs'
        )
        SELECT c.id AS campaign_id, n.sent, n.opt_outs
        FROM campaigns c, LATERAL (
          SELECT count(*) AS sent, count(*) FILTER (WHERE EXISTS (
              SELECT FROM consent_events k
              WHERE k.business_id = s.business_id AND k.customer_id = s.customer_id AND k.kind = 'opt_out'
                AND k.recorded_at BETWEEN s.accepted_at AND s.accepted_at + %(blamed)s)) AS opt_outs
          FROM campaign_sends s
          WHERE s.business_id = c.business_id AND s.campaign_id = c.id AND s.accepted_at IS NOT NULL
            AND s.accepted_at > coalesce((SELECT at FROM since), '-infinity')) n
        WHERE c.business_id = %(business_id)s AND c.id = (SELECT campaign_id FROM last)
          AND c.activated_at IS NOT NULL AND c.paused_at IS NULL AND c.ended_at IS NULL
        """,
        customer_id=customer_id,
        blamed=blamed,
    )
