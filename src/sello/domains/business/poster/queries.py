"""Posters by their rows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.infrastructure.database.db import Db
from sello.infrastructure.storage import StoredKind
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class Poster:
    """The poster that hangs, or the tent that stands, and its file."""

    code: str
    fingerprint: bytes
    made_at: datetime
    name: str


async def present_poster(db: Db, business_id: BusinessId, kind: StoredKind) -> Poster | None:
    """The shop's newest poster (kind `poster`) or table tent (`tent`)."""
    return await db.fetch_one(
        Poster,
        business_id,
        """
        SELECT p.code, p.fingerprint, p.made_at, f.name
        FROM files f JOIN posters p ON p.business_id = f.business_id AND p.file_id = f.id
        WHERE f.business_id = %(business_id)s AND f.kind = %(kind)s
          AND f.stored_at IS NOT NULL AND f.removed_at IS NULL
        """,
        kind=kind,
    )


async def insert_poster(
    db: Db, business_id: BusinessId, id_: UUID, *, code: str, file_id: UUID, fingerprint: bytes, shown: str
) -> None:
    """Keep what a poster shows (JSON text) under the code that its link carries."""
    await db.execute(
        business_id,
        """
        INSERT INTO posters (business_id, id, code, file_id, fingerprint, shown)
        VALUES (%(business_id)s, %(id)s, %(code)s, %(file_id)s, %(fingerprint)s, %(shown)s::jsonb)
        """,
        id=id_,
        code=code,
        file_id=file_id,
        fingerprint=fingerprint,
        shown=shown,
    )
