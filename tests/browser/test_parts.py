"""The parts that every page is made of, in all their states."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

OVER: dict[str, Any] = {
    "Diálogo": "dialog",
    "Confirmar": "alertdialog",
    "Hoja": "dialog",
    "Buscar o ir a": "dialog",
    "Más acciones": "menu",
}


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.proof)])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_every_part_is_accessible_in_every_state(visit: Visit, scheme: str, viewport: dict[str, int]) -> None:
    somebody = visit(viewport=viewport, color_scheme=scheme)
    page = somebody.go("/app/partes")
    expect(page.get_by_role("heading", name="Las partes")).to_be_visible()
    name = f"parts-{viewport['width']}-{scheme}"
    somebody.shot(name)
    assert somebody.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for button, role in OVER.items():
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role(role)).to_be_visible()
        somebody.shot(f"{name}-{button}")
        assert somebody.axe() == [], button
        page.keyboard.press("Escape")
        expect(page.get_by_role(role)).to_have_count(0)
        expect(page.get_by_role("button", name=button, exact=True)).to_be_focused()
    page.get_by_role("button", name="Con error", exact=True).click()
    page.get_by_role("button", name="Con vuelta atrás", exact=True).click()
    somebody.shot(f"{name}-toast")
    assert somebody.axe() == []
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_text("Todo como antes")).to_be_visible()


def test_what_cannot_be_undone_opens_on_the_safe_button(visit: Visit) -> None:
    page = visit().go("/app/partes")
    page.get_by_role("button", name="Confirmar", exact=True).click()
    expect(page.get_by_role("button", name="No borrar")).to_be_focused()


def test_targets_of_a_phone_are_large_enough(visit: Visit) -> None:
    page = visit().go("/app/partes")
    expect(page.get_by_role("heading", name="Las partes")).to_be_visible()
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main input:not([type=checkbox]), main select, main textarea')]"
        ".filter(each => each.getBoundingClientRect().height && each.getBoundingClientRect().height < 40)"
        ".map(each => each.getAttribute('aria-label') || each.textContent || each.outerHTML)"
    )
    assert small == []


def test_a_name_is_text(visit: Visit) -> None:
    page = visit().go("/app/partes")
    expect(page.get_by_role("link", name="<img src=x onerror=alert(1)>")).to_be_visible()


def test_strangers_are_not_shown_the_workshop(site: Site) -> None:
    assert '"parts":true' in httpx.get(f"{site.url}/app/partes").text  # this installation is for tests
