"""What is noted of a change, which phones are owed a push, what became of it. Of the platform: tags and phones are.

A change is noted in one statement: the passes' rows first, the tag's row last, so that tags become visible in their
order. The statement that waited for a pass has read the card before it did, so it never sets `noted_seq` back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CardId, CustomerId


@dataclass(frozen=True, slots=True)
class Noted:
    """A pass whose change has a tag now."""

    pass_id: UUID
    card_id: CardId
    kind: str
    tag: int


@dataclass(frozen=True, slots=True)
class Owed:
    """A phone that has not been told of a pass's last change."""

    business_id: BusinessId
    pass_id: UUID
    card_id: CardId
    tag: int
    device: UUID
    pass_type_id: str
    push_token_sealed: bytes


@dataclass(frozen=True, slots=True)
class Changed:
    """A pass and the moment of its last change; None while there was none."""

    pass_id: UUID
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Behind:
    """A pass that does not follow its card."""

    business_id: BusinessId
    pass_id: UUID


@dataclass(frozen=True, slots=True)
class Unpatched:
    """A card whose object at Google is owed a change."""

    business_id: BusinessId
    card_id: CardId


async def passes_of(db: Db, business_id: BusinessId, card_ids: Sequence[CardId]) -> list[Changed]:
    """The passes that show one of these cards, those of cards that were merged into one of them included."""
    return await db.fetch_all(
        Changed,
        business_id,
        """
        SELECT p.id AS pass_id, CASE WHEN p.tag > 0 THEN p.changed_at END AS changed_at
        FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
        WHERE c.business_id = %(business_id)s AND (c.id = ANY(%(card_ids)s) OR c.merged_into = ANY(%(card_ids)s))
        """,
        card_ids=list(card_ids),
    )


