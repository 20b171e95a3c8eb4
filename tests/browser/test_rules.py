"""The owner's rules: sentences with blanks, what a change means before it counts, each refusal beside its blank."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from sello.domains.business import RewardRules, Step
from tests.support.dashboard import enter
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop whose card asks for five and ten stamps."""
    steps = (Step(at=5, title="Café gratis"), Step(at=10, title="Almuerzo"))
    return make_shop(site.settings, rules=RewardRules(steps=steps, most_per_purchase=20, card_daily_cap=900))


def rules_page(visitor: Visitor, shop: Shop) -> Page:
    """The page of the rules, with what the API says of them."""
    page = enter(visitor, shop, at="/app/reglas")
    expect(page.get_by_role("heading", name="Tarjeta y reglas")).to_be_visible()
    expect(page.get_by_text("se llena la tarjeta").first).to_be_visible()
    return page


def blank(page: Page, label: str) -> Locator:
    """A blank of a sentence."""
    return page.get_by_label(label, exact=True)


def saved(shop: Shop) -> RewardRules:
    """The rules in force."""
    with shop.connect() as connection:
        row = connection.execute(
            "SELECT r.body FROM reward_rules r JOIN businesses b ON b.id = r.business_id AND b.rule_version = r.version"
            " WHERE b.id = %s",
            (shop.business_id,),
        ).fetchone()
    assert row is not None
    return RewardRules(**row[0])


def test_a_change_is_foreseen_asked_about_and_becomes_a_version(site: Site, luna: Shop, visit: Visit) -> None:
    card = luna.card()
    body = luna.stamp(card, stamps=8)
    assert httpx.post(f"{site.url}/api/v1/stamps", json=body, headers=luna.diego.headers).status_code == 201
    rosa = visit(viewport=DESK)
    page = rules_page(rosa, luna)
    rosa.shot("rules")
    expect(page.get_by_role("list", name=re.compile("de 10 sellos"))).to_be_visible()
    save = page.get_by_role("button", name="Guardar regla 2").first
    expect(save).to_be_disabled()
    blank(page, "Sellos del premio 2").fill("12")
    expect(page.get_by_role("list", name=re.compile("de 12 sellos"))).to_be_visible()
    expect(page.get_by_text("1 tarjeta necesitará más sellos que ahora para llenarse.")).to_be_visible()
    expect(page.get_by_text("Con 12 sellos se llena la tarjeta: Almuerzo.").first).to_be_visible()
    rosa.shot("rules-changed")
    save.click()
    dialog = page.get_by_role("alertdialog", name="¿Poner en vigor la regla 2?")
    expect(dialog.get_by_role("button", name="Seguir revisando")).to_be_focused()
    expect(dialog.get_by_text("1 tarjeta necesitará más sellos")).to_be_visible()
    assert rosa.axe() == []
    rosa.shot("rules-dialog")
    dialog.get_by_role("button", name="Guardar regla 2").click()
    expect(page.get_by_text("La regla 2 ya está en vigor.")).to_be_visible()
    assert saved(luna).stamps_required == 12
    versions = page.get_by_role("region", name="Reglas anteriores y la de ahora")
    expect(versions.get_by_role("listitem").filter(has_text="Regla 2")).to_contain_text("en vigor")
    expect(versions.get_by_text("por Rosa")).to_be_visible()
    versions.get_by_text("Regla 1", exact=True).click()
    expect(versions.get_by_text("Con 10 sellos se llena la tarjeta: Almuerzo.")).to_be_visible()
    expect(page.get_by_role("region", name="Lo que debes hoy")).to_contain_text("Café gratis")
    rosa.shot("rules-saved")


def test_a_change_is_marked_until_it_is_discarded(luna: Shop, visit: Visit) -> None:
    page = rules_page(visit(viewport=DESK), luna)
    title = blank(page, "Premio 1")
    title.fill(HOSTILE)
    expect(title).to_have_class(re.compile("border-accent"))
    expect(page.get_by_role("article").get_by_text(HOSTILE)).to_be_visible()
    expect(page.get_by_text(f"Con 5 sellos: {HOSTILE}.")).to_be_visible()
    page.get_by_role("button", name="Descartar").first.click()
    expect(title).to_have_value("Café gratis")
    expect(title).not_to_have_class(re.compile("border-accent"))
    assert saved(luna).steps[0].title == "Café gratis"


