"""What follows outside the shop from what was written down: counts, and a number that has to wait."""

from sello.domains.campaign.outcomes import queries
from sello.domains.campaign.outcomes.actions import Written
from sello.infrastructure.services import Services
from sello.shared.logs import log
from sello.shared.metrics import count_campaign_sends, count_messages


async def follow(services: Services, written: Written) -> None:
    """Count it, and hold the number back for the longest of what the provider asked."""
    for status, count in written.statuses.items():
        count_messages(status, count)
    for campaign_id, count in written.accepted.items():
        count_campaign_sends(campaign_id, count)
    hold = max(written.holds, key=lambda hold: hold.seconds, default=None)
    if hold is not None:
        log.warning("sender_held", code=hold.code, seconds=hold.seconds)
        await queries.hold_sender(services.platform_db, sender=hold.sender, seconds=hold.seconds, code=hold.code)
