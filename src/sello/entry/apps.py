"""The pages of people who work here, which hold nothing of any shop: whoever opens them shows who they are inside."""

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from sello.infrastructure.pages import Sign, Summary
from sello.infrastructure.pages.api import APP_PAGES, ThePages, app_answer, page_language
from sello.shared.auth.api import Anyone
from sello.shared.errors import Language

router = APIRouter(tags=["pages"])

Lang = Annotated[str | None, Query(description="`es` or `en`; else Accept-Language decides")]

# Ours: paper and ink, with the accent as the dark one.
OUR_SIGN: Final = Sign(
    "sello", light="#fcf9f5", dark="#b51f1f", ink_on_light="#1f1915", ink_on_dark="#fffbfa", logo=None
)


class _Said(NamedTuple):
    title: str
    short: str
    description: str
    plain: str


_STAMPER: Final[dict[Language, _Said]] = {
    "es": _Said(
        "sello: caja",
        "sello caja",
        "Da sellos y entrega premios desde el mostrador, también sin señal.",
        "Para sellar en esta página hace falta JavaScript. Actívalo en los ajustes del navegador y vuelve a abrirla.",
    ),
    "en": _Said(
        "sello: counter",
        "sello counter",
        "Give stamps and hand over rewards at the counter, also without a signal.",
        "Stamping on this page needs JavaScript. Allow it in the browser's settings and open the page again.",
    ),
}


@router.get("/", status_code=302, response_class=RedirectResponse)
async def get_start(caller: Anyone) -> RedirectResponse:
    """Whoever opens our address without more is an owner or somebody of the team."""
    return RedirectResponse("/app", 302)


@router.get("/stamp", response_class=HTMLResponse, responses=APP_PAGES)
async def get_stamper(request: Request, caller: Anyone, pages: ThePages, lang: Lang = None) -> Response:
    """The counter's page: the same for everybody, so that a phone can keep it."""
    language = page_language(request, lang)
    said, base_url = _STAMPER[language], request.app.state.settings.public_base_url
    summary = Summary(
        said.title,
        said.description,
        f"{base_url}/stamp",
        manifest=f"/stamp/manifest?lang={language}",
        listed=False,
    )
    drawn = pages.document("stamper/stamp", language, OUR_SIGN, summary, data={}, plain=said.plain)
    return app_answer(request, drawn, private=True)  # kept by its worker alone, which must never be given an old one


@router.get("/stamp/manifest")
async def get_stamper_manifest(request: Request, caller: Anyone, lang: Lang = None) -> dict[str, Any]:
    """What a phone needs to put the counter among its apps (W3C Web App Manifest)."""
    language = page_language(request, lang)
    said = _STAMPER[language]
    return {
        "id": "/stamp",
        "name": said.title,
        "short_name": said.short,
        "description": said.description,
        "lang": "es-PE" if language == "es" else "en",
        "start_url": "/stamp",
        "scope": "/stamp",
        "display": "standalone",
        "orientation": "any",
        "categories": ["business"],
        "background_color": OUR_SIGN.light,
        "theme_color": OUR_SIGN.light,
        "icons": [_icon(size, purpose) for purpose in ("any", "maskable") for size in (192, 512)],
    }


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = "icon" if purpose == "any" else "maskable"
    return {
        "src": f"/web/stamper/{name}-{size}.png",
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
