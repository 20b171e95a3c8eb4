"""Pictures that strangers send: what is harmless comes out as a plain PNG, the rest is refused and costs little."""

import io
import resource
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from sello.domains.business.profile.rules import may_be_picture
from sello.infrastructure.pictures import SIDE, Pictures
from sello.shared.errors import Refused

SECRET = b"taken at -12.1,-77.03 by Rosa"


@pytest.fixture(scope="module")
def pictures() -> Iterator[Pictures]:
    """The cleaner."""
    pictures = Pictures()
    yield pictures
    pictures.close()


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as bytes."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    """A PNG that says it has these measures."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = (chunk(b"IHDR", header), *more, chunk(b"IDAT", data), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


Made = bytes | Callable[[], bytes]


def made(picture: Made) -> bytes:
    """What takes long to make is made for its test alone, not by whoever reads this file."""
    return picture if isinstance(picture, bytes) else picture()


SMALL = Image.new("RGBA", (300, 200), (200, 30, 30, 120))
NOISE = Image.effect_noise((400, 400), 80).convert("RGB")
JPEG = encoded(NOISE, "JPEG")
PNG = encoded(SMALL, "PNG")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
EXIF = Image.Exif()
EXIF[0x010E], EXIF[0x0112] = SECRET.decode(), 6  # a description; turned to the right

# What begins as a picture and is something else, or too much.
HOSTILE: dict[str, Made] = {
    "png of 30,000 x 30,000": png(30_000, 30_000, zlib.compress(bytes(1 << 20), 9)),
    "png without its end": PNG[:-20],
    "png with a huge text": lambda: png(
        10, 10, zlib.compress(bytes(410)), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90 << 20), 9))
    ),
    "png and a zip behind it": PNG + b"PK\x03\x04" + b"PK\x05\x06" + bytes(18),
    "png and anything behind it": PNG + b"anything",
    "png of no measure": png(0, 0, b""),
    "png of noise": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "jpeg of 65,500 x 65,500": JPEG.replace(struct.pack(">HH", 400, 400), struct.pack(">HH", 65_500, 65_500), 1),
    "jpeg without its end": JPEG[: len(JPEG) // 3],
    "jpeg that is html too": JPEG[:2] + b"\xff\xfe\x00\x30<html><script>alert(1)</script></html>     ------" + JPEG[2:],
    "jpeg and a zip behind it": JPEG + b"PK\x05\x06" + bytes(18),
    "jpeg and a pdf behind it": JPEG + b"%PDF-1.7",
    "webp of 16,383 x 16,383": lambda: encoded(Image.new("L", (16_383, 16_383)), "WEBP", quality=1),
    "webp and anything behind it": encoded(SMALL, "WEBP") + b"anything",
    "webp without its end": encoded(NOISE, "WEBP")[:500],
}  # fmt: skip
# What does not even begin as one.
OTHERS: dict[str, Made] = {
    "gif": encoded(SMALL.convert("P"), "GIF"),
    "gif of many frames": lambda: encoded(
        SMALL.convert("P"), "GIF", save_all=True, append_images=[SMALL.convert("P")] * 50
    ),
    "tiff": encoded(SMALL, "TIFF"),
    "bmp": encoded(NOISE, "BMP"),
    "ico": encoded(SMALL, "ICO"),
    "svg": SVG,
    "svg behind a declaration": b"<?xml version='1.0'?>" + SVG,
    "svg with an entity": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><svg>&b;</svg>",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "pdf": b"%PDF-1.7\n",
    "fits": b"SIMPLE  =                    T".ljust(2880),
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": b"PK\x03\x04",
    "a name": b"../../etc/passwd",
    "one byte": b"\x89",
    "nothing": b"",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_picture_never_reaches_a_decoder(name: str) -> None:
    assert not may_be_picture(made(OTHERS[name]))


@pytest.mark.parametrize("name", [*HOSTILE, *OTHERS])
async def test_the_hostile_is_refused_and_this_process_does_not_grow(pictures: Pictures, name: str) -> None:
    data = made((HOSTILE | OTHERS)[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code = ""
    if may_be_picture(data):
        with pytest.raises(Refused) as refused:
            await pictures.clean(data)
        code = refused.value.code
    assert code in ("", "logo_too_many_pixels" if name.startswith(("png of 30", "jpeg of 65")) else "logo_unreadable")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 << 10  # KiB


@pytest.mark.parametrize("data", [OTHERS["gif"], OTHERS["tiff"], OTHERS["bmp"], OTHERS["ico"]])
async def test_the_decoder_knows_no_other_formats(pictures: Pictures, data: Made) -> None:
    with pytest.raises(Refused, match="logo_unreadable"):
        await pictures.clean(made(data))


@pytest.mark.parametrize(
    "data",
    [
        PNG,
        JPEG,
        encoded(NOISE, "JPEG", progressive=True),
        encoded(NOISE.convert("CMYK"), "JPEG"),
        encoded(NOISE.convert("L"), "JPEG"),
        encoded(SMALL, "WEBP", lossless=True),
        encoded(SMALL.convert("P"), "PNG"),
        encoded(NOISE.convert("I;16"), "PNG"),
        encoded(NOISE.convert("1"), "PNG"),
        lambda: encoded(Image.new("RGB", (2000, 2000)), "WEBP"),
        encoded(Image.new("RGB", (4000, 900)), "JPEG"),
        encoded(Image.new("RGBA", (1, 1)), "PNG"),
        lambda: png(2000, 2000, zlib.compress(bytes(100 << 20), 9)),
    ],
    ids=[
        "png",
        "jpeg",
        "progressive",
        "cmyk",
        "grey",
        "webp",
        "palette",
        "16 bit",
        "1 bit",
        "large",
        "wide",
        "dot",
        "too much data",
    ],
)
async def test_a_picture_comes_out_as_a_small_png(pictures: Pictures, data: Made) -> None:
    picture = made(data)
    assert may_be_picture(picture)
    with Image.open(io.BytesIO(await pictures.clean(picture))) as clean:
        assert (clean.format, clean.mode in ("RGB", "RGBA")) == ("PNG", True)
        assert max(clean.size) <= SIDE
        clean.load()


async def test_pixels_alone_come_out_and_stand_upright(pictures: Pictures) -> None:
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", SECRET.decode())
    wide = Image.new("RGB", (200, 100), (0, 100, 0))
    for data in (
        encoded(wide, "JPEG", exif=EXIF, icc_profile=SECRET, comment=SECRET),
        encoded(wide, "PNG", exif=EXIF, pnginfo=about, icc_profile=SECRET),
        encoded(wide, "WEBP", exif=EXIF, icc_profile=SECRET, xmp=SECRET),
    ):
        clean = await pictures.clean(data)
        kinds = set()
        at = 8
        while at < len(clean):
            length, kind = struct.unpack(">I4s", clean[at : at + 8])
            kinds.add(kind)
            at += 12 + length
        assert kinds == {b"IHDR", b"IDAT", b"IEND"}
        with Image.open(io.BytesIO(clean)) as upright:
            assert upright.size == (100, 200)
