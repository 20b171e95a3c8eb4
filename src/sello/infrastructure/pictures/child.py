"""The child: a picture on standard input, a clean PNG on standard output. Run by `cleaning`, never imported.

It binds itself before it looks at the first byte: memory, processor time, no files written, and an open list of
formats. A bug in a decoder has nothing to reach from here. It imports nothing of sello, so it starts quickly.

Arguments: most pixels, longest side. Exit codes: 0, 3 unreadable, 4 too many pixels.
"""

import io
import resource
import sys
from typing import Final

_MEMORY: Final = 384 << 20  # address space; 4 million pixels take 16 MB, twice
_CPU_SECONDS: Final = 3
_UNREADABLE: Final = 3
_TOO_MANY_PIXELS: Final = 4


def main(most_pixels: int, side: int) -> int:
    """The exit code."""
    _bind(resource.RLIMIT_AS, _MEMORY)
    _bind(resource.RLIMIT_CPU, _CPU_SECONDS)
    _bind(resource.RLIMIT_FSIZE, 0)
    _bind(resource.RLIMIT_CORE, 0)
    try:
        return _clean(sys.stdin.buffer.read(), most_pixels, side)
    except Exception:
        return _UNREADABLE


def _bind(what: int, most: int) -> None:
    try:
        resource.setrlimit(what, (most, most))
    except (ValueError, OSError):  # a system that knows no such limit, or a stricter one is in force
        return


def _clean(data: bytes, most_pixels: int, side: int) -> int:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # Pillow only warns up to twice its number; ours is asked right below
    with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as picture:
        if picture.width * picture.height > most_pixels:
            return _TOO_MANY_PIXELS
        picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is decoded no larger than it needs to be
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255 and make white
        upright = upright.convert("I").point(lambda grey: grey / 256).convert("L")
    plain = upright.convert("RGBA")
    plain.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    clean = Image.frombytes(plain.mode, plain.size, plain.tobytes())  # pixels alone go over
    out = io.BytesIO()
    clean.save(out, "PNG")
    sys.stdout.buffer.write(out.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
