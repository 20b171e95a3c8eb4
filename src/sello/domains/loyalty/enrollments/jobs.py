"""What is left of enrolments that nobody confirmed, every night."""

from typing import Any, Final

from sello.domains.loyalty.enrollments import queries
from sello.infrastructure.services import Services, Work
from sello.shared.logs import log

BURY_STALE: Final = "loyalty.bury_stale_cards"

_BATCH: Final = 1000


async def bury_stale_cards(services: Services, _: dict[str, Any]) -> None:
    """Nightly, after the people were forgotten: their links and codes lead nowhere. The second time finds none."""
    cards = 0
    while (buried := await queries.bury_pending_cards(services.platform_db, most=_BATCH)) and buried.cards:
        cards += buried.cards
    log.info("stale_cards_buried", cards=cards)


JOBS: Final[dict[str, Work]] = {BURY_STALE: bury_stale_cards}
