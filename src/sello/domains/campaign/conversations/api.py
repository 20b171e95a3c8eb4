"""A customer's messages over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from sello.domains.campaign.conversations import queries
from sello.domains.campaign.conversations.rules import Message, MessageState, Reachable
from sello.domains.customer import customer_of
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member
from sello.shared.errors import Refused, refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["campaign"])


class CustomerMessage(Body):
    """A message of a campaign, or an answer to something they wrote. What they wrote is not kept, only what it asked.

    `why`: why it never went out. `code` is the discount code that it carried.
    """

    id: UUID
    kind: Literal["campaign", "reply"]
    at: datetime
    campaign_id: UUID | None
    campaign_name: str | None
    template_name: str | None
    what: str | None
    asked: str | None
    state: MessageState
    why: str | None
    error_code: int | None
    clicked_at: datetime | None
    code: str | None
    code_redeemed_at: datetime | None


class CustomerContact(Body):
    """How they can be reached: whether they agreed, until when free words may answer, what stands in the way."""

    opted_in: bool
    opted_out_at: datetime | None
    window_until: datetime | None
    invalid_at: datetime | None
    unreachable_at: datetime | None
    blocked_at: datetime | None
    pause_until: datetime | None


class CustomerMessages(Body):
    """Messages, the newest first; `next` is the `before` of the next page, null on the last."""

    messages: list[CustomerMessage]
    next: UUID | None
    contact: CustomerContact


@router.get("/customers/{customer_id}/messages", responses=refusals("customer_not_found", for_a_shop=True))
async def get_customer_messages(
    customer_id: UUID,
    caller: Member,
    db: Tenant,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> CustomerMessages:
    """Everything that was written to a customer, and what became of it; of a merged one, to the one they are now."""
    customer = await customer_of(db, caller.business_id, CustomerId(customer_id))
    if customer is None:
        raise Refused("customer_not_found")
    subject = customer.merged_into or customer.id
    rows = await queries.messages_page(db, caller.business_id, subject, before=before, most=limit + 1)
    known = await queries.reachable(db, caller.business_id, subject)
    if known is None:
        raise Refused("customer_not_found")
    shown = rows[:limit]
    following = shown[-1].id if len(rows) > limit else None
    return CustomerMessages(messages=[_told(row) for row in shown], next=following, contact=_contact(known))


def _told(message: Message) -> CustomerMessage:
    told = {name: getattr(message, name) for name in CustomerMessage.model_fields if name != "why"}
    return CustomerMessage(**told, why=message.released_why)


def _contact(known: Reachable) -> CustomerContact:
    obstacles = ("opted_out_at", "window_until", "invalid_at", "unreachable_at", "blocked_at", "pause_until")
    return CustomerContact(
        opted_in=known.opted_in_at is not None and known.opted_out_at is None,
        **{name: getattr(known, name) for name in obstacles},
    )
