"""Find the shop's poster or table tent, or have them made; choose a design."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import segno

from sello.domains.business.actions import current_rules
from sello.domains.business.files import File, present_file, show, store
from sello.domains.business.poster import queries
from sello.domains.business.poster.rules import FORMATS, KINDS, Content, Format, content_of, link_of, words_of
from sello.domains.business.profile.queries import profile_of
from sello.domains.business.rules import Design
from sello.domains.business.staff.queries import lock_shop
from sello.infrastructure.database import jobs
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.storage import Storage
from sello.infrastructure.typesetting import Picture, Pictured, typeset
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, new_id

MAKE: Final = "poster.make"
LINK: Final = timedelta(minutes=15)  # to open it or to send it to the printer's
_DRAWINGS: Final = Path(__file__).parent
_SECONDS: Final = 3  # until it is worth asking again


@dataclass(frozen=True, slots=True)
class ReadyPoster:
    """A poster that can be opened."""

    code: str
    design: Design
    url: str
    expires_at: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed, under the number that its link carries."""

    code: str
    pdf: bytes


def poster_of(content: Content, code: str, logo: bytes | None, format_: Format = "a4") -> bytes:
    """The poster or the tent as PDF: one page, A4. `logo`: PNG. Takes a processor's tenth of a second: in a thread."""
    return typeset(_drawing(content, format_), _words(content, code), "pdf", logo=logo)


def picture_of(content: Content, code: str, logo: bytes | None, format_: Format) -> bytes:
    """The same page as PNG, 595 by 842."""
    return typeset(_drawing(content, format_), _words(content, code), "png", logo=logo)


def _drawing(content: Content, format_: Format) -> Path:
    return _DRAWINGS / ("tent.typ" if format_ == "tent" else f"{content.design}.typ")


def _words(content: Content, code: str) -> dict[str, Any]:
    qr = segno.make_qr(link_of(content, code), error="m")
    return words_of(content, code) | {"qr": ["".join(str(bit) for bit in row) for row in qr.matrix]}


async def current_content(db: Db, business_id: BusinessId, *, base_url: str) -> Content | None:
    """What the shop's poster has to show now; None for a shop that closed or has no rules yet."""
    profile = await profile_of(db, business_id)
    rules = await current_rules(db, business_id)
    if profile is None or profile.closed_at is not None or rules is None:
        return None
    logo = await present_file(db, business_id, "logo")
    return content_of(profile, rules, base_url=base_url, logo=logo.sha256 if logo else b"")


async def ready_poster(
    db: Db, platform_db: PlatformDb, storage: Storage, business_id: BusinessId, format_: Format, *, base_url: str
) -> ReadyPoster:
    """The poster or tent of the shop as it is now, never one of yesterday's rules.

    Where there is none yet it is queued to be made, and refused with poster_not_ready. Refuses rules_missing.
    """
    content = await current_content(db, business_id, base_url=base_url)
    if content is None:
        raise Refused("rules_missing")
    poster = await queries.present_poster(db, business_id, KINDS[format_])
    if poster is None or poster.fingerprint != content.fingerprint:
        payload = {"business_id": str(business_id)}
        await jobs.enqueue(platform_db, MAKE, payload, priority=jobs.MAIL, dedupe=f"{MAKE}:{business_id}:asked")
        raise Refused("poster_not_ready", after=_SECONDS)
    link = await storage.link(poster.name, lifetime=LINK)
    return ReadyPoster(poster.code, content.design, link.url, link.expires_at, poster.made_at)


async def design_picture(
    db: Db, storage: Storage, pictured: Pictured, business_id: BusinessId, design: Design, format_: Format, *,
    base_url: str,
) -> Picture:  # fmt: skip
    """What the shop's poster or tent would look like in a design; the one that hangs, with the number that it has.

    Refuses rules_missing.
    """
    content = await current_content(db, business_id, base_url=base_url)
    if content is None:
        raise Refused("rules_missing")
    content = replace(content, design=design)
    present = await queries.present_poster(db, business_id, KINDS[format_])
    code = present.code if present and present.fingerprint == content.fingerprint else ""
    tag = f"{format_}-{code}-{content.fingerprint.hex()[:32]}"

    async def draw() -> bytes:
        logo = await present_file(db, business_id, "logo")
        data = await storage.get(logo.name) if logo else None
        return await asyncio.to_thread(picture_of, content, code, data, format_)

    return await pictured.of(tag, draw)


async def is_present(db: Db, business_id: BusinessId, content: Content) -> bool:
    """Whether the poster that hangs and the tent that stands show this already."""
    for kind in KINDS.values():
        poster = await queries.present_poster(db, business_id, kind)
        if poster is None or poster.fingerprint != content.fingerprint:
            return False
    return True


async def keep_posters(
    db: Db, storage: Storage, business_id: BusinessId, content: Content, papers: Mapping[Format, Paper]
) -> None:
    """Store every format, then let them take the place of the last ones together.

    Of two makers at once the second one's are not shown.
    """
    files: dict[Format, File] = {}
    for format_ in FORMATS:
        files[format_] = await store(db, storage, business_id, KINDS[format_], papers[format_].pdf)

    async def work(tx: Db) -> None:
        await lock_shop(tx, business_id)
        if await is_present(tx, business_id, content):
            return
        for format_, file in files.items():
            await show(tx, business_id, KINDS[format_], file)
            await queries.insert_poster(
                tx,
                business_id,
                new_id(),
                code=papers[format_].code,
                file_id=file.id,
                fingerprint=content.fingerprint,
                shown=content.as_json,
            )

    await db.transact(business_id, work)
