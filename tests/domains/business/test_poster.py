"""The poster: what it says and to whom it leads, when it is made, and that names stay names."""

import asyncio
import io
import json
import re
import zlib
from dataclasses import replace
from itertools import product
from typing import Any, get_args
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from sello.domains.business import RewardRules, Step
from sello.domains.business.poster.actions import poster_of
from sello.domains.business.poster.jobs import JOBS, make_poster
from sello.domains.business.poster.rules import DESIGNS, FORMATS, TEXTS, Content, Format, content_of, link_of, words_of
from sello.domains.business.profile.rules import Profile
from sello.domains.business.rules import Design, Picture
from sello.entry.reactions import REACTIONS
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.relay import relay_batch
from sello.shared.ids import BusinessId
from tests.domains.business.people import refused
from tests.domains.business.services import services_of
from tests.domains.business.test_profile import address, change, picture
from tests.support.reading import codes, codes_by_another, embedded_fonts
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, make_shop

BASE = "https://sello.example"
PICTURES: tuple[Picture, ...] = get_args(Picture)


COFFEE = ((5, "Café gratis"),)


def content(*, name: str = "Café Luna", locale: str = "es-PE", steps: tuple[tuple[int, str], ...] = COFFEE) -> Content:
    """What a shop's poster shows."""
    profile = Profile(
        BusinessId(uuid4()), "cafe-luna", name, "America/Lima", locale, 1, None, None, "star", [], 14, None
    )
    rules = RewardRules(steps=tuple(Step(at=at, title=title) for at, title in steps))
    return content_of(profile, rules, base_url=BASE, logo=b"")


def streams(pdf: bytes) -> bytes:
    """Everything a PDF says, its streams inflated."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    inflated = []
    for data in found:
        try:
            inflated.append(zlib.decompress(data))
        except zlib.error:
            inflated.append(data)
    return pdf + b"".join(inflated)


def queued(database: TestDatabase, shop: Shop) -> list[dict[str, Any]]:
    """Jobs that wait to make this shop's poster."""
    rows = database.rows("SELECT payload FROM pgqueuer WHERE entrypoint = 'poster.make'")
    return [payload for (data,) in rows if (payload := json.loads(data))["business_id"] == str(shop.business_id)]


async def relayed(platform_db: PlatformPool) -> None:
    """Every fact told."""
    while await relay_batch(platform_db, REACTIONS):
        pass


def test_the_reward_is_said_in_words() -> None:
    words = words_of(content(steps=((5, "Café gratis"), (10, "¡Almuerzo!"))), "7K2M9Q")
    assert words["headline"] == ["Junta 5 sellos.", "Café gratis."]
    assert words["others"] == [["Con 10:", "¡Almuerzo!"]]
    assert (words["slots"], words["rewards"]) == (10, [5, 10])
    assert (words["address"], words["poster"]) == ("sello.example/e/cafe-luna", "Afiche 7K2M9Q")
    english = words_of(content(locale="en-US", steps=((1, "A sticker"), (50, "Lunch"))), "7K2M9Q")
    assert english["headline"] == ["With your first stamp:", "A sticker."]
    assert english["slots"] == 0
    assert TEXTS["es"].keys() == TEXTS["en"].keys()
    litre = words_of(content(steps=((8, "Inca Kola de 1.5 L"), (9, "2 kg de pan y té"))), "7K2M9Q")
    assert litre["headline"][1] == "Inca Kola de 1.5\N{NO-BREAK SPACE}L."
    assert litre["others"][0][1] == "2\N{NO-BREAK SPACE}kg de pan y\N{NO-BREAK SPACE}té."


def test_the_link_names_the_poster_and_what_is_shown_decides_if_there_is_a_new_one() -> None:
    assert link_of(content(), "7K2M9Q") == f"{BASE}/e/cafe-luna?p=7K2M9Q"
    assert content().fingerprint == content().fingerprint
    assert link_of(content(), "") == f"{BASE}/e/cafe-luna"
    others = [content(name="Café Sol"), content(locale="en"), content(steps=((6, "Café gratis"),))]
    designed = [replace(content(), design=design) for design in DESIGNS[1:]]
    assert len({one.fingerprint for one in (content(), *others, *designed)}) == 7


