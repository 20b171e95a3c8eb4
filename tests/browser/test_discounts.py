"""A campaign's code at the counter: offered with the stamp, used once, taken back, typed, and refused in words."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect

from sello.shared.ids import new_id
from tests.browser.counters import Till
from tests.support.campaigns import agree, template
from tests.support.shop import Shop, TestCard
from tests.support.site import Site, Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def worker(site: Site) -> Iterator[Site]:
    """The site with its worker, which plans."""
    site.start_worker()
    yield site
    site.stop_worker()


def code_of(site: Site, luna: Shop, card: TestCard, till: Till) -> str:
    """Rosa writes to somebody and gives them a code; the message has left."""
    agree(luna, card)
    body = {
        "id": str(new_id()), "name": "Te extrañamos", "template_id": template(luna), "discount_percent": 20,
        "trigger": {"kind": "segment", "customer_ids": [str(card.customer_id)]}, "holdout_percent": 0,
    }  # fmt: skip
    with httpx.Client(base_url=f"{site.url}/api/v1", headers=luna.rosa.headers) as api:
        made = api.post("/campaigns", json=body)
        assert made.status_code == 201, made.text
        started = api.put(f"/campaigns/{body['id']}/activation")
        assert started.status_code == 200, started.text
    while not (codes := site.database.rows("SELECT code FROM discount_codes WHERE campaign_id = %s", body["id"])):
        till.page.wait_for_timeout(50)
    with luna.connect() as connection, connection.transaction():
        connection.execute(
            "WITH sent AS (UPDATE campaign_sends SET claims = 1, claimed_at = app_now(), accepted_at = app_now(),"
            " rank = 2, sid = 'SM' || replace(id::text, '-', '') WHERE campaign_id = %s"
            " RETURNING campaign_id, cost_micros)"
            " UPDATE campaigns SET committed_micros = sent.cost_micros FROM sent WHERE id = sent.campaign_id",
            (body["id"],),
        )
    return str(codes[0][0])


def test_a_code_is_used_once_and_taken_back(worker: Site, luna: Shop, till: Till) -> None:
    ana = luna.card(name="Ana Torres")
    code = code_of(worker, luna, ana, till)
    till.open()
    till.find(ana.phone[-3:]).first.click()
    till.press("Canjear: 20 % de descuento")
    expect(till.answer).to_contain_text("Te extrañamos. Vale hasta")
    till.visitor.shot("discount-offered")
    assert till.visitor.axe() == []
    till.press("Usar el código")
    expect(till.answer).to_contain_text("Código usado")
    till.visitor.shot("discount-used")
    assert till.visitor.axe() == []
    till.press("Deshacer")
    expect(till.answer).to_contain_text("Código devuelto")
    till.press("Siguiente")
    # The same by hand, as it stands in the message; the second time it says why not.
    type_code(till, code.lower())
    till.press("Usar el código")
    expect(till.answer).to_contain_text("Código usado")
    till.visitor.shot("discount-typed")
    till.press("Siguiente")
    type_code(till, code)
    expect(till.page.get_by_role("heading", name="Código ya usado")).to_be_visible()
    till.visitor.shot("discount-used-before")


def type_code(till: Till, code: str) -> None:
    """Somebody reads it out."""
    till.press("Celular o nombre")
    till.press("Escribir un código")
    till.page.get_by_label("Código de 20 letras y números").fill(code)
    till.press("Sellar")


def test_a_code_that_is_none_is_refused_in_words(site: Site, luna: Shop, till: Till) -> None:
    till.open()
    type_code(till, "7K2M-9QXD-4T8ZP")
    expect(till.page.get_by_role("heading", name="Ese código no existe")).to_be_visible()
    till.visitor.shot("discount-unknown")
    assert till.visitor.axe() == []
