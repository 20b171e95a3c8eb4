"""A new shop's first evening: from registering to a poster that can be printed, by mouse and by keyboard alone."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.dashboard import PASSWORD, enter
from tests.support.reading import codes, written
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module", autouse=True)
def worker(site: Site) -> Iterator[None]:
    """What sends mail and makes posters."""
    site.start_worker(PUBLIC_BASE_URL=site.url)
    yield
    site.stop_worker()


@pytest.fixture
def fresh(site: Site) -> Shop:
    """A shop that has only its name."""
    return make_shop(site.settings, rules=None)


def mailed_link(site: Site, email: str) -> str:
    """Path of the link in the mail to this address, once it was sent."""
    outbox = site.folder / "home" / "mail" / "outbox.jsonl"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        lines = outbox.read_text().splitlines() if outbox.exists() else []
        for mail in (line for line in reversed(lines) if email in line):
            found = re.search(r"https?://[^\s\"\\<>]+verify-email[^\s\"\\<>]+", json.dumps(json.loads(mail)))
            if found:
                parts = urlsplit(found.group())
                return f"{parts.path}?{parts.query}#{parts.fragment}"
        time.sleep(0.1)
    raise AssertionError(f"no mail to {email}")


def test_from_registering_to_the_poster(site: Site, visit: Visit) -> None:
    elena = visit(viewport=DESK)
    email, name = f"{uuid4().hex}@example.pe", "Panadería Elena"
    page = elena.go("/app/crear")
    page.get_by_label("Nombre de tu local").fill(name)
    page.get_by_label("Tu nombre").fill("Elena Ríos")
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Crear mi cuenta").click()
    expect(page.get_by_role("heading", name="Mira tu correo")).to_be_visible()
    page.goto(mailed_link(site, email))
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()

    expect(page.get_by_role("heading", name="Te faltan 6 pasos para empezar")).to_be_visible()
    elena.shot("first-steps")
    assert elena.axe() == []
    expect(page.get_by_role("button", name="Primero, los premios").first).to_be_disabled()
    page.get_by_role("link", name="Elegir colores").click()
    page.get_by_role("radio", name="Taza").check()
    page.get_by_role("button", name="#5a3217, #fdebc8").click()
    page.get_by_role("region", name="Tu tarjeta", exact=True).get_by_role("button", name="Guardar").click()
    page.get_by_role("link", name="Sigue: Elige tus premios").click()

    expect(page.get_by_role("heading", name="Tarjeta y reglas")).to_be_visible()
    expect(page.get_by_role("button", name="Guardar mis reglas").first).to_be_visible()
    elena.shot("first-rules")
    page.get_by_label("Sellos del premio 1").fill("8")
    page.get_by_label("Premio 1", exact=True).fill("Un pan con chicharrón")
    expect(page.get_by_text("Con 8 sellos se llena la tarjeta: Un pan con chicharrón.")).to_be_visible()
    page.get_by_role("button", name="Guardar mis reglas").first.click()
    expect(page.get_by_text("La regla 1 ya está en vigor.")).to_be_visible()

    page.get_by_role("link", name="Para empezar").click()
    page.get_by_role("button", name="Atiendo yo").click()
    expect(page.get_by_text("3 de 6 listos")).to_be_visible()
    page.reload()  # what was skipped stays skipped
    expect(page.get_by_text("3 de 6 listos")).to_be_visible()
    page.get_by_role("link", name="Ver mi afiche").click()
    expect(page.get_by_role("img", name=f"Vista previa del afiche de {name}")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Bajar PDF")).to_be_visible(timeout=30_000)
    elena.shot("poster")
    assert elena.axe() == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Bajar PDF").click()
    assert "Un pan con chicharrón" in written(download.value.path().read_bytes())
    expect(page.get_by_text("4 de 6 listos")).to_be_visible()


def seen(site: Site, page: Page, name: str) -> list[str]:
    """What the codes say on the picture of this name, as it stands on the screen."""
    picture = page.get_by_role("img", name=name)
    expect(picture).to_be_visible(timeout=30_000)
    shot = site.folder / "seen.png"
    picture.screenshot(path=str(shot))
    return codes(Image.open(shot))


@pytest.mark.proof
def test_a_design_is_chosen_and_the_preview_is_what_is_printed(site: Site, visit: Visit) -> None:
    luna = make_shop(site.settings)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at="/app/afiche")
    link = page.get_by_label("Dirección de este afiche")
    expect(link).to_be_visible(timeout=30_000)
    first = link.input_value()
    assert seen(site, page, "Vista previa del afiche de Café Luna") == [first]
    expect(page.get_by_role("radio", name="Banda")).to_be_checked()
    page.get_by_role("radio", name="Sello").check()
    expect(page.get_by_text("Estamos preparando tu afiche")).to_be_visible()
    expect(link).to_be_visible(timeout=30_000)
    second = link.input_value()
    assert second != first
    assert seen(site, page, "Vista previa del afiche de Café Luna") == [second]
    rosa.shot("poster-designs")
    assert rosa.axe() == []
    page.get_by_role("radio", name="Para la mesa").click()
    tent = page.get_by_label("Dirección de este aviso de mesa")
    expect(tent).to_be_visible(timeout=30_000)
    assert seen(site, page, "Vista previa del aviso de mesa de Café Luna") == [tent.input_value()] * 2
    rosa.shot("poster-tent")
    with page.expect_download() as download:
        page.get_by_role("link", name="Bajar PDF").click()
    assert download.value.suggested_filename == f"mesa-{luna.slug}.pdf"
    assert "Dobla por las líneas de puntos" in written(download.value.path().read_bytes())
    rows = site.database.rows(
        "SELECT f.kind, p.code, p.shown ->> 'design' FROM posters p JOIN files f ON f.id = p.file_id"
        " WHERE p.business_id = %s AND f.removed_at IS NULL ORDER BY 1", luna.business_id,
    )  # fmt: skip
    assert rows == [("poster", second[-6:], "ring"), ("tent", tent.input_value()[-6:], "ring")]
    assert httpx.get(second).status_code == 200


def test_the_first_steps_by_keyboard_alone(fresh: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, fresh)
    expect(page.get_by_role("heading", name="Te faltan 5 pasos para empezar")).to_be_visible()

    def reach(role: Any, name: str) -> None:
        wanted = page.get_by_role(role, name=name, exact=True).first
        expect(wanted).to_be_visible()
        for _ in range(80):
            if wanted.evaluate("node => node === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {name}")

    reach("button", "Dejarla así")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 de 6 listos")).to_be_visible()
    reach("link", "Elegir premios")
    page.keyboard.press("Enter")
    reach("textbox", "Premio 1")
    page.keyboard.type("Un corte gratis")
    expect(page.get_by_text("Con 10 sellos se llena la tarjeta: Un corte gratis.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("La regla 1 ya está en vigor.")).to_be_visible()
    reach("link", "Para empezar")
    page.keyboard.press("Enter")
    reach("link", "Ver mi afiche")
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name=re.compile("Vista previa"))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Bajar PDF")).to_be_visible(timeout=30_000)
    reach("link", "Bajar PDF")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_the_list_goes_when_all_is_done(site: Site, visit: Visit) -> None:
    luna = make_shop(site.settings, name="<img src=x onerror=alert(1)>")
    page = enter(visit(viewport=DESK), luna)
    expect(page.get_by_role("heading", name=re.compile("para empezar"))).to_be_visible()
    with luna.connect() as connection:
        connection.execute(
            "UPDATE businesses SET setup_done = '{look,team,stamp,poster}' WHERE id = %s", (luna.business_id,)
        )
        connection.execute(
            "INSERT INTO devices (business_id, id, name, enrolled_by) VALUES (%s, gen_random_uuid(), 'Caja 1', %s)",
            (luna.business_id, luna.rosa.account_id),
        )
    page.reload()
    expect(page.locator("#contenido").get_by_role("heading").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("para empezar"))).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.proof)])
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.proof)], ids=["360", "1280"])
def test_everybody_can_read_the_first_steps(
    site: Site, fresh: Shop, visit: Visit, size: dict[str, int], scheme: str
) -> None:
    rosa = visit(viewport=size, color_scheme=scheme)

    def look(page: Page, name: str) -> None:
        rosa.shot(f"{name}-{size['width']}-{scheme}")
        assert rosa.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page = enter(rosa, fresh)
    expect(page.get_by_role("heading", name="Te faltan 5 pasos para empezar")).to_be_visible()
    look(page, "first-steps")
    page.goto("/app/afiche")
    expect(page.get_by_role("heading", name="Primero elige tus premios")).to_be_visible()
    look(page, "poster-none")
    luna = make_shop(site.settings)
    page = enter(rosa, luna, at="/app/afiche")
    expect(page.get_by_role("img", name=re.compile("Vista previa"))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Bajar PDF")).to_be_visible(timeout=30_000)
    look(page, "poster")
