"""A corpus of uploads over HTTP to a real API process: refused, or drawn anew as they look; never at its expense."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from PIL import Image, TiffImagePlugin

from sello.infrastructure.pictures import SIDE
from tests.adapters.test_pictures import HOSTILE, OTHERS, Made, chunk, encoded, made, png
from tests.support.shop import Shop, make_shop
from tests.support.stack import Stack

SECONDS = 5.0  # the client's patience: an answer takes 0.2 s where nothing else runs
MOST_GROWTH = 64 << 10  # KiB of the process's peak, over the whole corpus
SECRET = "Rosa, Jr. Cusco 120"
CORNERS = ("red", "lime", "blue", "yellow")  # of an upright picture, clockwise from the upper left


def upright() -> Image.Image:
    """A wide picture whose four corners differ."""
    image = Image.new("RGB", (320, 160))
    for colour, place in zip(CORNERS, ((0, 0), (160, 0), (160, 80), (0, 80)), strict=True):
        image.paste(Image.new("RGB", (160, 80), colour), place)
    return image


def turned(orientation: int, kind: str) -> bytes:
    """The picture as a camera held otherwise stores it, with where it was taken."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = upright() if orientation == 1 else upright().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET
    degrees = tuple(TiffImagePlugin.IFDRational(part) for part in (12, 7, 30))
    exif.get_ifd(0x8825).update({1: "S", 2: degrees, 3: "W", 4: degrees})
    return encoded(image, kind, exif=exif, quality=95)


def plain(colour: str | int | tuple[int, ...], mode: str = "RGB") -> Image.Image:
    """One colour."""
    return Image.new(mode, (120, 60), colour)


def see_through() -> bytes:
    """A palette whose first colour is nothing; the left half has it."""
    image = Image.new("P", (120, 60), 1)
    image.putpalette([255, 0, 255, 0, 0, 200])
    image.paste(0, (0, 0, 60, 60))
    return encoded(image, "PNG", transparency=0)


def deep(colour_type: int, *samples: int) -> bytes:
    """A PNG of 16 bits a sample, all pixels alike."""
    row = b"\0" + struct.pack(f">{len(samples)}H", *samples) * 120
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 120, 60, 16, colour_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(row * 60)) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    """Green first, then red."""
    return encoded(plain("lime"), kind, save_all=True, append_images=[plain("red")] * 20, duration=50)


class Accepted(NamedTuple):
    """An upload, and what is seen at places of what comes out (fractions of width and height): RGBA."""

    data: bytes
    seen: dict[tuple[float, float], tuple[int, int, int, int]]


def all_over(*colour: int) -> dict[tuple[float, float], tuple[int, int, int, int]]:
    """One colour everywhere."""
    red, green, blue, alpha = (*colour, 255)[:4]
    return {(x, y): (red, green, blue, alpha) for x in (0.1, 0.9) for y in (0.1, 0.9)}


STANDING = {
    (0.1, 0.1): (255, 0, 0, 255),
    (0.9, 0.1): (0, 255, 0, 255),
    (0.9, 0.9): (0, 0, 255, 255),
    (0.1, 0.9): (255, 255, 0, 255),
}
ACCEPTED = {
    "cmyk jpeg": Accepted(encoded(plain((0, 255, 255, 0), "CMYK"), "JPEG", quality=95), all_over(254, 0, 0)),
    "grey jpeg": Accepted(encoded(plain(90, "L"), "JPEG"), all_over(90, 90, 90)),
    "16 bits of grey": Accepted(deep(0, 0x8000), all_over(128, 128, 128)),
    "16 bits of grey and alpha": Accepted(deep(4, 0x4000, 0x8000), all_over(64, 64, 64, 128)),
    "16 bits of colour": Accepted(deep(2, 0xFFFF, 0x8000, 0), all_over(255, 128, 0)),
    "16 bits of colour and alpha": Accepted(deep(6, 0, 0x8000, 0xFFFF, 0x8000), all_over(0, 128, 255, 128)),
    "palette with a hole": Accepted(see_through(), {(0.2, 0.5): (0, 0, 0, 0), (0.8, 0.5): (0, 0, 200, 255)}),
    "moving webp": Accepted(moving("WEBP"), all_over(0, 255, 0)),
    "moving png": Accepted(moving("PNG"), all_over(0, 255, 0)),
    "too much data": Accepted(png(2000, 2000, zlib.compress(bytes(100 << 20), 9)), {(0.5, 0.5): (0, 0, 0, 0)}),
    **{
        f"{kind} turned {orientation}": Accepted(turned(orientation, kind), STANDING)
        for kind in ("JPEG", "WEBP")
        for orientation in range(1, 9)
    },
    "png turned 6": Accepted(turned(6, "PNG"), STANDING),
}
REFUSED: dict[str, Made] = {
    **HOSTILE,
    **OTHERS,
    "jpeg in the clothes of a png": b"\x89PNG\r\n\x1a\n" + encoded(plain("red"), "JPEG")[8:],
    "png cut in its head": encoded(plain("red"), "PNG")[:30],
    "png of two million rows": png(1, 2_000_001, zlib.compress(bytes(5 * 2_000_001), 9)) + b"-",
    "an archive of pictures": b"PK\x03\x04" + encoded(plain("red"), "PNG") + b"PK\x05\x06" + bytes(18),
}


