"""The nights of all shops: every quarter of an hour somebody's day may have begun."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter, Gauge, Histogram

from sello.domains.loyalty.nights import queries
from sello.domains.loyalty.nights.actions import work_night
from sello.infrastructure.database.jobs import NewJob, enqueue_all
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId
from sello.shared.logs import log
from sello.shared.metrics import REGISTRY

BEGIN: Final = "loyalty.begin_nights"
NIGHT: Final = "loyalty.night"

nights = Counter(
    "nights", "Nights of shops that were tried: done, none (nothing to do) or failed", ["outcome"], registry=REGISTRY
)
night_changes = Counter(
    "night_changes",
    "What nights did to cards: stamps and rewards expired, ends announced, birthdays given",
    ["what"],
    registry=REGISTRY,
)
night_lag = Histogram(
    "night_lag_seconds",
    "From a shop's own midnight to the beginning of its night's work",
    buckets=(60, 300, 900, 1800, 3600, 4 * 3600, 12 * 3600),
    registry=REGISTRY,
)
nights_due = Gauge(
    "nights_due",
    "Shops whose midnight has passed and whose night is not done, at the last quarter-hourly look",
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)
nights_due_seconds = Gauge(
    "nights_due_seconds",
    "How long the one of them waits that waits longest",
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)


async def begin_nights(services: Services, _: dict[str, Any]) -> None:
    """Queue the night of every shop where a day has begun. While a shop's waits, a second one is not queued."""
    shops = await queries.due_shops(services.platform_db)
    nights_due.set(len(shops))
    nights_due_seconds.set(max((shop.seconds for shop in shops), default=0.0))
    jobs = [NewJob(entrypoint=NIGHT, payload={"business_id": shop.id}, dedupe=f"{NIGHT}:{shop.id}") for shop in shops]
    await enqueue_all(services.platform_db, jobs)


async def night(services: Services, payload: dict[str, Any]) -> None:
    """Payload: business_id. It may run twice and beside itself: `work_night` finds what is left to do."""
    business_id = BusinessId(UUID(payload["business_id"]))
    try:
        done = await work_night(services.db, business_id)
    except Exception:
        nights.labels("failed").inc()
        raise
    nights.labels("none" if done is None else "done").inc()
    if done is not None:
        night_lag.observe(max(0.0, done.seconds_late))
        for what in ("stamps_expired", "rewards_expired", "announced", "birthdays"):
            night_changes.labels(what).inc(getattr(done, what))
        log.info("night_worked", business_id=str(business_id), **asdict(done))


JOBS: Final[dict[str, Work]] = {BEGIN: begin_nights, NIGHT: night}
