"""How long an archive is kept, and what it is doing. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

LIFETIME: Final = timedelta(days=3)  # to be downloaded, from when it is made
LINK: Final = timedelta(minutes=15)
GIVEN_UP: Final = timedelta(hours=6)  # after which one that was not made is not waited for
MOST_A_DAY: Final = 5

State = Literal["waiting", "making", "ready", "expired", "failed"]


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that an owner asked for."""

    id: UUID
    asked_at: datetime
    tables_done: int
    rows_done: int
    name: str | None
    bytes: int | None
    made_at: datetime | None
    expires_at: datetime | None
    failed_at: datetime | None
    deleted_at: datetime | None


def state_of(archive: Archive, now: datetime) -> State:
    """What to tell its owner."""
    if archive.failed_at is not None:
        return "failed"
    if archive.expires_at is not None:
        return "expired" if archive.deleted_at is not None or archive.expires_at <= now else "ready"
    return "waiting" if archive.name is None else "making"
