"""Draw the picture of a shop, and remember the latest ones."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sello.domains.business.files import present_file
from sello.domains.business.poster.actions import current_content
from sello.domains.business.poster.rules import words_of
from sello.infrastructure.database.db import Db
from sello.infrastructure.storage import Storage
from sello.infrastructure.typesetting import typeset
from sello.shared.ids import BusinessId

KEPT: Final = 64  # pictures of some 40 kB
_DRAWING: Final = Path(__file__).parent / "preview.typ"


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture as PNG, 1200 by 630; `tag` is the same as long as it shows the same."""

    png: bytes
    tag: str


class Previews:
    """The pictures of one process. One is drawn at a time: a crowd that opens a link at once waits for the same one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Preview] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def of(self, db: Db, storage: Storage, business_id: BusinessId, *, base_url: str) -> Preview | None:
        """What the shop looks like now; None while it has no rules, or has closed."""
        content = await current_content(db, business_id, base_url=base_url)
        if content is None:
            return None
        tag = content.fingerprint.hex()[:32]
        async with self._drawing:
            if tag not in self._kept:
                logo = await present_file(db, business_id, "logo")
                picture = await storage.get(logo.name) if logo else None
                png = await asyncio.to_thread(typeset, _DRAWING, words_of(content, ""), "png", logo=picture)
                self._kept[tag] = Preview(png, tag)
            self._kept.move_to_end(tag)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[tag]
