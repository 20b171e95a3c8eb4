"""The notices of odd stamps: they come by themselves, say what happened, and are decided with a tap or two."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.support.dashboard import enter
from tests.support.evenings import redeem, stamp
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

NASTY = "<img src=x onerror=alert(1)>"
SIZES = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
TITLE = "4 sellos a la misma tarjeta en un día"


@pytest.fixture(scope="module", autouse=True)
def worker(site: Site) -> Iterator[None]:
    """Whoever looks at stamps."""
    site.start_worker()
    yield
    site.stop_worker()


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


def odd(site: Site, shop: Shop, name: str = "Milagros Castillo") -> TestCard:
    """Four stamps on one card."""
    card = shop.card(name=name)
    for _ in range(4):
        stamp(site, shop, card)
    return card


def test_a_notice_comes_by_itself_and_its_stamps_are_taken_back(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at="/app/avisos")
    expect(page.get_by_role("heading", name="Todo se ve como siempre")).to_be_visible()
    card = odd(site, luna, NASTY)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 cosa rara por revisar")
    expect(page.get_by_role("link", name=NASTY)).to_be_visible()
    page.get_by_role("button", name="Anular 4 sellos").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="No anular")).to_be_focused()
    dialog.get_by_label("Motivo").fill("No vino tantas veces")
    dialog.get_by_role("button", name="Anular 4 sellos").click()
    expect(page.get_by_text("4 sellos anulados.")).to_be_visible()
    expect(page.get_by_role("heading", name="Todo se ve como siempre")).to_be_visible()
    assert luna.balance(card)[0] == 0
    page.get_by_role("radio", name="Ya revisados").click()
    expect(page).to_have_url(re.compile("ver=revisados"))
    expect(page.get_by_text("4 sellos, 4 anulados")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_it_was_real_by_keyboard_and_back_again(site: Site, luna: Shop, visit: Visit) -> None:
    odd(site, luna)
    rosa = visit()
    page = enter(rosa, luna, at="/app/avisos")
    fine = page.get_by_role("button", name="Está bien, fue real")
    fine.wait_for(timeout=15_000)
    fine.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Guardado: fue real.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nada por revisar")
    undo = page.get_by_role("button", name="Deshacer")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def test_what_cannot_be_voided_is_said(site: Site, luna: Shop, visit: Visit) -> None:
    card = luna.card(name="Ana Torres")
    for count in (2, 1, 1, 1):
        stamp(site, luna, card, count)
    redeem(site, luna, card)
    rosa = visit()
    page = enter(rosa, luna, at="/app/avisos")
    page.get_by_role("button", name="Anular 4 sellos").click(timeout=15_000)
    page.get_by_role("alertdialog").get_by_role("button", name="Anular 4 sellos").click()
    expect(page.get_by_text(re.compile("no se pud[oi]"))).to_be_visible()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    rosa.shot("notices-refused")
    assert rosa.axe() == []


@pytest.mark.proof
def test_every_state_in_every_size_and_light(site: Site, luna: Shop, visit: Visit) -> None:
    empty = make_shop(site.settings, name="Bodega Sol")
    for name in ("Milagros Castillo", NASTY):
        odd(site, luna, name)
    for _ in range(4):
        stamp(site, luna, luna.card(name="Diego Amigo"))
    for size, theme in SIZES:
        shape = f"{size['width']}-{theme}"
        nobody = visit(viewport=size, color_scheme=theme)
        page = enter(nobody, empty, at="/app/avisos")
        expect(page.get_by_role("heading", name="Todo se ve como siempre")).to_be_visible()
        nobody.shot(f"notices-empty-{shape}")
        assert nobody.axe() == []
        rosa = visit(viewport=size, color_scheme=theme)
        page = enter(rosa, luna, at="/app/avisos")
        button = page.get_by_role("button", name=re.compile("^Anular")).first
        button.wait_for(timeout=15_000)
        rosa.shot(f"notices-{shape}")
        assert rosa.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
        button.click()
        expect(page.get_by_role("alertdialog")).to_be_visible()
        rosa.shot(f"notices-dialog-{shape}")
        assert rosa.axe() == []


def test_when_the_list_does_not_come(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    rosa.offline = True
    rosa.page.route(re.compile("/api/v1/fraud-signals"), lambda route: route.abort())
    page = enter(rosa, luna, at="/app/avisos")
    expect(page.get_by_role("alert")).to_be_visible(timeout=15_000)
    rosa.shot("notices-error")
    assert rosa.axe() == []
    rosa.page.unroute_all()
    page.get_by_role("button", name="Intentar de nuevo").click()
    expect(page.get_by_role("heading", name="Todo se ve como siempre")).to_be_visible()


def test_staff_have_no_such_place(luna: Shop, visit: Visit) -> None:
    page = enter(visit(), luna, luna.diego, at="/app/avisos")
    expect(page.get_by_role("heading", name="Esta página no existe")).to_be_visible()
