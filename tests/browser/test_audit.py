"""The log and the keys as their owner reads them."""

import re
from collections.abc import Callable
from typing import Any, get_args
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from sello.domains.business import Action
from tests.support.dashboard import enter
from tests.support.looks import look_everywhere
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop whose name nobody chose kindly."""
    return make_shop(site.settings, name=f"Café {HOSTILE}")


def write(
    luna: Shop, action: str, *, by: Any = None, subject: Any = None, ago: str = "1 minute", why: Any = None
) -> None:
    """A row of the log."""
    with luna.connect() as connection:
        connection.execute(
            "INSERT INTO audit_log (id, business_id, account_id, action, subject_id, reason, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, app_now() - %s::interval)",
            (uuid4(), luna.business_id, by, action, subject, why, ago),
        )


def test_every_action_of_the_server_is_a_sentence(luna: Shop, visit: Visit) -> None:
    actions = get_args(Action)
    for action in actions:
        write(luna, action, by=luna.rosa.account_id, subject=luna.diego.account_id)
    for language, unknown in (("es-PE", "Se registró algo"), ("en-GB", "Something was recorded")):
        page = enter(visit(viewport=DESK, locale=language), luna, at="/app/registro")
        rows = page.locator("ol > li")
        expect(rows.first).to_be_visible()
        page.keyboard.press("End")
        expect(rows).to_have_count(len(actions))
        told = rows.all_inner_texts()
        assert [text for text in told if unknown in text] == []
        assert len({text.split("\n", 1)[1] for text in told}) == len(actions), "two actions read the same"


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_it_is_narrowed_and_the_address_says_how(luna: Shop, visit: Visit, width: str) -> None:
    with luna.connect() as connection:
        connection.execute("UPDATE memberships SET name = %s WHERE account_id = %s", (HOSTILE, luna.diego.account_id))
    write(luna, "stamp.voided", by=luna.diego.account_id, why=f"Se equivocó {HOSTILE}")
    write(luna, "customer.corrected", by=luna.rosa.account_id, subject=luna.card().customer_id)
    write(luna, "pin.shop_locked", ago="30 hours")
    write(luna, "staff.dismissed", by=luna.rosa.account_id, subject=luna.diego.account_id, ago="60 hours")
    rosa = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = enter(rosa, luna, at="/app/registro")
    rows = page.locator("ol > li")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("Rosa Quispe corrigió algo de un cliente")
    expect(page.get_by_text(f"{HOSTILE} anuló un sello")).to_be_visible()
    expect(page.get_by_text(f"Motivo: Se equivocó {HOSTILE}")).to_be_visible()
    look_everywhere(rosa, f"audit-{width}")

    page.get_by_label("Quién").select_option(HOSTILE)
    expect(rows).to_have_count(1)
    page.get_by_label("Qué", exact=True).select_option("Cajas")
    expect(page.get_by_text("Nada con estos filtros")).to_be_visible()
    look_everywhere(rosa, f"audit-none-{width}")
    assert "quien=" in page.url
    page.reload()
    expect(page.get_by_text("Nada con estos filtros")).to_be_visible()
    page.get_by_role("button", name="Quitar filtros").last.click()
    expect(rows).to_have_count(4)
    page.get_by_label("Qué", exact=True).select_option("Equipo y PIN")
    expect(rows).to_have_count(2)


def test_a_log_that_cannot_be_read_says_so_and_is_asked_again(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna, at="/app/registro")
    expect(page.get_by_text("Todavía no hay nada")).to_be_visible()
    look_everywhere(rosa, "audit-empty")
    page.route("**/api/v1/audit-log*", lambda route: route.fulfill(status=503, body="away"))
    page.reload()
    again = page.get_by_role("button", name="Intentar de nuevo")
    expect(again).to_be_visible(timeout=20_000)
    look_everywhere(rosa, "audit-trouble")
    page.unroute("**/api/v1/audit-log*")
    again.click()
    expect(page.get_by_text("Todavía no hay nada")).to_be_visible()


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_a_key_is_made_shown_once_and_revoked(luna: Shop, visit: Visit, site: Site, width: str) -> None:
    rosa = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = enter(rosa, luna, at="/app/ajustes/llaves")
    expect(page.get_by_text("Todavía no hay llaves")).to_be_visible()
    look_everywhere(rosa, f"keys-empty-{width}")
    page.get_by_role("button", name="Crear llave").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Crear llave").click()
    expect(dialog.get_by_text("Escribe para qué es.")).to_be_visible()
    expect(dialog.get_by_text("Elige al menos una cosa.")).to_be_visible()
    look_everywhere(rosa, f"keys-new-{width}")
    dialog.get_by_role("textbox", name="Nombre").fill(f"Odoo {HOSTILE}")
    dialog.get_by_role("checkbox", name="ver clientes").check()
    dialog.get_by_label("Hasta cuándo").select_option("90 días")
    dialog.get_by_role("button", name="Crear llave").click()
    key = dialog.get_by_label("Llave")
    expect(key).to_have_value(re.compile(r"^sello_\w{8}_\w{32}$"))
    text = key.input_value()
    look_everywhere(rosa, f"keys-shown-{width}")
    page.keyboard.press("Escape")
    expect(dialog.get_by_text("¿Ya la copiaste?")).to_be_visible()
    asked = page.request.get(f"{site.url}/api/v1/customers?q=987", headers={"Authorization": f"Bearer {text}"})
    assert asked.status == 200
    dialog.get_by_role("button", name="Ya la guardé").click()
    expect(page.get_by_role("row").filter(has_text=HOSTILE)).to_contain_text("ver clientes")
    look_everywhere(rosa, f"keys-{width}")
    page.get_by_role("button", name=f"Anular Odoo {HOSTILE}").click()
    confirm = page.get_by_role("alertdialog")
    expect(confirm.get_by_role("button", name="Cancelar")).to_be_focused()
    look_everywhere(rosa, f"keys-revoke-{width}")
    confirm.get_by_role("button", name=f"Anular Odoo {HOSTILE}").click()
    expect(page.get_by_text("1 llave que ya no sirve")).to_be_visible()
