"""The owner's way in: register, confirm, sign in, come back, sign out; and the frame round every place."""

import base64
import re
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from sello.domains.business.credentials.rules import code_at, step_at
from sello.shared import clock
from sello.shared.auth import sign_link
from tests.support.dashboard import PASSWORD, enter, give_password
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

NAUGHTY = "<img src=x onerror=alert(1)>"
DOORS = ("entrar", "crear", "forgot-password", "reset-password#token=x", "reset-password", "accept-invitation#token=x")


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


def fill(page: Page, **fields: str) -> None:
    """Write into the fields that are called so; `_` is a space."""
    for name, value in fields.items():
        page.get_by_label(name.replace("_", " "), exact=True).fill(value)


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Use the form."""
    fill(page, Correo=email, Contraseña=password)
    press(page, "Entrar")


def inside(page: Page) -> None:
    """Wait until the frame is there."""
    expect(page.locator("#contenido")).to_be_visible()


def mailed(site: Site, kind: str, email: str) -> str:
    """What stands behind the `#` of the latest link mailed to somebody."""
    (row,) = site.database.rows(
        "SELECT t.id FROM account_tokens t JOIN accounts a ON a.id = t.account_id"
        " WHERE a.email = %s AND t.kind = %s ORDER BY t.created_at DESC LIMIT 1",
        email,
        kind,
    )
    return f"#token={sign_link(site.settings.keys, kind, UUID(str(row[0])))}"


def test_from_nothing_to_a_shop_of_ones_own(site: Site, visit: Visit) -> None:
    rosa = visit()
    page = rosa.go("/app/entrar")
    page.get_by_role("link", name="Crea la tarjeta de tu local").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    press(page, "Crear mi cuenta")
    expect(page.get_by_label("Tu nombre")).to_have_accessible_description("Falta esto.")
    rosa.shot("register-errors")
    assert rosa.axe() == []
    email = f"rosa-{uuid4().hex[:8]}@example.pe"
    fill(page, Nombre_de_tu_local=NAUGHTY, Tu_nombre="Rosa", Correo=email, Contraseña="corta")
    press(page, "Crear mi cuenta")
    expect(page.get_by_role("alert")).to_contain_text("10")
    expect(page.get_by_label("Tu nombre")).to_have_value("Rosa")
    fill(page, Contraseña=PASSWORD)
    press(page, "Crear mi cuenta")
    expect(page.get_by_role("heading", name="Mira tu correo")).to_be_visible()
    rosa.shot("check-mail")

    page.get_by_role("link", name="Ir a entrar").click()
    sign_in(page, email)
    expect(page.get_by_role("alert")).to_be_visible()  # not before the mailbox is proven
    rosa.go(f"/app/verify-email{mailed(site, 'verify_email', email)}")
    expect(page.get_by_text("Tu correo quedó confirmado")).to_be_visible()
    rosa.shot("door-verified")
    sign_in(page, email)
    inside(page)
    expect(page.get_by_text(NAUGHTY).first).to_be_visible()
    rosa.shot("inside-naughty")

    rosa.go(f"/app/verify-email{mailed(site, 'verify_email', email)}")  # a link works once
    expect(page.get_by_role("heading", name="No pudimos confirmar tu correo")).to_be_visible()
    rosa.shot("verify-spent")


def test_a_wrong_password_is_said_and_the_right_one_leads_where_one_wanted(luna: Shop, visit: Visit) -> None:
    email = give_password(luna, luna.rosa)
    rosa = visit()
    page = rosa.go("/app/cuenta")
    expect(page.get_by_role("heading", name="Entra a tu local")).to_be_visible()
    press(page, "Entrar")
    expect(page.get_by_label("Correo")).to_have_accessible_description(re.compile("Revisa el correo"))
    sign_in(page, email, "otra cosa distinta")
    expect(page.get_by_role("alert")).to_have_text("El correo o la contraseña no coinciden.")
    expect(page.get_by_label("Contraseña", exact=True)).to_be_focused()
    expect(page.get_by_label("Contraseña", exact=True)).to_have_value("")
    rosa.shot("door-wrong")
    sign_in(page, email)
    expect(page).to_have_url(re.compile(r"/app/cuenta$"))
    expect(page.get_by_role("heading", name="Rosa Quispe")).to_be_visible()


def test_the_second_factor(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna, at="/app/cuenta")
    press(page, "Encender")
    fill(page, Tu_contraseña="no es esta")
    press(page, "Seguir")
    expect(page.get_by_role("alert")).to_be_visible()
    fill(page, Tu_contraseña=PASSWORD)
    press(page, "Seguir")
    expect(page.get_by_role("img", name="Código QR")).to_be_visible()
    key = page.get_by_label("O escribe esta clave").input_value()
    rosa.shot("second-factor")
    assert rosa.axe() == []
    page.get_by_label(re.compile("Escribe las 6 cifras")).fill("12")
    press(page, "Encender")
    expect(page.get_by_text("Son 6 cifras.")).to_be_visible()
    secret = secret_of(key)
    page.get_by_label(re.compile("Escribe las 6 cifras")).fill(code_at(secret, step_at(clock.now())))
    press(page, "Encender")
    expect(page.get_by_text("Encendido")).to_be_visible()

    again = visit()
    page = again.go("/app")
    sign_in(page, give_password(luna, luna.rosa))
    expect(page.get_by_label("Código", exact=True)).to_be_focused()
    again.shot("door-code")
    assert again.axe() == []
    page.keyboard.type(code_at(secret, step_at(clock.now()) + 1))
    page.keyboard.press("Enter")
    inside(page)


def secret_of(key: str) -> bytes:
    """The bytes of a key as authenticator apps take it."""
    return base64.b32decode(key + "=" * (-len(key) % 8))


def test_a_forgotten_password(site: Site, luna: Shop, visit: Visit) -> None:
    email = give_password(luna, luna.rosa)
    rosa = visit()
    page = rosa.go("/app/entrar")
    page.get_by_role("link", name="No la recuerdo").click()
    fill(page, Correo=email)
    press(page, "Mandar el enlace")
    expect(page.get_by_role("heading", name="Mira tu correo")).to_be_visible()
    rosa.go(f"/app/reset-password{mailed(site, 'reset_password', email)}")
    fill(page, Contraseña_nueva="una del todo nueva")
    press(page, "Guardar y entrar")
    expect(page.get_by_text("Tu contraseña cambió")).to_be_visible()
    sign_in(page, email)
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, email, "una del todo nueva")
    inside(page)


def test_an_invitation(site: Site, luna: Shop, visit: Visit) -> None:
    email = f"ana-{uuid4().hex[:8]}@example.pe"
    invitation = {"email": email, "name": "Ana", "role": "staff"}
    with httpx.Client(base_url=site.url, headers=luna.rosa.headers) as rosa:
        assert rosa.post("/api/v1/staff/invitations", json=invitation).status_code == 201
    ((id_,),) = site.database.rows("SELECT id FROM invitations WHERE email = %s", email)
    ana = visit()
    page = ana.go(f"/app/accept-invitation#token={sign_link(site.settings.keys, 'invitation', UUID(str(id_)))}")
    ana.shot("invitation")
    assert ana.axe() == []
    fill(page, Contraseña=PASSWORD)
    press(page, "Aceptar la invitación")
    expect(page.get_by_text("Ya eres parte de Café Luna")).to_be_visible()
    sign_in(page, email)
    inside(page)


def test_a_session_that_ends_leads_to_the_door_and_back_to_the_same_place(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna, at="/app/cuenta")
    expect(page.get_by_role("heading", name="Rosa Quispe")).to_be_visible()
    httpx.delete(f"{site.url}/api/v1/auth/sessions", headers=luna.rosa.headers).raise_for_status()
    page.wait_for_timeout(2_100)  # whether a session holds is asked at most every 2 seconds
    page.get_by_role("button", name="Encender").click()
    fill(page, Tu_contraseña=PASSWORD)
    press(page, "Seguir")
    expect(page.get_by_text("Tu sesión terminó")).to_be_visible()
    rosa.shot("door-ended")
    sign_in(page, give_password(luna, luna.rosa))
    expect(page).to_have_url(re.compile(r"/app/cuenta$"))


def test_one_renewal_for_many_requests_and_a_reload_stays_inside(luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    renewals = list[str]()
    rosa.context.on("request", lambda asked: renewals.append(asked.url) if "/auth/refresh" in asked.url else None)
    page = enter(rosa, luna, at="/app/cuenta")
    expect(page.get_by_text("Solo aquí").or_(page.get_by_text("Aquí", exact=True))).to_be_visible()
    assert len(renewals) == 1
    page.reload()
    expect(page.get_by_role("heading", name="Rosa Quispe")).to_be_visible()
    assert len(renewals) == 2


def test_signing_out_here_and_elsewhere(luna: Shop, visit: Visit) -> None:
    phone, desk = visit(), visit(viewport=DESK)
    enter(phone, luna)
    page = enter(desk, luna, at="/app/cuenta")
    page.get_by_role("button", name=re.compile("Cerrar la sesión de Chrome")).first.click()
    expect(page.get_by_text("Sesión cerrada")).to_be_visible()
    desk.shot("account")
    page.get_by_role("button", name=re.compile("Rosa Quispe")).click()
    desk.shot("who-menu")
    page.get_by_role("menuitem", name="Salir").click()
    expect(page.get_by_role("heading", name="Entra a tu local")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Entra a tu local")).to_be_visible()


def test_everything_by_keyboard(luna: Shop, visit: Visit) -> None:
    email = give_password(luna, luna.rosa)
    rosa = visit(viewport=DESK)
    page = rosa.go("/app")
    keys = page.keyboard
    expect(page.get_by_role("heading", name="Entra a tu local")).to_be_focused()
    keys.press("Tab")
    keys.type(email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    inside(page)
    rosa.go("/app/no-hay")
    expect(page.get_by_role("heading", name="Esta página no existe")).to_be_visible()
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    rosa.shot("find")
    assert rosa.axe() == []
    keys.type("cuenta")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Rosa Quispe")).to_be_focused()
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys.type("english")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Password")).to_be_visible()
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys.type("zzzz")
    expect(page.get_by_text("Nothing with these letters.")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_no_such_page_and_no_signal(luna: Shop, visit: Visit) -> None:
    rosa = visit()
    page = enter(rosa, luna, at="/app/no-hay")
    expect(page.get_by_role("heading", name="Esta página no existe")).to_be_visible()
    rosa.shot("lost")
    assert rosa.axe() == []
    rosa.lose_signal()
    expect(page.get_by_text("Sin conexión")).to_be_visible()
    rosa.shot("offline")
    assert rosa.axe() == []
    rosa.lose_signal(lost=False)
    expect(page.get_by_text("Sin conexión")).to_have_count(0)


def test_styles_need_the_word_of_their_answer(site: Site) -> None:
    policies = [httpx.get(f"{site.url}/app/{place}").headers for place in ("", "clientes")]
    nonces = [re.search(r"style-src 'self' 'nonce-([\w-]{24})';", each["content-security-policy"]) for each in policies]
    assert all(nonces)
    assert len({found[1] for found in nonces if found}) == 2
    assert all("no-store" in each["cache-control"] for each in policies)
    assert all("script-src 'self' 'wasm-unsafe-eval';" in each["content-security-policy"] for each in policies)
    assert f'"nonce":"{nonces[0] and nonces[0][1]}"' not in httpx.get(f"{site.url}/app").text  # a new one each time


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.proof)])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_every_door_is_accessible(luna: Shop, visit: Visit, scheme: str, viewport: dict[str, int]) -> None:
    rosa = visit(viewport=viewport, color_scheme=scheme)
    for door in DOORS:
        page = rosa.go(f"/app/{door}")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        rosa.shot(f"{door.split('#')[0]}{'-t' if '#' in door else ''}-{viewport['width']}-{scheme}")
        assert rosa.axe() == [], door
    page = enter(rosa, luna, at="/app/cuenta")
    expect(page.get_by_text("Aquí", exact=True)).to_be_visible()
    rosa.shot(f"cuenta-{viewport['width']}-{scheme}")
    assert rosa.axe() == []
    press(page, "Cambiar")
    press(page, "Cambiar la contraseña")
    expect(page.get_by_text("Escríbela aquí.").first).to_be_visible()
    rosa.shot(f"cuenta-form-{viewport['width']}-{scheme}")
    assert rosa.axe() == []
