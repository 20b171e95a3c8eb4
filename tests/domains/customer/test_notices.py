"""The privacy notice as a public page: the words that a consent names, and what the law asks to be told."""

import hashlib

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.customer.notices.actions import TEXTS
from sello.domains.customer.rules import CONSENT_TEXTS, TEXT_VERSION
from sello.entry.http import create_app
from sello.entry.settings import Settings
from tests.domains.business.test_terms import is_locked, opened
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

# What was published is never changed: a new text is a new version with files of its own.
PUBLISHED = {
    "2026-11.en.md": "9308632ba2e0a0b55bfb732d6a510bca40a5a9584b8425a93ee49087e3f23c26",
    "2026-11.es.md": "0e152ffa02d985250bb6793f0eb04fbd48e7d36ae9ea7d3493ae48c636580a7c",
}
SHORT = {"2026-11": "2b160d136eb7d257e1f895db519ff3f927956b7e3c27ba8ec9f7ad9a8d4b94a6"}


@pytest.mark.parametrize("version", CONSENT_TEXTS)
@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_shows_the_words_that_a_receipt_names(
    client: httpx.AsyncClient, shop: Shop, version: str, language: str
) -> None:
    texts = CONSENT_TEXTS[version]
    short = texts.en if language == "en" else texts.es
    for path in (f"{version}-{language}", f"{version}?lang={language}"):
        answer, page = await opened(client, f"/legal/{shop.slug}/privacy/{path}")
        assert answer.status_code == 200
        assert answer.headers["content-language"] == language
        is_locked(answer, page)
        assert short.notice in page.texts
        assert short.marketing in page.texts
        assert f"{version}-{language}" in page.text
        assert "{" not in page.text, "a blank was left"


async def test_the_notice_says_what_the_law_asks_for(client: httpx.AsyncClient, shop: Shop) -> None:
    answer, page = await opened(client, f"/legal/{shop.slug}/privacy")
    assert answer.status_code == 200
    for words in (
        "Ley 29733", "titular del banco de datos", "acceso", "rectificación", "cancelación", "oposición",
        "10 días hábiles", "90 días", "Autoridad Nacional de Protección de Datos Personales", "BAJA",
        "Sin ellos no se puede crear la tarjeta",
    ):  # fmt: skip
        assert words in page.text, words
    _, english = await opened(client, f"/legal/{shop.slug}/privacy", **{"Accept-Language": "en-US"})
    assert "within 10 working days" in english.text
    _, forced = await opened(client, f"/legal/{shop.slug}/privacy?lang=es", **{"Accept-Language": "en-US"})
    assert "10 días hábiles" in forced.text


async def test_the_notice_follows_the_settings(settings: Settings, database: TestDatabase, shop: Shop) -> None:
    told = settings.model_copy(
        update={"operator_name": "Sellos del Perú SAC", "data_country": "Chile", "privacy_answer_days": 7}
    )
    app: FastAPI = create_app(told)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=told.public_base_url) as client:
            _, page = await opened(client, f"/legal/{shop.slug}/privacy")
    for words in ("Sellos del Perú SAC los guarda por su encargo", "Los servidores están en Chile.", "7 días hábiles"):
        assert words in page.text


async def test_answers_name_the_pages(client: httpx.AsyncClient, shop: Shop, settings: Settings) -> None:
    base = f"{settings.public_base_url}/legal/{shop.slug}"
    seen = (await client.get(f"/api/v1/shops/{shop.slug}")).json()
    assert seen["privacy_url"] == f"{base}/privacy/{TEXT_VERSION}"
    assert seen["terms_url"] == f"{base}/terms/1"
    body = {
        "slug": shop.slug, "name": "Ana", "phone": shop.phone(), "marketing": False, "text_version": TEXT_VERSION,
    }  # fmt: skip
    card = (await client.post("/api/v1/enrollments", json=body)).json()
    assert (card["privacy_url"], card["terms_url"]) == (seen["privacy_url"], seen["terms_url"])
    opened_card = (await client.get(f"/api/v1/cards/by-link/{card['card_link'].rpartition('/')[2]}")).json()
    assert (opened_card["privacy_url"], opened_card["terms_url"]) == (f"{base}/privacy", seen["terms_url"])
    for url in (seen["privacy_url"], seen["terms_url"], opened_card["privacy_url"]):
        assert (await client.get(url.removeprefix(settings.public_base_url))).status_code == 200


def test_each_text_is_in_both_languages_and_was_never_changed() -> None:
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in TEXTS.folder.iterdir()}
    assert files == PUBLISHED
    assert set(files) == {f"{version}.{language}.md" for version in CONSENT_TEXTS for language in ("es", "en")}
    short = {
        version: hashlib.sha256(texts.model_dump_json().encode()).hexdigest()
        for version, texts in CONSENT_TEXTS.items()
    }
    assert short == SHORT
