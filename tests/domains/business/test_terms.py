"""The terms of a card as public pages: every version there was, in words, of shops open or not."""

import base64
import hashlib
import re
from typing import LiteralString

import httpx
import pytest

from sello.domains.business import RewardRules, Step, rules_in_words
from sello.domains.business.rules import BirthdayReward, HappyHour, Welcome
from sello.domains.business.terms.actions import TEXTS
from sello.domains.business.terms.rules import SHOWN_SINCE, text_at
from sello.entry.settings import Settings
from sello.shared.errors import Language
from tests.domains.business.test_profile import address, picture
from tests.support.pages import ReadPage
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, make_shop

RICH = RewardRules(
    steps=(Step(at=4, title="Empanada"), Step(at=9, title="Menú del día")),
    cooldown_minutes=90,
    card_daily_cap=2,
    most_per_purchase=3,
    minimum_spend_centimos=1550,
    happy_hours=(HappyHour(weekdays=(1, 2, 3), starts="15:00", ends="18:00"),),
    stamps_expire_days=90,
    rewards_expire_days=30,
    welcome=Welcome(stamps=1),
    birthday=BirthdayReward(title="Torta"),
)
LONG = RewardRules(steps=(Step(at=50, title="Bicicleta"),))
STOPPED: dict[str, LiteralString] = {
    "closed": "UPDATE businesses SET closed_at = app_now() WHERE id = %s",
    "suspended": "UPDATE businesses SET suspended_at = app_now() WHERE id = %s",
}
# What was published is never changed: a new text is a new file with a line of its own.
PUBLISHED = {
    "2026-11.en.md": "5597ba59304dcc62b706fa773485ae1647f19ba86146220be8a53c959487ab1c",
    "2026-11.es.md": "aa2fb965ed0701dd1ca4fa1692d902bd70181c96d51d150274963c000d2c6e7a",
}


async def opened(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, ReadPage]:
    """A page, which is one whatever its status."""
    answer = await client.get(path, headers=headers)
    assert answer.headers["content-type"].startswith("text/html")
    return answer, ReadPage(answer.text)


