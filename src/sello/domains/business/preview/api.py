"""The picture of a link over HTTP."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from sello.domains.business.identity import signboard_of
from sello.domains.business.preview.actions import Previews
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import unchanged
from sello.infrastructure.storage.api import TheStorage
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused, refusals

router = APIRouter(tags=["pages"])

_SECONDS: Final = 3600  # until a chat asks whether the shop looks different


@router.get(
    "/e/{slug}/picture",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "The same picture"}, **refusals("not_found")},
)
async def get_preview(
    slug: Annotated[str, Path(description="The shop's address, present or former")],
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    files: TheStorage,
) -> Response:
    """What a chat shows of a link to the shop: 1200 by 630 pixels."""
    board = await signboard_of(db, platform, slug)
    if board is None:
        raise Refused("not_found")
    state = request.app.state
    previews: Previews = state.previews
    drawn = await previews.of(db, files, board.business.id, base_url=state.settings.public_base_url)
    if drawn is None:
        raise Refused("not_found")
    tag = f'"{drawn.tag}"'
    headers = {"cache-control": f"public, max-age={_SECONDS}", "etag": tag}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(drawn.png, media_type="image/png", headers=headers)
