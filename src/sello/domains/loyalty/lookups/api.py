"""The counter's look-ups over HTTP. What staff and owners may see are two models: lists of what is allowed."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from sello.domains.customer import Birthday, Consent, ConsentSource, Source
from sello.domains.loyalty.lookups import actions
from sello.domains.loyalty.lookups.rules import Found, next_step
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner, claims_of, names_caller, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.ids import CustomerId
from sello.shared.validation import Body, Name
from sello.shared.validation.api import Json
from sello.shared.validation.hot import Operation
from sello.shared.validation.names import first_name

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

Search = Annotated[Name, Query(max_length=80, description="2 to 9 last digits of the phone, or part of the name")]
Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[UUID | None, Query(description="`next` of the page before")]


class NextReward(msgspec.Struct, frozen=True):
    """The reward ahead: at which stamp, and how many stamps are missing."""

    at: int
    title: str
    missing: int


class ReadyReward(msgspec.Struct, frozen=True):
    """A reward that waits to be handed over, through `good_until` (null: for good)."""

    id: UUID
    title: str
    good_until: date | None


class ScanAnswer(msgspec.Struct, frozen=True):
    """The card behind a code. A pending one says what was typed on it and nothing else: ask for the last digits."""

    card_id: UUID
    customer_id: UUID
    first_name: str
    last_three: str | None
    pending: bool
    balance: int
    of: int
    next_reward: NextReward
    stamps_until: date | None
    rewards: list[ReadyReward]
    last_at: datetime | None


class CustomerForStaff(Body):
    """A customer as staff see them."""

    id: UUID
    card_id: UUID
    first_name: str
    last_three: str
    balance: int
    of: int | None
    stamps_until: date | None
    last_at: datetime | None


class CustomerForOwner(CustomerForStaff):
    """A customer as the owner sees them; `opted_in_at` is set while they agree to marketing."""

    name: str
    phone: str
    birthday: Birthday | None
    source: Source
    enrolled_at: datetime
    opted_in_at: datetime | None


class LastWord(Body):
    """The customer's last word on marketing, and which text they read."""

    marketing: bool
    source: ConsentSource
    text_version: str
    recorded_at: datetime


class HistoryAnswer(Body):
    """What a customer's ledger comes to: days with a visit, stamps, rewards handed over, and what they paid."""

    visits: int
    stamps: int
    rewards_redeemed: int
    amount_centimos: int
    first_visit: date | None
    last_visit: date | None


class ProfileForOwner(CustomerForOwner):
    """One customer as the owner sees them, with the proof of their consent and their history.

    `new_phone` is one that waits to be confirmed at the counter, for 30 days.
    """

    new_phone: str | None
    consent: LastWord | None
    history: HistoryAnswer


class CustomersForStaff(Body):
    """Customers, the latest first; `next` is the cursor of the following page, null on the last one."""

    customers: list[CustomerForStaff]
    next: UUID | None


class CustomersForOwner(Body):
    """Customers, the latest first; `next` is the cursor of the following page, null on the last one."""

    customers: list[CustomerForOwner]
    next: UUID | None


@open_to(scope="customers:read")
@names_caller("member")
async def get_scan(request: Request) -> Response:
    """The card behind a static or rotating code; through a merge, the card it leads to."""
    claims, state = await claims_of(request), request.app.state
    if claims.business_id is None:
        raise Refused("forbidden")
    card, rules = await actions.look_up_scan(
        state.db, state.rulebook, state.keys, claims.business_id, claims, request.path_params["code"]
    )
    pending = card.confirmed_at is None
    step = next_step(rules.steps, rules.titles, card.balance)
    answer = ScanAnswer(
        card_id=card.card_id,
        customer_id=card.customer_id,
        first_name=first_name(card.name),
        last_three=None if pending else card.last_three,
        pending=pending,
        balance=card.balance,
        of=rules.required,
        next_reward=NextReward(step.at, step.title, step.missing),
        stamps_until=card.stamps_until,
        rewards=msgspec.convert(card.rewards, list[ReadyReward]),
        last_at=card.last_at,
    )
    return Json(answer)


OPERATIONS = (
    Operation(
        "GET",
        "/api/v1/scans/{code}",
        get_scan,
        "Look a card up by its code",
        answers={200: ScanAnswer},
        refusals=(
            "unauthenticated", "session_ended", "forbidden", "membership_ended", "business_suspended",
            "business_closed", "card_not_found", "customer_erased", "code_invalid", "code_expired",
            "rules_missing", "scope_missing",
        ),
    ),
)  # fmt: skip


@router.get("/customers", responses=refusals(for_a_shop=True))
@open_to(scope="customers:read")
async def find_customers(
    q: Search, caller: Member, db: Tenant, cursor: Cursor = None, limit: Limit = 20
) -> CustomersForOwner | CustomersForStaff:
    """Confirmed customers by last digits or by name, blind to accents. Owners see whole names and phones."""
    page = await actions.find_customers(db, caller.business_id, q, before=_before(cursor), limit=limit)
    if caller.role == "staff":
        return CustomersForStaff(customers=[_for_staff(found, page.of) for found in page.customers], next=page.next)
    return CustomersForOwner(customers=[_for_owner(found, page.of) for found in page.customers], next=page.next)


@router.get("/businesses/{business_id}/customers", responses=refusals(for_a_shop=True))
async def list_customers(
    business_id: UUID,
    caller: Owner,
    db: Tenant,
    q: Search | None = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> CustomersForOwner:
    """Every confirmed customer, or those that `q` finds."""
    page = await actions.find_customers(db, caller.business_id, q, before=_before(cursor), limit=limit)
    return CustomersForOwner(customers=[_for_owner(found, page.of) for found in page.customers], next=page.next)


@router.get("/customers/{customer_id}", responses=refusals("customer_not_found", for_a_shop=True))
@open_to(scope="customers:read")
async def get_customer(customer_id: UUID, caller: Member, db: Tenant) -> ProfileForOwner | CustomerForStaff:
    """One confirmed customer; the owner also sees the proof of consent."""
    profile = await actions.profile_of(db, caller.business_id, CustomerId(customer_id))
    if caller.role == "staff":
        return _for_staff(profile.customer, profile.of)
    return ProfileForOwner(
        **_for_owner(profile.customer, profile.of).model_dump(),
        new_phone=profile.customer.new_phone,
        consent=_last_word(profile.consent),
        history=HistoryAnswer(**asdict(profile.history)),
    )


def _before(cursor: UUID | None) -> CustomerId | None:
    return CustomerId(cursor) if cursor else None


def _for_staff(found: Found, of: int | None) -> CustomerForStaff:
    return CustomerForStaff(
        id=found.id,
        card_id=found.card_id,
        first_name=first_name(found.name),
        last_three=found.last_three,
        balance=found.balance,
        of=of,
        stamps_until=found.stamps_until,
        last_at=found.last_at,
    )


def _for_owner(found: Found, of: int | None) -> CustomerForOwner:
    day, month = found.birth_day, found.birth_month
    return CustomerForOwner(
        **_for_staff(found, of).model_dump(),
        name=found.name,
        phone=found.phone,
        birthday=Birthday(day=day, month=month) if day and month else None,
        source=found.source,
        enrolled_at=found.enrolled_at,
        opted_in_at=found.opted_in_at,
    )


def _last_word(consent: Consent | None) -> LastWord | None:
    if consent is None:
        return None
    return LastWord(
        marketing=consent.kind == "opt_in",
        source=consent.source,
        text_version=consent.text_version,
        recorded_at=consent.recorded_at,
    )
