"""The owner's settings: how the shop looks and where it is, who answers for it, taking everything along, closing."""

import io
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.dashboard import PASSWORD, enter
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


@pytest.fixture(scope="module")
def worker(site: Site) -> Iterator[None]:
    """What makes posters and archives."""
    site.start_worker(PUBLIC_BASE_URL=site.url)
    yield
    site.stop_worker()


def settings_page(visitor: Visitor, shop: Shop) -> Page:
    """The settings with everything in them."""
    page = enter(visitor, shop, at="/app/ajustes")
    expect(page.get_by_role("heading", name="Ajustes")).to_be_visible()
    expect(page.get_by_label("Nombre completo o razón social")).to_be_visible()
    expect(page.get_by_role("button", name="Preparar un archivo")).to_be_visible()
    return page


def picture(colour: str = "#a33", size: tuple[int, int] = (64, 64)) -> bytes:
    """A PNG."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def profile(site: Site, shop: Shop) -> dict[str, object]:
    """The shop as the API says it."""
    answer = httpx.get(f"{site.url}/api/v1/businesses/{shop.business_id}", headers=shop.rosa.headers)
    return dict(answer.json())


def test_a_name_is_saved_shown_as_text_and_may_be_taken_back(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = settings_page(rosa, luna)
    section = page.get_by_role("region", name="Tu local", exact=True)
    expect(section.get_by_role("button", name="Guardar")).to_be_disabled()
    section.get_by_label("Nombre", exact=True).fill(HOSTILE)
    section.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    expect(page.get_by_role("article").get_by_text(HOSTILE)).to_be_visible()
    assert profile(site, luna)["name"] == HOSTILE
    rosa.shot("settings-hostile")
    page.get_by_role("button", name="Deshacer").click()
    expect(section.get_by_label("Nombre", exact=True)).to_have_value("Café Luna")
    assert profile(site, luna)["name"] == "Café Luna"


def test_what_is_wrong_stands_beside_its_field(site: Site, luna: Shop, visit: Visit) -> None:
    taken = make_shop(site.settings).slug
    rosa = visit(viewport=DESK)
    page = settings_page(rosa, luna)

    def refuse(region: str, label: str, text: str, said: str) -> None:
        section = page.get_by_role("region", name=region, exact=True)
        field = section.get_by_label(label, exact=True)
        field.fill(text)
        section.get_by_role("button", name="Guardar").click()
        expect(field).to_have_accessible_description(re.compile(re.escape(said)))

    refuse("Tu local", "Nombre", " ", "Escribe un nombre.")
    refuse("Tu local", "Días sin venir hasta estar en riesgo", "0", "Escribe un número entero, de 1 a 365.")
    refuse("Tu local", "Días sin venir hasta estar en riesgo", "366", "Escribe un número entero, de 1 a 365.")
    refuse("Dirección", "Dirección de tu página", "No Vale", "Entre 3 y 63 letras minúsculas")
    refuse("Dirección", "Dirección de tu página", taken, "Esa dirección ya la usa otro local.")
    refuse("Quién responde", "Nombre completo o razón social", " ", "Escribe quién responde.")
    refuse("Quién responde", "RUC (opcional)", "20123456789", "Ese RUC no existe.")
    refuse("Quién responde", "Correo para pedidos sobre sus datos (opcional)", "nadie", "Escribe un correo")
    look = page.get_by_role("region", name="Tu tarjeta", exact=True)
    look.get_by_role("textbox", name="Oscuro", exact=True).fill("#12")
    look.get_by_role("button", name="Guardar").click()
    expect(look.get_by_role("textbox", name="Oscuro", exact=True)).to_have_accessible_description(
        re.compile("seis letras")
    )
    expect(page.get_by_label("Zona horaria")).to_be_disabled()
    rosa.shot("settings-wrong")
    assert rosa.axe() == []


def test_a_new_address_keeps_the_old_posters_working(site: Site, luna: Shop, visit: Visit) -> None:
    page = settings_page(visit(viewport=DESK), luna)
    section = page.get_by_role("region", name="Dirección", exact=True)
    section.get_by_label("Dirección de tu página", exact=True).fill(f"nueva-{luna.slug}")
    expect(section.get_by_text("Los afiches que ya imprimiste siguen sirviendo")).to_be_visible()
    section.get_by_role("button", name="Guardar").click()
    expect(section.get_by_label("Para compartir")).to_have_value(f"{site.url}/e/nueva-{luna.slug}")
    for slug in (luna.slug, f"nueva-{luna.slug}"):
        assert httpx.get(f"{site.url}/e/{slug}").status_code == 200


def test_the_look_is_seen_before_it_is_saved_and_everywhere_after(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = settings_page(rosa, luna)
    look = page.get_by_role("region", name="Tu tarjeta", exact=True)
    look.get_by_role("textbox", name="Oscuro", exact=True).fill("#ffd966")
    look.get_by_role("textbox", name="Claro", exact=True).fill("#ffe08a")
    expect(look.get_by_text("Se parecen demasiado")).to_be_visible()
    head = page.get_by_role("article").get_by_role("heading")
    assert head.evaluate("node => getComputedStyle(node).color") == "rgb(28, 25, 23)"
    rosa.shot("settings-unfit")
    assert rosa.axe() == []
    look.get_by_role("button", name="#7a1f2b, #fbe4dc").click()
    expect(look.get_by_text("Se leen bien uno sobre otro")).to_be_visible()
    look.get_by_role("radio", name="Taza").check()
    look.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    said = profile(site, luna)
    assert (said["colour_dark"], said["colour_light"], said["picture"]) == ("#7a1f2b", "#fbe4dc", "cup")
    enrolment = httpx.get(f"{site.url}/e/{luna.slug}").text
    assert '"picture":"cup"' in enrolment
    assert "--shop-dark:#7a1f2b" in enrolment


def test_a_logo_is_on_the_card_at_once_and_what_is_none_is_refused(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = settings_page(rosa, luna)
    look = page.get_by_role("region", name="Tu tarjeta", exact=True)

    def choose(name: str, data: bytes, kind: str = "image/png") -> None:
        with page.expect_file_chooser() as chooser:
            look.get_by_role("button", name=re.compile("Elegir imagen|Cambiar")).click()
        chooser.value.set_files({"name": name, "mimeType": kind, "buffer": data})

    choose("notas.png", b"no soy una imagen")
    expect(look.get_by_text("No pudimos leer esa imagen.")).to_be_visible()
    choose("virus.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml")
    expect(look.get_by_text("No pudimos leer esa imagen.")).to_be_visible()
    choose("pesado.png", b"x" * 2_000_000)
    expect(look.get_by_text("No pudimos leer esa imagen. Prueba con otra")).to_be_visible()
    rosa.shot("settings-logo-refused")
    assert profile(site, luna)["logo_url"] is None
    choose("logo.png", picture())
    expect(page.get_by_text("Tu tarjeta ya lleva el logo.")).to_be_visible()
    expect(look.get_by_role("img", name="Logo")).to_be_visible()
    drawn = page.locator("article.card img.logo")
    expect(drawn).to_have_js_property("naturalWidth", 64)
    choose("foto.png", picture("#36a", size=(3000, 2000)))  # more than the API takes, made small before it is sent
    expect(drawn).to_have_js_property("naturalWidth", 512)
    look.get_by_role("button", name="Quitar").click()
    expect(drawn).to_have_count(0)
    assert profile(site, luna)["logo_url"] is None


def test_who_answers_stands_on_the_notice(site: Site, luna: Shop, visit: Visit) -> None:
    page = settings_page(visit(viewport=DESK), luna)
    section = page.get_by_role("region", name="Quién responde", exact=True)
    section.get_by_label("Nombre completo o razón social").fill("Luna E.I.R.L.")
    section.get_by_label("RUC (opcional)").fill("20000000001")
    section.get_by_label("Domicilio").fill("Jr. Cusco 120, Lima")
    section.get_by_role("button", name="Guardar").click()
    expect(section.get_by_text("Versión 1, desde hoy")).to_be_visible()
    notice = section.get_by_role("link", name="Tu aviso de privacidad").get_attribute("href")
    assert "Luna E.I.R.L." in httpx.get(f"{site.url}{notice}", follow_redirects=True).text


@pytest.mark.usefixtures("worker")
def test_everything_is_taken_along_in_a_file(luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = settings_page(rosa, luna)
    section = page.get_by_role("region", name="Llévate todo", exact=True)
    section.get_by_role("button", name="Preparar un archivo").click()
    dialog = page.get_by_role("dialog", name="Preparar un archivo con todo")
    dialog.get_by_role("button", name="Preparar un archivo").click()
    expect(dialog.get_by_label("Tu contraseña")).to_have_accessible_description("Escribe tu contraseña.")
    dialog.get_by_label("Tu contraseña").fill("otra cosa larga")
    dialog.get_by_role("button", name="Preparar un archivo").click()
    expect(dialog.get_by_label("Tu contraseña")).to_have_attribute("aria-invalid", "true")
    rosa.shot("settings-archive-dialog")
    assert rosa.axe() == []
    dialog.get_by_label("Tu contraseña").fill(PASSWORD)
    dialog.get_by_role("button", name="Preparar un archivo").click()
    expect(section.get_by_text("listo", exact=True)).to_be_visible(timeout=30_000)
    rosa.shot("settings-archive")
    section.get_by_role("button", name="Descargar").click()
    dialog = page.get_by_role("dialog", name="Descargar el archivo")
    dialog.get_by_label("Tu contraseña").fill(PASSWORD)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Descargar").click()
    assert download.value.path().read_bytes().startswith(b"PK")


def test_closing_takes_two_steps_and_can_be_taken_back(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = settings_page(rosa, luna)
    page.get_by_role("button", name="Cerrar mi local").click()
    dialog = page.get_by_role("alertdialog", name="¿Cerrar Café Luna?")
    expect(dialog.get_by_role("button", name="Dejarlo abierto")).to_be_focused()
    rosa.shot("settings-close")
    assert rosa.axe() == []
    dialog.get_by_role("button", name="Seguir").click()
    dialog = page.get_by_role("dialog", name="Escribe tu contraseña para cerrar")
    dialog.get_by_label("Tu contraseña").fill("no es esta, seguro")
    dialog.get_by_role("button", name="Cerrar el local").click()
    expect(dialog.get_by_label("Tu contraseña")).to_have_attribute("aria-invalid", "true")
    assert profile(site, luna)["closed_at"] is None
    dialog.get_by_label("Tu contraseña").fill(PASSWORD)
    dialog.get_by_role("button", name="Cerrar el local").click()
    expect(page.get_by_role("heading", name="Café Luna está cerrado")).to_be_visible()
    rosa.shot("settings-closed")
    assert rosa.axe() == []
    page.goto("/app/reglas")  # whatever one asks for, it is closed
    expect(page.get_by_role("heading", name="Café Luna está cerrado")).to_be_visible()
    page.get_by_role("button", name="Abrir de nuevo").click()
    expect(page.get_by_role("heading", name="Tarjeta y reglas")).to_be_visible()
    assert profile(site, luna)["closed_at"] is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.proof)], ids=["360", "1280"])
def test_everybody_can_read_the_settings(luna: Shop, visit: Visit, size: dict[str, int], scheme: str) -> None:
    rosa = visit(viewport=size, color_scheme=scheme)
    page = settings_page(rosa, luna)
    rosa.shot(f"settings-{size['width']}-{scheme}")
    assert rosa.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
