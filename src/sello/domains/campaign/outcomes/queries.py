"""What is written of an answer or a callback; every statement takes a batch of one shop's messages."""

from dataclasses import dataclass
from datetime import datetime

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CampaignId, CustomerId, SendId


@dataclass(frozen=True, slots=True)
class Send:
    """A message as it stands, its row locked."""

    id: SendId
    campaign_id: CampaignId
    customer_id: CustomerId
    sender: str
    claims: int
    claimed_at: datetime | None
    unknown_at: datetime | None
    accepted_at: datetime | None
    released_at: datetime | None
    sid: str | None
    rank: int
    error_code: int | None
    cost_micros: int
    phone: str | None


async def lock_sends(db: Db, business_id: BusinessId, ids: list[SendId]) -> list[Send]:
    """These messages, in the order of their ids and held until the end of the transaction.

    Row by row on purpose, as `messages_of`: what waits this morning is in nobody's statistics.
    """
    return await db.fetch_all(
        Send,
        business_id,
        """
        SELECT s.id, s.campaign_id, s.customer_id, s.sender, s.claims, s.claimed_at, s.unknown_at, s.accepted_at,
          s.released_at, s.sid, s.rank, s.error_code, s.cost_micros, u.phone
        FROM (SELECT x AS id FROM unnest(%(ids)s::uuid[]) AS x ORDER BY x) AS i
        CROSS JOIN LATERAL (SELECT x.* FROM campaign_sends x
          WHERE x.business_id = %(business_id)s AND x.id = i.id LIMIT 1 FOR NO KEY UPDATE) s
        CROSS JOIN LATERAL (SELECT x.phone FROM customers x
          WHERE x.business_id = s.business_id AND x.id = s.customer_id LIMIT 1) u
        """,
        ids=ids,
    )


async def note_unknown(db: Db, business_id: BusinessId, ids: list[SendId]) -> int:
    """Called, and nobody knows whether it was taken. Their rows are locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends SET unknown_at = app_now()
        WHERE business_id = %(business_id)s AND id = ANY (%(ids)s) AND unknown_at IS NULL
        """,
        ids=ids,
    )


async def release(
    db: Db, business_id: BusinessId, ids: list[SendId], whys: list[str], error_codes: list[int | None]
) -> int:
    """They end here without having been taken. Their rows are locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends s SET released_at = app_now(), released_why = r.why,
          error_code = coalesce(s.error_code, r.error_code)
        FROM unnest(%(ids)s::uuid[], %(whys)s::text[], %(error_codes)s::int[]) AS r (id, why, error_code)
        WHERE s.business_id = %(business_id)s AND s.id = r.id
        """,
        ids=ids,
        whys=whys,
        error_codes=error_codes,
    )


