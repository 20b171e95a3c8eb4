"""The shop's reward rules over HTTP."""

from fastapi import APIRouter

from sello.domains.business import actions
from sello.domains.business.rules import RewardRules, RulesInForce
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner, open_to
from sello.shared.errors import Refused, refusals

router = APIRouter(prefix="/api/v1", tags=["business"])


@router.get("/reward-rules", responses=refusals("rules_missing", for_a_shop=True))
@open_to(scope="customers:read")
async def get_rules(caller: Member, db: Tenant) -> RulesInForce:
    """The rules in force."""
    rules = await actions.current_rules(db, caller.business_id)
    if rules is None:
        raise Refused("rules_missing")
    return rules


@router.put("/reward-rules", responses=refusals(for_a_shop=True))
async def put_rules(rules: RewardRules, caller: Owner, db: Tenant) -> RulesInForce:
    """Put new rules in force; every stamp keeps the version it was given under."""
    # A version names a member of the shop; a platform admin stands in the audit log.
    account_id = None if caller.role == "admin" else caller.account_id
    return await actions.set_rules(db, caller.business_id, rules, account_id=account_id)
