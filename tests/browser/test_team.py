"""Who works at a shop, with which tills and where: as its owner sees and changes it, by mouse and by keyboard."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from sello.shared.ids import new_id
from tests.support.dashboard import enter
from tests.support.looks import look_everywhere
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop: Rosa owns it, Diego stamps."""
    return make_shop(site.settings)


@pytest.fixture
def api(site: Site, luna: Shop) -> Any:
    """Calls the API as Rosa."""
    with httpx.Client(base_url=site.url, headers=luna.rosa.headers | {"X-Client": "api"}) as client:

        def call(method: str, path: str, **body: Any) -> Any:
            answer = client.request(method, f"/api/v1{path}", json=body or None)
            assert answer.is_success, answer.text
            return answer.json() if answer.content else None

        yield call


def row_of(page: Page, name: str) -> Any:
    """The row of a table that names somebody or something."""
    return page.get_by_role("row").filter(has_text=name)


def open_menu(page: Page, name: str, item: str) -> None:
    """Choose something in the menu of a row."""
    page.get_by_role("button", name=f"Más sobre {name}", exact=True).click()
    page.get_by_role("menuitem", name=item).click()


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_a_till_is_connected_and_listed_without_a_reload(
    site: Site, luna: Shop, visit: Visit, api: Any, width: str
) -> None:
    api("POST", "/branches", id=str(new_id()), name="Barranco")
    rosa = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = enter(rosa, luna, at="/app/local")
    expect(page.get_by_text("Todavía no hay cajas")).to_be_visible()
    page.get_by_role("button", name="Conectar una caja").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nombre").fill("Caja 1")
    dialog.get_by_label("Sede").select_option("Barranco")
    rosa.shot(f"team-enrol-name-{width}")
    with page.expect_response("**/api/v1/device-codes") as made:
        dialog.get_by_role("button", name="Mostrar código").click()
    expect(dialog.get_by_role("img", name="Código QR")).to_be_visible()
    said = made.value.json()
    assert said["url"] == f"{site.url}/stamp#code={said['code']}"
    expect(dialog.get_by_text(f"{said['code'][:5]}-{said['code'][5:]}")).to_be_visible()
    expect(dialog.get_by_text("Vale 14:")).to_be_visible()
    rosa.shot(f"team-enrol-code-{width}")
    look_everywhere(rosa, f"team-enrol-{width}")

    shown = httpx.post(
        f"{site.url}/api/v1/auth/devices",
        json={"code": said["code"].lower(), "id": str(new_id())},
        headers={"X-Client": "api"},
    )
    assert shown.status_code == 201
    expect(dialog.get_by_text("Listo: Caja 1 ya puede sellar")).to_be_visible()
    rosa.shot(f"team-enrol-done-{width}")
    dialog.get_by_role("button", name="Terminar").click()
    expect(row_of(page, "Caja 1")).to_contain_text("Barranco")
    expect(row_of(page, "Caja 1")).to_contain_text("conectada")


def test_a_code_that_is_cancelled_connects_nothing(site: Site, luna: Shop, visit: Visit) -> None:
    page = enter(visit(viewport=DESK), luna, at="/app/local")
    page.get_by_role("button", name="Conectar una caja").click()
    page.get_by_role("dialog").get_by_label("Nombre").fill("Caja 1")
    with page.expect_response("**/api/v1/device-codes") as made:
        page.get_by_role("button", name="Mostrar código").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE" and "device-codes" in answer.url):
        page.get_by_role("button", name="Cancelar el código").click()
    shown = httpx.post(
        f"{site.url}/api/v1/auth/devices",
        json={"code": made.value.json()["code"], "id": str(new_id())},
        headers={"X-Client": "api"},
    )
    assert (shown.status_code, shown.json()["code"]) == (422, "device_code_invalid")


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_people_are_invited_changed_and_dismissed(luna: Shop, visit: Visit, api: Any, width: str) -> None:
    with luna.connect() as connection:
        connection.execute("UPDATE memberships SET name = %s WHERE account_id = %s", (HOSTILE, luna.diego.account_id))
    rosa = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = enter(rosa, luna, at="/app/local")
    expect(row_of(page, "Rosa Quispe")).to_contain_text("todo")
    expect(row_of(page, HOSTILE)).to_contain_text("sin PIN")
    look_everywhere(rosa, f"team-{width}")

    page.get_by_role("button", name="Agregar persona").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Enviar invitación").click()
    expect(dialog.get_by_text("Escribe su nombre.")).to_be_visible()
    look_everywhere(rosa, f"team-invite-{width}")
    dialog.get_by_label("Nombre").fill("Nadia")
    dialog.get_by_label("Correo").fill("nadia@example.pe")
    dialog.get_by_role("button", name="Enviar invitación").click()
    expect(page.get_by_text("Invitación enviada a nadia@example.pe")).to_be_visible()
    page.get_by_role("button", name="Enviar otra vez a Nadia").click()
    expect(page.get_by_text("Enviada otra vez a nadia@example.pe")).to_be_visible()
    look_everywhere(rosa, f"team-invited-{width}")
    page.get_by_role("button", name="Retirar la invitación de Nadia").click()
    expect(page.get_by_text("Invitaciones por aceptar")).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("heading", name="Invitaciones por aceptar")).to_be_visible()

    open_menu(page, HOSTILE, "Cambiar nombre o permisos")
    dialog.get_by_label("Nombre").fill(f"Diego {HOSTILE}")
    look_everywhere(rosa, f"team-edit-{width}")
    dialog.get_by_role("button", name="Guardar").click()
    expect(dialog).to_have_count(0)
    open_menu(page, f"Diego {HOSTILE}", "Retirar del equipo")
    confirm = page.get_by_role("alertdialog")
    expect(confirm.get_by_role("button", name="Cancelar")).to_be_focused()
    look_everywhere(rosa, f"team-dismiss-{width}")
    confirm.get_by_role("button", name=f"Retirar a Diego {HOSTILE}").click()
    expect(page.get_by_text("1 persona que ya no trabaja aquí")).to_be_visible()
    assert [one["dismissed_at"] is None for one in api("GET", "/staff")["members"]] == [True, False]