async def passes_of_customer(db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[Changed]:
    """The passes of somebody's cards."""
    return await db.fetch_all(
        Changed,
        business_id,
        """
        SELECT p.id AS pass_id, CASE WHEN p.tag > 0 THEN p.changed_at END AS changed_at
        FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
        WHERE c.business_id = %(business_id)s AND c.customer_id = %(customer_id)s
        """,
        customer_id=customer_id,
    )


async def passes_after(db: Db, business_id: BusinessId, after: UUID, *, most: int) -> list[Changed]:
    """A shop's passes by id, from behind `after` on."""
    return await db.fetch_all(
        Changed,
        business_id,
        """
        SELECT id AS pass_id, CASE WHEN tag > 0 THEN changed_at END AS changed_at
        FROM wallet_passes WHERE business_id = %(business_id)s AND id > %(after)s ORDER BY id LIMIT %(most)s
        """,
        after=after,
        most=most,
    )


async def note_passes(db: PlatformDb, business_id: BusinessId, pass_ids: Sequence[UUID], *, anew: bool) -> list[Noted]:
    """Give a new tag to those of these passes whose card has moved on; to all of them when `anew`.

    Locks the passes' rows, then those of their tags until the end of the transaction.
    """
    return await db.fetch_all(
        Noted,
        """
        WITH held AS MATERIALIZED (
          SELECT p.id, coalesce(p.pass_type_id, 'google') AS tagged_by, t.seq, p.voided_at IS NULL AS was_good,
                 CASE WHEN t.erased_at IS NOT NULL THEN 'erased' WHEN b.closed_at IS NOT NULL THEN 'closed' END AS why,
                 p.card_id <> t.id AS merged
          FROM wallet_passes p
          JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
          JOIN cards t ON t.business_id = c.business_id AND t.id = coalesce(c.merged_into, c.id)
          JOIN businesses b ON b.id = p.business_id
          WHERE p.business_id = %(business_id)s AND p.id = ANY(%(pass_ids)s) AND (%(anew)s OR p.noted_seq < t.seq
            OR (c.merged_into IS NOT NULL AND p.noted_seq <> t.seq)
            OR (p.voided_at IS NULL) <> (t.erased_at IS NULL AND b.closed_at IS NULL))
          ORDER BY p.id FOR NO KEY UPDATE OF p
        ), tags AS (
          INSERT INTO wallet_tags AS g (pass_type_id, last) SELECT DISTINCT tagged_by, 1 FROM held ORDER BY tagged_by
          ON CONFLICT (pass_type_id) DO UPDATE SET last = g.last + 1 RETURNING pass_type_id, last
        ), noted AS (
          UPDATE wallet_passes p
          SET tag = tags.last, changed_at = app_now(), events = p.events + 1,
              noted_seq = CASE WHEN held.merged THEN held.seq ELSE greatest(p.noted_seq, held.seq) END,
              voided_at = CASE WHEN held.why IS NOT NULL THEN coalesce(p.voided_at, app_now()) END
          FROM held JOIN tags ON tags.pass_type_id = held.tagged_by
          WHERE p.business_id = %(business_id)s AND p.id = held.id RETURNING p.*, held.was_good, held.why
        ), told AS (
          INSERT INTO wallet_events (business_id, pass_id, slot, number, kind, details)
          SELECT %(business_id)s, id, events %% 200, events,
                 CASE WHEN was_good AND why IS NOT NULL THEN 'voided' ELSE 'noted' END,
                 jsonb_strip_nulls(jsonb_build_object('seq', noted_seq, 'why', CASE WHEN was_good THEN why END))
          FROM noted ON CONFLICT (business_id, pass_id, slot)
          DO UPDATE SET number = excluded.number, kind = excluded.kind, at = excluded.at, details = excluded.details
        )
        SELECT id AS pass_id, card_id, kind, tag FROM noted ORDER BY id
        """,
        business_id=business_id,
        pass_ids=list(pass_ids),
        anew=anew,
    )


async def owed_phones(db: PlatformDb, business_id: BusinessId, pass_ids: Sequence[UUID]) -> list[Owed]:
    """The phones that have not been told of the last change of one of these passes."""
    return await db.fetch_all(
        Owed,
        """
        SELECT r.business_id, r.pass_id, p.card_id, p.tag, r.device, d.pass_type_id, d.push_token_sealed
        FROM wallet_registrations r
        JOIN wallet_passes p ON p.business_id = r.business_id AND p.id = r.pass_id
        JOIN wallet_devices d ON d.id = r.device
        WHERE r.business_id = %(business_id)s AND r.pass_id = ANY(%(pass_ids)s) AND r.pushed_tag < p.tag
        ORDER BY r.device, r.pass_id
        """,
        business_id=business_id,
        pass_ids=list(pass_ids),
    )


async def owed_anywhere(db: PlatformDb, *, after: UUID, but: Sequence[str], most: int) -> list[Owed]:
    """Phones of all shops that are owed a push for a minute or longer, by device, from behind `after` on.

    `but`: pass types that are left out. A phone that stands on the edge of two pages is told twice.
    """
    return await db.fetch_all(
        Owed,
        """
        SELECT r.business_id, r.pass_id, p.card_id, p.tag, r.device, d.pass_type_id, d.push_token_sealed
        FROM wallet_registrations r
        JOIN wallet_passes p ON p.business_id = r.business_id AND p.id = r.pass_id
        JOIN wallet_devices d ON d.id = r.device
        WHERE r.device > %(after)s AND r.pushed_tag < p.tag AND d.pass_type_id <> ALL(%(but)s)
          AND p.changed_at < (SELECT app_now() - interval '1 minute')
        ORDER BY r.device, r.pass_id LIMIT %(most)s
        """,
        after=after,
        but=list(but),
        most=most,
    )


async def note_told(db: PlatformDb, owed: Sequence[Owed]) -> int:
    """These phones were told: registrations follow, and each pass's time line says so. How many still stood."""
    return await db.execute(
        """
        WITH o AS (
          SELECT * FROM unnest(%(businesses)s::uuid[], %(passes)s::uuid[], %(devices)s::uuid[], %(tags)s::bigint[])
                        AS o (business_id, pass_id, device, tag)
        ), held AS MATERIALIZED (
          SELECT p.id FROM wallet_passes p
          WHERE (p.business_id, p.id) IN (SELECT business_id, pass_id FROM o) ORDER BY p.id FOR NO KEY UPDATE
        ), told AS (
          UPDATE wallet_registrations r SET pushed_tag = greatest(r.pushed_tag, o.tag)
          FROM o JOIN held ON held.id = o.pass_id
          WHERE r.business_id = o.business_id AND r.pass_id = o.pass_id AND r.device = o.device
          RETURNING r.business_id, r.pass_id
        ), counted AS (
          SELECT business_id, pass_id, count(*) AS phones FROM told GROUP BY business_id, pass_id
        ), numbered AS (
          UPDATE wallet_passes p SET events = p.events + 1
          FROM counted c WHERE p.business_id = c.business_id AND p.id = c.pass_id
          RETURNING p.business_id, p.id, p.events, c.phones
        )
        INSERT INTO wallet_events (business_id, pass_id, slot, number, kind, details)
        SELECT business_id, id, events %% 200, events, 'pushed', jsonb_build_object('phones', phones) FROM numbered
        ON CONFLICT (business_id, pass_id, slot)
        DO UPDATE SET number = excluded.number, kind = excluded.kind, at = excluded.at, details = excluded.details
        """,
        businesses=[one.business_id for one in owed],
        passes=[one.pass_id for one in owed],
        devices=[one.device for one in owed],
        tags=[one.tag for one in owed],
    )


async def note_failures(
    db: PlatformDb, failed: Sequence[Owed], *, reasons: Sequence[str], statuses: Sequence[int | None], retry: bool
) -> int:
    """These phones were not told: each pass's time line says why (one reason for each of them)."""
    return await db.execute(
        """
        WITH failed AS (
          SELECT DISTINCT ON (business_id, pass_id) business_id, pass_id, reason, status
          FROM unnest(%(businesses)s::uuid[], %(passes)s::uuid[], %(reasons)s::text[], %(statuses)s::int[])
               AS f (business_id, pass_id, reason, status)
          ORDER BY business_id, pass_id
        ), numbered AS (
          UPDATE wallet_passes p SET events = p.events + 1
          FROM failed f WHERE p.business_id = f.business_id AND p.id = f.pass_id
          RETURNING p.business_id, p.id, p.events, f.reason, f.status
        )
        INSERT INTO wallet_events (business_id, pass_id, slot, number, kind, details)
        SELECT business_id, id, events %% 200, events, 'push_failed',
               jsonb_build_object('reason', reason, 'status', status, 'retry', %(retry)s::bool)
        FROM numbered
        ON CONFLICT (business_id, pass_id, slot)
        DO UPDATE SET number = excluded.number, kind = excluded.kind, at = excluded.at, details = excluded.details
        """,
        businesses=[one.business_id for one in failed],
        passes=[one.pass_id for one in failed],
        reasons=list(reasons),
        statuses=list(statuses),
        retry=retry,
    )


async def unregister_phone(db: PlatformDb, device: UUID, *, sealed: bytes, since: datetime | None) -> int:
    """Apple says this push token reaches nobody: its registrations go, but for those made after `since`.

    Nothing happens when the phone has another token by now. Locks the phone's row.
    """
    return await db.execute(
        """
        WITH phone AS MATERIALIZED (
          SELECT id FROM wallet_devices WHERE id = %(device)s AND push_token_sealed = %(sealed)s FOR UPDATE
        ), gone AS (
          DELETE FROM wallet_registrations r USING phone
          WHERE r.device = phone.id
            AND (%(since)s::timestamptz IS NULL OR r.registered_at <= %(since)s::timestamptz)
          RETURNING r.business_id, r.pass_id
        ), numbered AS (
          UPDATE wallet_passes p SET events = p.events + 1
          FROM gone g WHERE p.business_id = g.business_id AND p.id = g.pass_id
          RETURNING p.business_id, p.id, p.events,
                    (SELECT count(*) FROM wallet_registrations r
                     WHERE r.business_id = g.business_id AND r.pass_id = g.pass_id AND r.device <> %(device)s) AS phones
        )
        INSERT INTO wallet_events (business_id, pass_id, slot, number, kind, details)
        SELECT business_id, id, events %% 200, events, 'unregistered',
               jsonb_build_object('phones', phones, 'why', 'apns')
        FROM numbered
        ON CONFLICT (business_id, pass_id, slot)
        DO UPDATE SET number = excluded.number, kind = excluded.kind, at = excluded.at, details = excluded.details
        """,
        device=device,
        sealed=sealed,
        since=since,
    )


async def forget_phone(db: PlatformDb, device: UUID) -> int:
    """Delete a phone that is registered for nothing."""
    return await db.execute(
        """
        DELETE FROM wallet_devices d
        WHERE d.id = %(device)s AND NOT EXISTS (SELECT FROM wallet_registrations r WHERE r.device = d.id)
        """,
        device=device,
    )


async def passes_behind(db: PlatformDb, *, most: int) -> list[Behind]:
    """Passes that do not follow their cards although a minute has passed since: a reaction was lost."""
    return await db.fetch_all(
        Behind,
        """
        SELECT p.business_id, p.id AS pass_id
        FROM wallet_passes p
        JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
        JOIN cards t ON t.business_id = c.business_id AND t.id = coalesce(c.merged_into, c.id)
        JOIN businesses b ON b.id = p.business_id
        LEFT JOIN stamp_events e ON e.business_id = t.business_id AND e.card_id = t.id AND e.seq = t.seq
        WHERE (p.noted_seq <> t.seq OR (p.voided_at IS NULL) <> (t.erased_at IS NULL AND b.closed_at IS NULL))
          AND coalesce(e.recorded_at, t.issued_at) < (SELECT app_now() - interval '1 minute')
        ORDER BY p.business_id, p.id LIMIT %(most)s
        """,
        most=most,
    )


async def unpatched(db: PlatformDb, *, most: int) -> list[Unpatched]:
    """Cards whose object at Google is owed a change for ten minutes or longer: its job is held, or was lost."""
    return await db.fetch_all(
        Unpatched,
        """
        SELECT business_id, card_id FROM wallet_passes
        WHERE kind = 'google' AND patched_tag < tag AND changed_at < (SELECT app_now() - interval '10 minutes')
        ORDER BY changed_at LIMIT %(most)s
        """,
        most=most,
    )
