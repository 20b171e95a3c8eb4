"""Archives of a whole shop over HTTP, for its owner; also for the owner of a closed shop."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from sello.domains.business.archives import actions
from sello.domains.business.archives.rules import Archive, state_of
from sello.domains.business.credentials.api import Network, Password, TheKeys, ThePasswords
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.storage.api import TheStorage
from sello.shared import clock
from sello.shared.auth.api import Owner, open_to
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["business"])


class ArchiveBody(Body):
    """The owner's password, once more: an archive holds everything."""

    password: Password


class ArchiveAnswer(Body):
    """An archive. While it is `making`, `tables_done` and `rows_done` say how far it is."""

    archive_id: UUID
    state: Literal["waiting", "making", "ready", "expired", "failed"]
    asked_at: datetime
    tables_done: int
    rows_done: int
    size: int | None = Field(None, description="Bytes")
    made_at: datetime | None = Field(None, description="What it holds was so at this moment")
    expires_at: datetime | None = Field(None, description="Until when it can be downloaded")


class ArchivesAnswer(Body):
    """The last archives, the newest first."""

    archives: list[ArchiveAnswer]


class ArchiveLink(Body):
    """Where the file is until the link expires; whoever has the link has the file."""

    url: str
    expires_at: datetime


_PROVEN = ("credentials_wrong", "slow_down", "busy")


@router.post(
    "/archives",
    status_code=202,
    responses=refusals("archive_running", "too_many_requests", *_PROVEN, for_a_shop=True),
)
@open_to(closed=True)
async def post_archive(
    body: ArchiveBody,
    caller: Owner,
    db: Tenant,
    platform: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> ArchiveAnswer:
    """Have everything of the shop put into one file, which another sello can import."""
    asked = await actions.ask_archive(db, platform, passwords, keys, caller, password=body.password, network=network)
    return _answer(asked)


@router.get("/archives", responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def get_archives(caller: Owner, db: Tenant) -> ArchivesAnswer:
    """The last archives."""
    return ArchivesAnswer(archives=[_answer(archive) for archive in await actions.recent_archives(db, caller)])


@router.get("/archives/{archive_id}", responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def get_archive(archive_id: UUID, caller: Owner, db: Tenant) -> ArchiveAnswer:
    """How far an archive is."""
    return _answer(await actions.archive(db, caller, archive_id))


@router.post(
    "/archives/{archive_id}/links",
    status_code=201,
    responses=refusals(*_PROVEN, for_a_shop=True),
)
@open_to(closed=True)
async def post_archive_link(
    archive_id: UUID,
    body: ArchiveBody,
    caller: Owner,
    db: Tenant,
    platform: Platform,
    files: TheStorage,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> ArchiveLink:
    """A link that downloads the archive, for a quarter of an hour."""
    link = await actions.link_archive(
        db, platform, files, passwords, keys, caller, archive_id, password=body.password, network=network
    )
    return ArchiveLink(url=link.url, expires_at=link.expires_at)


def _answer(archive: Archive) -> ArchiveAnswer:
    return ArchiveAnswer(
        archive_id=archive.id,
        state=state_of(archive, clock.now()),
        asked_at=archive.asked_at,
        tables_done=archive.tables_done,
        rows_done=archive.rows_done,
        size=archive.bytes,
        made_at=archive.made_at,
        expires_at=archive.expires_at,
    )
