"""Claims: what is due, of whom, and the statements that make it ours; places in time above the tenants."""

from dataclasses import dataclass
from datetime import datetime

from sello.domains.campaign.sending.rules import Candidate
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CustomerId, SendId


@dataclass(frozen=True, slots=True)
class DueShop:
    """A shop with messages that are due, the first priority among them."""

    business_id: BusinessId
    priority: int


@dataclass(frozen=True, slots=True)
class Place:
    """The first of the places that were taken, in seconds from the moment of the answer; and whether one may call."""

    wait: float
    held: float


@dataclass(frozen=True, slots=True)
class Busy:
    """How far ahead the places of a number are taken, and for how long nothing may leave it, in seconds."""

    ahead: float
    held: float


@dataclass(frozen=True, slots=True)
class Id:
    """A message."""

    id: SendId


@dataclass(frozen=True, slots=True)
class PhoneTurn:
    """Whether a phone may be written to from the shared number: `taken`, `cap` or `daily`."""

    phone_hash: bytes
    outcome: str


async def due_shops(db: PlatformDb, *, sender: str) -> list[DueShop]:
    """Shops with something due, whatever their number, by as many probes of the index as there are of them.

    The first of each priority is asked for in order, not whether one exists: a planner that expects many would read
    the table from its beginning.
    """
    return await db.fetch_all(
        DueShop,
        """
        WITH RECURSIVE shops AS (
          (SELECT s.business_id FROM campaign_sends s
           WHERE s.claimed_at IS NULL AND s.released_at IS NULL ORDER BY s.business_id LIMIT 1)
          UNION ALL
          SELECT (SELECT s.business_id FROM campaign_sends s
                  WHERE s.claimed_at IS NULL AND s.released_at IS NULL AND s.business_id > shops.business_id
                  ORDER BY s.business_id LIMIT 1)
          FROM shops WHERE shops.business_id IS NOT NULL
        )
        SELECT shops.business_id, min(p.priority) AS priority
        FROM shops CROSS JOIN LATERAL (
          SELECT n AS priority FROM generate_series(0, 9) AS n
          WHERE (SELECT s.due_at FROM campaign_sends s
                 WHERE s.business_id = shops.business_id AND s.sender = %(sender)s AND s.priority = n
                   AND s.claimed_at IS NULL AND s.released_at IS NULL
                 ORDER BY s.due_at LIMIT 1) <= (SELECT app_now())
          ORDER BY n LIMIT 1) AS p
        WHERE shops.business_id IS NOT NULL
        GROUP BY shops.business_id ORDER BY shops.business_id
        """,
        sender=sender,
    )


async def take_places(db: PlatformDb, *, sender: str, count: int, seconds: float) -> Place | None:
    """Take places in a row, `seconds` apart; whoever comes next gets later ones, in whatever process."""
    return await db.fetch_one(
        Place,
        """
        INSERT INTO sender_bucket AS b (sender, next_at)
        VALUES (%(sender)s, app_now() + make_interval(secs => %(count)s::int * %(seconds)s))
        ON CONFLICT (sender) DO UPDATE
          SET next_at = greatest(b.next_at, app_now()) + make_interval(secs => %(count)s::int * %(seconds)s)
        RETURNING extract(epoch FROM b.next_at - app_now())::float - %(count)s::int * %(seconds)s AS wait,
          greatest(0, extract(epoch FROM b.held_until - app_now()))::float AS held
        """,
        sender=sender,
        count=count,
        seconds=seconds,
    )


async def busy(db: PlatformDb, *, sender: str) -> Busy | None:
    """Whether it is worth claiming now."""
    return await db.fetch_one(
        Busy,
        """
        SELECT greatest(0, extract(epoch FROM next_at - app_now()))::float AS ahead,
          greatest(0, coalesce(extract(epoch FROM held_until - app_now()), 0))::float AS held
        FROM sender_bucket WHERE sender = %(sender)s
        """,
        sender=sender,
    )


