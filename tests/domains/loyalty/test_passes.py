"""A card as a pass: what stands in it, that it is signed, that it names nobody, and that it is always the same one."""

import asyncio
import io
from pathlib import Path

import httpx
import pytest
import segno
from fastapi import FastAPI
from PIL import Image, ImageFilter

from sello.domains.business import RewardRules, Step
from sello.entry.settings import Settings
from tests.support.passes import Read, read
from tests.support.reading import codes, codes_by_another
from tests.support.shop import Shop, TestCard


class Phone:
    """Somebody with the link of a card."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, folder: Path) -> None:
        self.client = client
        self.settings = settings
        self.folder = folder

    async def get(self, shop: Shop, card: TestCard, lang: str = "es") -> Read:
        """The pass behind the card's link."""
        answer = await self.client.get(f"/c/{shop.code}{card.link}/apple", params={"lang": lang})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vnd.apple.pkpass"
        return self.read(answer.content)

    def read(self, pkpass: bytes) -> Read:
        """What is in a file."""
        return read(pkpass, self.folder, root=self.settings.sello_home / "apple" / "root.pem")


@pytest.fixture
def phone(client: httpx.AsyncClient, settings: Settings, tmp_path: Path) -> Phone:
    """A phone."""
    return Phone(client, settings, tmp_path)