@pytest.mark.parametrize(
    "name",
    [
        "Ñ",
        "A" * 255,
        "Restaurante Cevichería y Picantería Los Hermanos Huamán Espinoza " * 3,
        '#read("/etc/passwd") *x* $y$ <z> @a // b /* c',
        '#image("OFL.txt") #panic() \\u{41} `raw` ~ -- [x]',
        "Café 咖啡 ☕ Ωμέγα",
    ],
)
@pytest.mark.parametrize(
    ("design", "format_"), [("band", "tent"), ("ring", "a4"), ("card", "a4"), ("paper", "a4"), ("card", "tent")]
)
def test_any_name_fits_one_page_and_stays_text(name: str, design: Design, format_: Format) -> None:
    turn = DESIGNS.index(design) + len(name)  # every name meets every design, with one reward, some, or many
    steps = (1, 4, 10)[turn % 3]
    shown = content(
        name=name.strip()[:255], steps=tuple((at * 3, f"{name[:240].strip()} {at}") for at in range(1, steps + 1))
    )
    shown = replace(shown, design=design, picture=PICTURES[turn % len(PICTURES)])
    pdf = poster_of(shown, "7K2M9Q", picture(size=(512, 20)), format_)
    said = streams(pdf)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", said)) == 1
    assert b"root:" not in said
    assert re.search(rb"/MediaBox\s*\[\s*0 0 595\.27\d+ 841\.8\d+\s*\]", said)
    fonts = embedded_fonts(pdf)
    assert any("Figtree" in font for font in fonts)
    assert all(fonts.values()), fonts


def test_the_code_s_modules_are_drawn_as_they_are() -> None:
    """Level M, with four modules of white around it; that it is read is test_poster_read.py."""
    import segno

    shown = content()
    qr = segno.make_qr(link_of(shown, "7K2M9Q"), error="m")
    assert qr.error in ("M", "Q", "H")
    runs = sum(len(re.findall("1+", "".join(map(str, row)))) for row in qr.matrix)
    said = streams(poster_of(shown, "7K2M9Q", None))
    assert len(re.findall(rb"\bh\s+f\b|\bre\s+f\b", said)) >= runs


async def test_a_poster_is_made_when_the_shop_changes(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, shop: Shop, platform_db: PlatformPool,
    database: TestDatabase,
) -> None:  # fmt: skip
    url, headers = address(shop, "/poster"), shop.diego.headers
    for name in ("Café Uno", "Café Dos", "Café Tres"):
        await change(client, shop, name=name)
    await relayed(platform_db)
    assert len(queued(database, shop)) == 1
    for _ in range(2):  # a job may run twice
        await JOBS["poster.make"](services_of(app, settings), queued(database, shop)[0])
    first = (await client.get(url, headers=headers)).json()
    pdf = await client.get(first["url"])
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert (await client.get(url, headers=headers)).json()["poster_id"] == first["poster_id"]

    await client.put(address(shop, "/logo"), content=picture(), headers=shop.rosa.headers)
    assert refused(await client.get(url, headers=headers), 409, "poster_not_ready")["after"] == 3
    await make_poster(services_of(app, settings), {"business_id": str(shop.business_id)})
    second = (await client.get(url, headers=headers)).json()
    assert second["poster_id"] != first["poster_id"]
    tent = (await client.get(url, params={"format": "tent"}, headers=headers)).json()
    assert (tent["format"], second["format"]) == ("tent", "a4")
    assert tent["poster_id"] != second["poster_id"]  # so that a shop sees which of the two brought whom
    assert (await client.get(tent["url"])).content.startswith(b"%PDF-")
    rows = database.rows(
        "SELECT f.kind, p.shown ->> 'name', p.shown ->> 'logo' <> '', f.removed_at IS NULL FROM posters p"
        " JOIN files f ON f.id = p.file_id WHERE p.business_id = %s ORDER BY p.made_at, f.kind",
        shop.business_id,
    )
    assert rows == [(kind, "Café Tres", new, new) for new in (False, True) for kind in ("poster", "tent")]