def is_locked(answer: httpx.Response, page: ReadPage) -> None:
    """Assert that nothing runs on the page and nothing comes from elsewhere."""
    policy = answer.headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert not page.tags() & {"script", "iframe", "object", "form", "base", "embed"}
    for tag, attrs in page.elements:
        assert "style" not in attrs, tag
        assert not any(name.startswith("on") for name in attrs), tag
        assert (attrs.get("src") or "/").startswith("/"), tag
    assert "url(" not in page.style
    assert "@import" not in page.style


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("rules", [RICH, LOOSE, LONG], ids=["rich", "loose", "long"])
async def test_a_page_says_every_rule(
    client: httpx.AsyncClient, settings: Settings, rules: RewardRules, language: Language
) -> None:
    shop = make_shop(settings, rules=rules)
    answer, page = await opened(client, f"/legal/{shop.slug}/terms?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    is_locked(answer, page)
    for sentence in rules_in_words(rules, language):
        assert sentence in page.texts
    for step in rules.steps:
        assert step.title in page.text
    assert ("html", {"lang": language}) in page.elements
    assert "{" not in page.text, "a blank was left"


async def test_every_version_stays(client: httpx.AsyncClient, settings: Settings) -> None:
    shop = make_shop(settings, rules=LOOSE)
    shop.set_rules(RICH)
    _, present = await opened(client, f"/legal/{shop.slug}/terms")
    _, second = await opened(client, f"/legal/{shop.slug}/terms/2")
    _, first = await opened(client, f"/legal/{shop.slug}/terms/1")
    assert present.texts == second.texts
    assert "Empanada" in present.text
    assert "Café gratis" not in present.text
    assert "Café gratis" in first.text
    assert "Empanada" not in first.text
    assert "Estas reglas ya no dan sellos" in first.text
    assert "ya no dan sellos" not in present.text
    assert re.search(r"Versión 1, del \d+ de \w+ de \d{4} al \d+ de \w+", first.text)
    assert f"/legal/{shop.slug}/terms/1?lang=es" in present.links()
    assert f"/legal/{shop.slug}/terms/2?lang=es" in first.links()
    assert f"/legal/{shop.slug}/privacy" in present.links()


@pytest.mark.parametrize("state", STOPPED)
async def test_what_was_promised_stays_readable(
    client: httpx.AsyncClient, settings: Settings, database: TestDatabase, state: str
) -> None:
    shop = make_shop(settings)
    with shop.connect() as connection:
        connection.execute(STOPPED[state], (shop.business_id,))
    for page in ("terms", "terms/1", "privacy"):
        answer, read = await opened(client, f"/legal/{shop.slug}/{page}")
        assert answer.status_code == 200
        if page == "terms":
            assert ("cerró su tarjeta" in read.text) == (state == "closed")


async def test_a_former_address_leads_there_too(client: httpx.AsyncClient, shop: Shop) -> None:
    moved = f"{shop.slug}-nueva"
    await client.patch(address(shop), json={"slug": moved}, headers=shop.rosa.headers)
    answer, page = await opened(client, f"/legal/{shop.slug}/terms")
    assert answer.status_code == 200
    canonical = next(attrs["href"] for tag, attrs in page.elements if tag == "link")
    assert canonical is not None
    assert canonical.endswith(f"/legal/{moved}/terms/1")


@pytest.mark.parametrize(
    "path",
    ["nobody-here/terms", "nobody-here/privacy", "NOBODY!/terms", "{slug}/terms/2", "{slug}/terms/01", "{slug}/terms/0",
     "{slug}/terms/-1", "{slug}/terms/1.0", "{slug}/terms/%D9%A1", "{slug}/terms/99999999999999999999",
     "{slug}/privacy/2019-01", "{slug}/privacy/2026-11-fr", "{slug}/privacy/2026-11-es-es"],
)  # fmt: skip
async def test_an_address_that_leads_nowhere_says_so_in_words(client: httpx.AsyncClient, shop: Shop, path: str) -> None:
    for language, words in (("es", "No encontramos esta página"), ("en-GB, es;q=0.5", "We cannot find this page")):
        answer, page = await opened(client, f"/legal/{path.format(slug=shop.slug)}", **{"Accept-Language": language})
        assert answer.status_code == 404
        assert words in page.text
        is_locked(answer, page)


async def test_a_shop_without_rules_has_no_terms_yet(client: httpx.AsyncClient, settings: Settings) -> None:
    shop = make_shop(settings, rules=None)
    answer, _ = await opened(client, f"/legal/{shop.slug}/terms")
    assert answer.status_code == 404
    answer, page = await opened(client, f"/legal/{shop.slug}/privacy")
    assert answer.status_code == 200
    assert f"/legal/{shop.slug}/terms" not in page.links()


async def test_whatever_a_shop_calls_itself_stays_text(client: httpx.AsyncClient, settings: Settings) -> None:
    name = "<script>alert('x')</script> & \"{who}\" {0} %s"
    title = "</li><img src=x onerror=alert(1)> {shop}"
    shop = make_shop(settings, name=name, rules=RewardRules(steps=(Step(at=3, title=title),)))
    identity = {
        "legal_name": "</style><script>1</script> {email}",
        "address": "Jr. <b>Cusco</b> 120 {days}",
    }
    put = await client.put(address(shop, "/legal-identity"), json=identity, headers=shop.rosa.headers)
    assert put.status_code == 200
    for path in ("terms", "privacy"):
        answer, page = await opened(client, f"/legal/{shop.slug}/{path}")
        is_locked(answer, page)
        assert not page.tags() & {"script", "img"}
        assert name in page.text
        assert identity["legal_name"] in page.text
        assert identity["address"] in page.text
        if path == "terms":
            assert title in page.text


async def test_a_page_is_kept_until_it_changes(client: httpx.AsyncClient, shop: Shop) -> None:
    path = f"/legal/{shop.slug}/terms"
    first = await client.get(path)
    assert first.headers["cache-control"] == "public, max-age=300"
    assert first.headers["vary"].startswith("Accept-Language")
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    english = await client.get(path, headers={"If-None-Match": tag, "Accept-Language": "en"})
    assert english.status_code == 200
    await client.patch(address(shop), json={"name": "Otro nombre"}, headers=shop.rosa.headers)
    changed = await client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "Otro nombre" in changed.text


async def test_the_logo_hangs_over_the_page(client: httpx.AsyncClient, shop: Shop) -> None:
    _, page = await opened(client, f"/legal/{shop.slug}/terms")
    assert "img" not in page.tags()
    assert (await client.get(f"/legal/{shop.slug}/logo")).status_code == 404
    await client.put(address(shop, "/logo"), content=picture(), headers=shop.rosa.headers)
    _, page = await opened(client, f"/legal/{shop.slug}/terms")
    (source,) = [attrs["src"] for tag, attrs in page.elements if tag == "img"]
    assert source is not None
    assert source.startswith(f"/legal/{shop.slug}/logo?v=")
    logo = await client.get(source)
    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/png")
    again = await client.get(source, headers={"If-None-Match": logo.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_each_text_is_in_both_languages_and_was_never_changed() -> None:
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in TEXTS.folder.iterdir()}
    assert files == PUBLISHED
    assert set(files) == {f"{version}.{language}.md" for version in SHOWN_SINCE for language in ("es", "en")}
    assert text_at(min(SHOWN_SINCE.values())) == min(SHOWN_SINCE)
