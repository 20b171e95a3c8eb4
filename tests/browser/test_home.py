"""The home page on the owner's desk and phone while the shop works: it follows by itself, and catches up."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from sello.shared.ids import new_id
from tests.support.dashboard import enter
from tests.support.evenings import been_here, past, redeem, stamp
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

NASTY = "<img src=x onerror=alert(1)>"
SIZES = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture(scope="module", autouse=True)
def worker(site: Site) -> Iterator[None]:
    """Whoever tells browsers of what happened, and counts it."""
    site.start_worker()
    yield
    site.stop_worker()


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop where somebody has been before."""
    shop = make_shop(site.settings)
    been_here(shop)
    return shop


def live(page: Page) -> None:
    """Wait until messages arrive."""
    expect(page.get_by_text("en vivo", exact=True)).to_be_visible()


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait for the sentence that answers."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def lines(page: Page) -> list[str]:
    """The till roll."""
    return page.locator(".till-roll ol > li").all_inner_texts()


def branch(shop: Shop, name: str) -> str:
    """One more branch; its id."""
    id = str(new_id())
    with shop.connect() as connection:
        connection.execute(
            "INSERT INTO branches (business_id, id, name) VALUES (%s, %s, %s)", (shop.business_id, id, name)
        )
    return id


def test_a_stamp_on_another_device_appears_by_itself(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna)
    heading(page, "Aún no hay visitas hoy")
    live(page)
    page.evaluate("window.stayed = true")
    nasty, ana = luna.card(name=NASTY), luna.card(name="Ana Torres")
    stamp(site, luna, nasty, 3)
    expect(page.get_by_text("<img S. 3 sellos, va en 3 de 10")).to_be_visible()
    heading(page, "Hoy va 1 visita")
    stamp(site, luna, ana, 5)
    redeem(site, luna, ana)
    expect(page.get_by_text("Ana T. canjeó: Café gratis")).to_be_visible()
    expect(page.get_by_text("Ana T. tiene listo: Café gratis")).to_be_visible()
    heading(page, "Hoy van 2 visitas")
    expect(page.get_by_text("8 sellos", exact=True)).to_be_visible()
    assert page.evaluate("window.stayed"), "nothing was loaded anew"
    assert page.locator("img[src=x]").count() == 0
    rosa.shot("home-live")


def test_what_was_missed_without_a_signal_appears_afterwards(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna)
    live(page)
    rosa.lose_signal()
    expect(page.get_by_text("sin conexión, reintentando")).to_be_visible()
    for name in ("Beto Ríos", "Carla Peña"):
        stamp(site, luna, luna.card(name=name))
    assert lines(page) == []
    rosa.lose_signal(False)
    live(page)
    expect(page.get_by_text("Beto R.")).to_be_visible()
    expect(page.get_by_text("Carla P.")).to_be_visible()
    heading(page, "Hoy van 2 visitas")


@pytest.mark.proof
def test_an_api_that_was_started_again_is_found(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna)
    live(page)
    rosa.offline = True  # nobody answers for a moment, and the browser says so
    [api] = site.apis
    api.kill()
    expect(page.get_by_text("sin conexión, reintentando")).to_be_visible()
    api.start().wait()
    stamp(site, luna, luna.card(name="Dora Núñez"))
    live(page)
    expect(page.get_by_text("Dora N.")).to_be_visible()
    rosa.offline = False
    stamp(site, luna, luna.card(name="Elena Vargas"))
    expect(page.get_by_text("Elena V.")).to_be_visible()


def test_a_new_shop_is_taught_until_its_first_stamp(site: Site, visit: Visit) -> None:
    shop = make_shop(site.settings, name="Bodega Sol")
    for size, theme in SIZES:
        rosa = visit(viewport=size, color_scheme=theme)
        page = enter(rosa, shop)
        expect(page.get_by_text(re.compile("Aquí verás cuántos clientes regresan"))).to_be_visible()
        rosa.shot(f"home-new-{size['width']}-{theme}")
        assert rosa.axe() == []
    stamp(site, shop, shop.card(name="Ana Torres"))
    expect(page.get_by_text("Ana T.")).to_be_visible(timeout=15_000)
    heading(page, "Hoy va 1 visita")


