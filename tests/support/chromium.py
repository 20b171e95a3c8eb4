"""Where a browser is."""

import os
import shutil


def find_chromium() -> str | None:
    """The Chromium that `SELLO_CHROMIUM` names, else the system's; None when there is none."""
    return os.environ.get("SELLO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
