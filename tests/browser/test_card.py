"""The card on a phone: its code, without a signal, and what its holder may ask for."""

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.reading import codes, codes_by_another
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


@pytest.fixture
def card(luna: Shop, site: Site) -> TestCard:
    """Ana's card with four stamps."""
    card = luna.card()
    give(site, luna, card, 4)
    return card


def give(site: Site, shop: Shop, card: TestCard, stamps: int) -> None:
    """Stamp it."""
    body = shop.stamp(card, stamps=stamps)
    answer = httpx.post(f"{site.url}/api/v1/stamps", json=body, headers=shop.diego.headers)
    assert answer.status_code == 201, answer.text


def open_card(visitor: Visitor, shop: Shop, card: TestCard) -> Page:
    """Open the card's page and wait for its code."""
    page = visitor.go(f"/c/{shop.code}{card.link}")
    expect(page.get_by_role("img", name="Código QR de tu tarjeta")).to_be_visible()
    return page


def seen_code(page: Page) -> Image.Image:
    """What a till's camera sees."""
    return Image.open(io.BytesIO(page.locator(".disc").screenshot()))


def read_code(page: Page) -> str:
    """What it reads."""
    [text] = codes(seen_code(page))
    return text


def test_the_code_is_read_by_two_other_decoders_and_opens_the_card(
    site: Site, luna: Shop, card: TestCard, visit: Visit
) -> None:
    ana = visit()
    page = open_card(ana, luna, card)
    ana.shot("card")
    shown = seen_code(page)
    [code] = codes(shown)
    assert codes_by_another(shown) == [code]
    scan = httpx.get(f"{site.url}/api/v1/scans/{quote(code)}", headers=luna.diego.headers)
    assert scan.status_code == 200, scan.text
    assert scan.json()["customer_id"] == str(card.customer_id)
    assert card.scan_code not in page.content()  # the one that never changes stays in the house


def test_a_phone_that_slept_shows_a_new_code_and_the_new_stamps(
    site: Site, luna: Shop, card: TestCard, visit: Visit
) -> None:
    ana = visit()
    ana.page.clock.install()
    page = open_card(ana, luna, card)
    first = read_code(page)
    expect(page.get_by_text("Te falta 1")).to_be_visible()
    give(site, luna, card, 1)
    page.wait_for_timeout(1100)  # codes name the second they were made in
    page.clock.fast_forward("10:00")
    expect(page.get_by_role("heading", name="Café gratis: listo para ti")).to_be_visible()
    expect(page.get_by_role("list", name="5 de 10 sellos")).to_be_visible()
    assert read_code(page) != first
    ana.shot("card-reward")


def test_without_a_signal_the_card_opens_and_says_what_works(luna: Shop, card: TestCard, visit: Visit) -> None:
    ana = visit()
    page = open_card(ana, luna, card)
    page.wait_for_function("caches.open('sello-cards-1').then(kept => kept.keys()).then(keys => keys.length > 0)")
    page.wait_for_function("caches.open('sello-files-1').then(kept => kept.keys()).then(keys => keys.length > 2)")
    ana.lose_signal()
    page.reload()
    expect(page.get_by_text("Sin señal.")).to_be_visible()
    expect(page.get_by_text("Di en caja")).to_be_visible()
    expect(page.get_by_role("list", name="4 de 10 sellos")).to_be_visible()
    expect(page.get_by_role("img", name="Código QR de tu tarjeta")).to_have_count(0)  # the till would refuse an old one
    ana.shot("card-offline")
    assert ana.axe() == []
    ana.lose_signal(lost=False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("img", name="Código QR de tu tarjeta")).to_be_visible()
    expect(page.get_by_text("Sin señal.")).to_have_count(0)


def test_offers_are_stopped_and_wanted_again_at_once(site: Site, luna: Shop, card: TestCard, visit: Visit) -> None:
    page = open_card(visit(), luna, card)
    page.get_by_text("Mis datos").click()
    page.get_by_role("button", name="Sí, quiero ofertas").click()
    expect(page.get_by_text("Recibes ofertas de este local por WhatsApp.")).to_be_visible()
    page.get_by_role("button", name="No quiero ofertas").click()
    expect(page.get_by_text("No recibes ofertas de este local.")).to_be_visible()
    kinds = site.database.rows("SELECT kind, source FROM consent_events WHERE business_id = %s ORDER BY id",
                               luna.business_id)  # fmt: skip
    assert kinds == [("opt_in", "card"), ("opt_out", "card")]


def test_a_copy_is_for_whoever_knows_the_phone(luna: Shop, card: TestCard, visit: Visit) -> None:
    page = open_card(visit(), luna, card)
    page.get_by_text("Mis datos").click()
    phone = page.get_by_label("escribe el celular completo")
    phone.fill("900 000 000")
    page.get_by_role("button", name="Descargar mis datos").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile("."))).to_be_visible()
    phone.fill(card.phone.removeprefix("+51"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar mis datos").click()
    assert card.phone in download.value.path().read_text()


def test_the_wish_to_be_erased_is_heard_once_and_has_a_date(
    site: Site, luna: Shop, card: TestCard, visit: Visit
) -> None:
    ana = visit()
    page = open_card(ana, luna, card)
    page.get_by_text("Mis datos").click()
    page.get_by_role("button", name="Pedir que borren mis datos").click()
    page.get_by_role("button", name="Cancelar").click()
    page.get_by_role("button", name="Pedir que borren mis datos").click()
    ana.shot("card-erase")
    page.get_by_role("button", name="Sí, pedir que los borren").click()
    expect(page.get_by_text(re.compile(r"Borrar mis datos: en curso \("))).to_be_visible()
    assert site.database.rows("SELECT kind, source FROM privacy_requests WHERE business_id = %s", luna.business_id) == [
        ("erasure", "card")
    ]
    page.reload()
    page.get_by_text("Mis datos").click()
    expect(page.get_by_text(re.compile(r"Borrar mis datos: en curso \("))).to_be_visible()
    expect(page.get_by_role("button", name="Pedir que borren mis datos")).to_have_count(0)


def test_a_link_that_leads_to_no_card_says_so(site: Site, luna: Shop, card: TestCard, visit: Visit) -> None:
    page = visit().go(f"/c/{luna.code}{'0' * 22}")
    expect(page.get_by_role("heading")).to_have_text("No encontramos esa tarjeta en este local.")
    answer = httpx.get(f"{site.url}/c/{luna.code}{card.link}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"  # the address is the key
    assert '<meta name="robots" content="noindex" />' in answer.text
    assert "Ana" not in answer.text.split('<script type="application/json"')[0]  # a link that is passed on names nobody


def test_the_phone_can_keep_it_among_its_apps(site: Site, luna: Shop, card: TestCard) -> None:
    address = f"/c/{luna.code}{card.link}"
    manifest = httpx.get(f"{site.url}{address}/manifest").json()
    assert manifest["start_url"] == address
    assert manifest["name"] == "Tarjeta de Café Luna"
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(httpx.get(f"{site.url}{icon['src']}").content))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_everybody_can_read_it(
    site: Site, luna: Shop, card: TestCard, visit: Visit, size: dict[str, int], scheme: str
) -> None:
    give(site, luna, card, 3)
    ana = visit(viewport=size, color_scheme=scheme)
    page = open_card(ana, luna, card)
    page.get_by_text("Mis datos").click()
    ana.shot(f"card-{size['width']}-{scheme}")
    assert ana.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
