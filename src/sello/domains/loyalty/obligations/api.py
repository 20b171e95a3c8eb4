"""What a shop owes and what new rules would mean, over HTTP, for its owner."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request

from sello.domains.business import RewardRules, rules_in_words
from sello.domains.loyalty.obligations import actions, queries
from sello.domains.loyalty.obligations.rules import Ends, outlook_in_words
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Owner
from sello.shared.errors import accepted_language, refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

_MOST: Final = 200


class OutlookAnswer(Body):
    """The cards in progress under the proposed rules; all of them keep their stamps.

    Each card is counted once in `full_at_next_stamp`, `need_more`, `need_fewer` (stamps until it is full) or
    `unchanged`. `for_good` cards go on without a last day until they are full. All open rewards stay valid.
    `in_words` says the same, `terms` the proposed rules, in the language that Accept-Language asks for.
    """

    cards: int
    full_at_next_stamp: int
    need_more: int
    need_fewer: int
    unchanged: int
    for_good: int
    rewards: int
    rewards_with_end: int
    in_words: list[str]
    terms: list[str]


class OwedStampsAnswer(Body):
    """Open stamps that end in this span, and on how many cards they are."""

    ends: Ends
    cards: int
    stamps: int


class OwedRewardsAnswer(Body):
    """Open rewards of one title that end in this span."""

    ends: Ends
    title: str
    rewards: int


class OwedAnswer(Body):
    """What the shop owes its customers now; of rewards the 200 most numerous kinds."""

    stamps: list[OwedStampsAnswer]
    rewards: list[OwedRewardsAnswer]


@router.post("/businesses/{business_id}/rules/preview", responses=refusals(for_a_shop=True))
async def post_preview(
    business_id: UUID, rules: RewardRules, request: Request, caller: Owner, db: Tenant
) -> OutlookAnswer:
    """What these rules would mean for the cards in progress, before they are put in force."""
    language = accepted_language(request.headers.get("accept-language"))
    outlook = await actions.preview_rules(db, caller.business_id, rules)
    return OutlookAnswer(
        **asdict(outlook), in_words=outlook_in_words(outlook, language), terms=rules_in_words(rules, language)
    )


@router.get("/businesses/{business_id}/owed", responses=refusals(for_a_shop=True))
async def get_owed(business_id: UUID, caller: Owner, db: Tenant) -> OwedAnswer:
    """Open stamps and rewards, by when they end."""
    stamps = await queries.owed_stamps(db, caller.business_id)
    rewards = await queries.owed_rewards(db, caller.business_id, most=_MOST)
    return OwedAnswer(
        stamps=[OwedStampsAnswer(**asdict(owed)) for owed in stamps],
        rewards=[OwedRewardsAnswer(**asdict(owed)) for owed in rewards],
    )
