"""A campaign from its words to the phone: made, checked, started, followed; and why somebody did not get it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.counters import ONE
from tests.support.campaigns import agree, template
from tests.support.dashboard import enter
from tests.support.looks import look_everywhere
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor
from tests.support.whatsapp import PlayedWhatsapp

HOSTILE = "<img src=x onerror=alert(1)>"
WAIT = 30_000  # ms for what a worker does


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedWhatsapp]:
    """WhatsApp, as people's phones show it."""
    played = PlayedWhatsapp(tmp_path_factory.mktemp("phones"))
    try:
        yield played.start()
    finally:
        played.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, played: PlayedWhatsapp) -> Iterator[Site]:
    """A platform of its own that writes to those phones."""
    site = Site(tmp_path_factory.mktemp("campaigns"))
    try:
        settings: dict[str, Any] = {**played.settings}
        site.start(**settings)
        site.start_worker(**played.settings, public_base_url=site.url)
        yield site
    finally:
        site.stop_worker()
        site.stop()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Visitors of the platform, or with `at` of another address."""
    visitors = list[Visitor]()

    def make(*, at: str | None = None, **wishes: Any) -> Visitor:
        usual: dict[str, Any] = {"viewport": DESK, "locale": "es-PE", "base_url": at or site.url}
        visitors.append(Visitor(browser.new_context(**usual | wishes), at or site.url))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.strangers for visitor in visitors] == [[]] * len(visitors)
    assert [visitor.complaints for visitor in visitors] == [[]] * len(visitors)


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop with its rules."""
    return make_shop(site.settings, rules=ONE)


def approve_a_starter(page: Page, rosa: Visitor) -> str:
    """One of our texts is sent to WhatsApp and comes back approved; its name."""
    page.goto("/app/plantillas")
    expect(page.get_by_role("heading", name="Aquí estarán tus plantillas")).to_be_visible()
    look_everywhere(rosa, "templates-empty")
    starter = page.get_by_role("button", name="Usar este texto:").first
    name = (starter.get_attribute("aria-label") or "").removeprefix("Usar este texto: ")
    starter.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Nombre")).to_have_value(name)
    expect(dialog.get_by_role("figure", name="Así llega el mensaje")).to_contain_text("Ver mi tarjeta")
    dialog.get_by_role("textbox", name="Mensaje").fill("Hola {{nombre}}, te esperamos pronto en el local.")
    expect(dialog.get_by_text("nombre").last).to_be_visible()
    rosa.shot("template-wrong-variable")
    dialog.get_by_role("textbox", name="Mensaje").fill(
        "Hola {{name}}, te extrañamos. Tu código es {{discount_code}} y vale dos semanas."
    )
    rosa.shot("template-dialog")
    dialog.get_by_role("button", name="Guardar y mandar a aprobar").click()
    item = page.get_by_role("list", name="Tus plantillas").get_by_role("listitem").first
    expect(item).to_contain_text("aprobada", timeout=WAIT)
    look_everywhere(rosa, "templates")
    return name


