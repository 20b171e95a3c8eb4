"""The card's own page over HTTP: whoever holds the link may open it."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import Field, StrictBool

from sello.domains.business import Picture, rules_in_words, terms_address
from sello.domains.customer import ConsentKind, ConsentSource, Language, notice_address
from sello.domains.loyalty.cards import actions
from sello.domains.loyalty.enrollments.rules import proof_link
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth import CODE_SECONDS
from sello.shared.auth.api import Anyone
from sello.shared.auth.networks import network_of
from sello.shared.errors import accepted_language, refusals
from sello.shared.validation import Body, first_name

router = APIRouter(prefix="/api/v1", tags=["loyalty"])

LinkText = Annotated[str, Path(max_length=100, description="The text after /c/ in the card's address")]


class StepAnswer(Body):
    """A reward on the card: reached at stamp number `at`."""

    at: int
    title: str


class RewardAnswer(Body):
    """A reward that waits to be handed over, through `good_until` (null: for good)."""

    id: UUID
    title: str
    good_until: date | None


class ShopOfCard(Body):
    """The shop a card belongs to; `picture` is on its stamps."""

    name: str
    slug: str
    locale: str
    picture: Picture


class CardCode(Body):
    """A rotating code for the QR: show it for `seconds`, by the phone's own count, then ask for a new one."""

    code: str
    expires_at: datetime
    seconds: int


class WebCardAnswer(Body):
    """The card as its holder sees it; `visits` are the last 20 days with a stamp. A pending card has none.

    `whatsapp_url`, of a pending one, opens WhatsApp with the message that confirms it; null while there is no number.
    The stamps are good through `stamps_until` (null: for good). `terms` are the shop's rules in words, in the language
    that Accept-Language asks for; `terms_url` and `privacy_url` are pages about them and about the holder's data.
    """

    business: ShopOfCard
    first_name: str
    pending: bool
    whatsapp_url: str | None
    balance: int
    of: int
    stamps_until: date | None
    terms: list[str]
    terms_url: str
    privacy_url: str
    steps: list[StepAnswer]
    rewards: list[RewardAnswer]
    visits: list[date]
    marketing: bool
    code: CardCode


class NewConsent(Body):
    """Yes or no to marketing. A yes says which version of the text was read; a no needs nothing else."""

    marketing: StrictBool
    text_version: Annotated[str, Field(max_length=40)] | None = None
    language: Language | None = None


class ConsentAnswer(Body):
    """What the log says last."""

    kind: ConsentKind
    source: ConsentSource
    text_version: str
    recorded_at: datetime


_OPENED = refusals("card_not_found", "customer_erased", "business_closed", "shop_unavailable", "rules_missing")


@router.get("/cards/by-link/{text}", responses=_OPENED)
async def get_web_card(
    text: LinkText, request: Request, caller: Anyone, db: Tenant, platform: Platform
) -> WebCardAnswer:
    """The card for whoever holds its link."""
    opened = await actions.open_card(db, platform, request.app.state.keys, text)
    language = accepted_language(request.headers.get("accept-language"))
    return card_answer(opened, language, request.app.state)


@router.get("/cards/by-link/{text}/code", responses=_OPENED)
async def get_code(text: LinkText, request: Request, caller: Anyone, db: Tenant, platform: Platform) -> CardCode:
    """A fresh rotating code."""
    code = await actions.fresh_code(db, platform, request.app.state.keys, text)
    return CardCode(code=code.text, expires_at=code.expires_at, seconds=CODE_SECONDS)


@router.put(
    "/cards/by-link/{text}/consent",
    responses=refusals(
        "card_not_found", "customer_erased", "business_closed", "shop_unavailable", "text_version_unknown"
    ),
)
async def put_consent(
    text: LinkText, body: NewConsent, request: Request, caller: Anyone, db: Tenant, platform: Platform
) -> ConsentAnswer:
    """Agree to marketing, or stop it; at once and as often as one likes."""
    consent = await actions.change_consent(
        db,
        platform,
        request.app.state.keys,
        text,
        marketing=body.marketing,
        text_version=body.text_version,
        language=body.language,
        network=network_of(request.client.host if request.client else ""),
    )
    return ConsentAnswer(
        kind=consent.kind,
        source=consent.source,
        text_version=consent.text_version,
        recorded_at=consent.recorded_at,
    )


def card_answer(opened: actions.WebCard, language: Language, state: Any) -> WebCardAnswer:
    """An opened card as its holder is told of it; `state` is the application's."""
    card, business = opened.card, opened.business
    base_url: str = state.settings.public_base_url
    return WebCardAnswer(
        business=ShopOfCard(name=business.name, slug=business.slug, locale=business.locale, picture=business.picture),
        first_name=first_name(card.name),
        pending=card.confirmed_at is None,
        whatsapp_url=_whatsapp_url(opened, language, state),
        balance=card.balance,
        of=opened.rules.stamps_required,
        stamps_until=card.stamps_until,
        terms=rules_in_words(opened.rules, language),
        terms_url=terms_address(base_url, business.slug, opened.rules.version),
        privacy_url=notice_address(base_url, business.slug),
        steps=[StepAnswer(at=step.at, title=step.title) for step in opened.rules.steps],
        rewards=[RewardAnswer.model_validate(reward) for reward in card.rewards],
        visits=opened.visits,
        marketing=card.opted_in_at is not None,
        code=CardCode(code=opened.code.text, expires_at=opened.code.expires_at, seconds=CODE_SECONDS),
    )


def _whatsapp_url(opened: actions.WebCard, language: Language, state: Any) -> str | None:
    settings = state.settings
    if opened.card.confirmed_at is not None or not settings.whatsapp_on:
        return None
    number: str = settings.twilio_whatsapp_number
    return proof_link(state.keys, opened.card.card_id, number=number, shop=opened.business.name, language=language)
