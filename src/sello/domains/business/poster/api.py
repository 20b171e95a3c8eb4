"""The poster over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from sello.domains.business.poster import actions
from sello.domains.business.poster.rules import Format
from sello.domains.business.rules import Design
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import unchanged
from sello.infrastructure.storage.api import TheStorage
from sello.infrastructure.typesetting import Pictured
from sello.shared.auth.api import Member
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["business"])


class PosterAnswer(Body):
    """A paper as PDF: where it is until the link expires, and its id, which its printed link carries."""

    poster_id: str
    format: Format
    design: Design
    url: str
    expires_at: datetime
    made_at: datetime


@router.get(
    "/businesses/{business_id}/poster",
    responses=refusals("rules_missing", "poster_not_ready", for_a_shop=True),
)
async def get_poster(
    business_id: UUID,
    request: Request,
    caller: Member,
    db: Tenant,
    platform: Platform,
    files: TheStorage,
    paper: Annotated[Format, Query(alias="format", description="A sheet for the wall, or a tent for the table")] = "a4",
) -> PosterAnswer:
    """The poster or table tent of the shop as it is now. While they are being made: 409 with Retry-After."""
    base_url = request.app.state.settings.public_base_url
    poster = await actions.ready_poster(db, platform, files, caller.business_id, paper, base_url=base_url)
    return PosterAnswer(
        poster_id=poster.code,
        format=paper,
        design=poster.design,
        url=poster.url,
        expires_at=poster.expires_at,
        made_at=poster.made_at,
    )


@router.get(
    "/businesses/{business_id}/poster/designs/{design}",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}}},
        304: {"description": "The same picture"},
        **refusals("rules_missing", for_a_shop=True),
    },
)
async def get_design(
    business_id: UUID,
    design: Design,
    request: Request,
    caller: Member,
    db: Tenant,
    files: TheStorage,
    paper: Annotated[Format, Query(alias="format", description="A sheet for the wall, or a tent for the table")] = "a4",
) -> Response:
    """What the shop's poster or table tent would look like in a design, to choose by: 595 by 842 pixels.

    `PATCH /businesses/{business_id}` with `poster_design` chooses.
    """
    state = request.app.state
    pictured: Pictured = state.pictured
    base_url: str = state.settings.public_base_url
    drawn = await actions.design_picture(db, files, pictured, caller.business_id, design, paper, base_url=base_url)
    tag = f'"{drawn.tag}"'
    headers = {"cache-control": "private, no-cache", "etag": tag}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(drawn.png, media_type="image/png", headers=headers)
