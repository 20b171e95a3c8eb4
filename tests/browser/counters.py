"""Somebody at a till in the browser: enrolled by a code, entered by PIN, stamping what the camera sees."""

from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from sello.shared.ids import new_id
from tests.support.filming import film, picture_of
from tests.support.shop import LOOSE, Person, Shop
from tests.support.site import Site, Visitor

PIN = "2580"
ONE = LOOSE.model_copy(update={"most_per_purchase": 1})


def set_pin(site: Site, person: Person, pin: str = PIN) -> None:
    """Somebody chooses a PIN, with their password."""
    answer = httpx.put(f"{site.url}/api/v1/auth/pin", json={"pin": pin}, headers=person.headers)
    assert answer.status_code == 204, answer.text


def code_for(site: Site, shop: Shop, **more: Any) -> str:
    """Rosa lets a till be enrolled."""
    body = {"name": "Caja 1"} | more
    answer = httpx.post(f"{site.url}/api/v1/device-codes", json=body, headers=shop.rosa.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def branch(site: Site, shop: Shop, name: str) -> str:
    """One more branch; its id."""
    body = {"id": str(new_id()), "name": name}
    answer = httpx.post(f"{site.url}/api/v1/branches", json=body, headers=shop.rosa.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


class Till:
    """The stamper on a visitor's machine."""

    def __init__(self, visitor: Visitor, site: Site, shop: Shop, reel: Path | None = None) -> None:
        self.visitor, self.site, self.shop, self._reel = visitor, site, shop, reel
        self.page: Page = visitor.page

    def enrol(self, **more: Any) -> "Till":
        """By the address that the owner's QR holds."""
        self.visitor.go(f"/stamp#code={code_for(self.site, self.shop, **more)}")
        expect(self.page.get_by_role("heading", name="¿Quién sella?")).to_be_visible()
        return self

    def enter(self, name: str, pin: str = PIN) -> "Till":
        """A tap on a name, the PIN, ready."""
        self.choose(name)
        self.type(pin)
        self.page.get_by_role("button", name="Entrar").click()
        return self

    def choose(self, name: str) -> None:
        """A tap on a name."""
        self.page.get_by_role("group", name="¿Quién sella?").get_by_role("button", name=name).click()

    def type(self, digits: str) -> None:
        """On our own keys."""
        for digit in digits:
            self.page.get_by_role("button", name=digit, exact=True).click()

    def open(self, name: str = "Diego Ramos", **more: Any) -> "Till":
        """Enrolled, and somebody stands there."""
        set_pin(self.site, self.shop.diego)
        self.enrol(**more).enter(name)
        expect(self.page.get_by_role("button", name="Celular o nombre")).to_be_visible()
        return self

    def show(self, code: str | Image.Image | None) -> None:
        """What the camera sees from when it is opened next."""
        assert self._reel is not None
        film(self._reel, picture_of(code) if isinstance(code, str) else code)

    def point_at(self, code: str | Image.Image | None) -> None:
        """Open the camera anew on something."""
        self.show(code)
        self.page.reload()

    def find(self, digits: str) -> Locator:
        """Look somebody up by their last digits; the rows that were found."""
        self.page.get_by_role("button", name="Celular o nombre").click()
        self.type(digits)
        return self.page.get_by_role("list", name="Clientes encontrados").get_by_role("button")

    def asked_who(self, name: str) -> None:
        """A new card was scanned: the till asks for its holder, at once or, with a slow look-up, one tap later."""
        asks = self.page.get_by_role("heading", name=f"¿Eres {name}?")
        late = self.page.get_by_role("button", name="Confirmar")
        expect(asks.or_(late)).to_be_visible()
        if late.is_visible():
            late.click()
        expect(asks).to_be_visible()

    @property
    def answer(self) -> Locator:
        """What fills the screen after a stamp."""
        return self.page.locator(".answer")

    def press(self, name: str, *, exact: bool = False) -> None:
        """A button by its name."""
        self.page.get_by_role("button", name=name, exact=exact).click()
