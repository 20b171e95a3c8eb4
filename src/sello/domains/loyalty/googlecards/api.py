"""The way from a card's page to Google's Wallet."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from sello.domains.loyalty.cards.api import LinkText
from sello.domains.loyalty.googlecards.actions import issue_card
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import APP_PAGES, page_language, trouble_answer
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused

router = APIRouter(tags=["pages"])


@router.get(
    "/c/{text}/google",
    response_class=Response,
    status_code=303,
    responses={
        **{status: said for status, said in APP_PAGES.items() if status not in (200, 304)},
        303: {"description": "On to Google, where the card is saved", "headers": {"Location": {"schema": {
            "type": "string"}}}},
    },
)  # fmt: skip
async def get_google_link(
    text: LinkText,
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    lang: Annotated[str | None, Query(description="`es` or `en`; else Accept-Language decides")] = None,
) -> Response:
    """Save the card in Google's Wallet: on to a link that only this card has. Whoever holds the card's link may."""
    language, state = page_language(request, lang), request.app.state
    settings = state.settings
    try:
        if not settings.google_wallet_on:
            raise Refused("google_wallet_off")
        address = await issue_card(
            db, platform, state.keys, settings.google, text, language=language, base_url=settings.public_base_url
        )
    except Refused as refused:
        return trouble_answer(refused, language)
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
    return RedirectResponse(address, 303, headers=headers)
