"""A card's ledger over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.loyalty.ledger import queries
from sello.domains.loyalty.ledger.rules import LedgerLine
from sello.domains.loyalty.queries import card_of
from sello.domains.loyalty.rules import EventKind
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.ids import CardId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

_LARGEST = 2**31 - 1


class LedgerEntryAnswer(Body):
    """One entry. `by` is the staff member; `voided` says that a later entry took this one back."""

    id: UUID
    seq: int
    kind: EventKind
    delta: int
    balance_after: int
    occurred_at: datetime
    recorded_at: datetime
    by: str | None
    reason: str | None
    amount_centimos: int | None
    reward_id: UUID | None
    reward_title: str | None
    voids: UUID | None
    voided: bool
    flags: list[str]


class LedgerPage(Body):
    """Entries, the newest first; `next` is the `before` of the next page, absent on the last."""

    entries: list[LedgerEntryAnswer]
    next: int | None


@router.get("/cards/{card_id}/ledger", responses=refusals("card_not_found", for_a_shop=True))
@open_to(scope="customers:read")
async def get_ledger(
    card_id: UUID,
    caller: Member,
    db: Tenant,
    before: Annotated[int, Query(ge=1, le=_LARGEST)] = _LARGEST,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> LedgerPage:
    """What happened to a card, the newest first."""
    if await card_of(db, caller.business_id, CardId(card_id)) is None:
        raise Refused("card_not_found")
    lines = await queries.lines_of(db, caller.business_id, CardId(card_id), before=before, most=limit)
    following = lines[-1].seq if len(lines) == limit and lines[-1].seq > 1 else None
    return LedgerPage(entries=[_entry(line) for line in lines], next=following)


def _entry(line: LedgerLine) -> LedgerEntryAnswer:
    return LedgerEntryAnswer(
        id=line.id,
        seq=line.seq,
        kind=line.kind,
        delta=line.delta,
        balance_after=line.balance_after,
        occurred_at=line.occurred_at,
        recorded_at=line.recorded_at,
        by=line.account_name,
        reason=line.reason,
        amount_centimos=line.amount_centimos,
        reward_id=line.reward_id,
        reward_title=line.reward_title,
        voids=line.voids,
        voided=line.voided_by is not None,
        flags=line.flags,
    )
