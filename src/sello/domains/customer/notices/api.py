"""The privacy notice over HTTP: pages for people, of every shop that ever was, open or not."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from sello.domains.business import signboard_of
from sello.domains.customer.notices import actions
from sello.domains.customer.notices.rules import read_version
from sello.domains.customer.rules import TEXT_VERSION
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import PAGES, lost_answer, page_answer, page_language
from sello.shared.auth.api import Anyone

router = APIRouter(tags=["legal"])

Slug = Annotated[str, Path(description="The shop's address, present or former")]
Lang = Annotated[str | None, Query(description="`es` or `en`; else Accept-Language decides")]


@router.get("/legal/{slug}/privacy", response_class=HTMLResponse, responses=PAGES)
async def get_notice(
    slug: Slug, request: Request, caller: Anyone, db: Tenant, platform: Platform, lang: Lang = None
) -> Response:
    """The present privacy notice, as a page."""
    return await _answer(slug, TEXT_VERSION, request, db, platform, lang)


@router.get("/legal/{slug}/privacy/{version}", response_class=HTMLResponse, responses=PAGES)
async def get_notice_version(
    slug: Slug,
    version: Annotated[str, Path(description="A version of the text as a receipt names it, its language or not")],
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    lang: Lang = None,
) -> Response:
    """One version of the privacy notice, as a page."""
    return await _answer(slug, version, request, db, platform, lang)


async def _answer(
    slug: str, version: str, request: Request, db: Tenant, platform: Platform, lang: str | None
) -> Response:
    language = page_language(request, lang)
    read = read_version(version)
    board = await signboard_of(db, platform, slug)
    if board is None or read is None:
        return lost_answer(language)
    if lang is None and read[1] is not None:
        language = read[1]  # the receipt names the language that was read
    settings = request.app.state.settings
    about = actions.Platform(settings.operator_name, settings.data_country, settings.privacy_answer_days)
    page = actions.notice_page(board, read[0], language, about, base_url=settings.public_base_url)
    return page_answer(request, page)
