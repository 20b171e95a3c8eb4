"""The owner's way in: register, confirm, sign in, come back, sign out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support.dashboard import PASSWORD, enter, give_password
from tests.support.shop import Shop, make_shop
from tests.support.site import DESK, Site, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop."""
    return make_shop(site.settings)


def test_sign_in_by_the_form(luna: Shop, visit: Visit) -> None:
    email = give_password(luna, luna.rosa)
    rosa = visit()
    page = rosa.go("/app")
    expect(page.get_by_role("heading", name="Entra a tu local")).to_be_visible()
    rosa.shot("door")
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("navigation", name="Principal")).to_be_visible()
    rosa.shot("inside")


def test_a_reload_stays_inside(luna: Shop, visit: Visit) -> None:
    rosa = visit(viewport=DESK)
    page = enter(rosa, luna, at="/app/cuenta")
    expect(page.get_by_role("heading", name="Tu cuenta")).to_be_visible()
    rosa.shot("inside-desk")
    assert rosa.axe() == []
