"""The counter: a till enrolled once, a PIN, a code before the camera, the answer, rewards, and who stamped."""

import io
import re
from collections.abc import Callable

import httpx
from PIL import Image
from playwright.sync_api import expect

from sello.domains.business import Step
from tests.browser.counters import ONE, PIN, Till, branch, set_pin
from tests.browser.test_card import open_card
from tests.support.shop import Shop, TestCard
from tests.support.site import Site, Visitor

Visit = Callable[..., Visitor]
HOSTILE = "<img src=x onerror=alert(1)>"


def give(site: Site, shop: Shop, card: TestCard, stamps: int) -> None:
    """Stamps from elsewhere, one after the other."""
    for _ in range(stamps):
        answer = httpx.post(f"{site.url}/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
        assert answer.status_code == 201, answer.text


def givers(site: Site, card: TestCard) -> list[str]:
    """Who stands in the ledger of a card, stamp by stamp."""
    rows = site.database.rows(
        "SELECT m.name FROM stamp_events e JOIN memberships m USING (business_id, account_id)"
        " WHERE e.card_id = %s ORDER BY e.seq", card.id
    )  # fmt: skip
    return [row[0] for row in rows]


def test_enrolled_once_entered_by_pin_and_a_filmed_code_is_stamped_and_undone(
    site: Site, luna: Shop, till: Till, visit: Visit
) -> None:
    card = luna.card(name="Ana Torres")
    phone = open_card(visit(), luna, card)
    set_pin(site, luna.diego)
    till.enrol(name="Caja 1", branch_id=branch(site, luna, "Barranco"))
    expect(till.page.get_by_text("Caja 1, Barranco")).to_be_visible()
    expect(till.page.get_by_text("Café Luna")).to_be_visible()
    till.show(Image.open(io.BytesIO(phone.locator(".disc").screenshot())))  # the real code, as her phone shows it
    till.enter("Diego Ramos")
    expect(till.answer).to_contain_text("Sellado")
    expect(till.answer.get_by_role("heading")).to_have_text("Ana")
    expect(till.answer).to_contain_text("1de 10")
    expect(till.answer).to_contain_text("Le faltan 4 para Café gratis")
    till.visitor.shot("stamper-counted")
    till.press("Deshacer")
    expect(till.answer).to_contain_text("Deshecho")
    assert luna.balance(card)[0] == 0
    till.press("Siguiente")
    expect(till.page.get_by_text(re.compile("Ese código ya se selló"))).to_be_visible()  # it never left the picture
    till.visitor.shot("stamper-camera-again")
    assert luna.balance(card) == (0, 2)
    assert till.page.evaluate("navigator.serviceWorker.controller !== undefined")


def test_looked_up_by_digits_a_reward_is_earned_handed_over_and_taken_back(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    give(site, luna, card, 4)
    till.open()
    till.find(card.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("Ganó: Café gratis")
    till.visitor.shot("stamper-earned")
    till.press("Entregar Café gratis")
    expect(till.answer.get_by_role("heading")).to_have_text("Café gratis")
    expect(till.answer).to_contain_text(re.compile("Reservado por 1:[0-9]{2}"))
    till.visitor.shot("stamper-held")
    till.press("Ya se lo di")
    expect(till.answer).to_contain_text("Entregado")
    till.visitor.shot("stamper-given")
    redeemed = "SELECT confirmed_at IS NOT NULL, voided_at IS NOT NULL FROM redemptions WHERE business_id = %s"
    assert site.database.rows(redeemed, luna.business_id) == [(True, False)]
    till.press("Deshacer")
    expect(till.answer).to_contain_text("Entrega deshecha")
    assert site.database.rows(redeemed, luna.business_id) == [(True, True)]


def test_rewards_are_handed_over_without_a_stamp_one_of_several_or_not_now(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    give(site, luna, card, 10)
    till.open()
    till.press("Entregar un premio")
    expect(till.page.get_by_role("heading", name="Apunta al código para entregar un premio")).to_be_visible()
    till.visitor.shot("stamper-camera-gift")
    till.find(card.phone[-3:]).first.click()
    expect(till.page.get_by_role("heading", name="¿Qué premio se lleva?")).to_be_visible()
    till.visitor.shot("stamper-choose")
    till.press("Almuerzo gratis")
    expect(till.answer.get_by_role("heading")).to_have_text("Almuerzo gratis")
    till.press("Ahora no")
    till.press("Entregar un premio")
    till.find(card.phone[-3:]).first.click()
    till.press("Almuerzo gratis")  # let go, it can be held again at once
    till.press("Ya se lo di")
    expect(till.answer).to_contain_text("Entregado")
    assert luna.balance(card)[0] == 0


def test_two_people_at_one_tablet_each_stand_in_the_ledger(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    mia = luna.person(name="Mía Paredes", role="staff")
    set_pin(site, mia, "4829")
    till.open("Diego Ramos")
    till.find(card.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("Sellado")
    till.press("Siguiente")
    till.page.get_by_role("button", name=re.compile("^Sella Diego")).click()
    till.choose("Mía Paredes")
    till.visitor.shot("stamper-switch")
    till.type("4829")
    till.press("Entrar")
    till.find(card.phone[-3:]).first.click()
    expect(till.answer).to_contain_text("2de 10")
    till.press("Siguiente")
    expect(till.page.get_by_role("button", name=re.compile("^Sella Mía Paredes"))).to_be_visible()
    assert givers(site, card) == ["Diego Ramos", "Mía Paredes"]
    till.page.reload()  # whoever stood there stands there yet
    expect(till.page.get_by_role("button", name=re.compile("^Sella Mía Paredes"))).to_be_visible()


def test_a_new_card_is_confirmed_at_its_first_scan(luna: Shop, till: Till) -> None:
    card = luna.card(name="Luis Alarcón", confirmed=False)
    till.show(card.scan_code)
    till.open()
    till.asked_who("Luis")
    till.visitor.shot("stamper-pending")
    wrong = "000" if card.phone[-3:] != "000" else "111"
    till.type(wrong)
    expect(till.page.get_by_text("Los 3 últimos números no coinciden con la tarjeta.")).to_be_visible()
    till.type(card.phone[-3:])
    expect(till.answer).to_contain_text("1de 10")
    assert luna.balance(card)[0] == 1


def test_the_rules_ask_for_a_number_or_an_amount_first(site: Site, luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    luna.set_rules(ONE.model_copy(update={"most_per_purchase": 3}))
    till.open()
    till.find(card.phone[-3:]).first.click()
    till.visitor.shot("stamper-how-many")
    till.press("3 sellos")
    expect(till.answer).to_contain_text("3de 10")
    till.press("Siguiente")
    luna.set_rules(ONE.model_copy(update={"most_per_purchase": 2, "minimum_spend_centimos": 1250}))
    till.page.reload()
    with till.page.expect_response(re.compile("reward-rules")):
        till.page.reload()
    till.find(card.phone[-3:]).first.click()
    till.type("1200")
    till.press("Un sello más")
    till.press("Dar 2 sellos")
    expect(till.page.get_by_role("alert").filter(has_text="Falta: se sella desde S/ 12.50.")).to_be_visible()
    till.visitor.shot("stamper-amount")
    till.press("Borrar")
    till.type("5")
    expect(till.page.get_by_text("S/ 12.05")).to_be_visible()
    till.press("Borrar")
    till.press("Borrar")
    till.type("50")
    till.press("Dar 2 sellos")
    expect(till.answer).to_contain_text("Ganó: Café gratis")
    amounts = (
        "SELECT amount_centimos, delta FROM stamp_events WHERE card_id = %s AND kind = 'earn' ORDER BY seq DESC LIMIT 1"
    )
    assert site.database.rows(amounts, card.id) == [(1250, 2)]


def test_a_typed_code_is_as_good_as_a_scanned_one(luna: Shop, till: Till) -> None:
    card = luna.card(name="Ana Torres")
    till.open()
    till.press("Celular o nombre")
    till.press("Escribir un código")
    field = till.page.get_by_label("Código de 20 letras y números")
    field.fill("ABC")
    till.press("Sellar")
    expect(till.page.get_by_role("alert")).to_contain_text(
        "El de una tarjeta tiene 20 letras y números; el de una campaña, 13."
    )
    till.visitor.shot("stamper-type")
    code = card.scan_code.lower()
    field.fill(f"{code[:5]}-{code[5:10]} {code[10:15]}-{code[15:]}")
    field.press("Enter")
    expect(till.answer).to_contain_text("1de 10")


def test_a_hostile_name_is_text_everywhere(site: Site, luna: Shop, till: Till) -> None:
    hostile = HOSTILE.replace(" ", "")
    card = luna.card(name=hostile)
    mallory = luna.person(name=HOSTILE, role="staff")
    set_pin(site, mallory)
    luna.set_rules(ONE.model_copy(update={"steps": (Step(at=2, title=HOSTILE), Step(at=10, title="Almuerzo"))}))
    give(site, luna, card, 1)
    till.open(HOSTILE)
    rows = till.find(card.phone[-3:])
    expect(rows.first).to_contain_text(hostile)
    till.visitor.shot("stamper-hostile-found")
    rows.first.click()
    expect(till.answer).to_contain_text(hostile)
    expect(till.page.get_by_role("button", name=f"Entregar {HOSTILE}")).to_be_visible()
    till.visitor.shot("stamper-hostile")
    assert till.page.locator("img").count() == 0


def test_the_keyboard_alone_is_enough(luna: Shop, till: Till, site: Site) -> None:
    card = luna.card(name="Ana Torres")
    set_pin(site, luna.diego)
    till.enrol()
    page, keys = till.page, till.page.keyboard
    page.get_by_role("group", name="¿Quién sella?").get_by_role("button").first.focus()
    keys.press("Enter")
    keys.type(PIN)
    page.get_by_role("button", name="Entrar").focus()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Celular o nombre")).to_be_visible()
    for _ in range(12):
        keys.press("Tab")
        if "Celular" in page.evaluate("document.activeElement.textContent"):
            break
    keys.press("Enter")
    keys.type(card.phone[-3:])
    expect(page.get_by_role("list", name="Clientes encontrados").get_by_role("button")).to_have_count(1)
    for _ in range(24):
        if "Ana" in page.evaluate("document.activeElement.textContent ?? ''")[:4]:
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(till.answer).to_contain_text("1de 10")
    keys.press("Tab")
    keys.press("Enter")  # the way on has the focus, the way back is next to it
    expect(till.answer).to_contain_text("Deshecho")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Celular o nombre")).to_be_visible()
