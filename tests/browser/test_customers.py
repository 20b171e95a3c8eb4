"""The owner's customers: found as one types, an endless list, one of them with everything that can be done."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.crowd import add_crowd
from tests.support.dashboard import enter
from tests.support.enrolling import form
from tests.support.shop import LOOSE, Shop, TestCard, make_shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]

HOSTILE: Final = "<img src=x onerror=alert(1)>"
LIST: Final = "/app/clientes"


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop without customers."""
    return make_shop(site.settings)


@pytest.fixture
def api(site: Site, luna: Shop) -> Iterator[httpx.Client]:
    """What Diego's till and Rosa's other devices do meanwhile."""
    with httpx.Client(base_url=f"{site.url}/api/v1", headers=luna.rosa.headers) as client:
        yield client


def stamp(api: httpx.Client, luna: Shop, card: TestCard, count: int = 1) -> dict[str, Any]:
    answer = api.post("/stamps", json=luna.stamp(card, stamps=count), headers=luna.diego.headers)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


def act(page: Page, name: str) -> None:
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("menuitem", name=name).click()


def test_three_hundred_customers_are_searched_walked_and_saved(luna: Shop, visit: Visit) -> None:
    add_crowd(luna, 300)
    ana = luna.card(name="Ana Ñahui", days_ago=2)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at=LIST)
    expect(page.get_by_role("radio", name=re.compile("Todos"))).to_contain_text("301")
    # Only the rows in view are in the page.
    expect(row(page, "Cliente 00")).not_to_have_count(0)
    assert page.get_by_role("row").count() < 80
    rosa.shot("customers-desk")
    # As one types: no accents needed, in the address, and back by what was there before.
    search = page.get_by_label("Buscar cliente")
    search.press_sequentially("nahui")
    expect(page.get_by_role("link", name="Ana Ñahui")).to_be_visible()
    expect(row(page, "Cliente")).to_have_count(1)  # the head
    expect(page).to_have_url(re.compile(r"\?q=nahui$"))
    search.fill(ana.phone[-4:])
    expect(page).to_have_url(re.compile(f"q={ana.phone[-4:]}"))
    expect(page.get_by_role("link", name="Ana Ñahui")).to_be_visible()
    search.fill("")
    # The search leaves the address a moment after the typing; before that, the way back would lead to it.
    expect(page).not_to_have_url(re.compile("q="))
    page.get_by_role("radio", name=re.compile("Nuevos")).click()
    expect(page).to_have_url(re.compile("grupo=nuevos"))
    expect(page.get_by_role("row")).to_have_count(2)
    page.go_back()
    expect(row(page, "Cliente 00").nth(5)).to_be_visible()
    # Arrows walk along the rows, to the very end of the list.
    page.get_by_label("Orden").select_option("name")
    # Ana is the first of either order: the second says that the new one is there.
    expect(page.get_by_role("link", name="Cliente 00001")).to_be_visible()
    search.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Ana Ñahui")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Cliente 00001")).to_be_focused()
    # End goes to the end of what is here; then the next hundred come, one after the other.
    for end, next_ in (("00099", "00100"), ("00199", "00200"), ("00299", "00300")):
        page.keyboard.press("End")
        expect(page.get_by_role("link", name=f"Cliente {end}")).to_be_focused()
        expect(page.get_by_role("link", name=f"Cliente {next_}")).to_be_attached()
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Cliente 00300")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Ana Ñahui")).to_be_focused()
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV de esta lista").click()
    assert saved.value.suggested_filename == "clientes.csv"
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 302
    page.get_by_label("Elegir a Ana Ñahui").check()
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV de 1 cliente").click()
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 2
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Ana Ñahui").press("Enter")
    expect(page.get_by_role("heading", name="Ana Ñahui", level=1)).to_be_visible()


