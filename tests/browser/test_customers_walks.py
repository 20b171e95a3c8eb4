"""The owner's customers for everybody: in every size and light, by keyboard, and ten thousand of them."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.test_customers import LIST, act, stamp
from tests.support.crowd import add_crowd
from tests.support.dashboard import enter
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop without customers."""
    return make_shop(site.settings)


@pytest.fixture
def api(site: Site, luna: Shop) -> Iterator[httpx.Client]:
    """What Diego's till and Rosa's other devices do meanwhile."""
    with httpx.Client(base_url=f"{site.url}/api/v1", headers=luna.rosa.headers) as client:
        yield client


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.proof)])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_are_for_everybody(luna: Shop, visit: Visit, api: httpx.Client, theme: str, width: str) -> None:
    ana = luna.card(name="Ana Torres", phone="+51912345678", days_ago=60)
    luna.card(name="Ana Torres", phone="+51912345687")
    luna.card(name="María de los Ángeles Huamán Quispe de la Cruz")
    api.put(f"/customers/{ana.customer_id}/consent", json={"marketing": True})
    api.patch(f"/customers/{ana.customer_id}", json={"phone": "999888777", "birthday": {"day": 3, "month": 5}})
    api.post(f"/customers/{ana.customer_id}/privacy-requests", json={"kind": "rectification", "wish": "Mi nombre"})
    first = stamp(api, luna, ana, 4)
    stamp(api, luna, ana, 5)
    stamp(api, luna, ana, 2)
    api.post(f"/stamps/{first['id']}/void", json={"id": luna.stamp(ana)["id"], "reason": "Dos veces"})
    rosa = visit(viewport=DESK if width == "desk" else PHONE, color_scheme=theme)
    page = enter(rosa, luna, at=LIST)
    for name, path in {
        "list": LIST, "detail": f"{LIST}/{ana.customer_id}", "duplicates": f"{LIST}/duplicados",
        "requests": f"{LIST}/solicitudes",
    }.items():  # fmt: skip
        page.goto(path)
        expect(page.get_by_text("Ana Torres").first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        rosa.shot(f"sweep-{name}-{width}-{theme}")
        assert rosa.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{LIST}/{ana.customer_id}")
    for item in ("Corregir sus datos", "Ajustar sellos", "Unir con otra tarjeta", "Anotar un pedido", "Borrar sus"):
        act(page, item)
        dialog = page.locator("[role=dialog], [role=alertdialog]")
        expect(dialog).to_be_visible()
        expect(dialog.locator(".animate-breathe")).to_have_count(0)
        rosa.shot(f"sweep-{item}-{width}-{theme}")
        assert rosa.axe() == []
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def test_a_customer_is_put_right_by_keyboard_alone(luna: Shop, visit: Visit) -> None:
    luna.card(name="Ana Torres")
    page = enter(visit(viewport=DESK), luna, at=LIST)
    expect(page.get_by_role("link", name="Ana Torres")).to_be_visible()
    keys = page.keyboard
    keys.press("/")
    keys.type("ana")
    expect(page).to_have_url(re.compile("q=ana"))
    expect(page.get_by_role("link", name="Ana Torres")).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Ana Torres", level=1)).to_be_visible()
    page.get_by_role("button", name="Dar un sello").focus()
    keys.press("Tab")
    expect(page.get_by_role("button", name="Más acciones")).to_be_focused()
    keys.press("Enter")
    for _ in range(10):
        page.wait_for_timeout(60)  # the menu moves its focus a moment after the key
        if page.get_by_role("menuitem", name="Ajustar sellos").evaluate("it => it === document.activeElement"):
            break
        keys.press("ArrowDown")
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(10):
        if dialog.get_by_role("button", name="Uno más").evaluate("it => it === document.activeElement"):
            break
        keys.press("Tab")
    keys.press("Enter")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("Los trajo en papel")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("2 de 10 sellos")).to_be_visible()


@pytest.mark.proof
def test_ten_thousand_customers_are_scrolled_to_the_last(luna: Shop, visit: Visit) -> None:
    add_crowd(luna, 10_000)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at=f"{LIST}?orden=nombre")
    expect(page.get_by_role("radio", name=re.compile("Todos"))).to_contain_text("10,000")
    most, last = 0, page.get_by_role("link", name="Cliente 10000")
    for _ in range(1200):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_timeout(20)
        most = max(most, page.get_by_role("row").count())
        if last.count():
            break
    expect(last).to_be_visible()
    assert most < 120  # however far one came, the page holds a screenful
    page.get_by_label("Buscar cliente").fill("09999")
    expect(page.get_by_role("link", name="Cliente 09999")).to_be_visible()
