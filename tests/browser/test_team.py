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


@pytest.mark.parametrize("width", ["phone", "desk"])
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
