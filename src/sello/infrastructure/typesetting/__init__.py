"""Typesetting: one page as PDF or PNG, from a drawing (typst) and its words.

A drawing reads its words as data, never as markup, and of the disk this folder alone: `shapes.typ` and the fonts.
"""

import asyncio
import base64
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

_HERE: Final = Path(__file__).parent
_PPI: Final = 72.0  # of a PNG, unless somebody asks for more: one pixel for a point


def typeset(
    drawing: Path, words: Mapping[str, Any], form: Literal["pdf", "png"], *, logo: bytes | None, ppi: float = _PPI
) -> bytes:
    """The page that `drawing` makes of `words` and a `logo` (PNG). 20 ms of CPU, half a second the first time."""
    shown = dict(words) | {"logo": _address_of(logo) if logo else "", "logo_width": _width(logo) if logo else 0}
    inputs = {"words": json.dumps(shown)}
    compiler = typst.Compiler(drawing.read_bytes(), root=_HERE, font_paths=_fonts(), sys_inputs=inputs)
    page = compiler.compile(format=form, ppi=ppi)
    assert isinstance(page, bytes)  # noqa: S101  # one format asked, one page drawn, no file named
    return page


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG; `tag` is the same as long as it shows the same."""

    png: bytes
    tag: str


class Pictured:
    """The latest pictures of one process. One is drawn at a time: a crowd that asks at once waits for the same one."""

    def __init__(self, most: int) -> None:
        """`most` are remembered, of some 40 kB each."""
        self._most = most
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def of(self, tag: str, draw: Callable[[], Awaitable[bytes]]) -> Picture:
        """The picture with this tag."""
        async with self._drawing:
            if tag not in self._kept:
                self._kept[tag] = Picture(await draw(), tag)
            self._kept.move_to_end(tag)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[tag]


def _address_of(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _width(png: bytes) -> int:
    """How wide the logo is for a height of 100, at most four times that: a PNG says so in its first chunk."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    return round(100 * min(width / height, 4.0))


@cache
def _fonts() -> typst.Fonts:
    """Our own alone, so that a page looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_HERE / "fonts"])