def test_whoever_is_not_found_is_added_as_they_were_typed(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna, at=LIST)
    expect(page.get_by_role("heading", name="Aquí estarán tus clientes")).to_be_visible()
    rosa.shot("customers-empty-phone")
    assert rosa.axe() == []
    page.get_by_label("Buscar cliente").fill("987 654 321")
    page.get_by_role("button", name="Agregar a 987 654 321").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Celular")).to_have_value("987654321")
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()
    dialog.get_by_label("Celular").fill("98765")
    dialog.get_by_role("button", name="Agregar cliente").click()
    expect(dialog.get_by_text("Le faltan números")).to_be_visible()
    expect(dialog.get_by_text("Escribe su nombre.")).to_be_visible()
    rosa.shot("customers-add-phone")
    assert rosa.axe() == []
    dialog.get_by_label("Celular").fill("987 654 321")
    dialog.get_by_label("Nombre").fill(HOSTILE)
    dialog.get_by_label("Día", exact=True).fill("29")
    dialog.get_by_label("Mes", exact=True).select_option(label="febrero")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Agregar cliente").click()
    expect(page.get_by_role("heading", name=HOSTILE, level=1)).to_be_visible()
    expect(page.get_by_text("29 feb")).to_be_visible()
    expect(page.get_by_text("Aceptó novedades")).to_be_visible()
    page.go_back()
    page.goto(LIST)
    expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
    page.get_by_label("Buscar cliente").fill(HOSTILE)
    expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
    rosa.shot("customers-hostile-phone")


