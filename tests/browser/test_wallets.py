"""Cards in phones as people meet them: the button, the card in a played iPhone, and the shop that asks why."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect

from sello.shared.ids import CardId, CustomerId
from tests.browser.test_admin import come_in
from tests.support.apple import PlayedApple
from tests.support.dashboard import enter
from tests.support.looks import look_everywhere
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.site import DESK, Site, Visitor
from tests.support.wallets import KeptCard, age_ledger, at_midday

Visit = Callable[..., Visitor]

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"
    " Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile"
    " Safari/537.36"
)
INSTAGRAM = f"{IPHONE} Instagram 340.0.0.27.94"
APPLE, GOOGLE = "Agregar a Apple Wallet", "Agregar a la Billetera de Google"
NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


@pytest.fixture(scope="module")
def apple(site: Site) -> Iterator[PlayedApple]:
    """Apple and its phones, played, and the worker that tells them."""
    played = PlayedApple(site.folder / "home")
    try:
        played.start()
        site.start_worker(**{name.upper(): value for name, value in played.settings.items()})
        yield played
        site.stop_worker()
    finally:
        played.close()


def stamp(site: Site, shop: Shop, card: TestCard, *, minutes: float = 0) -> None:
    """One stamp, so many minutes ago."""
    at_midday(shop)
    answer = httpx.post(f"{site.url}/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
    assert answer.status_code == 201, answer.text
    if minutes:
        age_ledger(shop, card, minutes=minutes)


def offered(page: Page) -> list[str]:
    """The wallets whose buttons are there."""
    expect(page.get_by_role("region", name="Tu tarjeta en el celular")).to_be_visible()
    return page.locator(".wallets a").all_inner_texts()


def test_a_phone_is_offered_its_own_wallet(luna: Shop, visit: Visit) -> None:
    card = luna.card()
    for agent, names in ((IPHONE, [APPLE]), (ANDROID, [GOOGLE]), (None, [APPLE, GOOGLE]), (INSTAGRAM, [])):
        ana = visit(user_agent=agent) if agent else visit(viewport=DESK)
        page = ana.go(f"/c/{luna.code}{card.link}")
        assert offered(page) == names
        assert page.get_by_text("abre esta página en Safari").count() == (agent == INSTAGRAM)
        ana.shot(f"card-wallets-{len(names)}-{'app' if agent == INSTAGRAM else 'own'}")
        for link in page.locator(".wallets a").all():
            assert re.fullmatch(rf"/c/{luna.code}{card.link}/(apple|google)\?lang=es", link.get_attribute("href") or "")
        assert ana.axe() == []


def test_without_a_signal_no_button_promises_anything(luna: Shop, visit: Visit) -> None:
    card = luna.card()
    ana = visit(user_agent=IPHONE)
    page = ana.go(f"/c/{luna.code}{card.link}")
    page.wait_for_function("caches.open('sello-files-1').then(kept => kept.keys()).then(keys => keys.length > 2)")
    assert offered(page) == [APPLE]
    ana.lose_signal()
    page.reload()
    expect(page.get_by_text("Sin señal.")).to_be_visible()
    assert page.locator(".wallets").count() == 0


def test_where_the_cards_are_and_why_some_are_behind(site: Site, luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at="/app/billeteras")
    expect(page.get_by_role("heading", level=1)).to_have_text("Todavía no hay tarjetas")
    expect(page.get_by_role("heading", name="Todas están al día")).to_be_visible()
    look_everywhere(rosa, "wallets-none")

    silent, both, refused, left = (luna.card(name=name) for name in (NASTY, "Bea Luna", "Rita Paz", "Lola Ríos"))
    luna.card(name="Eva Sol")
    for card in (silent, refused):
        stamp(site, luna, card, minutes=90)
    KeptCard(luna, silent).saved().know(behind=1, minutes=90).tell("pushed", minutes=89, phones=1)
    KeptCard(luna, both).saved()
    KeptCard(luna, both, "google").saved(0)
    google = KeptCard(luna, refused, "google").saved(0).know(behind=1, minutes=90)
    google.tell("failed", minutes=88, reason="INVALID_ARGUMENT", status=400, retry=False)
    KeptCard(luna, left).saved().leave(minutes=300)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 de 5 clientes la llevan en su billetera")
    expect(page.get_by_text("1 cliente la tiene en las dos.")).to_be_visible()
    expect(page.get_by_text("1 la agregó a un iPhone que ya no la pide")).to_be_visible()
    late = page.get_by_role("region", name="Tarjetas que muestran un número viejo")
    expect(late.get_by_role("listitem")).to_have_count(2)
    expect(late.get_by_role("listitem").filter(has_text=NASTY)).to_contain_text("El celular todavía no responde")
    expect(late.get_by_role("listitem").filter(has_text="Rita Paz")).to_contain_text("Google dijo: «INVALID_ARGUMENT»")
    expect(page.get_by_text("Tus tarjetas salen con el identificador de la plataforma")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    look_everywhere(rosa, "wallets-desk")
    late.get_by_role("link", name="Rita Paz").click()
    phones = page.get_by_role("region", name="En su celular")
    expect(phones.get_by_text("Google no aceptó el cambio")).to_be_visible()
    phones.get_by_text("Todo lo que pasó").click()
    expect(phones.get_by_text("Google no recibió el cambio: «INVALID_ARGUMENT»")).to_be_visible()

    phone = visit()
    page = enter(phone, luna, at="/app/billeteras")
    expect(page.get_by_role("heading", level=1)).to_have_text("3 de 5 clientes la llevan en su billetera")
    look_everywhere(phone, "wallets-phone")


def test_in_english_too(luna: Shop, visit: Visit) -> None:
    KeptCard(luna, luna.card(name="Ana Torres")).saved().leave(minutes=3, why="apns")
    rosa = visit(viewport=DESK, locale="en-GB")
    page = enter(rosa, luna, at="/app/billeteras")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody carries it in a wallet yet")
    page.goto(f"/app/clientes/{_customer(luna)}")
    expect(page.get_by_text("Apple does not know that phone any more")).to_be_visible()


@pytest.mark.proof
def test_a_certificate_that_ends_is_told_where_one_looks(luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    rosa.page.route(
        re.compile("/pass-type$"),
        lambda route: route.fulfill(
            json={
                "on": True, "pass_type_id": "pass.pe.luna", "own": True, "development": False,
                "ends_at": "2026-12-20T12:00:00Z", "urgency": "soon",
            }
        ),
    )  # fmt: skip
    page = enter(rosa, luna, at="/app/avisos")
    expect(page.get_by_text(re.compile("El certificado de Apple vence el dom 20 dic"))).to_be_visible()
    look_everywhere(rosa, "notices-certificate")
    page.goto("/app/billeteras")
    expect(page.get_by_text("Renuévalo en tu cuenta de Apple")).to_be_visible()
    expect(page.get_by_text("quedan juntas solo las de tu local")).to_be_visible()


@pytest.mark.proof
def test_whoever_runs_the_platform_gives_a_shop_its_own_identifier(site: Site, luna: Shop, visit: Visit) -> None:
    name = f"pass.pe.luna-{luna.slug[-8:]}"
    carmen = visit(viewport=DESK)
    page = come_in(carmen, site)
    page.get_by_label("Buscar local").fill(luna.slug)
    page.get_by_role("row").filter(has_text=luna.slug).get_by_role("button", name="Más sobre").click()
    page.get_by_role("menuitem", name="Identificador en Apple").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Identificador").fill("luna")
    dialog.get_by_role("button", name="Guardar").click()
    expect(dialog.get_by_label("Identificador")).to_have_attribute("aria-invalid", "true")
    look_everywhere(carmen, "admin-pass-type")
    dialog.get_by_label("Identificador").fill(name)
    dialog.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardado para Café Luna")).to_be_visible()
    page.get_by_role("radio", name="Certificados").click()
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("Café Luna")
    look_everywhere(carmen, "admin-certificates")


@pytest.mark.proof
def test_from_the_button_to_the_iphone_and_back_to_the_shop(
    site: Site, luna: Shop, visit: Visit, apple: PlayedApple
) -> None:
    """Ana adds her new card; each stamp shows on it; the shop sees each step, and why it stops when the phone does."""
    ana = visit(user_agent=IPHONE)
    page = ana.go(f"/e/{luna.slug}")
    page.get_by_label("Nombre").fill("Ana Torres")
    page.get_by_label("Celular").fill("987 654 321")
    page.get_by_role("button", name="Crear mi tarjeta").click()
    expect(page.get_by_role("heading", name="Listo, Ana")).to_be_visible()
    assert offered(page) == [APPLE]
    ana.shot("enrol-done-iphone")
    with page.expect_download() as download:
        page.get_by_role("link", name=APPLE).click()
    card = apple.add("ana", download.value.path().read_bytes())
    link = urlsplit(page.get_by_role("link", name="Ver mi tarjeta").get_attribute("href") or "").path
    known = TestCardOf(site, luna, link.removeprefix("/c/"))
    apple.drained()

    rosa = visit(viewport=DESK)
    shop = enter(rosa, luna, at=f"/app/clientes/{known.customer_id}")
    phones = shop.get_by_role("region", name="En su celular")
    expect(phones.get_by_text("Muestra lo último")).to_be_visible()
    known.stamp()
    seen(lambda: shown(apple, "ana", card) == "1 de 10")
    expect(phones.get_by_role("status")).to_have_text("al día", timeout=15_000)
    phones.get_by_text("Todo lo que pasó").click()
    expect(phones.get_by_role("listitem").filter(has_text="El celular bajó la tarjeta").first).to_be_visible()
    look_everywhere(rosa, "customer-phones")

    apple.change("ana", on=False)
    known.stamp()
    expect(phones.get_by_text("Acabamos de avisar al celular")).to_be_visible(timeout=15_000)
    expect(phones.get_by_text("le falta 1 movimiento")).to_be_visible()
    look_everywhere(rosa, "customer-phones-silent")
    apple.change("ana", on=True)
    expect(phones.get_by_text("Muestra lo último")).to_be_visible(timeout=15_000)
    apple.change("ana", updates=False)
    apple.drained()
    shop.reload()
    expect(phones.get_by_text("Su iPhone dejó de pedirla")).to_be_visible()


class TestCardOf:
    """The card behind a link, confirmed at the till."""

    __test__ = False

    def __init__(self, site: Site, shop: Shop, link: str) -> None:
        self._site, self._shop = site, shop
        with httpx.Client(base_url=site.url, headers=shop.diego.headers) as diego:
            code = diego.get(f"/api/v1/cards/by-link/{link}").json()["code"]["code"]
            found = diego.get(f"/api/v1/scans/{code}").json()
            said = diego.post(f"/api/v1/cards/{found['card_id']}/confirmation", json={"last_three": "321"})
            assert said.status_code == 200, said.text
        self.customer_id = CustomerId(UUID(found["customer_id"]))
        [(scan_code,)] = site.database.rows("SELECT scan_code FROM cards WHERE id = %s", found["card_id"])
        self._card = TestCard(CardId(UUID(found["card_id"])), self.customer_id, scan_code, link, "", "Ana Torres")

    def stamp(self) -> None:
        """One stamp."""
        stamp(self._site, self._shop, self._card)


def _customer(shop: Shop) -> str:
    with shop.connect() as connection:
        row = connection.execute("SELECT id FROM customers WHERE business_id = %s", (shop.business_id,)).fetchone()
    assert row is not None
    return str(row[0])


def shown(apple: PlayedApple, phone: str, card: dict[str, object]) -> str:
    """The count in the card's corner, as the phone shows it."""
    [kept] = [one for one in apple.phone(phone)["cards"] if one["path"] == card["path"]]
    [count] = [one["value"] for one in kept["header"] if one["key"] == "stamps"]
    return str(count)


def seen(check: Callable[[], bool]) -> None:
    """Until it is so."""
    deadline = time.monotonic() + 20
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.1)
