"""What the demo world's jobs work with: the same that the worker gives them."""

from sello.entry.settings import Settings
from sello.entry.storing import storage_of
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.services import Services
from sello.infrastructure.whatsapp import Whatsapp


def services_of(settings: Settings, db: Db, platform_db: PlatformDb, whatsapp: Whatsapp) -> Services:
    """Everything real but the provider, which the caller names; nobody's browser is told."""
    return Services(
        db=db,
        platform_db=platform_db,
        keys=settings.keys,
        settings=settings,
        mailer=mailer(settings.smtp_url, folder=settings.sello_home / "mail", sender=settings.mail_from),
        storage=storage_of(settings),
        whatsapp=whatsapp,
        passkit=settings.passkit,
        emit=lambda *_: None,
    )
