"""A card as a file for Apple's Wallet, for whoever holds its link."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from sello.domains.loyalty.cards.api import LinkText
from sello.domains.loyalty.passes import actions
from sello.domains.loyalty.passes.actions import Forge
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import page_language
from sello.infrastructure.passkit import MEDIA_TYPE
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused, refusals

router = APIRouter(tags=["pages"])


def forge_of(request: Request) -> Forge:
    """What this process makes passes with."""
    state = request.app.state
    return Forge(state.keys, state.passkit, state.strips, state.settings.public_base_url)


@router.get(
    "/c/{text}/apple",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {}}},
        **refusals("card_not_found", "customer_erased", "business_closed", "shop_unavailable", "apple_wallet_off"),
    },
)
async def get_pass(
    text: LinkText,
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    lang: Annotated[str | None, Query(description="`es` or `en`; else Accept-Language decides")] = None,
) -> Response:
    """The card for Apple's Wallet, signed now. The same pass each time, so a phone keeps one."""
    if not request.app.state.settings.apple_wallet_on:
        raise Refused("apple_wallet_off")
    forge = forge_of(request)
    one, card = await actions.issue(db, platform, forge, text, language=page_language(request, lang))
    built = await actions.build(db, forge, one, card)
    await actions.hand_out(db, one, built)
    headers = {
        "cache-control": "private, no-store",
        "content-disposition": 'attachment; filename="sello.pkpass"',
        "x-robots-tag": "noindex",
    }
    return Response(built.pkpass, media_type=MEDIA_TYPE, headers=headers)
