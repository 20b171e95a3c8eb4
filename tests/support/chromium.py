"""Where a browser is."""

import os
import shutil


def find_light_chromium() -> str | None:
    """The same engine without a window, which is a third quicker; the whole Chromium where there is only that."""
    return os.environ.get("SELLO_CHROMIUM") or shutil.which("chromium-headless-shell") or find_chromium()


def find_chromium() -> str | None:
    """The Chromium that `SELLO_CHROMIUM` names, else the system's; None when there is none."""
    return os.environ.get("SELLO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