async def lock_due(db: Db, business_id: BusinessId, *, sender: str, most: int) -> list[Candidate]:
    """The first messages that are due, with their people, both locked; what somebody else holds is left for later.

    An opt-out locks the person too: whoever commits first decides. Row by row on purpose, as `messages_of`.
    """
    return await db.fetch_all(
        Candidate,
        business_id,
        """
        SELECT s.id, s.campaign_id, s.customer_id, s.claims, s.planned_at, s.due_at, s.category, s.cost_micros,
          u.phone, u.confirmed_at, u.merged_into, u.erased_at, u.opted_in_at, u.opted_out_at,
          t.approval, t.archived_at, t.content_sid, b.zone, b.closed_at, b.suspended_at,
          k.invalid_at, k.unreachable_at, k.blocked_at, k.stopped_at, k.pause_until
        FROM (
          SELECT x.* FROM campaign_sends x
          WHERE x.business_id = %(business_id)s AND x.sender = %(sender)s AND x.due_at <= (SELECT app_now())
            AND x.claimed_at IS NULL AND x.released_at IS NULL
          ORDER BY x.priority, x.due_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED) s
        CROSS JOIN LATERAL (SELECT x.* FROM customers x
          WHERE x.business_id = s.business_id AND x.id = s.customer_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) u
        CROSS JOIN LATERAL (SELECT x.* FROM message_templates x
          WHERE x.business_id = s.business_id AND x.id = s.template_id LIMIT 1) t
        JOIN businesses b ON b.id = %(business_id)s
        LEFT JOIN LATERAL (SELECT x.* FROM whatsapp_contacts x
          WHERE x.business_id = s.business_id AND x.customer_id = s.customer_id LIMIT 1) k ON true
        ORDER BY s.priority, s.due_at
        """,
        sender=sender,
        most=most,
    )


async def other_windows(db: Db, business_id: BusinessId, ids: list[SendId], *, at: datetime) -> list[Id]:
    """Those whose person has another message in the 168 hours from now, or whose own week was freed."""
    return await db.fetch_all(
        Id,
        business_id,
        """
        SELECT w.send_id AS id FROM send_windows w
        WHERE w.business_id = %(business_id)s AND w.send_id = ANY (%(ids)s)
          AND (w.freed_at IS NOT NULL OR EXISTS (
            SELECT FROM send_windows o
            WHERE o.business_id = w.business_id AND o.customer_id = w.customer_id AND o.send_id <> w.send_id
              AND o.freed_at IS NULL AND o.until_at > %(at)s AND o.from_at < %(at)s + interval '168 hours'))
        """,
        ids=ids,
        at=at,
    )


async def take_phones(
    db: Db, business_id: BusinessId, *, sender: str, hashes: list[bytes], at: datetime, daily: int | None
) -> list[PhoneTurn]:
    """Two messages in 168 hours for a phone from a number that shops share, and so many people a day."""
    return await db.fetch_all(
        PhoneTurn,
        business_id,
        """
        SELECT phone_hash, outcome
        FROM take_sender_phones(%(business_id)s::uuid, %(sender)s, %(hashes)s::bytea[], %(at)s, %(daily)s::int)
        """,
        sender=sender,
        hashes=hashes,
        at=at,
        daily=daily,
    )


async def claim(
    db: Db, business_id: BusinessId, ids: list[SendId], customer_ids: list[CustomerId], *, at: datetime
) -> list[Id]:
    """These go out now, and their weeks begin now; one whose week does not begin is not claimed.

    The windows are there already: the conflict is the way that finds each by its key, whatever the statistics say. An
    UPDATE of the morning's first claim read all windows of the shop (100,000 of them for 50).
    """
    return await db.fetch_all(
        Id,
        business_id,
        """
        WITH begun AS (
          INSERT INTO send_windows AS w (business_id, send_id, customer_id, from_at, until_at)
          SELECT %(business_id)s, i.id, i.customer_id, %(at)s, %(at)s::timestamptz + interval '168 hours'
          FROM unnest(%(ids)s::uuid[], %(customer_ids)s::uuid[]) AS i (id, customer_id)
          ON CONFLICT (business_id, send_id) DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at
            WHERE w.freed_at IS NULL
          RETURNING w.send_id
        )
        UPDATE campaign_sends s SET claimed_at = %(at)s, claims = s.claims + 1
        FROM begun WHERE s.business_id = %(business_id)s AND s.id = begun.send_id
        RETURNING s.id
        """,
        ids=ids,
        customer_ids=customer_ids,
        at=at,
    )


async def put_off(db: Db, business_id: BusinessId, ids: list[SendId], due_at: list[datetime]) -> int:
    """They are looked at again then. Their rows are locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends s SET due_at = d.due_at
        FROM unnest(%(ids)s::uuid[], %(due_at)s::timestamptz[]) AS d (id, due_at)
        WHERE s.business_id = %(business_id)s AND s.id = d.id
        """,
        ids=ids,
        due_at=due_at,
    )
