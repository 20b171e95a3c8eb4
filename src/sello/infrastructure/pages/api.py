"""A drawn page as an answer: its language, its policy, and what caches may do with it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from sello.infrastructure.pages.built import BuiltPages, Summary
from sello.infrastructure.pages.drawing import Drawn, Page, draw, lost, trouble
from sello.shared.auth.api import Anyone
from sello.shared.errors import Language, Refused, accepted_language, refusals, sentence

_DASHBOARD: Final[dict[Language, tuple[str, str]]] = {
    "es": (
        "Tu local: quién vuelve, quién se aleja y qué hacer.",
        "Para entrar, tu navegador tiene que permitir JavaScript.",
    ),
    "en": (
        "Your shop: who comes back, who slips away, and what to do.",
        "To sign in, your browser has to allow JavaScript.",
    ),
}
WORKERS: Final = {"enroll": "/c/", "stamper": "/stamp"}  # the paths that an app's service worker may serve
_SECONDS: Final = 300  # a shop that changes its name is seen with the old one for five minutes
PAGES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The page"},
    304: {"description": "The page has not changed"},
    404: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A page that says so"},
}


def page_language(request: Request, wished: str | None) -> Language:
    """The language named in the address, else what the browser prefers, else Spanish."""
    if wished in ("es", "en"):
        return "en" if wished == "en" else "es"
    return accepted_language(request.headers.get("accept-language"))


def page_answer(request: Request, page: Page) -> Response:
    """The page, or 304 for whoever has it."""
    drawn = draw(page)
    headers = _headers(drawn, page.language) | {
        "cache-control": f"public, max-age={_SECONDS}",
        "vary": "Accept-Language",
        "etag": drawn.tag,
    }
    if unchanged(request, drawn.tag):
        return Response(status_code=304, headers=headers)
    return Response(drawn.html, media_type="text/html", headers=headers)


def lost_answer(language: Language) -> Response:
    """404 in plain words."""
    drawn = lost(language)
    headers = _headers(drawn, language) | {"cache-control": "no-store", "vary": "Accept-Language"}
    return Response(drawn.html, 404, media_type="text/html", headers=headers)


def unchanged(request: Request, tag: str) -> bool:
    """Whether the caller has this already, by If-None-Match."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in known.split(","))


def _headers(drawn: Drawn, language: Language) -> dict[str, str]:
    return {"content-security-policy": drawn.policy, "content-language": language, "referrer-policy": "no-referrer"}


APP_PAGES: Final[dict[int | str, dict[str, Any]]] = {**PAGES, 409: PAGES[404], 410: PAGES[404], 503: PAGES[404]}

PROGRAM: Final[dict[int | str, dict[str, Any]]] = {200: PAGES[200], 503: PAGES[404]}

router = APIRouter(tags=["pages"])


async def built_pages(request: Request) -> BuiltPages:
    """The web apps of this release."""
    return request.app.state.pages  # type: ignore[no-any-return]


ThePages = Annotated[BuiltPages, Depends(built_pages)]


def app_answer(request: Request, drawn: Drawn, *, private: bool = False) -> Response:
    """A document of a web app. `private` ones are somebody's: no cache but their own phone's worker keeps them."""
    headers = {
        "content-security-policy": drawn.policy,
        "referrer-policy": "no-referrer" if private else "strict-origin-when-cross-origin",
        "vary": "Accept-Language",
        "cache-control": "no-store" if private else "no-cache",
    }
    if not private:
        headers["etag"] = drawn.tag
        if unchanged(request, drawn.tag):
            return Response(status_code=304, headers=headers)
    return Response(drawn.html, media_type="text/html", headers=headers)


def trouble_answer(refused: Refused, language: Language) -> Response:
    """A refusal as a page in plain words, with its status; nobody keeps it, for it may be another tomorrow."""
    if refused.code == "not_found":
        return lost_answer(language)
    drawn = trouble(language, sentence(refused.code, language, refused.facts))
    headers = _headers(drawn, language) | {"cache-control": "no-store", "vary": "Accept-Language"}
    return Response(drawn.html, refused.status, media_type="text/html", headers=headers)


@router.get(
    "/web/{app}/{name:path}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, 304: {"description": "The same file"},
               **refusals("not_found")},
)  # fmt: skip
async def get_web_file(
    app: Annotated[str, Path()], name: Annotated[str, Path()], request: Request, caller: Anyone, pages: ThePages
) -> Response:
    """A file of a web app: script, style, font, picture."""
    file = pages.file(f"{app}/{name}")
    if file is None:
        raise Refused("not_found")
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if file.lasting else "no-cache",
        "etag": file.tag,
        "vary": "Accept-Encoding",
    }
    if name == "sw.js":
        headers["service-worker-allowed"] = WORKERS.get(app, "/")
    if unchanged(request, file.tag):
        return Response(status_code=304, headers=headers)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(file.body, media_type=file.media_type, headers=headers)


@router.get("/app", response_class=HTMLResponse, responses=PROGRAM)
@router.get("/app/{path:path}", response_class=HTMLResponse, responses=PROGRAM)
async def get_dashboard(request: Request, caller: Anyone, pages: ThePages, path: str = "") -> Response:
    """The owner's dashboard: one document for every place in it. Whose shop it is, its script asks once it may."""
    language = page_language(request, None)
    description, plain = _DASHBOARD[language]
    settings = request.app.state.settings
    base_url: str = settings.public_base_url
    summary = Summary("sello", description, f"{base_url}/app", listed=False)
    try:
        drawn = pages.program("dashboard/index", language, summary, data={"parts": settings.sello_test}, plain=plain)
    except Refused as refused:
        return trouble_answer(refused, language)
    return app_answer(request, drawn, private=True)
