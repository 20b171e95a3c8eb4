"""The poster over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request

from sello.domains.business.poster import actions
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.storage.api import TheStorage
from sello.shared.auth.api import Member
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["business"])


class PosterAnswer(Body):
    """The poster as PDF: where it is until the link expires, and its id, which its printed link carries."""

    poster_id: str
    url: str
    expires_at: datetime
    made_at: datetime


@router.get(
    "/businesses/{business_id}/poster",
    responses=refusals("rules_missing", "poster_not_ready", for_a_shop=True),
)
async def get_poster(
    business_id: UUID, request: Request, caller: Member, db: Tenant, platform: Platform, files: TheStorage
) -> PosterAnswer:
    """The poster of the shop as it is now. While it is being made: 409 with Retry-After."""
    base_url = request.app.state.settings.public_base_url
    poster = await actions.ready_poster(db, platform, files, caller.business_id, base_url=base_url)
    return PosterAnswer(poster_id=poster.code, url=poster.url, expires_at=poster.expires_at, made_at=poster.made_at)
