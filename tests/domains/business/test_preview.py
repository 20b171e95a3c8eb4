"""The picture of a link: what it shows, who draws it how often."""

import asyncio
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from sello.domains.business import Previews, preview
from sello.domains.business.poster.rules import Content, words_of
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.storage.client import open_storage
from sello.infrastructure.typesetting import typeset
from tests.domains.business.test_poster_read import SHOPS
from tests.domains.business.test_profile import address, picture
from tests.support.shop import Shop

DRAWING = Path(preview.__file__).parent / "preview.typ"


def png_of(content: Content, logo: bytes | None = None) -> Image.Image:
    """The picture's pixels."""
    return Image.open(io.BytesIO(typeset(DRAWING, words_of(content, ""), "png", logo=logo)))


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[Any]:
    """The colours in a part of it."""
    found = image.convert("RGB").crop(box).getcolors(1 << 20)
    assert found
    return {colour for _, colour in found}


async def test_it_shows_the_shop_as_it_is_now(client: httpx.AsyncClient, shop: Shop) -> None:
    path = f"/e/{shop.slug}/picture"
    first = await client.get(path)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(first.content)).size == (1200, 630)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await client.put(address(shop, "/logo"), content=picture(), headers=shop.rosa.headers)
    second = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.content != first.content
    await client.patch(address(shop), json={"name": "Otro nombre"}, headers=shop.rosa.headers)
    third = await client.get(path)
    assert third.headers["etag"] not in (first.headers["etag"], second.headers["etag"])


async def test_a_link_names_its_picture_and_its_size(client: httpx.AsyncClient, shop: Shop) -> None:
    page = (await client.get(f"/e/{shop.slug}")).text
    address_of_it = f"http://127.0.0.1:8000/e/{shop.slug}/picture?v=1"
    assert f'<meta property="og:image" content="{address_of_it}" />' in page
    assert '<meta property="og:image:width" content="1200" />' in page


@pytest.mark.parametrize("slug", ["nobody-s", "x"])
async def test_of_no_shop_there_is_none(client: httpx.AsyncClient, slug: str) -> None:
    answer = await client.get(f"/e/{slug}/picture")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", list(SHOPS))
def test_every_shop_fits(name: str) -> None:
    """Nothing runs over: the margin has the paper's colour alone, and the band below it the dark one."""
    image = png_of(SHOPS[name], picture(size=(512, 128)))
    assert image.size == (1200, 630)
    assert len(colours(image, (0, 0, 60, 450))) == 1
    assert len(colours(image, (1140, 0, 1200, 450))) == 1
    assert len(colours(image, (0, 456, 60, 630))) == 1


def test_words_are_words() -> None:
    """Markup in a name is drawn as text: it makes another picture than its words alone."""
    shown = SHOPS["ours"]
    marked = png_of(replace(shown, name='#image("/etc/passwd") *Luna*'))
    assert marked.tobytes() != png_of(replace(shown, name="Luna")).tobytes()


async def test_a_crowd_waits_for_one_drawing(shop: Shop, settings: Settings, db: TenantPool) -> None:
    storage = open_storage(None, home=settings.sello_home, endpoint=None, keys=settings.keys, base_url="")
    previews = Previews()
    one, *others = await asyncio.gather(
        *(previews.of(db, storage, shop.business_id, base_url="http://127.0.0.1") for _ in range(8))
    )
    assert one is not None
    assert all(other is one for other in others)


async def test_a_shop_that_closed_has_none(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await client.get(f"/e/{shop.slug}/picture")).status_code == 200
    with shop.connect() as connection:
        connection.execute("UPDATE businesses SET closed_at = app_now() WHERE id = %s", (shop.business_id,))
    assert (await client.get(f"/e/{shop.slug}/picture")).status_code == 404
