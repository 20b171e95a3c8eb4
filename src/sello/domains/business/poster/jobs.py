"""Making a poster: typeset in a thread, stored, shown. The reaction to whatever changes what stands on it."""

import asyncio
import base64
import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import segno
import typst

from sello.domains.business.files import present_file
from sello.domains.business.poster.actions import MAKE, current_content, is_present, keep_poster
from sello.domains.business.poster.rules import Content, link_of, words_of
from sello.events import BusinessChanged, RulesChanged
from sello.infrastructure.database.jobs import ANALYTICS
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId, random_code

_HERE: Final = Path(__file__).parent


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
    pdf = await asyncio.to_thread(typeset, content, code, picture)
    await keep_poster(services.db, services.storage, business_id, content, code=code, pdf=pdf)


def typeset(content: Content, code: str, logo: bytes | None) -> bytes:
    """The poster as PDF: A4, one page. 20 ms, half a second the first time. `logo`: PNG."""
    qr = segno.make_qr(link_of(content, code), error="m")
    words = words_of(content, code) | {
        "qr": ["".join(str(bit) for bit in row) for row in qr.matrix],
        "logo": f"data:image/png;base64,{base64.b64encode(logo).decode()}" if logo else "",
        "logo_width": _width(logo) if logo else 0,
    }
    source = _HERE.joinpath("poster.typ").read_bytes()
    inputs = {"words": json.dumps(words)}
    # The folder of fonts is all that it could read.
    pdf = typst.Compiler(source, root=_HERE / "fonts", font_paths=_fonts(), sys_inputs=inputs).compile(format="pdf")
    assert isinstance(pdf, bytes)  # noqa: S101  # one format asked, no file named
    return pdf


def _width(png: bytes) -> int:
    """How wide the logo is for a height of 100, at most four times that: a PNG says so in its first chunk."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    return round(100 * min(width / height, 4.0))


@cache
def _fonts() -> typst.Fonts:
    """Our own alone, so that a poster looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_HERE / "fonts"])


# One poster for a burst of changes: while one waits to be made, the next fact adds none.
_REACTION: Final = Reaction(entrypoint=MAKE, priority=ANALYTICS, delay=timedelta(seconds=2), per="business_id")

JOBS: Final[dict[str, Work]] = {MAKE: make_poster}
REACTIONS: Final[Reactions] = {BusinessChanged: (_REACTION,), RulesChanged: (_REACTION,)}
