"""Everybody can read the counter: each of its screens, on a phone and wider, light and dark."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.counters import ONE, Till, code_for, set_pin
from tests.support.filming import film
from tests.support.shop import Shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]
SMALL = {"width": 320, "height": 568}


class Reader:
    """Somebody who looks closely at each screen."""

    def __init__(self, till: Till, name: str) -> None:
        self.till, self.name = till, name

    def look(self, screen: str) -> None:
        """Nothing wrong by axe, nothing beyond the edges; a picture is kept."""
        self.till.visitor.shot(f"counter-{screen}-{self.name}")
        assert self.till.visitor.axe() == [], screen
        fits = "({ scrollWidth, scrollHeight }) => scrollWidth <= innerWidth && scrollHeight <= innerHeight"
        assert self.till.page.evaluate(f"({fits})(document.documentElement)"), screen


def walk(till: Till, reader: Reader, site: Site, luna: Shop) -> None:
    """Through every screen of a day."""
    page = till.page
    ana, luis = luna.card(name="Ana Torres"), luna.card(name="Luis Alarcón", confirmed=False)
    body = luna.stamp(ana, stamps=4)
    luna.set_rules(ONE.model_copy(update={"most_per_purchase": 4}))
    assert httpx.post(f"{site.url}/api/v1/stamps", json=body, headers=luna.diego.headers).status_code == 201
    luna.set_rules(ONE)
    page.goto("/stamp")
    expect(page.get_by_role("heading", name="Esta será tu caja")).to_be_visible()
    reader.look("enrol")
    till.enrol()
    expect(page.get_by_role("heading", name="Nadie tiene PIN todavía")).to_be_visible()
    reader.look("nobody")
    for person in (luna.diego, luna.rosa, luna.person(name="Mía Paredes", role="staff")):
        set_pin(site, person)
    till.press("Volver a mirar")
    till.choose("Diego Ramos")
    till.type("25")
    reader.look("pin")
    till.type("80")
    till.press("Entrar")
    expect(page.get_by_role("heading", name="Apunta al código del cliente")).to_be_visible()
    reader.look("camera")
    till.press("En línea 0 en espera")
    expect(page.get_by_role("heading", name="Aquí verás cada sello que des")).to_be_visible()
    reader.look("queue-empty")
    till.press("Volver a la cámara")
    found = till.find(ana.phone[-3:])
    expect(found).to_have_count(1)
    reader.look("find")
    till.press("Nombre")
    page.get_by_label("Nombre").fill("zzz")
    expect(page.get_by_text("Nadie con ese nombre.")).to_be_visible()
    reader.look("find-nobody")
    till.press("Escribir un código")
    reader.look("type")
    page.get_by_label("Código de 20 letras y números").fill(luis.scan_code)
    till.press("Sellar")
    till.asked_who("Luis")
    reader.look("pending")
    till.type(luis.phone[-3:])
    expect(till.answer).to_contain_text("1de 10")
    till.press("Siguiente")
    till.find(ana.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("Ganó: Café gratis")
    reader.look("earned")
    till.press("Entregar Café gratis")
    expect(till.answer).to_contain_text("Reservado por")
    reader.look("held")
    till.press("Ya se lo di")
    expect(till.answer).to_contain_text("Entregado")
    reader.look("given")
    till.press("Siguiente")
    luna.set_rules(ONE.model_copy(update={"cooldown_minutes": 30}))
    till.find(ana.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("No se selló")
    reader.look("refused")
    till.press("Siguiente")
    till.visitor.lose_signal()
    till.find(ana.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("Guardado sin señal")
    reader.look("kept")
    till.press("Siguiente")
    till.press("Sin señal 1 en espera")
    expect(page.get_by_role("heading", name="1 en espera")).to_be_visible()
    reader.look("queue")
    till.press("Volver a la cámara")
    page.get_by_role("button", name=re.compile("^Sella Diego")).click()
    reader.look("people")
    till.press("Quitar esta caja")
    reader.look("leave")
    till.visitor.lose_signal(lost=False)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.proof)])
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.proof)], ids=["360", "1280"])
def test_everybody_can_read_it(
    site: Site, luna: Shop, visit: Visit, reel: Path, size: dict[str, int], scheme: str
) -> None:
    film(reel, None)
    till = Till(visit(viewport=size, color_scheme=scheme, permissions=["camera"]), site, luna, reel)
    walk(till, Reader(till, f"{size['width']}-{scheme}"), site, luna)


def test_a_small_old_phone_shows_all_of_it_in_english(site: Site, luna: Shop, visit: Visit, reel: Path) -> None:
    film(reel, None)
    card = luna.card(name="Ana Torres")
    set_pin(site, luna.diego)
    till = Till(visit(viewport=SMALL, permissions=["camera"], locale="en-GB"), site, luna, reel)
    reader = Reader(till, "320-english")
    page = till.page
    till.visitor.go("/stamp")
    expect(page.get_by_role("heading", name="Make this your till")).to_be_visible()
    reader.look("enrol")
    page.get_by_label("Till code").fill(code_for(site, luna))
    till.press("Connect till")
    page.get_by_role("button", name="Diego Ramos").click()
    till.type("2580")
    reader.look("pin")
    till.press("Enter")
    expect(page.get_by_role("heading", name="Point at the customer's code")).to_be_visible()
    till.press("Phone or name")
    till.type(card.phone[-3:])
    page.get_by_role("list", name="Customers found").get_by_role("button").click()
    expect(till.answer).to_contain_text("Stamped")
    expect(till.answer).to_contain_text("4 more for Café gratis")
    reader.look("stamped")