def test_the_last_owner_is_told_why_they_stay(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna, at="/app/local")
    open_menu(page, "Rosa Quispe", "Cambiar nombre o permisos")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Qué puede hacer").select_option("Sellar y canjear")
    dialog.get_by_role("button", name="Guardar").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    look_everywhere(rosa, "team-last-owner")


def test_wrong_pins_lock_the_tills_until_the_owner_forgives_them(luna: Shop, visit: Visit, api: Any) -> None:
    with luna.connect() as connection:
        connection.execute(
            "INSERT INTO pin_shop_tries (business_id, tries, since) VALUES (%s, 20, app_now() - interval '5 minutes')",
            (luna.business_id,),
        )
    rosa = visit()
    page = enter(rosa, luna, at="/app/local")
    expect(page.get_by_text("Las cajas no aceptan PIN hasta las")).to_be_visible()
    look_everywhere(rosa, "team-locked")
    page.get_by_role("button", name="Ver ingresos").click()
    expect(page.get_by_text("Nadie ha entrado todavía")).to_be_visible()
    look_everywhere(rosa, "team-sign-ins-empty")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Aceptar PIN otra vez").click()
    expect(page.get_by_text("Las cajas no aceptan PIN hasta las")).to_have_count(0)
    assert api("GET", "/pin-tries")["tries"] == 0


def test_a_pin_is_set_and_a_till_moved_by_keyboard_alone(luna: Shop, visit: Visit, api: Any) -> None:
    branch = str(new_id())
    api("POST", "/branches", id=branch, name="Miraflores")
    api("POST", "/devices", id=str(new_id()), name="Caja 1")
    page = enter(visit(viewport=DESK), luna, at="/app/local")
    press = page.keyboard.press

    page.get_by_role("button", name="Más sobre Rosa Quispe").focus()
    press("Enter")
    expect(page.get_by_role("menuitem", name="Cambiar nombre o permisos")).to_be_focused()
    press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Poner mi PIN")).to_be_focused()
    press("Enter")
    pin = page.get_by_role("dialog").get_by_label("PIN nuevo")
    pin.focus()
    page.keyboard.type("2586")
    press("Tab")
    page.keyboard.type("2586")
    press("Enter")
    expect(row_of(page, "Rosa Quispe")).to_contain_text("puesto")

    page.get_by_role("button", name="Más sobre Caja 1").focus()
    press("Enter")
    expect(page.get_by_role("menuitem", name="Cambiar nombre o sede")).to_be_focused()
    press("Enter")
    page.get_by_role("dialog").get_by_label("Sede").focus()
    page.keyboard.type("Mir")
    press("Tab")
    press("Tab")
    press("Enter")
    expect(row_of(page, "Caja 1")).to_contain_text("Miraflores")


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_tills_and_branches_are_closed_with_what_follows_told(luna: Shop, visit: Visit, api: Any, width: str) -> None:
    branch, till = str(new_id()), str(new_id())
    api("POST", "/branches", id=branch, name=f"Sede {HOSTILE}")
    api("POST", "/devices", id=till, name=f"Caja {HOSTILE}", branch_id=branch)
    rosa = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = enter(rosa, luna, at="/app/local")
    open_menu(page, f"Sede {HOSTILE}", "Cerrar la sede")
    expect(page.get_by_text(f"Sede {HOSTILE} está cerrada: muévela")).to_be_visible()
    look_everywhere(rosa, f"team-branch-closed-{width}")
    page.get_by_role("button", name="Deshacer").click()
    expect(row_of(page, f"Caja {HOSTILE}")).to_contain_text("conectada")
    open_menu(page, f"Caja {HOSTILE}", "Cerrar la caja")
    confirm = page.get_by_role("alertdialog")
    look_everywhere(rosa, f"team-end-till-{width}")
    confirm.get_by_role("button", name=f"Cerrar Caja {HOSTILE}").click()
    expect(page.get_by_text("1 caja cerrada")).to_be_visible()
    assert api("GET", "/devices")[0]["revoked_at"] is not None


def test_what_cannot_be_loaded_is_asked_for_again(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna)
    page.route("**/api/v1/staff", lambda route: route.fulfill(status=503, body="away"))
    page.goto("/app/local")
    again = page.get_by_role("button", name="Intentar de nuevo")
    expect(again.first).to_be_visible(timeout=20_000)
    look_everywhere(rosa, "team-trouble")
    page.unroute("**/api/v1/staff")
    again.first.click()
    expect(row_of(page, "Rosa Quispe")).to_be_visible()