def test_a_campaign_reaches_a_phone(
    site: Site, played: PlayedWhatsapp, luna: Shop, visit: Callable[..., Visitor]
) -> None:
    ana, beto = luna.card(name="Ana Torres"), luna.card(name=HOSTILE)
    agree(luna, ana)
    rosa = visit()
    page = enter(rosa, luna, at="/app/campanas")
    expect(page.get_by_role("heading", name="Aquí estarán tus campañas")).to_be_visible()
    look_everywhere(rosa, "campaigns-empty")
    name = approve_a_starter(page, rosa)

    page.goto("/app/clientes")
    for each in (ana, beto):
        page.get_by_label(f"Elegir a {each.name}").check()
    page.get_by_role("link", name="Escribirles").click()
    expect(page.get_by_text("2 clientes en la lista")).to_be_visible()
    look_everywhere(rosa, "campaign-who")
    page.get_by_role("button", name="Seguir: cuándo").click()
    for field in ("Se envía desde las", "Se envía hasta las"):
        page.get_by_label(field).fill("00:00")
    expect(page.get_by_text("Se envía a cualquier hora.")).to_be_visible()
    look_everywhere(rosa, "campaign-when")
    page.get_by_role("button", name="Seguir: qué").click()
    page.get_by_role("button", name="Seguir: revisar").click()
    expect(page.get_by_role("alert")).to_contain_text("Elige una plantilla.")
    page.get_by_role("radio", name=name).check()
    page.get_by_role("radio", name="Un descuento").check()
    page.get_by_label("Descuento (%)").fill("20")
    look_everywhere(rosa, "campaign-what")
    page.get_by_role("button", name="Seguir: revisar").click()
    page.get_by_label("Quedan aparte (%)").fill("0")
    expect(page.get_by_role("group", name="Le escribes a 1 cliente.")).to_be_visible()
    expect(page.get_by_role("complementary", name="Lo que pasará")).to_contain_text("No aceptó mensajes")
    page.get_by_label("Nombre de la campaña").fill("Te extrañamos")
    look_everywhere(rosa, "campaign-check")
    page.get_by_role("button", name="Empezar la campaña").click()

    expect(page.get_by_role("heading", name="Te extrañamos", level=1)).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Entregados")).to_contain_text("1", timeout=WAIT)
    left = page.get_by_role("table", name="Quién no lo recibió")
    expect(left).to_contain_text("No aceptó mensajes")
    expect(left).not_to_contain_text("Ana")
    look_everywhere(rosa, "campaign-running")

    phone = visit(at=played.url, viewport=PHONE).go("/")
    phone.get_by_role("navigation", name="Chats").get_by_role("button").first.click()
    expect(phone.get_by_role("list", name="Mensajes")).to_contain_text("Hola Ana, te extrañamos.")
    expect(page.get_by_role("listitem").filter(has_text="Leídos")).to_contain_text("100 %", timeout=WAIT)

    left.get_by_role("link", name=HOSTILE).click()
    expect(page.get_by_role("heading", name=HOSTILE, level=1)).to_be_visible()
    why = page.get_by_role("region", name="Por qué le llega o no cada campaña")
    expect(why).to_contain_text("No aceptó mensajes")
    page.goto(f"/app/clientes/{ana.customer_id}")
    expect(page.get_by_role("region", name="Mensajes de WhatsApp")).to_contain_text("Te extrañamos")
    rosa.shot("customer-messages")
    assert rosa.axe() == []


def test_a_draft_is_kept_paused_ended_and_discarded(luna: Shop, visit: Callable[..., Visitor]) -> None:
    template(luna)
    rosa = visit(viewport=PHONE)
    page = enter(rosa, luna, at="/app/campanas/nueva")
    page.get_by_role("radio", name="Cumpleaños").check()
    page.get_by_label("Días antes del cumpleaños").fill("15")
    page.get_by_role("button", name="Seguir: cuándo").click()
    expect(page.get_by_role("alert")).to_contain_text("fuera de lo permitido")
    look_everywhere(rosa, "campaign-who-phone")
    page.get_by_label("Días antes del cumpleaños").fill("2")
    page.get_by_role("button", name="Seguir: cuándo").click()
    page.get_by_label("No gastar más de").fill("veinte")
    page.get_by_role("button", name="Seguir: qué").click()
    expect(page.get_by_role("alert")).to_contain_text("Escribe un monto")
    page.get_by_label("No gastar más de").fill("20")
    page.get_by_role("button", name="Seguir: qué").click()
    page.get_by_role("radio", name="plantilla").check()
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_role("alert")).to_contain_text("elige qué regalas")
    page.get_by_role("radio", name="Algo de la casa").check()
    page.get_by_label("Qué regalas").fill("Un café")
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.get_by_role("heading", name="Feliz cumpleaños", level=1)).to_be_visible()
    expect(page.get_by_text("2 días antes de su cumpleaños")).to_be_visible()
    look_everywhere(rosa, "campaign-draft-phone")
    page.get_by_role("link", name="Seguir editando").click()
    page.get_by_role("button", name="Empezar la campaña").click()
    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    page.get_by_role("button", name="Pausar").click()
    expect(page.get_by_text("La pausaste tú.")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    page.get_by_role("button", name="Terminar").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="Dejarla en marcha")).to_be_focused()
    dialog.get_by_role("button", name="Terminar la campaña").click()
    expect(page.get_by_text("Terminó hoy")).to_be_visible()
    page.goto("/app/campanas?estado=terminadas")
    expect(page.get_by_role("link", name="Feliz cumpleaños")).to_be_visible()
    look_everywhere(rosa, "campaigns-phone")