def test_stamps_are_given_voided_and_adjusted(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    card = luna.card(name="Ana Torres")
    stamp(api, luna, card, 4)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at=f"{LIST}/{card.customer_id}")
    expect(page.get_by_label("4 de 10 sellos")).to_be_visible()
    page.get_by_role("button", name="Dar un sello").click()
    expect(page.get_by_text("Sello contado. Ganó: Café gratis")).to_be_visible()
    expect(page.get_by_label("5 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("Listo para recoger")).to_be_visible()
    rosa.shot("customer-reward-desk")
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_label("4 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("Lo anuló Rosa Quispe.").first).to_be_visible()
    # A stamp of the till is voided with a reason.
    page.get_by_role("button", name="Anular: 4 sellos, van 4").click()
    page.get_by_role("dialog").get_by_role("button", name="Anular").click()
    expect(page.get_by_text("Escribe el motivo.")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Motivo").fill("Lo marcó dos veces")
    rosa.shot("customer-void-desk")
    page.get_by_role("dialog").get_by_role("button", name="Anular").click()
    expect(page.get_by_label("0 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("«Lo marcó dos veces»")).to_be_visible()
    # Some are added by hand: the dialog says what that does, and the message has the way back.
    act(page, "Ajustar sellos")
    dialog = page.get_by_role("dialog")
    for _ in range(6):
        dialog.get_by_role("button", name="Uno más").click()
    expect(dialog.get_by_text("0 → 6 de 10. Le dará un premio.")).to_be_visible()
    dialog.get_by_label("Motivo").fill("Los trajo en papel")
    rosa.shot("customer-adjust-desk")
    assert rosa.axe() == []
    dialog.get_by_role("button", name="Agregar 6 sellos").click()
    expect(page.get_by_label("6 de 10 sellos")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_label("0 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("Se quitó a mano: 6 sellos, quedan 0")).to_be_visible()


def test_a_hand_over_is_taken_back(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    card = luna.card(name="Ana Torres")
    reward = stamp(api, luna, card, 5)["rewards"][0]["id"]
    redemption = luna.stamp(card)["id"]
    api.post(f"/rewards/{reward}/redemptions", json={"id": redemption}, headers=luna.diego.headers)
    assert api.put(f"/redemptions/{redemption}/confirmation", headers=luna.diego.headers).status_code == 200
    page = enter(visit(), luna, at=f"{LIST}/{card.customer_id}")
    page.get_by_role("button", name="Anular: Canjeó: Café gratis").click()
    page.get_by_role("dialog").get_by_label("Motivo").fill("Se equivocó de cliente")
    page.get_by_role("dialog").get_by_role("button", name="Anular").click()
    expect(page.get_by_text("Listo para recoger")).to_be_visible()


def test_what_the_rules_refuse_the_owner_allows_with_a_reason(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    luna.set_rules(LOOSE.model_copy(update={"cooldown_minutes": 30}))
    card = luna.card(name="Ana Torres")
    before = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    assert api.post("/stamps", json=luna.stamp(card, occurred_at=before)).status_code == 201
    page = enter(visit(), luna, at=f"{LIST}/{card.customer_id}")
    page.get_by_role("button", name="Dar un sello").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Muy pronto")).to_be_visible()
    dialog.get_by_label("Motivo").fill("Compró para dos")
    dialog.get_by_role("button", name="Permitir igual").click()
    expect(page.get_by_label("2 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("permitió igual")).to_be_visible()


def test_consent_is_noted_with_its_proof_and_taken_back(luna: Shop, visit: Visit) -> None:
    card = luna.card(name="Ana Torres")
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at=f"{LIST}/{card.customer_id}")
    expect(page.get_by_text("Novedades y promociones: no")).to_be_visible()
    page.get_by_role("button", name="Anotar que acepta").click()
    expect(page.get_by_role("dialog").get_by_text("Quiero recibir por WhatsApp")).to_be_visible()
    rosa.shot("customer-consent-desk")
    page.get_by_role("button", name="Dijo que sí: anotar").click()
    expect(page.get_by_text("Novedades y promociones: sí")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Constancia del")).click()
    expect(page.get_by_role("dialog").get_by_text("Quiero recibir por WhatsApp")).to_be_visible()
    assert rosa.axe() == []
    page.get_by_role("dialog").get_by_role("button", name="Cerrar").click()
    page.get_by_role("button", name="Anotar que las deja").click()
    expect(page.get_by_text("Novedades y promociones: no")).to_be_visible()
    expect(page.get_by_role("table", name="Permisos que dio").get_by_role("row")).to_have_count(3)


def test_data_are_corrected_and_a_new_phone_waits_for_its_digits(luna: Shop, visit: Visit) -> None:
    card = luna.card(name="Ana Tores")
    page = enter(visit(), luna, at=f"{LIST}/{card.customer_id}")
    act(page, "Corregir sus datos")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nombre").fill("Ana Torres")
    dialog.get_by_label("Celular").fill("999 888 777")
    dialog.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name="Ana Torres", level=1)).to_be_visible()
    page.get_by_role("button", name="Confirmar celular").click()
    page.get_by_role("dialog").get_by_label("Últimos 3 números").fill("111")
    page.get_by_role("dialog").get_by_role("button", name="Confirmar celular").click()
    expect(page.get_by_text("no coinciden")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Últimos 3 números").fill("777")
    page.get_by_role("dialog").get_by_role("button", name="Confirmar celular").click()
    expect(page.get_by_role("link", name="999 888 777")).to_be_visible()
    expect(page.get_by_role("button", name="Confirmar celular")).to_have_count(0)


def test_somebody_pending_is_confirmed_from_the_list(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    assert api.post("/enrollments", json=form(luna, name="Eva Luz", phone="987654321")).status_code == 201
    rosa = visit()
    page = enter(rosa, luna, at=f"{LIST}?grupo=por-confirmar")
    rosa.shot("customers-pending-phone")
    page.get_by_role("button", name="Confirmar", exact=True).click()
    page.get_by_role("dialog").get_by_label("Últimos 3 números").fill("321")
    page.get_by_role("dialog").get_by_role("button", name="Confirmar su tarjeta").click()
    expect(page.get_by_role("heading", name="Eva Luz", level=1)).to_be_visible()


def test_duplicates_are_merged_or_told_apart(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    old = luna.card(name="Ana Torres", phone="+51987654321", days_ago=90)
    new = luna.card(name="Ana Torres", phone="+51987654312", days_ago=3)
    luna.card(name="Beto Díaz", phone="+51999999991")
    luna.card(name="Beto Díaz", phone="+51999999992")
    stamp(api, luna, old, 3)
    stamp(api, luna, new, 4)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at=f"{LIST}/duplicados")
    rosa.shot("duplicates-desk")
    assert rosa.axe() == []
    page.get_by_role("button", name="Son distintos: Beto Díaz").click()
    expect(page.get_by_role("heading", name="Beto Díaz, dos veces")).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("heading", name="Beto Díaz, dos veces")).to_be_visible()
    page.get_by_role("button", name="Unir las tarjetas de Ana Torres").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="Dejarlas como están")).to_be_focused()
    expect(dialog.get_by_text("3 de 10")).to_be_visible()
    expect(dialog.get_by_text("4 de 10")).to_be_visible()
    dialog.get_by_role("radio").first.check()
    rosa.shot("merge-desk")
    assert rosa.axe() == []
    dialog.get_by_role("button", name="Unir las dos tarjetas").click()
    expect(dialog.get_by_text("Escribe cómo lo sabes.")).to_be_visible()
    dialog.get_by_label("Cómo lo sabes").fill("Me lo dijo")
    dialog.get_by_role("button", name="Unir las dos tarjetas").click()
    expect(page.get_by_role("heading", name="Ana Torres, dos veces")).to_have_count(0)
    # The old address leads to the card that stays, with the stamps of both.
    page.goto(f"{LIST}/{old.customer_id}")
    page.wait_for_url(re.compile(str(new.customer_id)))
    expect(page.get_by_label("7 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("Llegaron de otra tarjeta: 3 sellos, van 7")).to_be_visible()


def test_another_card_is_found_and_merged_from_the_customer(luna: Shop, visit: Visit) -> None:
    ana, other = luna.card(name="Ana Torres", days_ago=90), luna.card(name="Anita Torres", days_ago=2)
    page = enter(visit(), luna, at=f"{LIST}/{other.customer_id}")
    act(page, "Unir con otra tarjeta")
    page.get_by_role("dialog").get_by_label("Buscar la otra tarjeta").fill("ana torres")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Ana Torres")).click()
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_label("Cómo lo sabes").fill("Me lo dijo")
    dialog.get_by_role("button", name="Unir las dos tarjetas").click()
    page.wait_for_url(re.compile(str(ana.customer_id)))
    expect(page.get_by_role("heading", name="Ana Torres", level=1)).to_be_visible()


def test_an_erased_person_leaves_no_trace_in_the_page(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    card = luna.card(name="Zenobia Quispe")
    stamp(api, luna, card, 5)
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at=LIST)
    page.get_by_role("link", name="Zenobia Quispe").click()
    with page.expect_download() as saved:
        act(page, "Descargar sus datos (JSON)")
    assert json.loads(saved.value.path().read_text())["tables"]["customers"][0]["name"] == "Zenobia Quispe"
    act(page, "Borrar sus datos")
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="No borrar")).to_be_focused()
    expect(dialog.get_by_text("un premio listo que ya no podrá recoger")).to_be_visible()
    expect(dialog.get_by_text("anotaciones")).to_be_visible()
    rosa.shot("erase-desk")
    assert rosa.axe() == []
    dialog.get_by_role("button", name="Borrar sus datos").click()
    expect(page.get_by_text("Sus datos se borraron")).to_be_visible()
    expect(page.get_by_role("heading", name="Aquí estarán tus clientes")).to_be_visible()
    for _ in range(2):
        for gone in ("Zenobia", card.phone[-9:]):
            assert gone not in page.content()
        page.reload()
        expect(page.get_by_role("heading", name="Aquí estarán tus clientes")).to_be_visible()
    page.goto(f"{LIST}/{card.customer_id}")
    expect(page.get_by_role("heading", name="Este cliente ya no está").first).to_be_visible()
    rosa.shot("customer-gone-desk")


def test_requests_wait_with_their_clock_and_are_answered(luna: Shop, visit: Visit, api: httpx.Client) -> None:
    card = luna.card(name=HOSTILE)
    api.post(f"/customers/{card.customer_id}/privacy-requests", json={"kind": "access", "wish": HOSTILE})
    rosa = visit()
    page = enter(rosa, luna, at=LIST)
    page.get_by_role("link", name="Responder").click()
    expect(page.get_by_role("heading", name=f"{HOSTILE}: Quiere ver sus datos")).to_be_visible()
    rosa.shot("requests-phone")
    assert rosa.axe() == []
    page.get_by_role("button", name="Responder").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Qué pasó").select_option("refused")
    dialog.get_by_role("button", name="Enviar respuesta").click()
    expect(dialog.get_by_text("escribe por qué")).to_be_visible()
    dialog.get_by_label("Tu respuesta").fill("Pásate por el local con tu DNI")
    dialog.get_by_role("button", name="Enviar respuesta").click()
    expect(page.get_by_role("heading", name="Nadie espera una respuesta")).to_be_visible()
    page.get_by_role("radio", name="Todos").click()
    expect(page.get_by_text("Pásate por el local con tu DNI")).to_be_visible()
    page.goto(f"{LIST}/{card.customer_id}")
    page.get_by_role("button", name="Anotar pedido").click()
    page.get_by_role("dialog").get_by_label("Qué pide").select_option("erasure")
    page.get_by_role("dialog").get_by_role("button", name="Anotar pedido").click()
    expect(page.get_by_role("heading", name="Quiere que se borren sus datos")).to_be_visible()


def test_without_a_signal_nothing_is_lost(luna: Shop, visit: Visit) -> None:
    luna.card(name="Ana Torres")
    rosa = visit()
    page = enter(rosa, luna, at=LIST)
    expect(page.get_by_role("link", name="Ana Torres")).to_be_visible()
    rosa.lose_signal()
    page.get_by_role("radio", name=re.compile("Perdidos")).click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=20_000)
    rosa.shot("customers-no-signal-phone")
    assert rosa.axe() == []
    rosa.lose_signal(False)
    expect(page.get_by_role("heading", name="Nadie en este grupo ahora")).to_be_visible()
    assert rosa.axe() == []
