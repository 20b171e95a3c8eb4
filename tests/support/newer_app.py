"""The API with a newer release of the stamper's worker, as after a deployment."""

import re
from dataclasses import replace

from fastapi import FastAPI

from sello.entry.http import create_app as create_present_app


def create_app() -> FastAPI:
    """The same application; its worker says another version."""
    app = create_present_app()
    files = app.state.pages._files
    worker = files["stamper/sw.js"]
    body, count = re.subn(rb"[0-9a-f]{12}(?=[`\"'])", b"newer", worker.body)
    assert count == 1
    files["stamper/sw.js"] = replace(worker, body=body, packed=None, tag='"newer"')
    return app
