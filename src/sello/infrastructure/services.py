"""What a job works with, put together by the worker from the adapters; and the shape of a job.

The adapters themselves do not know this module, so they still do not know each other.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sello.infrastructure.cache import Cache, Forgetful
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.googlewallet import GoogleWallet, NoWallet
from sello.infrastructure.mail import Mailer
from sello.infrastructure.passkit import Apns, Certificates, Unplugged
from sello.infrastructure.storage import Storage
from sello.infrastructure.whatsapp import Whatsapp
from sello.shared.auth import Keys
from sello.shared.ids import BusinessId


class JobSettings(Protocol):
    """The settings jobs read."""

    @property
    def public_base_url(self) -> str: ...
    @property
    def twilio_whatsapp_number(self) -> str: ...
    @property
    def whatsapp_on(self) -> bool: ...
    @property
    def twilio_messages_per_second(self) -> int: ...
    @property
    def twilio_daily_limit(self) -> int | None: ...
    @property
    def google_wallet_on(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Handed to every job. `emit(business_id, event, data)` hints to the shop's browsers and never waits."""

    db: Db
    platform_db: PlatformDb
    keys: Keys
    settings: JobSettings
    mailer: Mailer
    storage: Storage
    whatsapp: Whatsapp
    passkit: Certificates
    emit: Callable[[BusinessId, str, Mapping[str, Any]], None]
    cache: Cache = field(default_factory=Forgetful)
    google: GoogleWallet = field(default_factory=NoWallet)
    apns: Apns = field(default_factory=Unplugged)


Work = Callable[[Services, dict[str, Any]], Awaitable[None]]
"""A job, given its payload. It may run twice, then changing nothing more; an exception tries it again."""
