"""Hands a picture to the child that decodes it, two at a time and for five seconds at most."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from sello.shared.errors import Refused

MOST_PIXELS: Final = 4_000_000  # asked of the header, before anything is decoded
SIDE: Final = 512  # pixels of the longer side of what comes out: 32 mm on paper at 400 dpi
SECONDS: Final = 5.0

# The child and its exit codes.
_CHILD: Final = Path(__file__).with_name("child.py")
_UNREADABLE: Final = 3
_TOO_MANY_PIXELS: Final = 4


class Pictures:
    """Cleans pictures. Whatever happens to a child, this process only learns that it failed."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="pictures")

    async def clean(self, data: bytes) -> bytes:
        """The picture as PNG without anything else in it, at most 512 pixels wide and high.

        Refuses logo_unreadable, logo_too_many_pixels (above 4 million).
        """
        code, png = await asyncio.get_running_loop().run_in_executor(self._threads, _decoded, data)
        if code == _TOO_MANY_PIXELS:
            raise Refused("logo_too_many_pixels", most=MOST_PIXELS)
        if code != 0 or not png:
            raise Refused("logo_unreadable")
        return png

    def close(self) -> None:
        """Let running children end and take no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _decoded(data: bytes) -> tuple[int, bytes]:
    child = [sys.executable, "-I", str(_CHILD), str(MOST_PIXELS), str(SIDE)]
    try:
        # Its environment is empty, so that nothing of ours is there to be found.
        done = subprocess.run(child, input=data, capture_output=True, timeout=SECONDS, check=False, env={})
    except subprocess.TimeoutExpired:
        return _UNREADABLE, b""
    return done.returncode, done.stdout
