"""What an owner does to the shop: set its rules."""

from sello.domains.business import queries
from sello.domains.business.queries import Business
from sello.domains.business.rules import RewardRules, RulesInForce
from sello.events import RulesChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId


async def open_business(db: Db, business_id: BusinessId) -> Business:
    """The shop, when it may act; refuses business_closed, business_suspended, not_found."""
    business = await queries.business_of(db, business_id)
    if business is None:
        raise Refused("not_found")
    if business.closed_at:
        raise Refused("business_closed")
    if business.suspended_at:
        raise Refused("business_suspended")
    return business


async def current_rules(db: Db, business_id: BusinessId) -> RulesInForce | None:
    """The rules in force, or None before the first version."""
    row = await queries.rules_in_force(db, business_id)
    return RulesInForce(**row.body, version=row.version) if row else None


async def set_rules(
    db: Db, business_id: BusinessId, rules: RewardRules, *, account_id: AccountId | None
) -> RulesInForce:
    """Put a new version in force. The same rules again change nothing. Locks the shop's row."""

    async def work(tx: Db) -> RulesInForce:
        present = await current_rules(tx, business_id)
        if present is not None and present.model_dump(exclude={"version"}) == rules.model_dump():
            return present
        counted = await queries.next_rules_version(tx, business_id)
        if counted is None:
            raise Refused("not_found")
        await queries.insert_rules(tx, business_id, counted.version, rules.model_dump_json(), account_id=account_id)
        await facts.record(tx, business_id, RulesChanged(version=counted.version))
        return RulesInForce(**rules.model_dump(), version=counted.version)

    return await db.transact(business_id, work)
