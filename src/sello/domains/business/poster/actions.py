"""Find the shop's poster, or have it made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sello.domains.business.actions import current_rules
from sello.domains.business.files import present_file, show, store
from sello.domains.business.poster import queries
from sello.domains.business.poster.rules import Content, content_of
from sello.domains.business.profile.queries import profile_of
from sello.domains.business.staff.queries import lock_shop
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.storage import Storage
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, new_id

MAKE: Final = "poster.make"
LINK: Final = timedelta(minutes=15)  # to open it or to send it to the printer's
_SECONDS: Final = 3  # until it is worth asking again


@dataclass(frozen=True, slots=True)
class ReadyPoster:
    """A poster that can be opened."""

    code: str
    url: str
    expires_at: datetime
    made_at: datetime


async def current_content(db: Db, business_id: BusinessId, *, base_url: str) -> Content | None:
    """What the shop's poster has to show now; None for a shop that closed or has no rules yet."""
    profile = await profile_of(db, business_id)
    rules = await current_rules(db, business_id)
    if profile is None or profile.closed_at is not None or rules is None:
        return None
    logo = await present_file(db, business_id, "logo")
    return content_of(profile, rules, base_url=base_url, logo=logo.sha256 if logo else b"")


async def ready_poster(
    db: Db, platform_db: PlatformDb, storage: Storage, business_id: BusinessId, *, base_url: str
) -> ReadyPoster:
    """The poster of the shop as it is now, never one of yesterday's rules.

    Where there is none yet it is queued to be made, and refused with poster_not_ready. Refuses rules_missing.
    """
    content = await current_content(db, business_id, base_url=base_url)
    if content is None:
        raise Refused("rules_missing")
    poster = await queries.present_poster(db, business_id)
    if poster is None or poster.fingerprint != content.fingerprint:
        payload = {"business_id": str(business_id)}
        await jobs.enqueue(platform_db, MAKE, payload, priority=jobs.MAIL, dedupe=f"{MAKE}:{business_id}:asked")
        raise Refused("poster_not_ready", after=_SECONDS)
    link = await storage.link(poster.name, lifetime=LINK)
    return ReadyPoster(poster.code, link.url, link.expires_at, poster.made_at)


async def is_present(db: Db, business_id: BusinessId, content: Content) -> bool:
    """Whether the poster that hangs shows this already."""
    poster = await queries.present_poster(db, business_id)
    return poster is not None and poster.fingerprint == content.fingerprint


async def keep_poster(
    db: Db, storage: Storage, business_id: BusinessId, content: Content, *, code: str, pdf: bytes
) -> None:
    """Store a poster and let it take the place of the last. Of two makers at once the second one's is not shown."""
    file = await store(db, storage, business_id, "poster", pdf)

    async def work(tx: Db) -> None:
        await lock_shop(tx, business_id)
        if await is_present(tx, business_id, content):
            return
        await show(tx, business_id, "poster", file)
        await queries.insert_poster(
            tx,
            business_id,
            new_id(),
            code=code,
            file_id=file.id,
            fingerprint=content.fingerprint,
            shown=content.as_json,
        )

    await db.transact(business_id, work)
