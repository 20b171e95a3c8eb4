"""Archives that owners asked for, and the notes of arrivals."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sello.domains.business.archives.rules import Archive
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId


@dataclass(frozen=True, slots=True)
class OverArchive:
    """An archive whose time is over, or that was never made."""

    business_id: BusinessId
    id: UUID
    name: str | None


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


@dataclass(frozen=True, slots=True)
class _Count:
    count: int


async def asked_today(db: Db, business_id: BusinessId) -> int:
    """How many archives were asked for within a day."""
    found = await db.fetch_one(
        _Count,
        business_id,
        """
        SELECT count(*) AS count FROM archives
        WHERE business_id = %(business_id)s AND asked_at > app_now() - interval '1 day'
        """,
    )
    return found.count if found else 0


async def insert_archive(db: Db, business_id: BusinessId, id_: UUID, *, asked_by: AccountId) -> int:
    """Ask for an archive; 0 rows while another one is being made."""
    return await db.execute(
        business_id,
        """
        INSERT INTO archives (business_id, id, asked_by) VALUES (%(business_id)s, %(id)s, %(asked_by)s)
        ON CONFLICT (business_id) WHERE made_at IS NULL AND failed_at IS NULL DO NOTHING
        """,
        id=id_,
        asked_by=asked_by,
    )


async def archive_of(db: Db, business_id: BusinessId, id_: UUID) -> Archive | None:
    """An archive of the shop."""
    return await db.fetch_one(
        Archive,
        business_id,
        """
        SELECT id, asked_at, tables_done, rows_done, name, bytes, made_at, expires_at, failed_at, deleted_at
        FROM archives WHERE business_id = %(business_id)s AND id = %(id)s
        """,
        id=id_,
    )


async def archives_of(db: Db, business_id: BusinessId, *, most: int) -> list[Archive]:
    """The shop's archives, the newest first."""
    return await db.fetch_all(
        Archive,
        business_id,
        """
        SELECT id, asked_at, tables_done, rows_done, name, bytes, made_at, expires_at, failed_at, deleted_at
        FROM archives WHERE business_id = %(business_id)s ORDER BY asked_at DESC, id DESC LIMIT %(most)s
        """,
        most=most,
    )


async def begin(db: Db, business_id: BusinessId, id_: UUID, *, name: str) -> str | None:
    """The name that the file will have: the one given before, or this; None when nobody waits for it any more."""
    found = await db.fetch_one(
        _Name,
        business_id,
        """
        UPDATE archives SET name = coalesce(name, %(name)s), tables_done = 0, rows_done = 0
        WHERE business_id = %(business_id)s AND id = %(id)s AND made_at IS NULL AND failed_at IS NULL
        RETURNING name
        """,
        id=id_,
        name=name,
    )
    return found.name if found else None


async def note_progress(db: Db, business_id: BusinessId, id_: UUID, *, tables: int, rows: int) -> int:
    """How far the making has come."""
    return await db.execute(
        business_id,
        """
        UPDATE archives SET tables_done = %(tables)s, rows_done = %(rows)s
        WHERE business_id = %(business_id)s AND id = %(id)s AND made_at IS NULL
        """,
        id=id_,
        tables=tables,
        rows=rows,
    )


async def mark_made(
    db: Db, business_id: BusinessId, id_: UUID, *, size: int, made_at: datetime, lifetime: timedelta
) -> int:
    """The storage has it, `size` bytes; 0 rows when it was made or given up meanwhile."""
    return await db.execute(
        business_id,
        """
        UPDATE archives SET made_at = greatest(%(made_at)s, asked_at), bytes = %(size)s,
          expires_at = app_now() + %(lifetime)s
        WHERE business_id = %(business_id)s AND id = %(id)s AND made_at IS NULL AND failed_at IS NULL
        """,
        id=id_,
        size=size,
        made_at=made_at,
        lifetime=lifetime,
    )


async def mark_failed(db: Db, business_id: BusinessId, id_: UUID) -> int:
    """Nobody waits for it any more; 0 rows when it was made."""
    return await db.execute(
        business_id,
        """
        UPDATE archives SET failed_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND made_at IS NULL AND failed_at IS NULL
        """,
        id=id_,
    )


async def mark_deleted(db: Db, business_id: BusinessId, id_: UUID) -> int:
    """The storage has it no more."""
    return await db.execute(
        business_id,
        """
        UPDATE archives SET deleted_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND deleted_at IS NULL
          AND (made_at IS NOT NULL OR failed_at IS NOT NULL)
        """,
        id=id_,
    )


async def over_archives(db: PlatformDb, *, given_up: timedelta, most: int) -> list[OverArchive]:
    """Archives to delete, of all shops: past their end, given up, or not made for so long."""
    return await db.fetch_all(
        OverArchive,
        """
        SELECT business_id, id, name FROM archives
        WHERE deleted_at IS NULL AND asked_at < (SELECT app_now())
          AND (expires_at < (SELECT app_now()) OR failed_at IS NOT NULL
            OR (made_at IS NULL AND asked_at < (SELECT app_now() - %(given_up)s)))
        ORDER BY asked_at LIMIT %(most)s
        """,
        given_up=given_up,
        most=most,
    )


async def note_arrival(db: PlatformDb, business_id: BusinessId, *, made_at: datetime, entries: int) -> None:
    """Note that a shop was imported out of an archive of that moment, with so many entries of its ledger."""
    await db.execute(
        """
        INSERT INTO arrivals (business_id, made_at, entries) VALUES (%(business_id)s, %(made_at)s, %(entries)s)
        """,
        business_id=business_id,
        made_at=made_at,
        entries=entries,
    )
