"""Messages in doubt, and those of a day, above the tenants; what is noted of a look, under one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CustomerId, SendId


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A message that has to be looked for."""

    business_id: BusinessId
    id: SendId


@dataclass(frozen=True, slots=True)
class Looked:
    """A message that is being looked for, with what it can be known by."""

    id: SendId
    customer_id: CustomerId
    sender: str
    phone: str | None
    claimed_at: datetime
    code: str | None
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our messages at the provider; a reply has no campaign behind it."""

    sid: str
    business_id: BusinessId
    send_id: SendId | None
    rank: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the provider took on a day."""

    id: UUID
    sid: str


async def in_doubt(db: PlatformDb, *, most: int) -> list[InDoubt]:
    """Messages claimed and not settled whose time to be looked for has come: after 2, 10, 60 minutes, then hourly."""
    return await db.fetch_all(
        InDoubt,
        """
        SELECT business_id, id FROM campaign_sends
        WHERE claimed_at <= (SELECT app_now() - interval '120 seconds') AND accepted_at IS NULL AND released_at IS NULL
          AND claimed_at <= (SELECT app_now()) - CASE looks WHEN 0 THEN interval '2 minutes'
            WHEN 1 THEN interval '10 minutes' WHEN 2 THEN interval '1 hour' ELSE interval '0' END
          AND (looks < 3 OR looked_at <= (SELECT app_now() - interval '1 hour')
            OR (claimed_at <= (SELECT app_now() - interval '24 hours')
              AND looked_at < claimed_at + interval '24 hours'))
        ORDER BY claimed_at LIMIT %(most)s
        """,
        most=most,
    )


async def begin_look(db: Db, business_id: BusinessId, ids: list[SendId]) -> list[Looked]:
    """Note that these are looked for now; whose worker died is in doubt from here on. Settled ones are left out."""
    return await db.fetch_all(
        Looked,
        business_id,
        """
        WITH looked AS (
          UPDATE campaign_sends SET looked_at = app_now(), looks = least(looks + 1, 30000),
            unknown_at = coalesce(unknown_at, app_now())
          WHERE business_id = %(business_id)s AND id = ANY (%(ids)s) AND claimed_at IS NOT NULL
            AND accepted_at IS NULL AND released_at IS NULL
          RETURNING business_id, id, customer_id, template_id, sender, claimed_at, looked_at
        )
        SELECT l.id, l.customer_id, l.sender, u.phone, l.claimed_at, d.code, t.body, l.looked_at AS at
        FROM looked l
        JOIN customers u ON u.business_id = l.business_id AND u.id = l.customer_id
        JOIN message_templates t ON t.business_id = l.business_id AND t.id = l.template_id
        LEFT JOIN discount_codes d ON d.business_id = l.business_id AND d.send_id = l.id
        ORDER BY l.id
        """,
        ids=ids,
    )


async def ours(db: PlatformDb, sids: list[str]) -> list[Ours]:
    """Which of these sids are known, as a message of a campaign or as a reply."""
    return await db.fetch_all(
        Ours,
        """
        SELECT sid, business_id, id AS send_id, rank FROM campaign_sends WHERE sid = ANY (%(sids)s)
        UNION ALL
        SELECT sid, business_id, NULL, rank FROM replies WHERE sid = ANY (%(sids)s)
        """,
        sids=sids,
    )


async def accepted_between(
    db: PlatformDb, *, sender: str, since: datetime, until: datetime, after: UUID, most: int
) -> list[Accepted]:
    """Messages that the provider took in this time, a page of them by their ids."""
    return await db.fetch_all(
        Accepted,
        """
        SELECT id, sid FROM campaign_sends
        WHERE accepted_at >= %(since)s AND accepted_at < %(until)s AND sender = %(sender)s AND id > %(after)s
        ORDER BY id LIMIT %(most)s
        """,
        sender=sender,
        since=since,
        until=until,
        after=after,
        most=most,
    )
