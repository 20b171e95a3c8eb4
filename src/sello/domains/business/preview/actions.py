"""Draw the picture of a shop, and remember the latest ones."""

import asyncio
from pathlib import Path
from typing import Final

from sello.domains.business.files import present_file
from sello.domains.business.poster.actions import current_content
from sello.domains.business.poster.rules import words_of
from sello.infrastructure.database.db import Db
from sello.infrastructure.storage import Storage
from sello.infrastructure.typesetting import Picture, Pictured, typeset
from sello.shared.ids import BusinessId

KEPT: Final = 64
_DRAWING: Final = Path(__file__).parent / "preview.typ"


class Previews:
    """The pictures of one process, PNG of 1200 by 630."""

    def __init__(self) -> None:
        self._pictured = Pictured(KEPT)

    async def of(self, db: Db, storage: Storage, business_id: BusinessId, *, base_url: str) -> Picture | None:
        """What the shop looks like now; None while it has no rules, or has closed."""
        content = await current_content(db, business_id, base_url=base_url)
        if content is None:
            return None

        async def draw() -> bytes:
            logo = await present_file(db, business_id, "logo")
            picture = await storage.get(logo.name) if logo else None
            return await asyncio.to_thread(typeset, _DRAWING, words_of(content, ""), "png", logo=picture)

        return await self._pictured.of(content.fingerprint.hex()[:32], draw)
