"""Enrolment over HTTP: the page behind the poster, the first scan, the till."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import Field, StrictBool, StringConstraints

from sello.domains.business import Business, Picture, current_rules, shop_by_slug, terms_address
from sello.domains.customer import (
    TEXT_VERSION,
    Birthday,
    Language,
    Person,
    Receipt,
    language_of,
    network_hash,
    notice_address,
    read_text,
)
from sello.domains.loyalty.cards.rules import card_address
from sello.domains.loyalty.enrollments import actions
from sello.domains.loyalty.enrollments.rules import Enrolment
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth import Keys
from sello.shared.auth.api import Anyone, Member, open_to
from sello.shared.auth.networks import network_of
from sello.shared.errors import Refused, refusals
from sello.shared.ids import CardId, CustomerId
from sello.shared.validation import Body, Name, first_name, peruvian_mobile

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

Slug = Annotated[str, StringConstraints(max_length=63)]
Phone = Annotated[str, StringConstraints(max_length=40)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=16,
        max_length=100,
        pattern=r"^[A-Za-z0-9_.:-]+$",
        description="Made by the client before its first try, a UUID for example; kept for 24 hours",
    ),
]


class RewardStep(Body):
    """A reward on the shop's card: reached at stamp number `at`."""

    at: int
    title: str


class ShopAnswer(Body):
    """What the enrolment page needs of a shop. The pages of `text_version` and of the rules are for people to read."""

    slug: str
    name: str
    locale: str
    picture: Picture
    stamps_required: int
    steps: list[RewardStep]
    text_version: str
    privacy_url: str
    terms_url: str


class NewEnrolment(Body):
    """Somebody who wants a card. `marketing` is the box they ticked or left; `text_version` the text beside it."""

    slug: Slug
    name: Name
    phone: Phone
    birthday: Birthday | None = None
    marketing: StrictBool
    text_version: Annotated[str, Field(max_length=40)]
    poster_id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = None
    language: Language | None = None


class EnrolmentAnswer(Body):
    """The card, which waits for the shop to confirm it at the first scan; what was agreed to, as pages to keep."""

    card_link: str
    privacy_url: str
    terms_url: str
    pending: Literal[True] = True


class NewConfirmation(Body):
    """What the customer said: the last three digits of their phone. The name is for staff to compare."""

    last_three: Annotated[str, Field(pattern=r"^[0-9]{3}$")]


class ConfirmationAnswer(Body):
    """The card from now on; `merged` when the phone already had one."""

    card_id: UUID
    customer_id: UUID
    merged: bool
    balance: int
    of: int


class NewCustomer(Body):
    """A customer at the till; the client makes the id (UUIDv7)."""

    id: UUID
    name: Name
    phone: Phone
    birthday: Birthday | None = None


class CounterAnswer(Body):
    """The customer and the card. `card_link`, to hand over, comes with a card that this request's id made."""

    customer_id: UUID
    card_id: UUID
    first_name: str
    last_three: str
    balance: int
    of: int
    card_link: str | None


@router.get("/shops/{slug}", responses=refusals("not_found", "business_closed", "shop_unavailable", "rules_missing"))
async def get_shop(
    slug: Annotated[str, Path(max_length=100)], request: Request, caller: Anyone, db: Tenant, platform: Platform
) -> ShopAnswer:
    """What the enrolment page shows."""
    business = await shop_by_slug(platform, slug)
    rules = await current_rules(db, business.id)
    if rules is None:
        raise Refused("rules_missing")
    base_url = request.app.state.settings.public_base_url
    return ShopAnswer(
        slug=business.slug,
        name=business.name,
        locale=business.locale,
        picture=business.picture,
        stamps_required=rules.stamps_required,
        steps=[RewardStep(at=step.at, title=step.title) for step in rules.steps],
        text_version=TEXT_VERSION,
        privacy_url=notice_address(base_url, business.slug, TEXT_VERSION),
        terms_url=terms_address(base_url, business.slug, rules.version),
    )


@router.post(
    "/enrollments",
    status_code=201,
    responses={
        **refusals(
            "not_found", "business_closed", "shop_unavailable", "rules_missing", "phone_invalid",
            "text_version_unknown", "key_reused", "too_many_requests",
        ),
        200: {"model": EnrolmentAnswer, "description": "The same enrolment again"},
    },
)  # fmt: skip
async def post_enrollment(
    body: NewEnrolment,
    request: Request,
    response: Response,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    idempotency_key: IdempotencyKey = None,
) -> EnrolmentAnswer:
    """A pending card: the same answer for a phone the shop knows as for one it does not."""
    business = await shop_by_slug(platform, body.slug)
    keys: Keys = request.app.state.keys
    order = _order(body, business, keys, network_of(request.client.host if request.client else ""))
    enrolled = await actions.enrol(db, keys, business.id, order, key=idempotency_key)
    response.status_code = 201 if enrolled.new else 200
    base_url = request.app.state.settings.public_base_url
    return EnrolmentAnswer(
        card_link=card_address(base_url, business.code, enrolled.link),
        privacy_url=notice_address(base_url, business.slug, body.text_version),
        terms_url=terms_address(base_url, business.slug, business.rule_version),
    )


def _order(body: NewEnrolment, business: Business, keys: Keys, network: str) -> Enrolment:
    read = read_text(body.text_version, body.language or language_of(business.locale))
    hashed = network_hash(keys, network)
    receipt = Receipt("enrolment", read, body.poster_id, hashed)
    return Enrolment(
        person=Person(body.name, peruvian_mobile(body.phone), body.birthday),
        opt_in=receipt if body.marketing else None,
        poster_id=body.poster_id,
        network_hash=hashed,
    )


@router.post(
    "/cards/{card_id}/confirmation",
    responses=refusals("card_not_found", "confirmation_mismatch", "name_differs", "rules_missing", for_a_shop=True),
)
@open_to(scope="enrollments:write")
async def post_confirmation(card_id: UUID, body: NewConfirmation, caller: Member, db: Tenant) -> ConfirmationAnswer:
    """Confirm a pending card at its first scan; confirming it again says the same again."""
    counter = await actions.counter_of(db, caller.business_id)
    confirmed = await actions.confirm_card(db, caller, CardId(card_id), digits=body.last_three)
    return ConfirmationAnswer(
        card_id=confirmed.card_id,
        customer_id=confirmed.customer_id,
        merged=confirmed.merged,
        balance=confirmed.balance,
        of=counter.required,
    )


@router.post(
    "/customers",
    status_code=201,
    responses={
        **refusals("phone_invalid", "id_reused", "id_not_plausible", "rules_missing", for_a_shop=True),
        200: {"model": CounterAnswer, "description": "A customer who was there already"},
    },
)
@open_to(scope="enrollments:write")
async def post_customer(
    body: NewCustomer, request: Request, response: Response, caller: Member, db: Tenant
) -> CounterAnswer:
    """Enrol somebody who stands at the till: confirmed at once; 200 with the customer who has the phone already."""
    counter = await actions.counter_of(db, caller.business_id)
    person = Person(body.name, peruvian_mobile(body.phone), body.birthday)
    till = await actions.enrol_at_till(db, caller, CustomerId(body.id), person)
    response.status_code = 201 if till.new else 200
    link = card_address(request.app.state.settings.public_base_url, counter.code, till.card.link)
    return CounterAnswer(
        customer_id=till.customer.id,
        card_id=till.card.id,
        first_name=first_name(till.customer.name or ""),
        last_three=till.customer.last_three or "",
        balance=till.card.balance,
        of=counter.required,
        card_link=link if till.own else None,
    )
