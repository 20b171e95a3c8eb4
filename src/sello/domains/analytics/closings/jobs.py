"""Each shop's midnight, whatever its zone."""

from typing import Any, Final
from uuid import UUID

from sello.domains.analytics.closings import actions, queries
from sello.infrastructure.database.jobs import ANALYTICS, NewJob, enqueue_all
from sello.infrastructure.services import Services, Work
from sello.shared.ids import BusinessId

CLOSE_DAYS: Final = "analytics.close_days"
CLOSE_SHOP: Final = "analytics.close_shop"


async def close_days(services: Services, _: dict[str, Any]) -> None:
    """Look which shops' midnight has passed, every few minutes. A shop's job is not queued twice."""
    due = await queries.due_shops(services.platform_db)
    await enqueue_all(
        services.platform_db,
        [
            NewJob(
                entrypoint=CLOSE_SHOP,
                payload={"business_id": shop.business_id},
                priority=ANALYTICS,
                dedupe=f"{CLOSE_SHOP}:{shop.business_id}",
            )
            for shop in due
        ],
    )


async def close_shop(services: Services, payload: dict[str, Any]) -> None:
    """Close a shop's days. The second time finds them closed."""
    business_id = BusinessId(UUID(payload["business_id"]))
    if await actions.close_days(services.db, business_id):
        await services.cache.drop(business_id)


JOBS: Final[dict[str, Work]] = {CLOSE_DAYS: close_days, CLOSE_SHOP: close_shop}