async def unclaim(db: Db, business_id: BusinessId, ids: list[SendId], due_at: list[datetime]) -> int:
    """They were certainly not taken and wait again. Their rows are locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends s SET claimed_at = NULL, due_at = d.due_at
        FROM unnest(%(ids)s::uuid[], %(due_at)s::timestamptz[]) AS d (id, due_at)
        WHERE s.business_id = %(business_id)s AND s.id = d.id
        """,
        ids=ids,
        due_at=due_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What is known of messages, a list a column: the arrays of one statement."""

    ids: list[SendId]
    sids: list[str]
    ranks: list[int]
    heard_at: list[datetime]
    error_codes: list[int | None]
    sent_at: list[datetime | None]
    failed_at: list[datetime | None]
    delivered_at: list[datetime | None]
    opened_at: list[datetime | None]


async def note_known(db: Db, business_id: BusinessId, known: Columns) -> int:
    """Ranks rise, first moments and first errors stay; whoever was given up is alive. Their rows are locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaign_sends s SET sid = k.sid, rank = greatest(s.rank, k.rank),
          claimed_at = coalesce(s.claimed_at, k.heard_at), accepted_at = coalesce(s.accepted_at, k.heard_at),
          released_at = NULL, released_why = NULL,
          sent_at = coalesce(s.sent_at, k.sent_at), failed_at = coalesce(s.failed_at, k.failed_at),
          delivered_at = coalesce(s.delivered_at, k.delivered_at), opened_at = coalesce(s.opened_at, k.opened_at),
          error_code = coalesce(s.error_code, k.error_code)
        FROM unnest(%(ids)s::uuid[], %(sids)s::text[], %(ranks)s::smallint[], %(heard_at)s::timestamptz[],
            %(error_codes)s::int[], %(sent_at)s::timestamptz[], %(failed_at)s::timestamptz[],
            %(delivered_at)s::timestamptz[], %(opened_at)s::timestamptz[])
          AS k (id, sid, rank, heard_at, error_code, sent_at, failed_at, delivered_at, opened_at)
        WHERE s.business_id = %(business_id)s AND s.id = k.id
        """,
        ids=known.ids,
        sids=known.sids,
        ranks=known.ranks,
        heard_at=known.heard_at,
        error_codes=known.error_codes,
        sent_at=known.sent_at,
        failed_at=known.failed_at,
        delivered_at=known.delivered_at,
        opened_at=known.opened_at,
    )


@dataclass(frozen=True, slots=True)
class Budget:
    """A campaign whose row is locked: whether it sends, and what it may cost."""

    id: CampaignId
    activated_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    quiet_from: int
    quiet_until: int
    budget_micros: int | None
    committed_micros: int
    at: datetime


async def lock_campaigns(db: Db, business_id: BusinessId, ids: list[CampaignId]) -> list[Budget]:
    """These campaigns, in the order of their ids, held; `at` is a moment after all locks so far were taken."""
    return await db.fetch_all(
        Budget,
        business_id,
        """
        SELECT id, activated_at, paused_at, ended_at, quiet_from, quiet_until,
          budget_centimos * 10000 AS budget_micros, committed_micros, app_now() AS at
        FROM campaigns WHERE business_id = %(business_id)s AND id = ANY (%(ids)s)
        ORDER BY id FOR NO KEY UPDATE
        """,
        ids=ids,
    )


async def commit_cost(db: Db, business_id: BusinessId, ids: list[CampaignId], micros: list[int]) -> int:
    """Add to what campaigns spent; negative gives back. Their rows are locked."""
    return await db.execute(
        business_id,
        """
        UPDATE campaigns c SET committed_micros = c.committed_micros + d.micros
        FROM unnest(%(ids)s::uuid[], %(micros)s::bigint[]) AS d (id, micros)
        WHERE c.business_id = %(business_id)s AND c.id = d.id
        """,
        ids=ids,
        micros=micros,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """How many places were given back."""

    count: int


async def give_back_phones(
    db: Db, business_id: BusinessId, *, sender: str, hashes: list[bytes], taken_at: list[datetime]
) -> Given | None:
    """Nobody wrote to these phones after all; only what these claims took is given back."""
    return await db.fetch_one(
        Given,
        business_id,
        """
        SELECT give_back_sender_phones(%(business_id)s::uuid, %(sender)s, %(hashes)s::bytea[],
          %(taken_at)s::timestamptz[]) AS count
        """,
        sender=sender,
        hashes=hashes,
        taken_at=taken_at,
    )


async def note_contacts(db: Db, business_id: BusinessId, customer_ids: list[CustomerId], kinds: list[str]) -> int:
    """What an error says of people: `invalid`, `unreachable`, `blocked`, `stopped` or `pause`, one each."""
    return await db.execute(
        business_id,
        """
        INSERT INTO whatsapp_contacts AS k
          (business_id, customer_id, invalid_at, unreachable_at, blocked_at, stopped_at, pause_until, pauses)
        SELECT %(business_id)s, n.customer_id, CASE n.kind WHEN 'invalid' THEN app_now() END,
          CASE n.kind WHEN 'unreachable' THEN app_now() END, CASE n.kind WHEN 'blocked' THEN app_now() END,
          CASE n.kind WHEN 'stopped' THEN app_now() END,
          CASE n.kind WHEN 'pause' THEN app_now() + interval '1 day' END, CASE n.kind WHEN 'pause' THEN 1 ELSE 0 END
        FROM unnest(%(customer_ids)s::uuid[], %(kinds)s::text[]) AS n (customer_id, kind)
        ON CONFLICT (business_id, customer_id) DO UPDATE SET
          invalid_at = coalesce(k.invalid_at, excluded.invalid_at),
          unreachable_at = coalesce(k.unreachable_at, excluded.unreachable_at),
          blocked_at = coalesce(k.blocked_at, excluded.blocked_at),
          stopped_at = coalesce(k.stopped_at, excluded.stopped_at),
          pause_until = CASE WHEN excluded.pauses = 0 THEN k.pause_until
            ELSE app_now() + CASE k.pauses WHEN 0 THEN interval '1 day' WHEN 1 THEN interval '3 days'
              ELSE interval '7 days' END END,
          pauses = k.pauses + excluded.pauses
        """,
        customer_ids=customer_ids,
        kinds=kinds,
    )


async def hold_sender(db: PlatformDb, *, sender: str, seconds: float, code: int | None) -> int:
    """Nothing but replies leaves this number for so long; a longer hold stays."""
    return await db.execute(
        """
        INSERT INTO sender_bucket AS b (sender, held_until, held_code)
        VALUES (%(sender)s, app_now() + make_interval(secs => %(seconds)s), %(code)s)
        ON CONFLICT (sender) DO UPDATE SET held_until = excluded.held_until, held_code = excluded.held_code
          WHERE b.held_until IS NULL OR b.held_until < excluded.held_until
        """,
        sender=sender,
        seconds=seconds,
        code=code,
    )
