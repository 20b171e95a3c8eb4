"""Counting the requests that nobody answered in time."""

from typing import Any, Final

from prometheus_client import Gauge

from sello.domains.customer.requests import queries
from sello.infrastructure.services import Services, Work
from sello.shared.logs import log
from sello.shared.metrics import REGISTRY

COUNT_OVERDUE: Final = "customer.count_overdue_requests"

privacy_requests_overdue = Gauge(
    "privacy_requests_overdue",
    "Privacy requests whose last day for an answer is over, at the last look",
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)


async def count_overdue(services: Services, _: dict[str, Any]) -> None:
    """Hourly: count the overdue requests of all shops for the metric. Reads only, so it may run twice."""
    found = await queries.count_overdue(services.platform_db)
    requests = found.requests if found else 0
    privacy_requests_overdue.set(requests)
    if requests:
        log.warning("privacy_requests_overdue", requests=requests)


JOBS: Final[dict[str, Work]] = {COUNT_OVERDUE: count_overdue}