@pytest.mark.parametrize(
    ("switch", "label", "text", "said"),
    [
        (None, "Sellos del premio 1", "0", "Escribe un número entero, de 1 a 100."),
        (None, "Sellos del premio 2", "101", "Escribe un número entero, de 1 a 100."),
        (None, "Sellos del premio 2", "5", "Cada premio pide más sellos que el anterior."),
        (None, "Sellos del premio 1", "cinco", "Escribe un número entero, de 1 a 100."),
        (None, "Premio 1", "  ", "Di cuál es el premio."),
        (None, "Sellos por compra, como máximo", "101", "Escribe un número entero, de 1 a 100."),
        (None, "Minutos entre sellos", "10081", "Escribe un número entero, de 0 a 10,080."),
        (None, "Compras al día por tarjeta", "0", "Escribe un número entero, de 1 a 1,000."),
        (None, "Compras al día por persona del equipo", "10001", "Escribe un número entero, de 1 a 10,000."),
        ("Pedir una compra mínima", "Compra mínima en soles", "0", "Escribe soles, de 0.01 a 1,000,000."),
        ("Los sellos vencen", "Días sin sellar hasta que vencen los sellos", "13", "de 14 a 3,650."),
        ("Los premios vencen", "Días para recoger un premio", "6", "de 7 a 3,650."),
        ("Dar la bienvenida con un regalo", "Sellos de bienvenida", "5", "Tienen que ser menos de 5"),
        ("Dar la bienvenida con un regalo", "Sellos de bienvenida", "0", "Regala al menos 1 sello o un premio."),
        ("Dar la bienvenida con un regalo", "Sellos de bienvenida", "100", "de 0 a 99."),
        ("Regalar algo por su cumpleaños", "Premio de cumpleaños", " ", "Di cuál es el premio."),
        ("Regalar algo por su cumpleaños", "Días para recoger el premio de cumpleaños", "366", "de 0 a 365."),
        ("+Hora feliz", "La hora feliz empieza", "25:00", "Escribe una hora, como 15:00."),
        ("+Hora feliz", "La hora feliz termina", "15:00", "Tiene que terminar a otra hora."),
    ],
)  # fmt: skip
def test_a_refusal_stands_beside_its_blank(
    luna: Shop, owner_page: Callable[[Shop], Page], switch: str | None, label: str, text: str, said: str
) -> None:
    page = owner_page(luna)
    if switch and switch.startswith("+"):
        page.get_by_role("button", name=switch[1:]).click()
    elif switch:
        page.get_by_role("switch", name=switch).check()
    field = blank(page, label)
    field.fill(text)
    expect(field).to_have_accessible_description(re.compile(re.escape(said)))
    expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Guardar regla 2").first.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    assert saved(luna).steps[0].at == 5


@pytest.fixture
def owner_page(visit: Visit) -> Callable[[Shop], Page]:
    """The page of the rules of a shop."""
    return lambda shop: rules_page(visit(viewport=DESK), shop)


def test_everything_that_can_be_said_is_saved(luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = rules_page(rosa, luna)
    page.get_by_role("button", name="Otro premio").click()
    blank(page, "Sellos del premio 3").fill("15")
    blank(page, "Premio 3").fill("Cena para dos")
    blank(page, "Sellos por compra, como máximo").fill("2")
    page.get_by_role("switch", name="Pedir una compra mínima").check()
    blank(page, "Compra mínima en soles").fill("12.50")
    page.get_by_role("button", name="Hora feliz").click()
    page.get_by_role("checkbox", name="jueves").check()
    page.get_by_label("Cuánto vale cada sello").select_option("triple")
    page.get_by_role("switch", name="Dar la bienvenida con un regalo").check()
    page.get_by_role("switch", name="Regalar algo por su cumpleaños").check()
    blank(page, "Premio de cumpleaños").fill("Torta")
    page.get_by_role("switch", name="Los sellos vencen").check()
    page.get_by_role("switch", name="Los premios vencen").check()
    blank(page, "Minutos entre sellos").fill("0")
    page.get_by_role("switch", name="Los sellos que sobran pasan a la tarjeta nueva").check()
    expect(page.get_by_text("los martes y jueves")).to_be_visible()
    rosa.shot("rules-full")
    assert rosa.axe() == []
    page.get_by_role("button", name="Guardar regla 2").first.click()
    page.get_by_role("alertdialog").get_by_role("button", name="Guardar regla 2").click()
    expect(page.get_by_text("La regla 2 ya está en vigor.")).to_be_visible()
    rules = saved(luna)
    assert [(step.at, step.title) for step in rules.steps] == [
        (5, "Café gratis"), (10, "Almuerzo"), (15, "Cena para dos"),
    ]  # fmt: skip
    assert (rules.most_per_purchase, rules.minimum_spend_centimos, rules.cooldown_minutes) == (2, 1250, 0)
    assert [(happy.weekdays, happy.starts, happy.ends, happy.factor) for happy in rules.happy_hours] == [
        ((2, 4), "15:00", "18:00", 3)
    ]
    assert rules.welcome is not None
    assert rules.birthday is not None
    assert (rules.welcome.stamps, rules.birthday.title) == (1, "Torta")
    assert (rules.stamps_expire_days, rules.rewards_expire_days, rules.roll_over) == (180, 30, True)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.proof)])
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.proof)], ids=["360", "1280"])
def test_everybody_can_read_the_rules(luna: Shop, visit: Visit, size: dict[str, int], scheme: str) -> None:
    rosa = visit(viewport=size, color_scheme=scheme)
    page = rules_page(rosa, luna)
    page.get_by_role("button", name="Hora feliz").click()
    page.get_by_role("switch", name="Dar la bienvenida con un regalo").check()
    blank(page, "Sellos del premio 2").fill("3")
    expect(blank(page, "Sellos del premio 2")).to_have_attribute("aria-invalid", "true")
    rosa.shot(f"rules-{size['width']}-{scheme}")
    assert rosa.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
