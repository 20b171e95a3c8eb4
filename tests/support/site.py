"""The pages as people meet them: a real API behind an address of its own, and Debian's Chromium in front of it.

`SELLO_CHROMIUM` names another browser.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from sello.infrastructure.database.embedded import free_port
from tests.support.chromium import find_chromium, find_light_chromium
from tests.support.stack import Stack

AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE: Final = {"width": 360, "height": 740}
DESK: Final = {"width": 1280, "height": 800}
SHOTS: Final = os.environ.get("SELLO_SCREENSHOTS")

_FLAGS: Final = (
    "--no-sandbox",  # the suite may run as root
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-gpu", "--disable-dev-shm-usage",
)  # fmt: skip


class Site(Stack):
    """One API whose public address is where it answers, so that links it hands out can be followed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, apis=1, safe=False)

    def start(self, port: int | None = None, **settings: Any) -> "Site":
        """Start servers and API."""
        port = port or free_port()
        super().start(port, public_base_url=f"http://127.0.0.1:{port}", **settings)
        return self

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.apis[0].url


class Visitor:
    """Somebody with a browser of their own. What goes wrong in it, or leaves our origin, is remembered."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.offline = False
        self._origin = origin
        context.on("request", self._ask)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _ask(self, request: Request) -> None:
        if not request.url.startswith((f"{self._origin}/", "data:", "blob:")):
            self.strangers.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        # A status of 4xx is an answer, and without a network there is none: the pages say both in words. That the
        # network was away may be told after it is back.
        away = (self.offline and "net::" in message.text) or "net::ERR_INTERNET_DISCONNECTED" in message.text
        expected = "Failed to load resource" in message.text or away
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        """Open an address of ours."""
        self.page.goto(path)
        return self.page

    def lose_signal(self, lost: bool = True) -> None:
        """Take the network away, or give it back."""
        self.offline = lost
        self.context.set_offline(lost)

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page where SELLO_SCREENSHOTS says."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{re.sub('[^a-z0-9-]', '_', name.lower())}.png", full_page=True)

    def axe(self) -> list[str]:
        """What axe finds wrong with the page as it is now: rule and where."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:160]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


def camera_of(film: Path) -> tuple[str, ...]:
    """Flags for a camera that shows this film; whether a page may use it is asked as always."""
    return ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")


@contextmanager
def chromium(*flags: str, light: bool = False) -> Iterator[Browser]:
    """A browser; a `light` one has no camera. Where there is none, `tests/conftest.py` leaves these tests out and says
    so; CI installs one."""
    path = find_light_chromium() if light else find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()
