"""One day of one shop, everybody on a machine of their own: from the poster to a reward and back."""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.counters import Till, set_pin
from tests.browser.test_enrolment import fill, submit
from tests.support.dashboard import enter
from tests.support.evenings import been_here
from tests.support.shop import Shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module", autouse=True)
def worker(site: Site) -> Iterator[None]:
    """Whoever tells browsers of what happened."""
    site.start_worker()
    yield
    site.stop_worker()


def test_from_the_poster_to_the_reward_seen_live(site: Site, luna: Shop, till: Till, visit: Visit) -> None:
    been_here(luna)
    rosa = visit(viewport=DESK)
    home = enter(rosa, luna)
    expect(home.get_by_text("en vivo", exact=True)).to_be_visible()
    home.evaluate("window.stayed = true")

    ana = visit()
    page = ana.go(f"/e/{luna.slug}?p=poster1")
    fill(page, name="Ana Torres", phone="987 654 321")
    submit(page)
    page.get_by_role("link", name="Ver mi tarjeta").click()
    expect(page.get_by_role("img", name="Código QR de tu tarjeta")).to_be_visible()

    # Her phone before the till's camera: the card is new, so Diego asks for the last digits.
    set_pin(site, luna.diego)
    till.enrol()
    till.show(Image.open(io.BytesIO(page.locator(".disc").screenshot())))
    till.enter("Diego Ramos")
    till.asked_who("Ana")
    till.type("321")
    expect(till.answer).to_contain_text("1de 10")
    expect(home.get_by_text(re.compile("Ana T\\. .*1 de 10"))).to_be_visible()

    # Four more, looked up; the fifth earns the first reward, which she sees on her phone.
    for count in (2, 3, 4, 5):
        till.press("Siguiente")
        till.find("321").first.click()
        expect(till.answer).to_contain_text(f"{count}de 10")
    expect(till.answer).to_contain_text("Ganó: Café gratis")
    expect(home.get_by_text("Ana T. tiene listo: Café gratis")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Café gratis").first).to_be_visible()

    till.press("Entregar Café gratis")
    till.press("Ya se lo di")
    expect(till.answer).to_contain_text("Entregado")
    expect(home.get_by_text("Ana T. canjeó: Café gratis")).to_be_visible()
    till.press("Deshacer")
    expect(till.answer).to_contain_text("Entrega deshecha")
    redeemed = "SELECT voided_at IS NOT NULL FROM redemptions WHERE business_id = %s AND confirmed_at IS NOT NULL"
    assert site.database.rows(redeemed, luna.business_id) == [(True,)]
    assert home.evaluate("window.stayed"), "the home page was never loaded anew"
    rosa.shot("whole-day-home")