class Host(NamedTuple):
    """A real API process, a shop on it, a client of its owner; `began`: the process's peak after its first upload."""

    stack: Stack
    shop: Shop
    client: httpx.Client
    began: int = 0

    def put(self, data: bytes, **headers: str) -> httpx.Response:
        """Upload a logo."""
        return self.client.put(f"/api/v1/businesses/{self.shop.business_id}/logo", content=data, headers=headers)

    def peak(self) -> int:
        """KiB: the most memory the process ever had."""
        lines = Path(f"/proc/{self.stack.apis[0].pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """One API process."""
    stack = Stack(tmp_path_factory.mktemp("uploads"), apis=1, safe=False)
    try:
        stack.start()
        shop = make_shop(stack.settings)
        with httpx.Client(
            base_url=stack.apis[0].url, headers={**shop.rosa.headers, "X-Client": "api"}, timeout=SECONDS
        ) as client:
            host = Host(stack, shop, client)
            assert host.put(encoded(plain("red"), "PNG")).status_code == 200  # what a first request loads is loaded
            yield host._replace(began=host.peak())
            assert stack.database.broken_laws() == []
    finally:
        stack.stop()


def test_the_corpus_costs_the_process_nothing(host: Host) -> None:
    taken = host.client.get(f"/api/v1/businesses/{host.shop.business_id}").json()["logo_url"]
    wrong = dict[str, Any]()
    for name, picture in REFUSED.items():
        data = made(picture)
        for media in ("image/png", "image/svg+xml"):  # what a file is called decides nothing
            answer = host.put(data, **{"Content-Type": media})
            if answer.status_code != 422 or answer.json()["code"] not in ("logo_unreadable", "logo_too_many_pixels"):
                wrong[name] = answer.text
    assert not wrong
    kept = host.client.get(f"/api/v1/businesses/{host.shop.business_id}").json()["logo_url"]
    assert taken.partition("?")[0] == kept.partition("?")[0], "the logo that was there stays"
    assert host.peak() - host.began < MOST_GROWTH
    assert host.client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_kept_looks_as_it_was_meant_and_says_nothing_else(host: Host, name: str) -> None:
    data, seen = ACCEPTED[name]
    answer = host.put(data)
    assert answer.status_code == 200, answer.text
    link = httpx.URL(answer.json()["logo_url"]).copy_with(host="127.0.0.1", port=host.stack.apis[0].port)
    kept = host.client.get(link)
    assert (kept.status_code, kept.headers["content-type"]) == (200, "image/png")
    assert chunks(kept.content) == [b"IHDR", *[b"IDAT"] * chunks(kept.content).count(b"IDAT"), b"IEND"]
    assert SECRET.encode() not in kept.content
    with Image.open(io.BytesIO(kept.content)) as logo:
        assert getattr(logo, "n_frames", 1) == 1
        assert max(logo.size) <= SIDE
        if seen is STANDING:
            assert logo.width == 2 * logo.height
        looks = logo.convert("RGBA")
        for (x, y), colour in seen.items():
            pixel = looks.getpixel((int(x * logo.width), int(y * logo.height)))
            assert isinstance(pixel, tuple)
            if colour[3] == 0:
                assert pixel[3] == 0, (x, y)
            else:
                assert all(abs(one - other) <= 6 for one, other in zip(pixel, colour, strict=True)), ((x, y), pixel)
    assert host.peak() - host.began < MOST_GROWTH


def chunks(data: bytes) -> list[bytes]:
    """The kinds of a PNG's chunks, in order."""
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        found.append(kind)
        at += 12 + length
    return found
