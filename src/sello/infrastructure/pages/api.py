"""A drawn page as an answer: its language, its policy, and what caches may do with it."""

from typing import Any, Final

from fastapi import Request, Response

from sello.infrastructure.pages.drawing import Drawn, Page, draw, lost
from sello.shared.errors import Language, accepted_language

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
