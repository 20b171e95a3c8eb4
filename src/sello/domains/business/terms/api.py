"""The terms over HTTP: pages for people, of every shop that ever was, open or not."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from sello.domains.business.identity import signboard_of
from sello.domains.business.terms import actions
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import PAGES, lost_answer, page_answer, page_language
from sello.shared.auth.api import Anyone

router = APIRouter(tags=["legal"])

_DIGITS: Final = 9  # of a version: more fit no column

Slug = Annotated[str, Path(description="The shop's address, present or former")]
Lang = Annotated[str | None, Query(description="`es` or `en`; else Accept-Language decides")]


@router.get("/legal/{slug}/terms", response_class=HTMLResponse, responses=PAGES)
async def get_terms(
    slug: Slug, request: Request, caller: Anyone, db: Tenant, platform: Platform, lang: Lang = None
) -> Response:
    """The terms in force, as a page."""
    return await _answer(slug, None, request, db, platform, lang)


@router.get("/legal/{slug}/terms/{version}", response_class=HTMLResponse, responses=PAGES)
async def get_terms_version(
    slug: Slug,
    version: Annotated[str, Path(description="The number of a version of the rules")],
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    lang: Lang = None,
) -> Response:
    """The terms of one version of the rules, as a page."""
    return await _answer(slug, version, request, db, platform, lang)


async def _answer(
    slug: str, version: str | None, request: Request, db: Tenant, platform: Platform, lang: str | None
) -> Response:
    language = page_language(request, lang)
    number = _number(version)
    board = await signboard_of(db, platform, slug)
    if board is None or number == 0:
        return lost_answer(language)
    base_url = request.app.state.settings.public_base_url
    page = await actions.terms_page(db, board, number, language, base_url=base_url)
    return page_answer(request, page) if page else lost_answer(language)


def _number(version: str | None) -> int | None:
    """The version's number; 0, which no version has, for what is none. Leading zeros would be a second address."""
    if version is None:
        return None
    fits = version.isascii() and version.isdigit() and len(version) <= _DIGITS and not version.startswith("0")
    return int(version) if fits else 0
