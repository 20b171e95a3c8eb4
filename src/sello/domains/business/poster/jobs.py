"""Making a shop's papers: typeset in a thread, stored, shown. The reaction to whatever changes what stands on it."""

import asyncio
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sello.domains.business.files import present_file
from sello.domains.business.poster.actions import MAKE, Paper, current_content, is_present, keep_posters, poster_of
from sello.domains.business.poster.rules import FORMATS, Content, Format
from sello.events import BusinessChanged, RulesChanged
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId, random_code


async def make_poster(services: Services, payload: dict[str, Any]) -> None:
    """Reaction to BusinessChanged and RulesChanged. Payload: business_id.

    It asks the shop itself what the poster has to show, so it may run twice and in any order: papers that show
    that already are left as they are.
    """
    business_id = BusinessId(UUID(payload["business_id"]))
    content = await current_content(services.db, business_id, base_url=services.settings.public_base_url)
    if content is None or await is_present(services.db, business_id, content):
        return
    logo = await present_file(services.db, business_id, "logo")
    picture = await services.storage.get(logo.name) if logo else None
    papers = {format_: await asyncio.to_thread(_paper, content, format_, picture) for format_ in FORMATS}
    await keep_posters(services.db, services.storage, business_id, content, papers)


def _paper(content: Content, format_: Format, logo: bytes | None) -> Paper:
    code = random_code(6)
    return Paper(code, poster_of(content, code, logo, format_))


# One poster for a burst of changes: while one waits to be made, the next fact adds none.
_REACTION: Final = Reaction(entrypoint=MAKE, priority=ANALYTICS, delay=timedelta(seconds=2), per="business_id")

JOBS: Final[dict[str, Work]] = {MAKE: make_poster}
REACTIONS: Final[Reactions] = {BusinessChanged: (_REACTION,), RulesChanged: (_REACTION,)}
