"""kill -9 around the one call of a message, answers that are lost: nobody gets it twice, and all of it is found out.

Real processes: an API that takes callbacks, workers that send, the provider's simulator with a ledger of its own.
"""

import asyncio
import bisect
import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import httpx
import pytest
import redis.asyncio as redis

from sello.domains.campaign.outcomes.rules import DELIVERED, FAILED, RANKS, READ
from sello.domains.campaign.reconciliation.jobs import find_out
from sello.domains.customer.actions import set_consent
from sello.domains.customer.rules import Receipt
from sello.entry.settings import Settings
from sello.infrastructure.database.db import Db, PlatformPool, TenantPool
from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.services import Services
from sello.infrastructure.storage.client import open_storage
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.ids import BusinessId, CustomerId
from tests.support.sending import Waiting, phones, told_apart, waiting_messages
from tests.support.shop import make_shop
from tests.support.stack import Stack
from tests.support.whatsapp import PlayedWhatsapp
from tests.support.workers import until

POINTS = ("send.after_claim", "send.before_call", "send.after_answer", "send.before_record")


@dataclass
class Street:
    """A platform and a provider."""

    stack: Stack
    whatsapp: PlayedWhatsapp
    settings: Settings
    used: int = 10_000_000
    others: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def wait_for(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Until it is so."""
        until(what, seconds, self.stack.folder / "worker.log")

    def worker(self, **extra: str) -> None:
        """Start a worker that sends as fast as it can."""
        env = {"TWILIO_API_BASE_URL": self.whatsapp.url, "PUBLIC_BASE_URL": self.settings.public_base_url}
        self.stack.start_worker(**(env | {"TWILIO_MESSAGES_PER_SECOND": "0"} | extra))

    def second_worker(self, **extra: str) -> None:
        """Start one that stays beside the next."""
        self.worker(**extra)
        self.others.append(self.stack.let_go())

    def freeze_worker(self) -> None:
        """Stop it between two transactions: one that it held open would hold its rows, and everybody who wants them."""
        while True:
            os.kill(self.stack.worker_pid, signal.SIGSTOP)
            [(busy,)] = self.stack.database.rows(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
                " AND usename IN ('sello_app', 'sello_platform') AND backend_xid IS NOT NULL"
            )
            if not busy:
                return
            os.kill(self.stack.worker_pid, signal.SIGCONT)
            time.sleep(0.01)

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
            passkit=self.settings.passkit,
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
    # What an earlier test stored under its other clock is due in hours, and a number that it held is held as long.
    _street.stack.database.rows("DELETE FROM webhook_inbox WHERE processed_at IS NULL")
    _street.stack.database.rows("DELETE FROM sender_bucket")
    yield _street
    with contextlib.suppress(AssertionError):
        _street.stack.stop_worker(kill=True)
    while _street.others:
        worker = _street.others.pop()
        worker.kill()
        worker.wait()
    assert _street.stack.database.broken_laws() == []


def settled(planned: Waiting) -> bool:
    """Whether nothing of it waits any more."""
    return not planned.waits and "claimed" not in planned.states().values()


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


async def drain_killing(street: Street, count: int, *, kills: int, seed: int) -> Waiting:
    """Send so many while 5 % of the answers are lost and workers die at every point and at any moment."""
    chance = random.Random(seed)
    street.whatsapp.switch(
        answer_delay_ms=20, seed=seed,
        faults=[
            {"fault": "accept_then_reset", "share": 0.02}, {"fault": "accept_then_500", "share": 0.02},
            {"fault": "accept_then_html", "share": 0.01}, {"fault": "429", "share": 0.02},
        ],
        callbacks={"copies": 2, "shuffle": True, "lost": 0.3},
    )  # fmt: skip
    planned = street.plan(count)
    for point in POINTS:
        street.worker(CRASH_AT=point)
        street.wait_for(lambda: street.stack.worker_ended is not None)
        street.stack.stop_worker(kill=True)
    for _ in range(kills):
        street.worker()
        await asyncio.sleep(chance.uniform(0.1, 2.0))
        street.stack.stop_worker(kill=True)
    street.worker()
    return planned


async def settle(street: Street, planned: Waiting, *, seconds: float) -> None:
    """Until nothing waits; then all that is in doubt is looked for, and looked for a last time a day later."""
    street.wait_for(lambda: not planned.waits, seconds)
    street.wait_for(lambda: inbox_of(street) == 0, seconds)
    await asyncio.to_thread(partial(street.whatsapp.drained, tries=1 + int(seconds) // 120))
    street.wait_for(lambda: inbox_of(street) == 0, seconds)
    street.stack.stop_worker()
    for later in (timedelta(minutes=3), timedelta(minutes=15), timedelta(hours=2), timedelta(hours=25)):
        await street.find_out(later)


def inbox_of(street: Street) -> int:
    """How many callbacks wait to be understood."""
    [(count,)] = street.stack.database.rows("SELECT count(*) FROM webhook_inbox WHERE processed_at IS NULL")
    return int(count)


async def test_answers_are_lost_and_workers_die_at_any_moment(street: Street) -> None:
    planned = await drain_killing(street, 300, kills=2, seed=7)
    await settle(street, planned, seconds=90)
    accepted = street.whatsapp.accepted()
    assert told_apart(accepted, planned) == []
    assert set(planned.states().values()) <= {"accepted", "not_seen"}
    assert Counter(planned.states().values())["accepted"] == len(accepted) > 50


@pytest.mark.proof
async def test_a_hundred_thousand_messages_and_nobody_gets_one_twice(street: Street) -> None:
    planned = await drain_killing(street, 100_000, kills=20, seed=11)
    await settle(street, planned, seconds=3600)
    accepted = street.whatsapp.accepted()
    assert told_apart(accepted, planned) == []
    assert set(planned.states().values()) <= {"accepted", "not_seen"}
    print(Counter(planned.states().values()), len(accepted))  # the proof's figures


async def say_no(business_id: BusinessId, customer_id: CustomerId, tx: Db) -> None:
    """As by the customer's own page."""
    await set_consent(tx, business_id, customer_id, "opt_out", Receipt("card", "v1"))


def go_on(street: Street, planned: Waiting) -> None:
    """The owner of a campaign that paused since so many left insists."""
    if planned.execute("SELECT 1 FROM campaigns WHERE id = %s AND paused_at IS NOT NULL", planned.campaign_id):
        url = f"{street.stack.apis[0].url}/api/v1/campaigns/{planned.campaign_id}/pause"
        assert httpx.delete(url, headers=planned.shop.rosa.headers).status_code == 200


def settled_by_its_owner(street: Street, planned: Waiting) -> bool:
    """Whether nothing of it waits any more, however often it has to be let go on."""
    go_on(street, planned)
    return settled(planned)


async def opt_out_while_draining(street: Street, count: int) -> None:
    """People say no at random moments of a drain; of none of them anything is claimed after it was committed."""
    street.whatsapp.switch(answer_delay_ms=50)
    planned = street.plan(count)
    chance = random.Random(5)
    unwilling = chance.sample(sorted(planned.sends), count // 3)
    street.worker()
    db = TenantPool(street.settings.database_url, size=4, wait=10)
    await db.open()
    try:
        for phone in unwilling:
            customer_id = CustomerId(planned.sends[phone][1])
            await db.transact(planned.business_id, partial(say_no, planned.business_id, customer_id))
    finally:
        await db.close()
    street.wait_for(lambda: settled_by_its_owner(street, planned), 120 + count / 10)
    late = planned.execute(
        """
        SELECT s.id FROM campaign_sends s JOIN consent_events k ON k.business_id = s.business_id
          AND k.customer_id = s.customer_id AND k.kind = 'opt_out'
        WHERE s.campaign_id = %s AND s.claimed_at >= k.recorded_at
        """,
        planned.campaign_id,
    )
    states = Counter(planned.states().values())
    assert late == []
    assert states["opt_out"] > 0
    assert states["opt_out"] + states["accepted"] == count
    assert told_apart(street.whatsapp.accepted(), planned) == []


async def test_nothing_is_claimed_after_somebody_said_no(street: Street) -> None:
    await opt_out_while_draining(street, 300)


@pytest.mark.proof
async def test_nothing_of_five_thousand_is_claimed_after_somebody_said_no(street: Street) -> None:
    await opt_out_while_draining(street, 5000)


async def test_a_worker_that_slept_through_its_lease_calls_nobody(street: Street) -> None:
    planned = street.plan(60)
    street.worker(TWILIO_MESSAGES_PER_SECOND="20")
    street.wait_for(lambda: "accepted" in planned.states().values())
    street.freeze_worker()
    await street.find_out(timedelta(minutes=3))
    sent = len(street.whatsapp.accepted())
    os.kill(street.stack.worker_pid, signal.SIGCONT)
    street.wait_for(lambda: settled(planned))
    assert sent < 60
    assert told_apart(street.whatsapp.accepted(), planned) == []


async def test_two_workers_never_call_more_than_eighty_times_in_a_second(street: Street) -> None:
    planned = street.plan(300)
    other = street.plan(100)
    street.second_worker(TWILIO_MESSAGES_PER_SECOND="70")
    street.worker(TWILIO_MESSAGES_PER_SECOND="70")
    street.wait_for(lambda: len(street.whatsapp.accepted()) > 100)
    async with redis.Redis.from_url(street.settings.redis_url) as valkey:
        await valkey.flushall()
    street.wait_for(lambda: settled(planned) and settled(other), 60)
    lines = sorted(street.whatsapp.accepted(), key=lambda line: line["monotonic"])
    moments = [line["monotonic"] for line in lines]
    most = max(bisect.bisect_left(moments, start + 1) - place for place, start in enumerate(moments))
    assert (len(moments), most <= 80) == (400, True), most
    # In turns: the small shop is through while the large one still has a good part of its messages before it.
    of_other = [place for place, line in enumerate(lines) if f"shop={other.business_id}" in line["status_callback"]]
    assert (len(of_other), of_other[-1] < 330) == (100, True), of_other[-1]


async def test_callbacks_fivefold_and_shuffled_end_where_the_provider_is(street: Street) -> None:
    street.whatsapp.switch(
        failures=[{"code": 63049, "share": 0.1}], callbacks={"copies": 5, "shuffle": True, "read_share": 0.5}, seed=3
    )
    planned = street.plan(120)
    street.worker()
    street.wait_for(lambda: settled(planned))
    await asyncio.to_thread(street.whatsapp.drained)
    street.wait_for(lambda: inbox_of(street) == 0)
    last: dict[str, int] = {}
    for line in street.whatsapp.callbacks():
        last[line["sid"]] = max(last.get(line["sid"], 0), RANKS[line["status"]])
    ours = dict(planned.execute("SELECT sid, rank FROM campaign_sends WHERE campaign_id = %s", planned.campaign_id))
    assert ours == {sid: last[sid] for sid in ours}
    assert {FAILED, DELIVERED, READ} <= set(ours.values())
    [(pauses,)] = planned.execute(
        "SELECT coalesce(max(pauses), 0) FROM whatsapp_contacts WHERE business_id = %s", planned.business_id
    )
    assert pauses == 1  # once, however often it was said
