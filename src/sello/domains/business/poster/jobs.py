"""Making a poster: typeset in a thread, stored, shown. The reaction to whatever changes what stands on it."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import segno

from sello.domains.business.files import present_file
from sello.domains.business.poster.actions import MAKE, current_content, is_present, keep_poster
from sello.domains.business.poster.rules import Content, link_of, words_of
from sello.events import BusinessChanged, RulesChanged
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.infrastructure.typesetting import typeset
from sello.shared.ids import BusinessId, random_code

_DRAWING: Final = Path(__file__).parent / "poster.typ"


async def make_poster(services: Services, payload: dict[str, Any]) -> None:
    """Reaction to BusinessChanged and RulesChanged. Payload: business_id.

    It asks the shop itself what the poster has to show, so it may run twice and in any order: a poster that shows
    that already is left as it is.
    """
    business_id = BusinessId(UUID(payload["business_id"]))
    content = await current_content(services.db, business_id, base_url=services.settings.public_base_url)
    if content is None or await is_present(services.db, business_id, content):
        return
    logo = await present_file(services.db, business_id, "logo")
    picture = await services.storage.get(logo.name) if logo else None
    code = random_code(6)
    pdf = await asyncio.to_thread(poster_of, content, code, picture)
    await keep_poster(services.db, services.storage, business_id, content, code=code, pdf=pdf)


def poster_of(content: Content, code: str, logo: bytes | None) -> bytes:
    """The poster as PDF: A4, one page. `logo`: PNG."""
    qr = segno.make_qr(link_of(content, code), error="m")
    words = words_of(content, code) | {"qr": ["".join(str(bit) for bit in row) for row in qr.matrix]}
    return typeset(_DRAWING, words, "pdf", logo=logo)


# One poster for a burst of changes: while one waits to be made, the next fact adds none.
_REACTION: Final = Reaction(entrypoint=MAKE, priority=ANALYTICS, delay=timedelta(seconds=2), per="business_id")

JOBS: Final[dict[str, Work]] = {MAKE: make_poster}
REACTIONS: Final[Reactions] = {BusinessChanged: (_REACTION,), RulesChanged: (_REACTION,)}
