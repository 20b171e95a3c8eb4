"""kill -9 around the one call of a message, answers that are lost: nobody gets it twice, and all of it is found out.

Real processes: an API that takes callbacks, workers that send, the provider's simulator with a ledger of its own.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from sello.domains.campaign.reconciliation.jobs import find_out
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.services import Services
from sello.infrastructure.storage.client import open_storage
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from tests.support.sending import Waiting, phones, told_apart, waiting_messages
from tests.support.shop import make_shop
from tests.support.stack import Stack
from tests.support.whatsapp import PlayedWhatsapp

POINTS = ("send.after_claim", "send.before_call", "send.after_answer", "send.before_record")


@dataclass
class Street:
    """A platform and a provider."""

    stack: Stack
    whatsapp: PlayedWhatsapp
    settings: Settings
    used: int = 10_000_000

    def wait_for(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Until it is so."""
        from tests.support.workers import until

        until(what, seconds, self.stack.folder / "worker.log")

    def worker(self, **extra: str) -> None:
        """Start a worker that sends as fast as it can."""
        env = {"TWILIO_API_BASE_URL": self.whatsapp.url, "PUBLIC_BASE_URL": self.settings.public_base_url}
        self.stack.start_worker(**(env | {"TWILIO_MESSAGES_PER_SECOND": "0"} | extra))

    def plan(self, count: int, **values: int) -> Waiting:
        """A shop of its own with so many messages that are due."""
        first, self.used = self.used, self.used + count
        return waiting_messages(
            make_shop(self.settings), phones(count, first=first), content_sid=self.whatsapp.template(), **values
        )

    async def find_out(self, after: timedelta) -> None:
        """What the schedule does, so much later."""
        db = TenantPool(self.settings.database_url, size=10, wait=10)
        platform_db = PlatformPool(self.settings.database_platform_url, size=4, wait=10)
        services = Services(
            db=db, platform_db=platform_db, keys=self.settings.keys, settings=self.settings,
            mailer=mailer(None, folder=self.settings.sello_home, sender="sello <no-reply@example.pe>"),
            storage=open_storage(
                None, home=self.settings.sello_home, endpoint=None, keys=self.settings.keys,
                base_url=self.settings.public_base_url,
            ),
            whatsapp=TwilioWhatsapp(self.settings.whatsapp),
            emit=lambda business_id, event, data: None,
        )  # fmt: skip
        self.stack.database.set_clock(after)
        try:
            await db.open()
            await platform_db.open()
            await find_out(services, {})
        finally:
            self.stack.database.set_clock(None)
            await db.close()
            await platform_db.close()
            await services.whatsapp.close()


@pytest.fixture(scope="module")
def _street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, port = tmp_path_factory.mktemp("street"), free_port()
    base_url = f"http://127.0.0.1:{port}"
    whatsapp = PlayedWhatsapp(folder / "whatsapp", public_base_url=base_url)
    stack = Stack(folder, apis=1)
    try:
        whatsapp.start()
        stack.start(port, public_base_url=base_url, **whatsapp.settings)
        yield Street(stack, whatsapp, stack.settings)
    finally:
        stack.stop()
        whatsapp.close()


@pytest.fixture
def street(_street: Street) -> Iterator[Street]:
    """The platform without a worker; whatever a test started ends with it, and the laws hold."""
    _street.whatsapp.reset()
    yield _street
    with contextlib.suppress(AssertionError):
        _street.stack.stop_worker(kill=True)
    assert _street.stack.database.broken_laws() == []


@pytest.mark.parametrize("point", POINTS)
async def test_a_worker_is_killed_around_the_call(street: Street, point: str) -> None:
    planned = street.plan(40)
    street.worker(CRASH_AT=point)
    street.wait_for(lambda: street.stack.worker_ended == 137)
    street.worker()
    street.wait_for(lambda: "waiting" not in planned.states().values())
    street.whatsapp.drained()
    street.wait_for(lambda: len(street.whatsapp.accepted()) == Counter(planned.states().values())["accepted"])
    assert told_apart(street.whatsapp.accepted(), planned) == []
    left = {phone for phone, state in planned.states().items() if state != "accepted"}
    await street.find_out(timedelta(minutes=3))
    assert {phone for phone, state in planned.states().items() if state == "unknown"} == left
    await street.find_out(timedelta(hours=25))
    assert {state for phone, state in planned.states().items() if phone in left} <= {"not_seen"}
    assert told_apart(street.whatsapp.accepted(), planned) == []
