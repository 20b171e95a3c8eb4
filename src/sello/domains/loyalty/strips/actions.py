"""Draw the pictures of passes, and remember them: in this process, and in the storage for the others."""

import asyncio
import io
import zipfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from PIL import Image

from sello.domains.loyalty.strips.rules import ICON, LOGO, SCALES, Sign, Strip, name_of
from sello.infrastructure.passkit import Picture
from sello.infrastructure.storage import Storage
from sello.infrastructure.typesetting import typeset
from sello.shared.errors import Unavailable
from sello.shared.logs import log

KEPT: Final = 1000  # designs of some 20 kB
_PATIENCE: Final = 0.5  # s for the storage: drawing takes a tenth of a second
_COLOURS: Final = 48
_HERE: Final = Path(__file__).parent

Pictures = Mapping[str, Picture]
"""Pictures by their names in a pass."""


class Strips:
    """The pictures of passes. One is drawn at a time, so a crowd that wants the same one waits for it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._kept: OrderedDict[str, Pictures] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def strip(self, design: Strip) -> Pictures:
        """`strip.png` in three sizes."""

        async def draw() -> dict[str, bytes]:
            return await asyncio.to_thread(_strip, design)

        return await self._of(name_of(design), draw)

    async def sign(self, design: Sign, logo: str | None) -> Pictures:
        """`icon.png`, and `logo.png` where there is one, in three sizes. `logo`: its name in the storage."""

        async def draw() -> dict[str, bytes]:
            picture = await self._storage.get(logo) if logo else None
            return await asyncio.to_thread(_sign, design, picture)

        return await self._of(name_of(design), draw)

    async def _of(self, name: str, draw: Callable[[], Awaitable[dict[str, bytes]]]) -> Pictures:
        if name not in self._kept:
            async with self._drawing:
                if name not in self._kept:
                    self._kept[name] = await self._found(name) or await self._drawn(name, draw)
        self._kept.move_to_end(name)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[name]

    async def _found(self, name: str) -> Pictures | None:
        """Drawn before, by another process. A storage that is slow or away is not waited for."""
        try:
            async with asyncio.timeout(_PATIENCE):
                packed = await self._storage.get(name)
            return _unpacked(packed) if packed else None
        except (Unavailable, TimeoutError, zipfile.BadZipFile):
            return None

    async def _drawn(self, name: str, draw: Callable[[], Awaitable[dict[str, bytes]]]) -> Pictures:
        files = await draw()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._storage.put(name, _packed(files))
        except (Unavailable, TimeoutError):
            log.warning("strip_not_kept")
        return {file: Picture.of(data) for file, data in files.items()}


def _strip(design: Strip) -> dict[str, bytes]:
    return {
        _sized("strip", scale): _smaller(typeset(_HERE / "strip.typ", design.words, "png", logo=None, ppi=72.0 * scale))
        for scale in SCALES
    }


def _sign(design: Sign, logo: bytes | None) -> dict[str, bytes]:
    if logo is None:
        return {
            _sized("icon", scale): _smaller(
                typeset(_HERE / "icon.typ", design.words, "png", logo=None, ppi=36.0 * scale)
            )
            for scale in SCALES
        }
    picture = Image.open(io.BytesIO(logo), formats=["PNG"]).convert("RGBA")
    return {_sized("icon", scale): _on_white(picture, ICON * scale) for scale in SCALES} | {
        _sized("logo", scale): _within(picture, LOGO[0] * scale, LOGO[1] * scale) for scale in SCALES
    }


def _sized(name: str, scale: int) -> str:
    return f"{name}.png" if scale == 1 else f"{name}@{scale}x.png"


def _smaller(png: bytes) -> bytes:
    """Flat colours need no more than a few dozen: a third of the bytes."""
    picture = Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")
    few = picture.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    return _png(few)


def _on_white(picture: Image.Image, side: int) -> bytes:
    ground = Image.new("RGBA", (side, side), "white")
    small = picture.copy()
    small.thumbnail((side - side // 7, side - side // 7), Image.Resampling.LANCZOS)
    ground.alpha_composite(small, ((side - small.width) // 2, (side - small.height) // 2))
    return _png(ground.convert("RGB"))


def _within(picture: Image.Image, width: int, height: int) -> bytes:
    scale = min(width / picture.width, height / picture.height)
    size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
    return _png(picture.resize(size, Image.Resampling.LANCZOS))


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()


def _unpacked(data: bytes) -> Pictures:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: Picture.of(packed.read(name)) for name in packed.namelist()}