def test_a_shop_with_a_past(site: Site, luna: Shop, visit: Visit) -> None:
    """Everything there is, in every size and light; and with the keyboard alone."""
    cards = [luna.card(name=name) for name in ("Rosario Tello", "Percy Huanca", NASTY, "Milagros Ñahui", "Luis Vega")]
    past(luna, [(cards[0], (40, 37, 34, 31, 12)), (cards[1], (60, 20)), (cards[2], (45, 28, 2)), (cards[3], (50,))])
    for card, count in zip(cards[2:], (1, 5, 2), strict=True):
        stamp(site, luna, card, count)
    for size, theme in SIZES:
        rosa = visit(viewport=size, color_scheme=theme)
        page = enter(rosa, luna)
        heading(page, re.compile("Hoy van 3 visitas"))
        live(page)
        expect(page.get_by_text(re.compile("venía cada 3 días, lleva"))).to_be_visible()
        expect(page.get_by_text("Clientes que vuelven")).to_be_visible()
        rosa.shot(f"home-{size['width']}-{theme}")
        assert rosa.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    term = page.get_by_role("button", name="En riesgo")
    term.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("aún no se dan por perdidos"))).to_be_visible()
    assert rosa.axe() == []
    page.keyboard.press("Escape")
    expect(term).to_be_focused()


def test_one_branch(site: Site, luna: Shop, visit: Visit) -> None:
    norte, _ = branch(luna, "Barranco"), branch(luna, "Miraflores")
    here, there = luna.card(name="Aquí Uno"), luna.card(name="Allá Dos")
    stamp(site, luna, here, branch_id=norte)
    stamp(site, luna, there)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna)
    heading(page, "Hoy van 2 visitas")
    page.get_by_role("radio", name="Barranco").click()
    expect(page).to_have_url(re.compile(f"sede={norte}"))
    heading(page, "Hoy va 1 visita")
    expect(page.get_by_text("Allá D.")).to_have_count(0)
    expect(page.get_by_text("Aquí U.")).to_be_visible()
    rosa.shot("home-branch")
    page.reload()
    heading(page, "Hoy va 1 visita")
    assert rosa.axe() == []


def test_staff_see_neither_money_nor_names(site: Site, luna: Shop, visit: Visit) -> None:
    card = luna.card(name="Rosario Tello")
    past(luna, [(card, (40, 37, 34, 31, 12))])
    diego = visit(viewport=PHONE)
    asked = list[str]()
    diego.context.on("request", lambda request: asked.append(request.url))
    page = enter(diego, luna, luna.diego)
    live(page)
    expect(page.get_by_role("heading", name="Quién se aleja")).to_be_visible()
    expect(page.get_by_role("heading", name="Qué hacer ahora")).to_have_count(0)
    expect(page.get_by_text("Rosario")).to_have_count(0)
    assert [url for url in asked if re.search("at-risk|owed|fraud", url)] == []
    diego.shot("home-staff")


def test_when_the_numbers_do_not_come(luna: Shop, visit: Visit) -> None:
    for size, theme in SIZES:
        rosa = visit(viewport=size, color_scheme=theme)
        rosa.offline = True
        rosa.page.route(re.compile("/api/v1/(dashboard|happenings)"), lambda route: route.abort())
        page = enter(rosa, luna)
        expect(page.get_by_role("alert").first).to_be_visible(timeout=15_000)
        rosa.shot(f"home-error-{size['width']}-{theme}")
        assert rosa.axe() == []
    rosa.page.unroute_all()
    page.get_by_role("button", name="Intentar de nuevo").first.click()
    heading(page, re.compile("Aún no hay visitas"))
