"""What jobs are handed, on the pools and the storage of the application under test."""

from fastapi import FastAPI

from sello.entry.settings import Settings
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.services import Services
from sello.infrastructure.whatsapp.client import TwilioWhatsapp


def services_of(app: FastAPI, settings: Settings) -> Services:
    """As the worker puts them together; nobody hears what is emitted."""
    return Services(
        db=app.state.db,
        platform_db=app.state.platform_db,
        keys=settings.keys,
        settings=settings,
        mailer=mailer(None, folder=settings.sello_home, sender="sello <no-reply@example.pe>"),
        storage=app.state.storage,
        whatsapp=TwilioWhatsapp(settings.whatsapp),
        passkit=settings.passkit,
        emit=lambda business_id, event, data: None,
    )
