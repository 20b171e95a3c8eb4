"""A customer with a phone: from the poster to a card, by what they see."""

import re
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from sello.domains.business import RewardRules, Step
from sello.shared import clock
from sello.shared.ids import new_id
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, PHONE, Site, Visitor

Visit = Callable[..., Visitor]

FIRST_SCREEN = 60 * 1024  # bytes on the wire, everything of the first load together


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


def fill(page: Page, *, name: str = "Ana Torres", phone: str = "987 654 321") -> None:
    """Write into the form."""
    page.get_by_label("Nombre").fill(name)
    page.get_by_label("Celular").fill(phone)


def submit(page: Page) -> None:
    """The one button."""
    page.get_by_role("button", name="Crear mi tarjeta").click()


def enrolled(site: Site, shop: Shop) -> list[tuple[str, str | None, bool]]:
    """Everybody who asked for a card: name, birthday, marketing."""
    return site.database.rows(
        "SELECT name, birth_day || '/' || birth_month, opted_in_at IS NOT NULL FROM customers WHERE business_id = %s"
        " ORDER BY id",
        shop.business_id,
    )


def test_from_the_poster_to_the_first_stamp(site: Site, luna: Shop, visit: Visit) -> None:
    ana = visit()
    page = ana.go(f"/e/{luna.slug}?p=poster1")
    expect(page).to_have_title("Tu tarjeta de Café Luna")
    expect(page.get_by_role("article", name="Tarjeta de Café Luna")).to_be_visible()
    ana.shot("enrol")
    fill(page)
    expect(page.get_by_role("article").get_by_text("Ana", exact=True)).to_be_visible()
    page.get_by_label("Día").fill("29")
    page.get_by_label("Mes").select_option("febrero")
    page.get_by_role("checkbox").check()
    submit(page)
    expect(page.get_by_role("heading", name="Listo, Ana")).to_be_visible()
    ana.shot("enrol-done")
    assert enrolled(site, luna) == [("Ana Torres", "29/2", True)]
    assert site.database.rows(
        "SELECT poster_id FROM consent_events WHERE business_id = %s", luna.business_id
    ) == [("poster1",)]  # fmt: skip

    page.get_by_role("link", name="Ver mi tarjeta").click()
    expect(page.get_by_text("Tu tarjeta está lista")).to_be_visible()
    expect(page.get_by_role("img", name="Código QR de tu tarjeta")).to_be_visible()
    ana.shot("card-pending")

    link = urlsplit(page.url).path.removeprefix("/c/")
    with httpx.Client(base_url=site.url, headers=luna.diego.headers) as diego:
        code = diego.get(f"/api/v1/cards/by-link/{link}").json()["code"]["code"]
        card = diego.get(f"/api/v1/scans/{code}").json()["card_id"]
        said = diego.post(f"/api/v1/cards/{card}/confirmation", json={"last_three": "321"})
        assert said.status_code == 200, said.text
        stamp = {"id": str(new_id()), "card_id": card, "occurred_at": clock.now().isoformat()}
        assert diego.post("/api/v1/stamps", json=stamp).status_code == 201
    page.reload()
    expect(page.get_by_role("list", name="1 de 10 sellos")).to_be_visible()
    expect(page.get_by_text("Te faltan 4")).to_be_visible()
    ana.shot("card-one")


def test_what_is_wrong_stands_beside_its_field_and_nothing_written_is_lost(luna: Shop, visit: Visit) -> None:
    ana = visit()
    page = ana.go(f"/e/{luna.slug}")
    submit(page)
    expect(page.get_by_label("Nombre")).to_be_focused()
    expect(page.get_by_label("Nombre")).to_have_accessible_description("Escribe tu nombre.")
    fill(page, phone="987 654 32")
    page.get_by_label("Día").fill("31")
    page.get_by_label("Mes").select_option("febrero")
    submit(page)
    expect(page.get_by_label("Celular")).to_be_focused()
    expect(page.get_by_label("Celular")).to_have_accessible_description("Falta un número. Son 9 y empiezan con 9.")
    expect(page.get_by_label("Día")).to_have_accessible_description("Ese día no existe en ese mes.")
    expect(page.get_by_label("Nombre")).to_have_value("Ana Torres")
    ana.shot("enrol-errors")
    assert ana.axe() == []


def test_without_a_signal_nothing_is_lost_and_twice_is_once(site: Site, luna: Shop, visit: Visit) -> None:
    ana = visit()
    page = ana.go(f"/e/{luna.slug}")
    fill(page)
    ana.lose_signal()
    submit(page)
    expect(page.get_by_role("alert").first).to_have_text(re.compile("No hay señal"))
    expect(page.get_by_label("Nombre")).to_have_value("Ana Torres")
    ana.shot("enrol-offline")
    ana.lose_signal(lost=False)

    lost = threading.Event()

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        lost.set()
        route.abort()

    page.route("**/api/v1/enrollments", lose_the_answer, times=1)
    submit(page)
    expect(page.get_by_role("alert").first).to_have_text(re.compile("No hay señal"))
    assert lost.is_set()
    assert len(enrolled(site, luna)) == 1
    page.get_by_role("button", name="Crear mi tarjeta").dblclick()
    expect(page.get_by_role("heading", name="Listo, Ana")).to_be_visible()
    assert len(enrolled(site, luna)) == 1


