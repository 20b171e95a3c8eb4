"""A till in several windows of one machine, and what lies on its disk."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.support.shop import Person, Shop, TestCard
from tests.support.site import Site, Visitor

PIN = "2586"

# What the disk holds, read by the test as the app would: [{id, state}] of the list, and how many people are known.
_KEPT = """
(store) => new Promise((done, fail) => {
  const opening = indexedDB.open("sello-stamper");
  opening.onerror = () => fail(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => { opening.result.close(); done(asked.result); };
    asked.onerror = () => fail(asked.error);
  };
})
"""


def choose_pin(site: Site, person: Person, pin: str = PIN) -> None:
    """Somebody chooses a PIN at home."""
    answer = httpx.put(f"{site.url}/api/v1/auth/pin", json={"pin": pin}, headers=person.headers)
    assert answer.status_code == 204, answer.text


def till_code(site: Site, shop: Shop) -> str:
    """The owner asks for a code that makes a machine a till."""
    answer = httpx.post(f"{site.url}/api/v1/device-codes", json={"name": "Tablet"}, headers=shop.rosa.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


class Counter:
    """The stamper in one browser window."""

    def __init__(self, site: Site, shop: Shop, visitor: Visitor, page: Page | None = None) -> None:
        self.site, self.shop, self.visitor = site, shop, visitor
        self.page = page or visitor.page

    def open(self, person: Person | None = None) -> "Counter":
        """Enrol the machine, let somebody in by PIN, and wait until it could lose its signal."""
        person = person or self.shop.diego
        choose_pin(self.site, person)
        self.page.goto(f"/stamp#code={till_code(self.site, self.shop)}")
        self.enter(person)
        self.page.wait_for_function("navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')")
        while not self.kept("people"):
            self.page.wait_for_timeout(50)
        return self

    def enter(self, person: Person, pin: str = PIN) -> None:
        """Type a PIN."""
        self.page.get_by_role("button", name=person.name).click()
        for digit in pin:
            self.page.get_by_role("button", name=digit, exact=True).click()
        self.page.get_by_role("button", name="Entrar").click()
        expect(self.page.get_by_role("button", name="Celular o nombre")).to_be_visible()

    def another(self) -> "Counter":
        """A second window of the same machine."""
        page = self.visitor.context.new_page()
        page.on("pageerror", lambda error: self.visitor.complaints.append(str(error)))
        page.goto("/stamp")
        expect(page.get_by_role("button", name="Celular o nombre")).to_be_visible()
        return Counter(self.site, self.shop, self.visitor, page)

    def stamp_known(self, card: TestCard) -> None:
        """Find somebody by three digits and stamp them."""
        self.page.get_by_role("button", name="Celular o nombre").click()
        for digit in card.phone[-3:]:
            self.page.get_by_role("button", name=digit, exact=True).click()
        self.page.get_by_role("list", name="Clientes encontrados").get_by_role("button").first.click()
        self._next()

    def stamp_typed(self, card: TestCard) -> None:
        """Type a card's code and stamp it."""
        self.page.get_by_role("button", name="Celular o nombre").click()
        self.page.get_by_role("button", name="Escribir un código").click()
        self.page.get_by_label("Código de 20 letras y números").fill(card.scan_code)
        self.page.get_by_role("button", name="Sellar", exact=True).click()
        self._next()

    def _next(self) -> None:
        self.page.get_by_role("button", name=re.compile("Siguiente")).click()
        expect(self.page.get_by_role("button", name="Celular o nombre")).to_be_visible()

    def waits(self, count: int) -> None:
        """Assert how many the bar says are waiting."""
        expect(self.page.get_by_text(f"{count} en espera", exact=True)).to_be_visible(timeout=30_000)

    def kept(self, store: str = "stamps") -> list[dict[str, Any]]:
        """What the disk holds."""
        found: list[dict[str, Any]] = self.page.evaluate(_KEPT, store)
        return found

    def states(self) -> list[str]:
        """The states of the list, in the order given."""
        return [each["state"] for each in self.kept()]


def ledger(site: Site, shop: Shop) -> list[tuple[str, datetime]]:
    """(id, time of the visit) of the shop's stamps, in the order they were written."""
    rows = site.database.rows(
        "SELECT id::text, occurred_at FROM stamp_events WHERE business_id = %s AND kind = 'earn'"
        " ORDER BY recorded_at, id",
        shop.business_id,
    )
    return [(id_, at.astimezone(UTC)) for id_, at in rows]
