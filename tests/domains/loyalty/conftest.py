"""What the tests of loyalty share."""

import dataclasses

import pytest
from fastapi import FastAPI

from sello.entry.settings import Settings
from sello.infrastructure.services import Services
from tests.domains.business.services import services_of
from tests.support.google import PlayedGoogle


@pytest.fixture
def services(app: FastAPI, settings: Settings, google: PlayedGoogle, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The worker's, with this test's Google; the API's links lead there too."""
    monkeypatch.setitem(settings.__dict__, "google", google.issuer)
    return dataclasses.replace(services_of(app, settings), google=google.wallet)