async def stamped(client: httpx.AsyncClient, shop: Shop, card: TestCard, times: int = 1) -> None:
    """Stamps by Diego."""
    for _ in range(times):
        answer = await client.post("/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
        assert answer.status_code == 201, answer.text


async def test_a_pass_shows_the_card_and_can_be_updated(client: httpx.AsyncClient, shop: Shop, phone: Phone) -> None:
    card = shop.card()
    await stamped(client, shop, card, 4)
    found = await phone.get(shop, card)
    assert found.value("stamps") == "4 de 10"
    assert found.field("stamps") == {
        "key": "stamps", "label": "SELLOS", "value": "4 de 10", "changeMessage": "Tu tarjeta: %@ sellos",
    }  # fmt: skip
    assert found.field("next") == {"key": "next", "label": "CON 5 SELLOS", "value": "Café gratis"}
    assert found.content["webServiceURL"] == f"{phone.settings.public_base_url}/passkit"
    assert len(found.content["authenticationToken"]) == 26
    assert found.content["organizationName"] == "Café Luna"
    assert f"/c/{shop.code}{card.link}" in (found.value("card") or "")
    sizes = {name: Image.open(io.BytesIO(data)).size for name, data in found.files.items() if name.endswith("png")}
    assert sizes == {
        "icon.png": (29, 29), "icon@2x.png": (58, 58), "icon@3x.png": (87, 87),
        "strip.png": (375, 144), "strip@2x.png": (750, 288), "strip@3x.png": (1125, 432),
    }  # fmt: skip


async def test_what_speaks_on_the_lock_screen_is_the_one_thing_that_changed(
    client: httpx.AsyncClient, shop: Shop, phone: Phone
) -> None:
    card = shop.card()
    await stamped(client, shop, card, 5)
    full = await phone.get(shop, card)
    assert full.field("waiting") == {
        "key": "waiting", "label": "PREMIO LISTO", "value": "Café gratis", "changeMessage": "Premio listo: %@",
    }  # fmt: skip
    assert "changeMessage" not in (full.field("stamps") or {})
    await stamped(client, shop, card)
    after = await phone.get(shop, card)
    assert "changeMessage" not in (after.field("waiting") or {})
    assert (after.field("stamps") or {})["changeMessage"] == "Tu tarjeta: %@ sellos"


async def test_it_is_the_same_pass_each_time_in_the_language_asked_last(
    client: httpx.AsyncClient, shop: Shop, phone: Phone
) -> None:
    card = shop.card()
    at_once = await asyncio.gather(*(phone.get(shop, card) for _ in range(4)))
    english = await phone.get(shop, card, "en")
    assert {(one.serial, one.content["authenticationToken"]) for one in [*at_once, english]} == {
        (english.serial, english.content["authenticationToken"])
    }
    assert english.value("stamps") == "0 of 10"
    with shop.connect() as connection:
        rows = connection.execute(
            "SELECT count(*), min(locale), min(noted_seq), min(shown_seq) FROM wallet_passes WHERE card_id = %s",
            (card.id,),
        ).fetchone()
        events = connection.execute(
            "SELECT e.kind FROM wallet_events e JOIN wallet_passes p ON p.id = e.pass_id WHERE p.card_id = %s",
            (card.id,),
        ).fetchall()
    assert rows == (1, "en", 0, 0)
    assert events == [("issued",)]


async def test_a_pass_names_nobody_and_its_ids_say_nothing(shop: Shop, phone: Phone) -> None:
    card = shop.card(name="Esperanza Quispe")
    found = await phone.get(shop, card)
    text = found.files["pass.json"].decode()
    for secret in ("Esperanza", "Quispe", card.phone[-9:], str(card.id), str(card.customer_id), str(shop.business_id)):
        assert secret not in text
    [code] = found.content["barcodes"]
    assert code["message"] == card.scan_code
    assert len({found.serial, found.content["authenticationToken"], card.scan_code, card.link}) == 4


async def test_two_decoders_read_the_code_of_a_pass(shop: Shop, phone: Phone) -> None:
    """Drawn as a phone draws it; sharp, out of focus, and from so far that a module is two dots wide."""
    card, text = shop.card(), "R7MX2K9QF4TB6ZH3WDVN"  # always the same one: decoders have codes that they dislike
    with shop.connect() as connection:
        connection.execute("UPDATE cards SET scan_code = %s WHERE id = %s", (text, card.id))
    [code] = (await phone.get(shop, card)).content["barcodes"]
    assert (code["format"], code["messageEncoding"]) == ("PKBarcodeFormatQR", "iso-8859-1")
    shown = segno.make_qr(code["message"].encode(code["messageEncoding"]), error="m")

    def drawn(scale: int) -> Image.Image:
        out = io.BytesIO()
        shown.save(out, kind="png", scale=scale, border=4)
        return Image.open(out).convert("L")

    for image in (drawn(6), drawn(6).filter(ImageFilter.GaussianBlur(1.5)), drawn(2)):
        assert codes(image) == codes_by_another(image) == [text]


async def test_the_code_of_a_pass_opens_nothing_for_whoever_photographs_it(
    client: httpx.AsyncClient, shop: Shop, phone: Phone
) -> None:
    """S35: everything reachable with the text of the QR alone."""
    found = await phone.get(shop, shop.card())
    code = found.content["barcodes"][0]["message"]
    kind = found.content["passTypeIdentifier"]
    asked = [
        f"/c/{code}", f"/c/{shop.code}{code}", f"/c/{code}/apple", f"/c/{shop.code}{code}/apple",
        f"/api/v1/cards/by-link/{code}", f"/api/v1/cards/by-link/{shop.code}{code}",
        f"/api/v1/cards/by-link/{shop.code}{code}/code", f"/passkit/v1/passes/{kind}/{code}",
        f"/passkit/v1/devices/{code}/registrations/{kind}", f"/api/v1/scans/{code}", f"/api/v1/cards/{code}",
        f"/api/v1/customers/{code}",
    ]  # fmt: skip
    for path in asked:
        answer = await client.get(path, headers={"Authorization": f"ApplePass {code}"})
        assert answer.status_code in (204, 401, 404, 422), (path, answer.status_code)
        assert "Ana" not in answer.text
        assert "Torres" not in answer.text
    stamp = await client.post("/api/v1/stamps", json=shop.stamp(shop.card(), scan_code=code))
    assert stamp.status_code == 401


async def test_what_a_shop_is_called_stays_text(
    client: httpx.AsyncClient, settings: Settings, shop: Shop, phone: Phone
) -> None:
    evil = "<script>alert(1)</script> %@ \\u0041 {shop} ']"
    with shop.connect() as connection:
        connection.execute("UPDATE businesses SET name = %s WHERE id = %s", (evil, shop.business_id))
    shop.set_rules(RewardRules(steps=(Step(at=10, title="<b>%@ {at}"),)))
    found = await phone.get(shop, shop.card())
    assert found.content["organizationName"] == evil
    assert found.value("next") == "<b>%@ {at}"
    assert (found.field("card") or {})["attributedValue"].count("<") == 2


async def test_a_pending_card_has_a_pass_that_says_so(shop: Shop, phone: Phone) -> None:
    found = await phone.get(shop, shop.card(confirmed=False))
    assert found.field("pending") == {"key": "pending", "label": "POR CONFIRMAR", "value": "Muéstrala en caja"}
    assert found.value("stamps") == "0 de 10"


async def test_a_link_that_opens_nothing_gives_no_pass(client: httpx.AsyncClient, shop: Shop) -> None:
    answer = await client.get(f"/c/{shop.code}{'A' * 22}/apple")
    assert (answer.status_code, answer.json()["code"]) == (404, "card_not_found")
    with shop.connect() as connection:
        connection.execute("UPDATE businesses SET closed_at = now() WHERE id = %s", (shop.business_id,))
    card = shop.card()
    answer = await client.get(f"/c/{shop.code}{card.link}/apple")
    assert (answer.status_code, answer.json()["code"]) == (410, "business_closed")


async def test_a_card_comes_up_near_the_branches_that_are_open(shop: Shop, phone: Phone) -> None:
    card = shop.card()
    assert "locations" not in (await phone.get(shop, card)).content
    with shop.connect() as connection:
        for number in range(12):
            connection.execute(
                "INSERT INTO branches (business_id, id, name, latitude, longitude, closed_at)"
                " VALUES (%s, new_id(), %s, %s, -77.0428, CASE WHEN %s < 1 THEN app_now() END)",
                (shop.business_id, f"Sede {number:02}", -12 - number / 100, number),
            )
        connection.execute(
            "INSERT INTO branches (business_id, id, name) VALUES (%s, new_id(), 'A secret one')", (shop.business_id,)
        )
    places = (await phone.get(shop, card)).content["locations"]
    assert [place["latitude"] for place in places] == [-12 - number / 100 for number in range(1, 11)]
    assert places[0]["relevantText"] == "Aquí vale tu tarjeta de Café Luna"


async def test_a_shop_may_have_a_pass_type_of_its_own(shop: Shop, phone: Phone, app: FastAPI) -> None:
    old, new = shop.card(), shop.card(name="Beto Paz")
    before = await phone.get(shop, old)
    with shop.connect() as connection:
        connection.execute(
            "UPDATE businesses SET apple_pass_type_id = 'pass.pe.luna.own' WHERE id = %s", (shop.business_id,)
        )
    assert (await phone.get(shop, new)).content["passTypeIdentifier"] == "pass.pe.luna.own"
    again = await phone.get(shop, old)
    assert again.content["passTypeIdentifier"] == before.content["passTypeIdentifier"] == "pass.pe.sello.cards"
