"""The picture of a card, for WhatsApp to fetch."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from sello.domains.campaign.replies import actions
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Anyone
from sello.shared.errors import refusals

router = APIRouter(tags=["pages"])


@router.get(
    "/m/{token}",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, **refusals("not_found")},
)
async def get_card_picture(
    token: Annotated[str, Path(max_length=100, description="What we signed: it opens one card's picture for a day")],
    request: Request,
    caller: Anyone,
    db: Tenant,
) -> Response:
    """A card with its stamps as they are now; it names the shop and nobody."""
    png = await actions.draw_card(db, request.app.state.keys, token)
    headers = {"cache-control": "no-store", "x-robots-tag": "noindex"}
    return Response(png, media_type="image/png", headers=headers)
