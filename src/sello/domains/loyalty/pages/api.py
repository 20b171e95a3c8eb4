"""The customer's two pages. The document comes with its shop inside: a link shows it, and the first paint has it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from sello.domains.business import Business, RulesInForce, current_rules, open_shop, sign_of, signboard_of
from sello.domains.customer import CONSENT_TEXTS, TEXT_VERSION
from sello.domains.loyalty.cards.actions import open_card
from sello.domains.loyalty.cards.api import LinkText, card_answer
from sello.domains.loyalty.pages.rules import card_said, enrolment_said
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages import Summary
from sello.infrastructure.pages.api import APP_PAGES, ThePages, app_answer, page_language, trouble_answer
from sello.shared import clock
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused, refusals

router = APIRouter(tags=["pages"])

Slug = Annotated[str, Path(description="The shop's address, present or former")]
Lang = Annotated[str | None, Query(description="`es` or `en`; else Accept-Language decides")]
Poster = Annotated[str | None, Query(description="The poster whose code was read")]


@router.get("/e/{slug}", response_class=HTMLResponse, responses=APP_PAGES)
async def get_enrolment_page(
    slug: Slug,
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    pages: ThePages,
    p: Poster = None,
    lang: Lang = None,
) -> Response:
    """Where a poster leads: the shop's card and the form for one's own."""
    language = page_language(request, lang)
    board = await signboard_of(db, platform, slug)
    try:
        if board is None:
            raise Refused("not_found")
        shop = await open_shop(db, board.business.id)
        rules = await current_rules(db, shop.id)
        if rules is None:
            raise Refused("rules_missing")
    except Refused as refused:
        return trouble_answer(refused, language)
    sign, said = sign_of(board), enrolment_said(shop.name, rules.steps, language)
    consent = getattr(CONSENT_TEXTS[TEXT_VERSION], language)
    data = {
        "shop": _front(shop, rules, sign.logo),
        "posterId": p,
        "textVersion": TEXT_VERSION,
        "notice": consent.notice,
        "marketing": consent.marketing,
        "wallets": _wallets(request),
    }
    address = f"{request.app.state.settings.public_base_url}/e/{shop.slug}"
    summary = Summary(said.title, said.description, address, picture=_picture(board.business, address))
    return app_answer(request, pages.document("enroll/enrol", language, sign, summary, data=data, plain=said.plain))


@router.get("/c/{text}", response_class=HTMLResponse, responses=APP_PAGES)
async def get_card_page(
    text: LinkText,
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    pages: ThePages,
    lang: Lang = None,
) -> Response:
    """The card for whoever holds its link."""
    language, state = page_language(request, lang), request.app.state
    try:
        opened = await open_card(db, platform, state.keys, text)
        board = await signboard_of(db, platform, opened.business.slug)
        if board is None:
            raise Refused("card_not_found")
    except Refused as refused:
        return trouble_answer(refused, language)
    sign, said = sign_of(board), card_said(opened.business.name, language)
    base_url: str = state.settings.public_base_url
    data: dict[str, Any] = {
        "card": card_answer(opened, language, state).model_dump(mode="json"),
        "link": text,
        "logo": sign.logo,
        "textVersion": TEXT_VERSION,
        "at": clock.now().isoformat(),
        "wallets": _wallets(request),
    }
    summary = Summary(
        said.title,
        said.description,
        f"{base_url}/c/{text}",
        picture=_picture(board.business, f"{base_url}/e/{board.business.slug}"),
        manifest=f"/c/{text}/manifest",
        listed=False,
    )
    drawn = pages.document("enroll/card", language, sign, summary, data=data, plain=said.plain)
    return app_answer(request, drawn, private=True)


@router.get("/c/{text}/manifest", responses=refusals("card_not_found", "customer_erased", "business_closed",
            "shop_unavailable", "rules_missing"))  # fmt: skip
async def get_card_manifest(
    text: LinkText, request: Request, caller: Anyone, db: Tenant, platform: Platform, lang: Lang = None
) -> dict[str, Any]:
    """What a phone needs to put the card among its apps (W3C Web App Manifest)."""
    opened = await open_card(db, platform, request.app.state.keys, text)
    board = await signboard_of(db, platform, opened.business.slug)
    if board is None:
        raise Refused("card_not_found")
    sign = sign_of(board)
    return {
        "id": f"/c/{text}",
        "name": card_said(sign.name, page_language(request, lang)).title,
        "short_name": sign.name[:12],
        "start_url": f"/c/{text}",
        "scope": "/c/",
        "display": "standalone",
        "background_color": sign.light,
        "theme_color": sign.dark,
        "icons": [_icon(192), _icon(512)],
    }


def _front(shop: Business, rules: RulesInForce, logo: str | None) -> dict[str, Any]:
    return {
        "name": shop.name,
        "slug": shop.slug,
        "logo": logo,
        "picture": shop.picture,
        "of": rules.stamps_required,
        "steps": [{"at": step.at, "title": step.title} for step in rules.steps],
    }


def _wallets(request: Request) -> list[str]:
    """The wallets that cards are offered for, as the ends of the addresses that hand them out."""
    settings = request.app.state.settings
    offered = {"apple": settings.apple_wallet_on, "google": settings.google_wallet_on}
    return [kind for kind, on in offered.items() if on]


def _icon(size: int) -> dict[str, str]:
    return {"src": f"/web/enroll/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}


def _picture(shop: Business, address: str) -> str:
    """Named after the rules it shows: chats keep a picture under its address."""
    return f"{address}/picture?v={shop.rule_version}"
