"""The counter without a signal: every stamp is once in the ledger, whatever happens to page, line or server."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.browser.windows import Counter, ledger, till_code
from tests.support.shop import Shop, TestCard
from tests.support.site import Site, Visitor

Visit = Callable[..., Visitor]
BATCHES = "**/api/v1/stamps/batches"


@pytest.fixture
def cards(luna: Shop) -> list[TestCard]:
    """Its customers; one of them has an awkward name."""
    return [luna.card(name=f"Ana {number}") for number in range(9)] + [luna.card(name="<img/src=x/onerror=alert(1)>")]


@pytest.fixture
def counter(site: Site, luna: Shop, cards: list[TestCard], visit: Visit) -> Counter:
    """Diego stands at a till."""
    return Counter(site, luna, visit()).open()


@pytest.fixture(autouse=True)
def upright(site: Site) -> Iterator[None]:
    """The API answers again after a test that killed it."""
    yield
    site.apis[0].app = "sello.entry.http:create_app"
    if site.apis[0].over:
        site.apis[0].start().wait()


@pytest.mark.proof
def test_the_offline_day(site: Site, luna: Shop, cards: list[TestCard], counter: Counter) -> None:
    counter.visitor.lose_signal()
    for card in cards:
        counter.stamp_known(card)
        counter.stamp_typed(card)
    counter.visitor.shot("offline-camera")
    counter.page.reload()
    counter.waits(20)
    for card in cards[:5]:
        counter.stamp_typed(card)
    other = counter.another()
    for card in cards:
        other.stamp_known(card)
        counter.stamp_typed(card)
    other.page.close()
    for card in cards[5:]:
        counter.stamp_known(card)
    counter.waits(50)
    assert [len(counter.kept()), ledger(site, luna)] == [50, []]

    third = counter.another()
    counter.visitor.lose_signal(False)
    counter.waits(0)
    third.waits(0)
    written = ledger(site, luna)
    # Once each, and in the order they were given.
    assert [id_ for id_, _ in written] == [each["id"] for each in counter.kept()]
    assert len(written) == 50
    assert [at for _, at in written] == sorted(at for _, at in written)
    assert counter.states() == ["done"] * 50
    assert [luna.balance(card)[0] for card in cards] == [5] * 10


def test_an_answer_that_is_lost_counts_nothing_twice(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if len(lost) == 3:
            return route.continue_()
        lost.append(route.fetch().status)
        route.abort()

    counter.visitor.lose_signal()
    for card in cards[:3]:
        counter.stamp_typed(card)
    counter.visitor.context.route(BATCHES, lose)
    counter.visitor.lose_signal(False)
    counter.visitor.offline = True  # its complaint about the answer is ours
    counter.waits(0)
    assert lost == [200, 200, 200]
    assert len(ledger(site, luna)) == 3
    assert counter.states() == ["done"] * 3
    counter.visitor.offline = False


def test_a_page_that_dies_while_its_stamps_are_on_their_way(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    held: list[Route] = []
    counter.visitor.lose_signal()
    for card in cards[:3]:
        counter.stamp_typed(card)
    counter.visitor.context.route(BATCHES, lambda route: held.append(route))
    counter.visitor.lose_signal(False)
    counter.page.wait_for_function("() => document.body.innerText.includes('3 en espera')")
    while not held:
        counter.page.wait_for_timeout(50)
    assert held[0].fetch().status == 200  # it arrived, and nobody is there to hear so
    counter.page.close()
    counter.visitor.context.unroute(BATCHES)
    again = counter.another()
    again.waits(0)
    assert len(ledger(site, luna)) == 3
    assert again.states() == ["done"] * 3


@pytest.mark.proof
def test_a_server_that_is_killed_and_comes_back(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    counter.visitor.offline = True  # the browser complains of a server that is away
    site.apis[0].kill()
    for card in cards[:3]:
        counter.stamp_typed(card)
    site.apis[0].start().wait()
    counter.stamp_typed(cards[3])
    counter.waits(0)
    assert len(ledger(site, luna)) == 4
    assert [id_ for id_, _ in ledger(site, luna)] == [each["id"] for each in counter.kept()]


def test_somebody_who_was_dismissed_meanwhile(site: Site, luna: Shop, cards: list[TestCard], counter: Counter) -> None:
    counter.stamp_typed(cards[0])
    counter.waits(0)
    counter.visitor.lose_signal()
    counter.stamp_typed(cards[1])
    gone = httpx.delete(f"{site.url}/api/v1/staff/{luna.diego.account_id}", headers=luna.rosa.headers)
    assert gone.status_code == 204, gone.text
    counter.page.wait_for_timeout(1100)  # a second later, by the server's clock
    counter.stamp_typed(cards[2])
    counter.visitor.lose_signal(False)
    counter.page.wait_for_function("() => document.body.innerText.includes('1 rechazado')", timeout=30_000)
    assert counter.states() == ["done", "done", "refused"]
    assert len(ledger(site, luna)) == 2


def test_a_till_is_taken_off_only_when_what_waits_may_be_lost(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    page = counter.page
    counter.visitor.lose_signal()
    for card in cards[:2]:
        counter.stamp_typed(card)
    page.get_by_role("button", name="Sella Diego").click()
    page.get_by_role("button", name="Quitar esta caja").click()
    expect(page.get_by_role("alert")).to_contain_text("2 sellos todavía no se enviaron")
    counter.visitor.shot("leave-with-waiting")
    page.get_by_role("button", name="No, seguir sellando").click()
    assert counter.states() == ["waiting"] * 2
    page.get_by_role("button", name="Quitar esta caja").click()
    page.get_by_role("button", name="Quitarla y perderlos").click()
    expect(page.get_by_role("heading", name="Esta será tu caja")).to_be_visible()
    assert [counter.kept(store) for store in ("stamps", "people", "pins", "facts")] == [[], [], [], []]
    assert luna.diego.name not in json.dumps(page.evaluate("({ ...localStorage })"))
    counter.visitor.lose_signal(False)
    page.reload()
    expect(page.get_by_role("heading", name="Esta será tu caja")).to_be_visible()
    assert ledger(site, luna) == []


@pytest.mark.proof
def test_a_newer_app_takes_over_with_stamps_waiting(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    counter.visitor.offline = True  # of a server that is away for a moment
    counter.visitor.lose_signal()
    counter.stamp_typed(cards[0])
    site.apis[0].stop()
    site.apis[0].app = "tests.support.newer_app:create_app"
    site.apis[0].start().wait()
    counter.visitor.context.route(BATCHES, lambda route: route.abort())
    counter.visitor.lose_signal(False)
    counter.page.evaluate("navigator.serviceWorker.getRegistration('/stamp').then((it) => it.update())")
    counter.page.get_by_role("button", name="Actualizar").click()
    counter.page.wait_for_function("async () => (await caches.keys()).includes('sello-stamper-newer')")
    counter.waits(1)
    counter.stamp_typed(cards[1])
    counter.visitor.context.unroute(BATCHES)
    counter.waits(0)
    assert len(ledger(site, luna)) == 2


def test_a_till_the_owner_ended_keeps_what_waits_until_it_is_enrolled_again(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    counter.visitor.lose_signal()
    counter.stamp_typed(cards[0])
    [till] = httpx.get(f"{site.url}/api/v1/devices", headers=luna.rosa.headers).json()
    assert httpx.delete(f"{site.url}/api/v1/devices/{till['id']}", headers=luna.rosa.headers).status_code == 204
    counter.visitor.lose_signal(False)
    expect(counter.page.get_by_text("1 sello espera en este aparato")).to_be_visible(timeout=20_000)
    counter.visitor.shot("till-ended")
    assert counter.states() == ["waiting"]
    counter.page.get_by_role("button", name="Escribir un código").click()
    counter.page.get_by_label("Código de la caja").fill(till_code(site, luna))
    counter.page.get_by_role("button", name="Conectar caja").click()
    # His session was the former till's; his PIN is what the new one waits for.
    expect(counter.page.get_by_role("heading", name="¿Quién sella?")).to_be_visible(timeout=20_000)
    counter.enter(luna.diego)
    counter.waits(0)
    assert len(ledger(site, luna)) == 1


def test_the_credential_of_a_till_is_renewed_when_its_token_is_over(
    site: Site, luna: Shop, cards: list[TestCard], counter: Counter
) -> None:
    renewals: list[str] = []
    counter.visitor.context.on(
        "request", lambda request: renewals.append(request.url) if request.url.endswith("/renewals") else None
    )
    refused: list[int] = []

    def refuse(route: Route) -> None:
        if refused:
            return route.continue_()
        refused.append(1)
        route.fulfill(status=401, json={"code": "unauthenticated", "message": "Inicia sesión.", "details": {}})

    counter.visitor.context.route(BATCHES, refuse)
    counter.stamp_typed(cards[0])
    counter.waits(0)
    assert (len(refused), len(renewals)) == (1, 1)
    assert len(ledger(site, luna)) == 1
