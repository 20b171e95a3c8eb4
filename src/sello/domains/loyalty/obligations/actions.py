"""Look at what is owed, and ahead."""

from sello.domains.business import RewardRules, current_rules
from sello.domains.loyalty.obligations import queries
from sello.domains.loyalty.obligations.rules import OpenRewards, Outlook, outlook_of
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def preview_rules(db: Db, business_id: BusinessId, proposed: RewardRules) -> Outlook:
    """What these rules would mean for the cards in progress; nothing is changed."""
    present = await current_rules(db, business_id)
    rewards = await queries.open_rewards(db, business_id)
    return outlook_of(
        proposed, present, await queries.standings(db, business_id), rewards or OpenRewards(rewards=0, with_end=0)
    )
