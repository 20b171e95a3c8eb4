"""What the counter says when it cannot stamp, and the way on from there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from sello.shared.auth.codes import rotating_code
from tests.browser.counters import ONE, Till, set_pin
from tests.support.chromium import find_chromium
from tests.support.filming import film
from tests.support.shop import Shop, make_shop
from tests.support.site import Site, Visitor, camera_of

Visit = Callable[..., Visitor]


def test_codes_that_are_no_card_of_this_shop_each_say_what_they_are(site: Site, luna: Shop, till: Till) -> None:
    theirs = make_shop(site.settings, name="Otra").card()
    card = luna.card()
    old = rotating_code(site.settings.keys, card.id, datetime.now(UTC) - timedelta(minutes=5))
    forged = rotating_code(site.settings.keys, card.id, datetime.now(UTC))[:-3] + "AAA"
    till.open()
    for code, title, says in [
        ("WIFI:T:WPA;S:Luna;P:secreto;;", "No es una tarjeta", "Ese código no es de sello."),
        (f"{site.url}/e/{luna.slug}", "Ese es el afiche", "Sirve para unirse."),
        (f"{site.url}/c/{luna.code}{card.link}", "Es el enlace de una tarjeta", "muestre el código que cambia"),
        (f"{site.url}/stamp#code=AAAAA11111", "Es el código de una caja", "Apunta al código de un cliente."),
        (theirs.scan_code, "No es de este local", "Esa tarjeta es de otro local o ya no existe."),
        ("0" * 20, "No es de este local", "Busca a la persona por su celular"),
        (old, "Código vencido", "Pídele que abra su tarjeta otra vez"),
        (forged, "No es una tarjeta", "Ese código no es de una tarjeta de sello."),
    ]:
        till.point_at(code)
        expect(till.answer.get_by_role("heading")).to_have_text(title)
        expect(till.answer).to_contain_text(says)
        till.visitor.shot(f"stamper-no-{title}")
        expect(till.page.get_by_role("button", name="Celular o nombre")).to_be_visible()
    till.press("Celular o nombre")
    expect(till.page.get_by_text("Últimos números del celular")).to_be_visible()
    assert luna.balance(card) == (0, 0)


def test_a_second_stamp_too_soon_says_when(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    before = (datetime.now(UTC) - timedelta(minutes=12)).isoformat()
    stamp = luna.stamp(card, occurred_at=before)
    assert httpx.post(f"{site.url}/api/v1/stamps", json=stamp, headers=luna.diego.headers).status_code == 201
    luna.set_rules(ONE.model_copy(update={"cooldown_minutes": 30}))
    till.open()
    till.find(card.phone[-3:]).first.click()
    expect(till.answer.get_by_role("heading")).to_have_text("Muy pronto")
    expect(till.answer).to_contain_text(re.compile("(17|18)min más"))
    expect(till.answer).to_contain_text("El próximo sello se puede dar desde las")
    till.visitor.shot("stamper-no-cooldown")
    till.press("Siguiente")
    till.press("En línea 0 en espera")
    expect(till.page.get_by_role("heading", name="Aquí verás cada sello que des")).to_have_count(0)


def test_wrong_pins_are_counted_in_words_and_then_locked(site: Site, luna: Shop, till: Till) -> None:
    set_pin(site, luna.diego)
    till.enrol()
    till.choose("Diego Ramos")
    till.type("12")
    till.press("Entrar")
    expect(till.page.get_by_role("alert")).to_have_text("El PIN tiene de 4 a 6 números.")
    till.press("Borrar")
    till.press("Borrar")
    for left in (4, 3, 2, 1):
        till.type("1111")
        till.press("Entrar")
        expect(till.page.get_by_role("alert")).to_have_text(f"Ese PIN no es correcto. Intentos que quedan: {left}.")
    till.visitor.shot("stamper-pin-wrong")
    till.type("1111")
    till.press("Entrar")
    expect(till.page.get_by_role("alert")).to_contain_text("Demasiados PIN equivocados. Prueba en 15 minutos")
    till.press("Olvidé mi PIN")
    expect(till.page.get_by_role("alert")).to_contain_text("elige otro PIN")
    till.visitor.shot("stamper-pin-forgot")


def test_where_nobody_has_a_pin_it_says_how_to_get_one(till: Till) -> None:
    till.enrol()
    expect(till.page.get_by_role("heading", name="Nadie tiene PIN todavía")).to_be_visible()
    till.visitor.shot("stamper-nobody")
    set_pin(till.site, till.shop.diego)
    till.press("Volver a mirar")
    expect(till.page.get_by_role("button", name="Diego Ramos")).to_be_visible()


def test_a_code_of_a_till_that_was_used_or_is_short(site: Site, luna: Shop, till: Till) -> None:
    page = till.visitor.go("/stamp")
    expect(page.get_by_role("heading", name="Esta será tu caja")).to_be_visible()
    till.visitor.shot("stamper-enrol")
    page.get_by_label("Código de la caja").fill("abc")
    till.press("Conectar caja")
    expect(page.get_by_role("alert")).to_have_text("Faltan 7 letras o números.")
    page.get_by_label("Código de la caja").fill("AAAAA 22222")
    till.press("Conectar caja")
    expect(page.get_by_role("alert")).to_have_text("Ese código ya se usó o venció. Pide otro a la persona dueña.")
    till.visitor.shot("stamper-enrol-refused")
    till.enrol()
    assert "code" not in page.url  # nobody shares the code with the address


def test_somebody_who_was_dismissed_stamps_no_more(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    set_pin(site, luna.rosa, "4829")
    till.open()
    url = f"{site.url}/api/v1/staff/{luna.diego.account_id}"
    assert httpx.delete(url, headers=luna.rosa.headers).status_code == 204
    till.press("Celular o nombre")
    till.page.wait_for_timeout(2100)  # the server asks its database of a session every two seconds
    till.type(card.phone[-3:])
    expect(till.page.get_by_role("heading", name="¿Quién sella?")).to_be_visible()
    expect(till.page.get_by_role("alert")).to_contain_text("Ya no trabajas en este local.")
    till.visitor.shot("stamper-dismissed")
    expect(till.page.get_by_role("button", name="Diego Ramos")).to_have_count(0)
    till.enter("Rosa Quispe", "4829")
    expect(till.page.get_by_role("button", name="Celular o nombre")).to_be_visible()
    assert luna.balance(card) == (0, 0)


def test_a_till_that_was_revoked_says_so_and_keeps_what_waits(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    till.open()
    till.visitor.lose_signal()
    till.press("Celular o nombre")
    till.press("Escribir un código")
    till.page.get_by_label("Código de 20 letras y números").fill(card.scan_code)
    till.press("Sellar")
    expect(till.answer).to_contain_text("Guardado sin señal")
    till.visitor.shot("stamper-kept")
    tills = httpx.get(f"{site.url}/api/v1/devices", headers=luna.rosa.headers).json()
    assert httpx.delete(f"{site.url}/api/v1/devices/{tills[0]['id']}", headers=luna.rosa.headers).status_code == 204
    till.visitor.lose_signal(lost=False)
    till.page.reload()
    expect(till.page.get_by_role("heading", name="Esta caja ya no está registrada")).to_be_visible()
    expect(till.page.get_by_text("1 sello espera en este aparato.")).to_be_visible()
    till.visitor.shot("stamper-revoked")
    till.press("Escribir un código")
    expect(till.page.get_by_label("Código de la caja")).to_be_visible()


def test_a_closed_shop_says_so(site: Site, luna: Shop, till: Till) -> None:
    till.open()
    with luna.connect() as connection:
        connection.execute("UPDATE businesses SET closed_at = app_now() WHERE id = %s", (luna.business_id,))
    till.page.reload()
    expect(till.page.get_by_role("heading", name="Este local cerró")).to_be_visible()
    till.visitor.shot("stamper-closed")


def test_without_a_camera_or_leave_to_use_it_people_are_looked_up(
    site: Site, luna: Shop, visit: Visit, reel: Path
) -> None:
    film(reel, None)
    card = luna.card(name="Ana Torres")
    denied = Till(visit(), site, luna).open()
    expect(denied.page.get_by_role("heading", name="La cámara está bloqueada")).to_be_visible()
    denied.visitor.shot("stamper-camera-denied")
    assert denied.visitor.axe() == []
    denied.find(card.phone[-3:]).first.click()
    expect(denied.answer).to_contain_text("1de 10")
    denied.press("Siguiente")
    expect(denied.page.get_by_role("heading", name="La cámara está bloqueada")).to_be_visible()  # it has asked again
    denied.visitor.context.grant_permissions(["camera"])
    denied.press("Probar la cámara otra vez")
    expect(denied.page.get_by_role("heading", name="Apunta al código del cliente")).to_be_visible()


def test_with_no_signal_it_stamps_keeps_and_counts_and_rewards_wait(luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    till.show(card.scan_code)
    till.open()
    expect(till.answer).to_contain_text("1de 10")
    till.press("Siguiente")
    till.visitor.lose_signal()
    till.find(card.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("Guardado sin señal")
    expect(till.answer.get_by_role("heading")).to_have_text("Ana")
    till.press("Deshacer")  # it never left
    expect(till.answer).to_contain_text("Deshecho")
    till.press("Siguiente")
    till.find(card.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("+1")
    till.press("Siguiente")
    till.press("Entregar un premio")
    till.find(card.phone[-3:]).first.click()
    expect(till.answer.get_by_role("heading")).to_have_text("Premios solo con señal")
    till.visitor.shot("stamper-gift-offline")
    till.press("Siguiente")
    till.press("Sin señal 1 en espera")
    expect(till.page.get_by_role("heading", name="1 en espera")).to_be_visible()
    till.visitor.shot("stamper-queue-offline")
    till.visitor.lose_signal(lost=False)
    expect(till.page.get_by_role("heading", name="2 contados")).to_be_visible(timeout=15_000)
    till.visitor.shot("stamper-queue")
    assert luna.balance(card)[0] == 2


def test_taking_the_till_away_warns_of_what_waits(luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    till.open()
    with till.page.expect_response(re.compile("current/customers")):
        till.page.reload()
    till.visitor.lose_signal()
    till.find(card.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("Guardado sin señal")
    till.press("Siguiente")
    till.page.get_by_role("button", name=re.compile("^Sella Diego")).click()
    till.press("Quitar esta caja")
    expect(till.page.get_by_role("alert")).to_contain_text("1 sello todavía no se envió.")
    expect(till.page.get_by_role("button", name="No, seguir sellando")).to_be_focused()
    till.visitor.shot("stamper-leave")
    till.page.keyboard.press("Enter")
    till.press("Quitar esta caja")
    till.press("Quitarla y perderlos")
    expect(till.page.get_by_role("heading", name="Esta será tu caja")).to_be_visible()
    left = till.page.evaluate("Object.keys(localStorage).filter(name => /staff|place/.test(name))")
    assert left == []


def test_a_full_disk_refuses_in_words(luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    till.open()
    till.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('no room', 'QuotaExceededError') } }"
    )
    till.find(card.phone[-3:]).first.click()
    expect(till.answer.get_by_role("heading")).to_have_text("No hay espacio")
    till.visitor.shot("stamper-no-room")
    assert luna.balance(card) == (0, 0)


def test_it_asks_once_whether_to_be_installed(till: Till) -> None:
    till.open()
    offer = (
        "const e = new Event('beforeinstallprompt', { cancelable: true });"
        "e.prompt = () => Promise.resolve({ outcome: 'dismissed' }); dispatchEvent(e)"
    )
    till.page.evaluate(offer)
    expect(till.page.get_by_text("Pon sello entre tus aplicaciones")).to_be_visible()
    till.visitor.shot("stamper-install")
    till.press("Ahora no")
    expect(till.page.get_by_text("Pon sello entre tus aplicaciones")).to_have_count(0)
    till.page.reload()
    expect(till.page.get_by_role("button", name="Celular o nombre")).to_be_visible()
    till.page.evaluate(offer)
    till.page.wait_for_timeout(300)
    expect(till.page.get_by_text("Pon sello entre tus aplicaciones")).to_have_count(0)


@pytest.mark.parametrize("trouble", ["none", "insecure"])
def test_a_machine_with_no_camera_or_an_address_that_is_not_safe(
    site: Site, luna: Shop, reel: Path, visit: Visit, trouble: str
) -> None:
    other = visit().context.browser
    assert other is not None
    flags = camera_of(reel)[1:] if trouble == "insecure" else ("--use-fake-device-for-media-stream=device-count=0",)
    with other.browser_type.launch(
        executable_path=find_chromium(), args=["--no-sandbox", "--host-resolver-rules=MAP caja.test 127.0.0.1", *flags]
    ) as browser:
        context = browser.new_context(base_url=site.url, locale="es-PE", permissions=["camera"])
        visitor = Visitor(context, site.url)
        if trouble == "none":
            till = Till(visitor, site, luna).open()
            expect(till.page.get_by_role("heading", name="No encontramos una cámara")).to_be_visible()
        else:
            visitor.page.goto(site.url.replace("127.0.0.1", "caja.test") + "/stamp")
            expect(visitor.page.get_by_role("heading", name="Esta dirección no es segura")).to_be_visible()
            assert visitor.axe() == []
        visitor.shot(f"stamper-camera-{trouble}")
