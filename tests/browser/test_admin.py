"""Whoever runs the platform: in by a second factor, then every shop, the queue and how everything is."""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from sello.domains.business.credentials.rules import code_at, step_at
from sello.entry.people import create_platform_admin
from sello.shared import clock
from tests.support.dashboard import PASSWORD, enter
from tests.support.looks import look_everywhere
from tests.support.shop import make_shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]
HOSTILE = "<img src=x onerror=alert(1)>"


def come_in(visitor: Visitor, site: Site) -> Page:
    """A new admin signs in by the form, with the code of their phone."""
    email = f"{uuid4().hex[:12]}@sello.pe"
    made = create_platform_admin(site.settings, email=email, name="Carmen", password=PASSWORD)
    # A thread of its own: while a browser lives, this one has a loop.
    with ThreadPoolExecutor(1) as pool:
        otpauth: str = pool.submit(lambda: asyncio.run(made)).result()
    secret = parse_qs(urlsplit(otpauth).query)["secret"][0]
    page = visitor.go("/app")
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    code = code_at(base64.b32decode(secret + "=" * (-len(secret) % 8)), step_at(clock.now()))
    page.get_by_label("Código").fill(code)
    page.get_by_label("Código").press("Enter")
    expect(page.get_by_role("heading", name="Plataforma")).to_be_visible()
    return page


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_a_shop_is_found_suspended_and_resumed(site: Site, visit: Visit, width: str) -> None:
    mark = uuid4().hex[:8]
    shop = make_shop(site.settings, name=f"Café {mark} {HOSTILE}")
    make_shop(site.settings, name="Bodega de al lado")
    carmen = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = come_in(carmen, site)
    look_everywhere(carmen, f"admin-shops-{width}")
    page.get_by_label("Buscar local").fill(f"cafe {mark}")
    row = page.get_by_role("row").filter(has_text=HOSTILE)
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    row.get_by_role("button", name="Más sobre").click()
    page.get_by_role("menuitem", name="Suspender").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Suspender").click()
    expect(dialog.get_by_text("Escribe el motivo")).to_be_visible()
    look_everywhere(carmen, f"admin-suspend-{width}")
    dialog.get_by_label("Motivo").fill(f"No contesta {HOSTILE}")
    dialog.get_by_role("button", name="Suspender").click()
    expect(row).to_contain_text(f"No contesta {HOSTILE}")
    page.get_by_label("Estado").select_option("Suspendidos")
    expect(row).to_be_visible()
    page.reload()
    expect(row).to_contain_text("suspendido")
    row.get_by_role("button", name="Más sobre").click()
    page.get_by_role("menuitem", name="Reactivar").click()
    dialog.get_by_label("Motivo").fill("Contestó")
    dialog.get_by_role("button", name="Reactivar").click()
    expect(page.get_by_text("Ningún local así")).to_be_visible()
    look_everywhere(carmen, f"admin-none-{width}")
    with shop.connect() as connection:
        told = connection.execute(
            "SELECT action, reason FROM audit_log WHERE business_id = %s ORDER BY recorded_at", (shop.business_id,)
        ).fetchall()
    assert told == [("business.suspended", f"No contesta {HOSTILE}"), ("business.resumed", "Contestó")]


@pytest.mark.parametrize("width", ["phone", pytest.param("desk", marks=pytest.mark.proof)])
def test_a_held_job_is_queued_again_and_health_is_told(site: Site, visit: Visit, width: str) -> None:
    [(job,)] = site.database.rows(
        "INSERT INTO pgqueuer (priority, status, entrypoint) VALUES (0, 'failed', 'mail.invitation') RETURNING id"
    )
    site.database.rows(
        "INSERT INTO job_attempts (job_id, entrypoint, attempts, finished_at, held_at, last_error) VALUES"
        " (%s, 'mail.invitation', 8, app_now(), app_now(), 'TimeoutError sello/infrastructure/mail.py:12 send')",
        job,
    )
    carmen = visit(**({"viewport": DESK} if width == "desk" else {}))
    page = come_in(carmen, site)
    page.get_by_role("radio", name="Trabajos").click()
    expect(page.get_by_text("TimeoutError sello/infrastructure/mail.py:12")).to_be_visible()
    look_everywhere(carmen, f"admin-jobs-{width}")
    page.get_by_role("button", name=f"mail.invitation {job}: otra vez a la cola").click()
    expect(page.get_by_text("Nada retenido")).to_be_visible()
    look_everywhere(carmen, f"admin-jobs-none-{width}")
    page.get_by_role("radio", name="Salud").click()
    expect(page.get_by_text("Base de datos")).to_be_visible()
    look_everywhere(carmen, f"admin-health-{width}")
    site.database.rows("DELETE FROM pgqueuer WHERE id = %s", job)


def test_an_owner_does_not_find_it(site: Site, visit: Visit) -> None:
    page = enter(visit(), make_shop(site.settings), at="/app/plataforma")
    expect(page.get_by_text("Esta página no existe")).to_be_visible()
