"""Passes, the cards they show, and what became of every change: the last 200 things of each, in a ring."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from sello.domains.loyalty.passes.rules import Language
from sello.domains.loyalty.rules import EventKind as EntryKind
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId, CardId

EventKind = Literal[
    "issued", "registered", "unregistered", "noted", "pushed", "push_failed", "listed", "fetched", "logged", "saved",
    "patched", "notified", "failed", "voided",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass of Apple's as its row says. `token_sealed` is gone some days after it was voided."""

    business_id: BusinessId
    id: UUID
    card_id: CardId
    serial: str
    pass_type_id: str
    token_sealed: bytes | None
    locale: Language
    changed_at: datetime
    noted_seq: int
    voided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownCard:
    """The card that a pass shows: its own, or the one that it leads to. `last`: the kind of its latest entry."""

    id: CardId
    scan_code: str
    address: str
    balance: int
    seq: int
    stamps_until: date | None
    confirmed_at: datetime | None
    erased_at: datetime | None
    closed_at: datetime | None
    last: EntryKind | None
    waiting: list[dict[str, Any]]


_PASS: LiteralString = """
    SELECT business_id, id, card_id, serial, pass_type_id, token_sealed, locale, changed_at, noted_seq, voided_at
    FROM wallet_passes
"""
_EVENT: LiteralString = """
    WITH pass AS (
      UPDATE wallet_passes SET events = events + 1 WHERE business_id = %(business_id)s AND id = %(pass_id)s
      RETURNING business_id, id, events
    )
    INSERT INTO wallet_events AS e (business_id, pass_id, slot, number, kind, details)
    SELECT business_id, id, events %% 200, events, %(kind)s, %(details)s FROM pass
    ON CONFLICT (business_id, pass_id, slot) DO UPDATE
      SET number = excluded.number, kind = excluded.kind, at = app_now(), details = excluded.details
"""


async def insert_pass(
    db: Db,
    business_id: BusinessId,
    card_id: CardId,
    *,
    id_: UUID,
    serial: str,
    pass_type_id: str,
    token_sealed: bytes,
    locale: Language,
) -> int:
    """Issue the card's pass, of the shop's pass type or else of `pass_type_id`; 0 rows when it has one."""
    return await db.execute(
        business_id,
        """
        INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, locale,
          noted_seq)
        SELECT c.business_id, %(id)s, c.id, 'apple', %(serial)s, %(pass_type_id)s, %(token_sealed)s, %(locale)s, t.seq
        FROM cards c JOIN cards t ON t.business_id = c.business_id AND t.id = coalesce(c.merged_into, c.id)
        WHERE c.business_id = %(business_id)s AND c.id = %(card_id)s
        ON CONFLICT (business_id, card_id, kind) DO NOTHING
        """,
        card_id=card_id,
        id=id_,
        serial=serial,
        pass_type_id=pass_type_id,
        token_sealed=token_sealed,
        locale=locale,
    )


async def pass_of_card(db: Db, business_id: BusinessId, card_id: CardId) -> Pass | None:
    """Apple's pass of a card."""
    return await db.fetch_one(
        Pass,
        business_id,
        _PASS + "WHERE business_id = %(business_id)s AND card_id = %(card_id)s AND kind = 'apple'",
        card_id=card_id,
    )


async def set_locale(db: Db, business_id: BusinessId, pass_id: UUID, locale: Language) -> int:
    """Say it in another language from now on."""
    return await db.execute(
        business_id,
        """
        UPDATE wallet_passes SET locale = %(locale)s
        WHERE business_id = %(business_id)s AND id = %(pass_id)s AND locale <> %(locale)s
        """,
        pass_id=pass_id,
        locale=locale,
    )


