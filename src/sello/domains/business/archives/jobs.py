"""Making an archive, and letting it go."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol
from uuid import UUID

from sello.domains.business.archives import queries
from sello.domains.business.archives.rules import GIVEN_UP, LIFETIME
from sello.domains.business.audit import write_audit
from sello.events import ArchiveAsked
from sello.infrastructure.database.db import Db
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.infrastructure.storage import new_name
from sello.shared.ids import BusinessId
from sello.shared.logs import log

MAKE: Final = "archive.make"
SWEEP: Final = "archive.sweep"
_MOST: Final = 500
_TELL_SECONDS: Final = 0.5


class Packed(Protocol):
    """What is known of an archive once it is packed."""

    @property
    def made_at(self) -> datetime: ...


Pack = Callable[[BusinessId, Path, Callable[[str, int], None]], Awaitable[Packed]]
"""Writes a shop into a file and tells of each table how many of its rows are written, from another thread."""


class _Progress:
    """Carries the packer's words from its thread into the archive's row, now and then."""

    def __init__(self, db: Db, business_id: BusinessId, id_: UUID) -> None:
        self._db, self._business_id, self._id = db, business_id, id_
        self._loop = asyncio.get_running_loop()
        self._rows = dict[str, int]()
        self._told = monotonic()
        self._telling: Future[int] | None = None

    def __call__(self, table: str, rows: int) -> None:
        self._rows[table] = rows
        busy = self._telling is not None and not self._telling.done()
        if not busy and monotonic() - self._told >= _TELL_SECONDS:
            self._told = monotonic()
            self._telling = asyncio.run_coroutine_threadsafe(self.tell(), self._loop)

    async def tell(self) -> int:
        """Write it down."""
        tables, rows = len(self._rows), sum(self._rows.values())
        return await queries.note_progress(self._db, self._business_id, self._id, tables=tables, rows=rows)


def jobs(pack: Pack) -> dict[str, Work]:
    """The jobs, given what packs a shop."""

    async def make_archive(services: Services, payload: dict[str, Any]) -> None:
        """Reaction to ArchiveAsked. Payload: business_id, archive_id.

        It may run twice: the file keeps its name, and one that was made is left as it is.
        """
        business_id, id_ = BusinessId(UUID(payload["business_id"])), UUID(payload["archive_id"])
        name = await queries.begin(services.db, business_id, id_, name=new_name(business_id, "archive"))
        if name is None:
            return
        progress = _Progress(services.db, business_id, id_)
        with tempfile.TemporaryDirectory(prefix="sello-archive-") as folder:
            path = Path(folder) / "archive.zip"
            packed = await pack(business_id, path, progress)
            await progress.tell()
            await services.storage.put_file(name, path)
            size = path.stat().st_size

        async def work(tx: Db) -> None:
            made = await queries.mark_made(tx, business_id, id_, size=size, made_at=packed.made_at, lifetime=LIFETIME)
            if made:
                await write_audit(tx, business_id, account_id=None, action="archive.made", subject_id=id_)

        await services.db.transact(business_id, work)

    return {MAKE: make_archive, SWEEP: sweep}


async def sweep(services: Services, _: dict[str, Any]) -> None:
    """Delete archives whose time is over, and give up those that were never made. May run twice."""
    gone = 0
    while True:
        over = await queries.over_archives(services.platform_db, given_up=GIVEN_UP, most=_MOST)
        for archive in over:
            await queries.mark_failed(services.db, archive.business_id, archive.id)
            if archive.name is not None:
                await services.storage.delete(archive.name)
            gone += await queries.mark_deleted(services.db, archive.business_id, archive.id)
        if len(over) < _MOST:
            break
    log.info("archives_swept", archives=gone)


REACTIONS: Final[Reactions] = {ArchiveAsked: (Reaction(entrypoint=MAKE, priority=ANALYTICS, per="archive_id"),)}
