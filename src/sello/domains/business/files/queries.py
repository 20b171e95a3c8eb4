"""Files of a shop, and as platform those whose time is over."""

from dataclasses import dataclass
from uuid import UUID

from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.storage import PublicKind, StoredKind
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class File:
    """A file by its row."""

    id: UUID
    name: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class OverFile:
    """A file that nobody is shown any more."""

    business_id: BusinessId
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ClosedShop:
    """A shop that stopped."""

    business_id: BusinessId


async def present_file(db: Db, business_id: BusinessId, kind: StoredKind) -> File | None:
    """The shop's present file of this kind."""
    return await db.fetch_one(
        File,
        business_id,
        """
        SELECT id, name, sha256 FROM files
        WHERE business_id = %(business_id)s AND kind = %(kind)s AND stored_at IS NOT NULL AND removed_at IS NULL
        """,
        kind=kind,
    )


async def insert_file(
    db: Db,
    business_id: BusinessId,
    file: File,
    *,
    kind: StoredKind,
    content_type: str,
    size: int,
) -> None:
    """Say that a file is about to be stored. `size` in bytes."""
    await db.execute(
        business_id,
        """
        INSERT INTO files (business_id, id, kind, name, content_type, bytes, sha256)
        VALUES (%(business_id)s, %(id)s, %(kind)s, %(name)s, %(content_type)s, %(size)s, %(sha256)s)
        """,
        id=file.id,
        kind=kind,
        name=file.name,
        content_type=content_type,
        size=size,
        sha256=file.sha256,
    )


async def kept_picture(db: Db, business_id: BusinessId, name: str) -> File | None:
    """The public picture of this name, if the storage was given it and is to keep it."""
    return await db.fetch_one(
        File,
        business_id,
        """
        SELECT id, name, sha256 FROM files
        WHERE business_id = %(business_id)s AND name = %(name)s AND kind IN ('hero', 'emblem')
          AND stored_at IS NOT NULL AND removed_at IS NULL
        """,
        name=name,
    )


async def insert_picture(db: Db, business_id: BusinessId, file: File, *, kind: PublicKind, size: int) -> None:
    """Say that a public picture is about to be stored, once. `size` in bytes."""
    await db.execute(
        business_id,
        """
        INSERT INTO files (business_id, id, kind, name, content_type, bytes, sha256)
        VALUES (%(business_id)s, %(id)s, %(kind)s, %(name)s, 'image/png', %(size)s, %(sha256)s)
        ON CONFLICT (business_id, name) WHERE kind IN ('hero', 'emblem') AND removed_at IS NULL AND deleted_at IS NULL
        DO NOTHING
        """,
        id=file.id,
        kind=kind,
        name=file.name,
        size=size,
        sha256=file.sha256,
    )


async def mark_kept(db: Db, business_id: BusinessId, name: str) -> int:
    """Say that the storage has a public picture; 0 rows when the sweep has given it up."""
    return await db.execute(
        business_id,
        """
        UPDATE files SET stored_at = coalesce(stored_at, app_now())
        WHERE business_id = %(business_id)s AND name = %(name)s AND kind IN ('hero', 'emblem')
          AND removed_at IS NULL AND deleted_at IS NULL
        """,
        name=name,
    )


async def remove_pictures(db: Db, business_id: BusinessId) -> int:
    """End the public pictures of a shop that closed so long ago that no card in a phone shows them any more."""
    return await db.execute(
        business_id,
        """
        UPDATE files SET removed_at = app_now()
        WHERE business_id = %(business_id)s AND kind IN ('hero', 'emblem') AND stored_at IS NOT NULL
          AND removed_at IS NULL
          AND EXISTS (
            SELECT FROM businesses b WHERE b.id = %(business_id)s AND b.closed_at < app_now() - interval '31 days')
        """,
    )


async def remove_present(db: Db, business_id: BusinessId, kind: StoredKind) -> int:
    """End the present file of this kind; 0 rows when there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE files SET removed_at = app_now()
        WHERE business_id = %(business_id)s AND kind = %(kind)s AND stored_at IS NOT NULL AND removed_at IS NULL
        """,
        kind=kind,
    )


async def mark_stored(db: Db, business_id: BusinessId, id_: UUID) -> int:
    """Make a stored file the present one of its kind; 0 rows when it was given up meanwhile."""
    return await db.execute(
        business_id,
        """
        UPDATE files SET stored_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND stored_at IS NULL AND deleted_at IS NULL
        """,
        id=id_,
    )


async def mark_deleted(db: Db, business_id: BusinessId, id_: UUID) -> int:
    """Say that the storage has this file no more."""
    return await db.execute(
        business_id,
        """
        UPDATE files SET deleted_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(id)s AND deleted_at IS NULL
          AND (stored_at IS NULL OR removed_at IS NOT NULL)
        """,
        id=id_,
    )


async def over_files(db: PlatformDb, *, most: int) -> list[OverFile]:
    """Files to delete: replaced, removed or never shown, for a day at least. As platform: of all shops."""
    return await db.fetch_all(
        OverFile,
        """
        SELECT business_id, id, name FROM files
        WHERE deleted_at IS NULL AND (stored_at IS NULL OR removed_at IS NOT NULL)
          AND created_at < (SELECT app_now() - interval '1 day')
          AND (removed_at IS NULL OR removed_at < (SELECT app_now() - interval '1 day'))
        ORDER BY created_at LIMIT %(most)s
        """,
        most=most,
    )


async def closed_shops(db: PlatformDb) -> list[ClosedShop]:
    """Shops that closed 31 days ago, whose public pictures are still there. As platform: of all shops.

    They may open again within 30 days, and their cards in phones wait for that.
    """
    return await db.fetch_all(
        ClosedShop,
        """
        SELECT DISTINCT f.business_id FROM files f JOIN businesses b ON b.id = f.business_id
        WHERE b.closed_at < (SELECT app_now() - interval '31 days') AND f.kind IN ('hero', 'emblem')
          AND f.stored_at IS NOT NULL AND f.removed_at IS NULL
        """,
    )
