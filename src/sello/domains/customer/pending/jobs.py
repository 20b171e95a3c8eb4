"""Stale enrolments, every night."""

from typing import Any, Final

from sello.domains.customer.pending import actions
from sello.infrastructure.services import Services, Work
from sello.shared.logs import log

FORGET_STALE: Final = "customer.forget_stale_pending"


async def forget_stale_pending(services: Services, _: dict[str, Any]) -> None:
    """Nightly: erase the people behind enrolments that nobody confirmed in 90 days. The second time finds none."""
    erased = await actions.forget_stale_pending(services.platform_db)
    log.info("stale_enrolments_forgotten", customers=erased)


JOBS: Final[dict[str, Work]] = {FORGET_STALE: forget_stale_pending}