async def test_a_design_is_looked_at_and_chosen(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, platform_db: PlatformPool, database: TestDatabase
) -> None:
    shop = make_shop(settings)
    url, headers = address(shop, "/poster"), shop.rosa.headers
    seen: dict[tuple[str, str], bytes] = {}
    for design, format_ in product(DESIGNS, FORMATS):
        looked = await client.get(f"{url}/designs/{design}", params={"format": format_}, headers=shop.diego.headers)
        assert (looked.status_code, looked.headers["content-type"]) == (200, "image/png"), looked.text
        assert "private" in looked.headers["cache-control"]
        seen[design, format_] = looked.content
        again = {**headers, "if-none-match": looked.headers["etag"]}
        same = await client.get(f"{url}/designs/{design}", params={"format": format_}, headers=again)
        assert (same.status_code, same.content) == (304, b"")
    assert len(set(seen.values())) == len(DESIGNS) * len(FORMATS)
    page = Image.open(io.BytesIO(seen["ring", "a4"]))
    assert page.size == (595, 842)
    # Whoever points a phone at the screen reaches the shop; no consent is written to a poster that was never printed.
    assert codes(page) == codes_by_another(page) == [f"{settings.public_base_url}/e/{shop.slug}"]
    assert (await client.get(f"{url}/designs/other", headers=headers)).status_code == 422

    services = services_of(app, settings)
    await make_poster(services, {"business_id": str(shop.business_id)})
    assert (await client.get(url, headers=headers)).json()["design"] == "band"
    refused(
        await client.patch(address(shop), json={"poster_design": "ring"}, headers=shop.diego.headers), 403, "forbidden"
    )
    chosen = await client.patch(address(shop), json={"poster_design": "ring"}, headers=headers)
    assert (chosen.status_code, chosen.json()["poster_design"]) == (200, "ring")
    await relayed(platform_db)
    assert len(queued(database, shop)) == 1
    await make_poster(services, queued(database, shop)[0])
    hangs = (await client.get(url, headers=headers)).json()
    assert hangs["design"] == "ring"
    looked = await client.get(f"{url}/designs/ring", headers=headers)
    link = f"{settings.public_base_url}/e/{shop.slug}?p={hangs['poster_id']}"
    assert codes(Image.open(io.BytesIO(looked.content))) == [link]  # the very one that hangs
    shown = database.rows(
        "SELECT DISTINCT shown ->> 'design', count(*) FROM posters WHERE business_id = %s GROUP BY 1 ORDER BY 1",
        shop.business_id,
    )
    assert shown == [("band", 2), ("ring", 2)]


async def test_two_makers_at_once_show_one_pair(
    app: FastAPI, settings: Settings, shop: Shop, database: TestDatabase
) -> None:
    services, payload = services_of(app, settings), {"business_id": str(shop.business_id)}
    await asyncio.gather(*(make_poster(services, payload) for _ in range(3)))
    assert database.rows(
        "SELECT f.kind, count(*) FROM posters p JOIN files f ON f.id = p.file_id"
        " WHERE p.business_id = %s GROUP BY 1 ORDER BY 1",
        shop.business_id,
    ) == [("poster", 1), ("tent", 1)]


async def test_new_rules_make_a_new_poster_and_none_make_none(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, platform_db: PlatformPool, database: TestDatabase
) -> None:
    shop = make_shop(settings, rules=None)
    url, headers, services = address(shop, "/poster"), shop.rosa.headers, services_of(app, settings)
    await make_poster(services, {"business_id": str(shop.business_id)})
    refused(await client.get(url, headers=headers), 409, "rules_missing")
    rules = LOOSE.model_dump(mode="json")
    assert (await client.put("/api/v1/reward-rules", json=rules, headers=headers)).status_code == 200
    await relayed(platform_db)
    assert len(queued(database, shop)) == 1
    refused(await client.get(url, headers=headers), 409, "poster_not_ready")
    refused(await client.get(url, headers=headers), 409, "poster_not_ready")
    assert len(queued(database, shop)) == 2  # one of the fact and one that was asked for, however often
    for payload in queued(database, shop):
        await make_poster(services, payload)
    assert (await client.get(url, headers=headers)).status_code == 200
    assert database.rows("SELECT count(*) FROM posters WHERE business_id = %s", shop.business_id) == [(2,)]
