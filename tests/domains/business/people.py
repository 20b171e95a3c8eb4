"""Shopkeepers with a password, and the mail they get."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from sello.domains.business.accounts import NewShop, register_shop
from sello.domains.business.accounts.jobs import JOBS as ACCOUNT_JOBS
from sello.domains.business.staff.jobs import JOBS as STAFF_JOBS
from sello.domains.business.staff.jobs import REACTIONS
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformDb, PlatformPool, TenantPool
from sello.infrastructure.database.relay import relay_batch
from sello.infrastructure.mail.client import OUTBOX, mailer
from sello.infrastructure.services import Services
from sello.infrastructure.storage.client import open_storage
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.auth import Passwords
from sello.shared.ids import AccountId, BusinessId

PASSWORD = "una clave bastante larga"
_HASHES: dict[str, str] = {}


def some_email() -> str:
    """An address nobody else has."""
    return f"{uuid4().hex[:12]}@example.pe"


async def hash_of(password: str) -> str:
    """A cheap hash of a password, made once."""
    if password not in _HASHES:
        passwords = Passwords(rounds=4)
        _HASHES[password] = await passwords.hash(password)
        passwords.close()
    return _HASHES[password]


@dataclass(frozen=True)
class Shopkeeper:
    """Somebody with an account and a shop."""

    email: str
    name: str
    account_id: AccountId
    business_id: BusinessId

    async def log_in(self, client: httpx.AsyncClient, *, password: str = PASSWORD, **more: Any) -> "SignedIn":
        """Sign in, which has to work."""
        answer = await try_log_in(client, self.email, password, **more)
        assert answer.status_code == 200, answer.text
        return SignedIn(answer.json())


@dataclass(frozen=True)
class SignedIn:
    """The answer of a log-in."""

    body: Mapping[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        """The bearer header."""
        return {"Authorization": f"Bearer {self.body['access_token']}"}

    @property
    def refresh_token(self) -> str:
        """The refresh token in the body."""
        return str(self.body["refresh_token"])


async def try_log_in(client: httpx.AsyncClient, email: str, password: str, **more: Any) -> httpx.Response:
    """POST /auth/login."""
    return await client.post("/api/v1/auth/login", json={"email": email, "password": password, **more})


async def found_shop(db: PlatformDb, *, name: str = "Rosa Quispe", shop: str = "Café Luna") -> Shopkeeper:
    """A registered shop whose owner's mailbox is verified."""
    email, hashed = some_email(), await hash_of(PASSWORD)
    made = await db.transact(
        lambda tx: register_shop(tx, NewShop(shop), email=email, name=name, password_hash=hashed, verified=True)
    )
    assert made is not None
    return Shopkeeper(email, name, made.account_id, made.business_id)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Assert a refusal; its details."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return dict(answer.json()["details"])


class Mailbox:
    """Everybody's mail: queued jobs are run when somebody looks."""

    def __init__(self, settings: Settings, platform_db: PlatformPool, db: TenantPool, folder: Path) -> None:
        self._settings = settings
        self._outbox = folder / OUTBOX
        self._platform_db = platform_db
        self._services = Services(
            db=db,
            platform_db=platform_db,
            keys=settings.keys,
            settings=settings,
            storage=open_storage(
                None, home=folder, endpoint=None, keys=settings.keys, base_url=settings.public_base_url
            ),
            mailer=mailer(None, folder=folder, sender="sello <no-reply@example.pe>"),
            whatsapp=TwilioWhatsapp(settings.whatsapp),
            passkit=settings.passkit,
            emit=lambda business_id, event, data: None,
        )

    async def of(self, email: str) -> list[dict[str, str]]:
        """The mails to an address so far, the oldest first."""
        while await relay_batch(self._platform_db, REACTIONS):
            pass
        for entrypoint, payload in self._queued():
            await (ACCOUNT_JOBS | STAFF_JOBS)[entrypoint](self._services, payload)
        lines = self._outbox.read_text().splitlines() if self._outbox.exists() else []
        return [mail for mail in map(json.loads, lines) if mail["to"] == email]

    async def token_for(self, email: str) -> str:
        """The token of the link in the last mail to an address."""
        link = re.search(r"#token=(\S+)", (await self.of(email))[-1]["text"])
        assert link is not None
        return link.group(1)

    def _queued(self) -> list[tuple[str, dict[str, Any]]]:
        assert self._settings.database_owner_url is not None
        with psycopg.connect(self._settings.database_owner_url, autocommit=True) as connection:
            rows = connection.execute(
                "DELETE FROM pgqueuer WHERE entrypoint LIKE 'mail.%' RETURNING id, entrypoint, payload"
            ).fetchall()
        return [(entrypoint, json.loads(payload)) for _, entrypoint, payload in sorted(rows)]
