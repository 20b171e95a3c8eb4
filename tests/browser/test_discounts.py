"""A campaign's code at the counter: one that is none is refused in words."""

from playwright.sync_api import expect

from tests.browser.counters import Till
from tests.support.shop import Shop
from tests.support.site import Site


def test_a_code_that_is_none_is_refused_in_words(site: Site, luna: Shop, till: Till) -> None:
    till.open()
    till.press("Celular o nombre")
    till.press("Escribir un código")
    till.page.get_by_label("Código de 20 letras y números").fill("7K2M-9QXD-4T8ZP")
    till.press("Sellar")
    expect(till.page.get_by_role("heading", name="Ese código no existe")).to_be_visible()
    till.visitor.shot("discount-unknown")
    assert till.visitor.axe() == []
