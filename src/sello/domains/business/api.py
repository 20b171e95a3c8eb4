"""The shop's reward rules over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from sello.domains.business import actions, queries
from sello.domains.business.rules import RewardRules, RulesInForce
from sello.domains.business.wording import rules_in_words
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner, open_to
from sello.shared.errors import Language, Refused, accepted_language, refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["business"])

_LARGEST = 2**31 - 1


class RulesVersionAnswer(Body):
    """One version of the rules. `by` is missing for the first one and for a change by the platform.

    `terms` are the rules in words, in the language that Accept-Language asks for.
    """

    version: int
    in_force: bool
    created_at: datetime
    by: str | None
    rules: RewardRules
    terms: list[str]


class RulesVersions(Body):
    """Versions, the newest first; `next` is the `before` of the following page, null on the last."""

    versions: list[RulesVersionAnswer]
    next: int | None


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


@router.get("/businesses/{business_id}/rules/versions", responses=refusals(for_a_shop=True))
async def list_versions(
    business_id: UUID,
    request: Request,
    caller: Owner,
    db: Tenant,
    before: Annotated[int, Query(ge=1, le=_LARGEST)] = _LARGEST,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> RulesVersions:
    """Every version there was; stamps and rewards name the one they were earned under."""
    language = accepted_language(request.headers.get("accept-language"))
    rows = await queries.rules_versions(db, caller.business_id, before=before, most=limit)
    return RulesVersions(
        versions=[_version(row, RewardRules(**row.body), language) for row in rows],
        next=rows[-1].version if len(rows) == limit and rows[-1].version > 1 else None,
    )


def _version(row: queries.RulesVersion, rules: RewardRules, language: Language) -> RulesVersionAnswer:
    return RulesVersionAnswer(
        version=row.version,
        in_force=row.in_force,
        created_at=row.created_at,
        by=row.by,
        rules=rules,
        terms=rules_in_words(rules, language),
    )