async def shown_card(db: Db, business_id: BusinessId, card_id: CardId) -> ShownCard | None:
    """The card that a pass of this card shows, at one moment. What is past its last day at the shop is gone."""
    return await db.fetch_one(
        ShownCard,
        business_id,
        """
        SELECT k.id, k.scan_code, b.code || k.link AS address, k.seq, k.confirmed_at, k.erased_at, b.closed_at,
          CASE WHEN k.stamps_until < t.today THEN 0 ELSE k.balance END AS balance,
          CASE WHEN k.stamps_until >= t.today THEN k.stamps_until END AS stamps_until,
          (SELECT e.kind FROM stamp_events e WHERE e.business_id = k.business_id AND e.card_id = k.id AND e.seq = k.seq)
            AS last,
          coalesce((
            SELECT jsonb_agg(jsonb_build_object('title', w.title, 'good_until', w.good_until)
              ORDER BY w.issued_at DESC, w.threshold DESC, w.id)
            FROM rewards w
            WHERE w.business_id = k.business_id AND w.card_id = k.id AND w.revoked_at IS NULL AND w.expired_at IS NULL
              AND (w.good_until IS NULL OR w.good_until >= t.today) AND NOT EXISTS (
              SELECT FROM redemptions d WHERE d.business_id = w.business_id AND d.reward_id = w.id
                AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)), '[]') AS waiting
        FROM businesses b
        CROSS JOIN LATERAL (SELECT (app_now() AT TIME ZONE b.zone)::date AS today) t
        JOIN cards k ON k.business_id = b.id
        WHERE b.id = %(business_id)s
          AND k.id = (SELECT coalesce(s.merged_into, s.id) FROM cards s
                      WHERE s.business_id = %(business_id)s AND s.id = %(card_id)s)
        """,
        card_id=card_id,
    )


@dataclass(frozen=True, slots=True)
class PassType:
    """A shop's own pass type, None for the platform's."""

    pass_type_id: str | None


async def pass_type_of(db: Db, business_id: BusinessId) -> PassType | None:
    """The shop's own pass type."""
    return await db.fetch_one(
        PassType,
        business_id,
        "SELECT apple_pass_type_id AS pass_type_id FROM businesses WHERE id = %(business_id)s",
    )


async def mark_shown(db: Db, business_id: BusinessId, pass_id: UUID, seq: int) -> int:
    """Somebody got the pass as it is with this entry."""
    return await db.execute(
        business_id,
        """
        UPDATE wallet_passes SET shown_seq = %(seq)s, shown_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(pass_id)s
        """,
        pass_id=pass_id,
        seq=seq,
    )


async def write_event(db: Db, business_id: BusinessId, pass_id: UUID, kind: EventKind, **details: Any) -> int:
    """Add to what happened to a pass; the oldest of 200 goes."""
    return await db.execute(business_id, _EVENT, pass_id=pass_id, kind=kind, details=Jsonb(details))


async def write_event_as_platform(
    db: PlatformDb, business_id: BusinessId, pass_id: UUID, kind: EventKind, **details: Any
) -> int:
    """The same where a phone asked before the tenant was known."""
    return await db.execute(_EVENT, business_id=business_id, pass_id=pass_id, kind=kind, details=Jsonb(details))


async def pass_by_serial(db: PlatformDb, pass_type_id: str, serial: str) -> Pass | None:
    """The pass that a phone names, unless it is over: void for a week, or for as long as its shop may open again."""
    return await db.fetch_one(
        Pass,
        """
        SELECT p.business_id, p.id, p.card_id, p.serial, p.pass_type_id, p.token_sealed, p.locale, p.changed_at,
          p.noted_seq, p.voided_at
        FROM wallet_passes p JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
        LEFT JOIN cards t ON t.business_id = c.business_id AND t.id = c.merged_into
        WHERE p.serial = %(serial)s AND p.pass_type_id = %(pass_type_id)s
          AND (p.voided_at IS NULL OR p.voided_at > app_now() - CASE
            WHEN coalesce(t.erased_at, c.erased_at) IS NOT NULL THEN interval '7 days' ELSE interval '31 days' END)
        """,
        serial=serial,
        pass_type_id=pass_type_id,
    )
