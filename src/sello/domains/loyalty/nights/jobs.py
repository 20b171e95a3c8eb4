"""The nights of all shops: every quarter of an hour somebody's day may have begun."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sello.domains.loyalty.nights import queries
from sello.domains.loyalty.nights.actions import work_night
from sello.infrastructure.database.jobs import NewJob, enqueue_all
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId
from sello.shared.logs import log

BEGIN: Final = "loyalty.begin_nights"
NIGHT: Final = "loyalty.night"


async def begin_nights(services: Services, _: dict[str, Any]) -> None:
    """Queue the night of every shop where a day has begun. While a shop's waits, a second one is not queued."""
    shops = await queries.due_shops(services.platform_db)
    jobs = [NewJob(entrypoint=NIGHT, payload={"business_id": shop.id}, dedupe=f"{NIGHT}:{shop.id}") for shop in shops]
    await enqueue_all(services.platform_db, jobs)


async def night(services: Services, payload: dict[str, Any]) -> None:
    """Payload: business_id. It may run twice and beside itself: `work_night` finds what is left to do."""
    business_id = BusinessId(UUID(payload["business_id"]))
    done = await work_night(services.db, business_id)
    if done is not None:
        log.info("night_worked", business_id=str(business_id), **asdict(done))


JOBS: Final[dict[str, Work]] = {BEGIN: begin_nights, NIGHT: night}