def test_the_first_load_is_small_and_stays_at_home(site: Site, luna: Shop, visit: Visit) -> None:
    ana = visit()
    devtools = ana.context.new_cdp_session(ana.page)
    devtools.send("Network.enable")
    sizes = list[float]()
    devtools.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page = ana.go(f"/e/{luna.slug}")
    expect(page.get_by_label("Nombre")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= FIRST_SCREEN


def test_a_slow_line_is_enough(site: Site, luna: Shop, visit: Visit) -> None:
    """At 400 kbit/s with 400 ms there and back (a slow 3G) the form can be read, filled in and sent."""
    ana = visit()
    line = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    session = ana.context.new_cdp_session(ana.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)
    page = ana.go(f"/e/{luna.slug}")
    fill(page)
    submit(page)
    expect(page.get_by_role("heading", name="Listo, Ana")).to_be_visible(timeout=15_000)
    assert enrolled(site, luna) == [("Ana Torres", None, False)]


def test_a_link_tells_the_shop_before_anybody_opens_it(site: Site, luna: Shop) -> None:
    answer = httpx.get(f"{site.url}/e/{luna.slug}")
    html = answer.text
    assert '<html lang="es-PE">' in html
    assert "<title>Tu tarjeta de Café Luna</title>" in html
    for name, said in (
        ("og:title", "Tu tarjeta de Café Luna"),
        (
            "og:description",
            "Junta sellos y gana: 5 → Café gratis, 10 → Almuerzo gratis. Sin aplicación, en menos de un",
        ),
        ("og:image", f"{site.url}/e/{luna.slug}/picture?v=1"),
        ("og:url", f"{site.url}/e/{luna.slug}"),
    ):
        assert f'<meta property="{name}" content="{said}' in html, name
    assert "pedirla en caja" in "".join(re.findall(r"<noscript>(.*?)</noscript>", html))
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    english = httpx.get(f"{site.url}/e/{luna.slug}", headers={"accept-language": "en"}).text
    assert '<html lang="en">' in english
    assert "Your card of Café Luna" in english


def test_names_are_text_everywhere(site: Site, visit: Visit) -> None:
    hostile = "<img src=x onerror=alert(1)></script>"
    shop = make_shop(site.settings, name=hostile, rules=RewardRules(steps=(Step(at=3, title="</script><b>Té</b>"),)))
    card = shop.card(name="<script>alert(2)</script>")
    ana = visit()
    ana.page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page = ana.go(f"/e/{shop.slug}")
    expect(page.get_by_role("heading", name=hostile)).to_be_visible()
    page.get_by_label("Nombre").fill("<img/src=x>")
    expect(page.get_by_role("article").get_by_text("<img/src=x>")).to_be_visible()
    page = ana.go(f"/c/{shop.code}{card.link}")
    expect(page.get_by_role("heading", name=hostile)).to_be_visible()
    expect(page.get_by_text("<script>alert(2)</script>").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_the_card_has_the_shop_s_own_colours(site: Site, luna: Shop, visit: Visit) -> None:
    site.database.rows(
        "UPDATE businesses SET colour_light = '#f3e3c3', colour_dark = '#23324f' WHERE id = %s", luna.business_id
    )
    page = visit().go(f"/e/{luna.slug}")
    expect(page.locator(".card header")).to_have_css("background-color", "rgb(35, 50, 79)")
    expect(page.locator(".card")).to_have_css("background-color", "rgb(243, 227, 195)")


def test_an_address_that_leads_nowhere_is_said_in_words(site: Site, luna: Shop, visit: Visit) -> None:
    ana = visit()
    page = ana.go("/e/no-hay-tal-local")
    expect(page.get_by_role("heading")).to_have_text("No encontramos esta página")
    site.database.rows("UPDATE businesses SET closed_at = app_now() WHERE id = %s", luna.business_id)
    page = ana.go(f"/e/{luna.slug}")
    expect(page.get_by_role("heading")).to_have_text("Este local cerró.")
    ana.shot("enrol-closed")
    assert ana.axe() == []


def test_without_a_program_the_page_says_what_to_do(luna: Shop, visit: Visit) -> None:
    ana = visit(java_script_enabled=False)
    page = ana.go(f"/e/{luna.slug}")
    ana.shot("enrol-plain")
    box = page.locator("noscript").bounding_box()  # its text is not to be asked for, its place is
    assert box is not None
    assert box["height"] > 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_everybody_can_use_it(luna: Shop, visit: Visit, size: dict[str, int], scheme: str) -> None:
    ana = visit(viewport=size, color_scheme=scheme)
    page = ana.go(f"/e/{luna.slug}")
    expect(page.get_by_label("Nombre")).to_be_visible()
    assert ana.axe() == []
    ana.shot(f"enrol-{size['width']}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for _ in range(3):  # the whole way by keyboard
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "name":
            break
    page.keyboard.type("Ana")
    page.keyboard.press("Tab")
    page.keyboard.type("987654321")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Listo, Ana")).to_be_visible()
    assert ana.axe() == []
