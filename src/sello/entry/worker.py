"""The worker process: relay, jobs, schedules, live messages, campaign messages. Any number of them share the work.

PgQueuer claims jobs and keeps their leases; its managers are run here and not by `pgq run`. Every part outlives an
absence of PostgreSQL or Redis. On SIGTERM: nothing new is claimed, running jobs get `Policy.grace` seconds to end,
the rest is given back; a second worker or the next start goes on where this one stopped.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvloop
from pgqueuer import PgQueuer
from pgqueuer.domain.models import Schedule

from sello.domains.campaign.callbacks.jobs import run_callbacks
from sello.domains.campaign.sending.jobs import run_sending
from sello.entry import reporting, watching
from sello.entry.attempts import Attempts, Policy
from sello.entry.crash import crash_points
from sello.entry.listening import until_heard
from sello.entry.live import Publisher
from sello.entry.reactions import REACTIONS, SCHEDULES, all_works
from sello.entry.settings import Settings
from sello.entry.storing import storage_of
from sello.infrastructure.cache import Cache
from sello.infrastructure.cache.client import RedisCache
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.database.jobs import ANALYTICS, enqueue
from sello.infrastructure.database.queue import LeasedQueries, PoolDriver
from sello.infrastructure.database.relay import Event, Reactions, run_relay
from sello.infrastructure.googlewallet.client import RestWallet
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.passkit.push import ApplePush
from sello.infrastructure.services import Services, Work
from sello.infrastructure.whatsapp import Whatsapp
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.logs import log
from sello.shared.tasks import end

AT_ONCE = 10
BATCH = 5  # PgQueuer wants AT_ONCE to be twice that
POLL = timedelta(seconds=1)
BEAT_SECONDS = 5.0
_GIVE_BACK_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """The worker's connections: tenants, platform, and the queue's own."""

    db: TenantPool
    platform_db: PlatformPool
    queue: PlatformPool

    async def open(self) -> None:
        """Start filling them; the server may be away."""
        for pool in (self.db, self.platform_db, self.queue):
            await pool.open()

    async def close(self) -> None:
        """Close every connection."""
        for pool in (self.db, self.platform_db, self.queue):
            await pool.close()


def run_worker(settings: Settings) -> None:
    """Run a worker process until SIGTERM or Ctrl-C.

    SELLO_READY_FILE names a file that appears once facts are being relayed, is touched every 5 s and goes away at
    the end. CRASH_AT (with SELLO_TEST=1) names a point of `crash.POINTS`.
    """
    watching.set_up(level=settings.log_level, metrics_ids=settings.metrics_ids)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work(settings, works=all_works(settings), reactions=REACTIONS))


async def work(
    settings: Settings,
    *,
    works: Mapping[str, Work],
    reactions: Reactions,
    schedules: Mapping[str, str] = SCHEDULES,
    policy: Policy | None = None,
) -> None:
    """The same on the running loop, for tests with jobs, hours and a policy of their own."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parts = _assemble(settings, works, schedules, policy or Policy())
    await parts.pools.open()
    log.info("worker_started", jobs=len(works))
    relaying = asyncio.Event()
    crash = crash_points(allowed=settings.sello_test)
    relay = run_relay(
        parts.pools.platform_db,
        reactions,
        publish=_to(parts.publisher),
        stop=stop,
        crash=crash,
        beat=relaying.set,
    )
    claiming = [
        asyncio.create_task(relay),
        asyncio.create_task(_keep(parts.claim, stop=stop, what="queue")),
        asyncio.create_task(_keep(parts.queue.sm.run, stop=stop, what="schedules")),
        asyncio.create_task(_send(parts.services, stop=stop, crash=crash)),
        asyncio.create_task(run_callbacks(parts.services, stop=stop)),
    ]
    helping = [asyncio.create_task(_show_ready(relaying)), asyncio.create_task(parts.publisher.run())]
    await stop.wait()
    log.info("worker_stopping")
    await parts.wind_down(claiming)
    await parts.publisher.close()
    await end(*claiming, *helping)
    await parts.close()
    log.info("worker_stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    pools: Pools
    publisher: Publisher
    services: Services
    attempts: Attempts
    driver: PoolDriver
    queue: PgQueuer
    cache: Cache
    whatsapp: Whatsapp
    policy: Policy
    reports: reporting.Reporting | None

    async def claim(self) -> None:
        """Claim and carry out jobs until the queue is shut down."""
        await self.queue.qm.run(
            dequeue_timeout=POLL,
            batch_size=BATCH,
            max_concurrent_tasks=AT_ONCE,
            heartbeat_timeout=self.policy.lease,
        )

    async def close(self) -> None:
        """Give back what was opened."""
        await self.pools.close()
        await self.cache.close()
        await self.whatsapp.close()
        await self.services.google.close()
        await self.services.apns.close()
        if self.reports is not None:
            await asyncio.to_thread(self.reports.close)

    async def wind_down(self, claiming: list[asyncio.Task[None]]) -> None:
        """Claim nothing more, let running jobs end, give back those that do not."""
        self.driver.stopping.set()
        self.queue.shutdown.set()
        _, unfinished = await asyncio.wait(claiming, timeout=self.policy.grace)
        self.attempts.leave()
        if unfinished:
            await asyncio.wait(unfinished, timeout=_GIVE_BACK_SECONDS)


def _assemble(settings: Settings, works: Mapping[str, Work], schedules: Mapping[str, str], policy: Policy) -> _Parts:
    pools = _pools(settings)
    publisher = Publisher(settings.redis_url)
    services = Services(
        db=pools.db,
        platform_db=pools.platform_db,
        keys=settings.keys,
        settings=settings,
        mailer=mailer(settings.smtp_url, folder=settings.sello_home / "mail", sender=settings.mail_from),
        storage=storage_of(settings),
        whatsapp=TwilioWhatsapp(settings.whatsapp),
        passkit=settings.passkit,
        apns=_push(settings),
        emit=publisher.emit,
        cache=RedisCache(settings.redis_url),
        google=RestWallet(settings.google),
    )
    crash = crash_points(allowed=settings.sello_test)
    reports = reporting.from_settings(settings, process="worker")
    attempts = Attempts(pools.queue, services, works, policy=policy, crash=crash, reports=reports)
    driver = PoolDriver(pools.queue, listen_url=settings.database_platform_url)
    queue = _queue(driver, pools.platform_db, works, schedules, attempts)
    return _Parts(
        pools=pools,
        publisher=publisher,
        services=services,
        attempts=attempts,
        driver=driver,
        queue=queue,
        cache=services.cache,
        whatsapp=services.whatsapp,
        policy=policy,
        reports=reports,
    )


def _push(settings: Settings) -> ApplePush:
    pem = settings.passkit.pem
    return ApplePush(settings.apns_url, ca_file=settings.apns_ca_file, key=settings.apns_key, certificates=pem)


def _pools(settings: Settings) -> Pools:
    observe = watching.observe_query
    platform = settings.database_platform_url
    return Pools(
        db=TenantPool(
            settings.database_url,
            size=AT_ONCE,
            wait=5.0,
            prepare=settings.database_prepare == "on",
            name="sello-worker",
            observe=observe,
        ),
        platform_db=PlatformPool(platform, size=AT_ONCE, wait=5.0, name="sello-worker-platform", observe=observe),
        queue=PlatformPool(platform, size=4, wait=2.0, name="sello-worker-queue", observe=observe),
    )


def _queue(
    driver: PoolDriver,
    platform_db: PlatformPool,
    works: Mapping[str, Work],
    schedules: Mapping[str, str],
    attempts: Attempts,
) -> PgQueuer:
    queries = LeasedQueries(driver)
    queue = PgQueuer(driver, queries=queries)
    queries.worker = queue.qm.queue_manager_id
    for name in works:
        queue.entrypoint(name, accepts_context=False, on_failure="hold")(attempts.carry_out)

    async def enqueue_due(schedule: Schedule) -> None:
        # A job like any other from here on: counted, tried again, held.
        await enqueue(platform_db, schedule.entrypoint, {}, priority=ANALYTICS, dedupe=schedule.entrypoint)

    for name, expression in schedules.items():
        queue.schedule(name, expression, accepts_context=False)(enqueue_due)
    return queue


async def _keep(run: Callable[[], Awaitable[None]], *, stop: asyncio.Event, what: str) -> None:
    """Run it again whenever it fails, until told to stop."""
    while not stop.is_set():
        try:
            await run()
        except Exception as error:
            if not stop.is_set():
                log.error("worker_part_failed", part=what, exc_info=error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1.0)


def _to(publisher: Publisher) -> Callable[[Event], None]:
    def publish(event: Event) -> None:
        about = {"id": event.id, "business_id": event.business_id, "at": event.recorded_at}
        publisher.emit(event.business_id, event.kind, {**event.payload, **about})

    return publish


async def _send(services: Services, *, stop: asyncio.Event, crash: Callable[[str], None]) -> None:
    await until_heard(stop)
    await run_sending(services, stop=stop, crash=crash)


async def _show_ready(relaying: asyncio.Event) -> None:
    """Keep the file of SELLO_READY_FILE fresh while facts are relayed."""
    named = os.environ.get("SELLO_READY_FILE")
    if not named:
        return
    path = Path(named)
    await relaying.wait()
    try:
        while True:
            await asyncio.to_thread(path.touch)
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        path.unlink(missing_ok=True)  # noqa: ASYNC240  # at the end, nothing else runs
