"""What a till's camera sees: short films of a code, made for Chromium's fake camera."""

import io
from pathlib import Path
from typing import Final

import segno
from PIL import Image, ImageDraw

SIZE: Final = (640, 480)
_FRAMES: Final = 3


def picture_of(text: str) -> Image.Image:
    """A QR code as a phone shows it."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=8, border=4)
    return Image.open(drawn).convert("RGB")


def scene(code: Image.Image | None) -> Image.Image:
    """A counter in the evening, and somebody's phone in front of it."""
    frame = Image.new("RGB", SIZE, (58, 44, 32))
    if code is not None:
        pen = ImageDraw.Draw(frame)
        pen.rounded_rectangle((170, 30, 470, 460), 24, fill=(16, 14, 12))
        frame.paste(code.resize((264, 264), Image.Resampling.LANCZOS), (188, 108))
    return frame


def film(path: Path, code: Image.Image | None) -> None:
    """Write the film, YUV4MPEG2, in one step: the camera that is opened next shows it over and over."""
    luma, blue, red = scene(code).convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    planes = luma.tobytes() + b"".join(plane.resize(half).tobytes() for plane in (blue, red))
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    fresh = path.with_suffix(".new")
    fresh.write_bytes(head + (b"FRAME\n" + planes) * _FRAMES)
    fresh.replace(path)
