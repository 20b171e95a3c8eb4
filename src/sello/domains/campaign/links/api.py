"""Short links over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from sello.domains.campaign.links import actions
from sello.domains.campaign.links.rules import is_person
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import PAGES, page_language, trouble_answer
from sello.shared.auth.api import Anyone
from sello.shared.errors import Refused

router = APIRouter(tags=["pages"])


@router.get(
    "/k/{short}",
    response_class=Response,
    status_code=302,
    responses={302: {"description": "To the card"}, 404: PAGES[404], 410: PAGES[404], 409: PAGES[404], 503: PAGES[404]},
)
async def get_short_link(
    short: Annotated[str, Path(max_length=60, description="The shop's code and the link's token")],
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
) -> Response:
    """Where the button of a message leads. Nobody keeps the answer, so that each touch is seen."""
    person = is_person(request.method, request.headers)
    try:
        path = await actions.follow(db, platform, short, person=person)
    except Refused as refused:
        return trouble_answer(refused, page_language(request, None))
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
    return RedirectResponse(path, 302, headers=headers)
