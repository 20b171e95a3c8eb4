"""Pictures that others' servers fetch: drawn once, found again, of no shop by their names, gone when the shop is."""

import asyncio
import hashlib

import httpx
from fastapi import FastAPI

from sello.domains.business import keep_picture, public_logo
from sello.domains.business.files.jobs import sweep
from sello.entry.settings import Settings
from sello.infrastructure.storage import Storage, is_public_name, public_name_of
from tests.domains.business.services import services_of
from tests.domains.business.test_profile import address, picture
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, make_shop

DIGEST = hashlib.sha256(b"four of ten, green on cream, drawing 1").digest()
BASE = "https://sello.example"


class Brush:
    """Draws a picture, and counts how often."""

    def __init__(self, colour: str = "red") -> None:
        self.times = 0
        self.png = picture(colour)

    async def __call__(self) -> bytes:
        """Draw."""
        self.times += 1
        return self.png


def kept(database: TestDatabase, shop: Shop) -> list[tuple[str, bool, bool]]:
    """The shop's public pictures: kind, whether it is shown, whether it was deleted."""
    return database.rows(
        "SELECT kind, removed_at IS NULL, deleted_at IS NOT NULL FROM files"
        " WHERE business_id = %s AND kind IN ('hero', 'emblem') ORDER BY created_at, kind",
        shop.business_id,
    )


async def test_a_picture_is_drawn_once_and_fetched_by_anybody_for_ever(
    client: httpx.AsyncClient, app: FastAPI, shop: Shop, database: TestDatabase
) -> None:
    storage: Storage = app.state.storage
    brush = Brush()
    first = await keep_picture(app.state.db, storage, shop.business_id, "hero", DIGEST, brush, base_url=BASE)
    again = await keep_picture(app.state.db, storage, shop.business_id, "hero", DIGEST, brush, base_url=BASE)
    assert (first, brush.times) == (again, 1)
    assert first.url == f"{BASE}/pictures/{first.name}"
    answer = await client.get(f"/pictures/{first.name}")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", brush.png)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in answer.headers
    assert kept(database, shop) == [("hero", True, False)]

    await storage.delete(f"public/{first.name}")  # a storage that lost it: the next change puts it there again
    assert (await client.get(f"/pictures/{first.name}")).status_code == 404
    assert await keep_picture(app.state.db, storage, shop.business_id, "hero", DIGEST, brush, base_url=BASE) == first
    assert ((await client.get(f"/pictures/{first.name}")).status_code, brush.times) == (200, 2)
    assert kept(database, shop) == [("hero", True, False)]


async def test_two_at_once_keep_one(app: FastAPI, shop: Shop, database: TestDatabase) -> None:
    meet = asyncio.Barrier(4)
    png = picture()

    async def draw() -> bytes:
        await meet.wait()  # all four have found nothing before one stores it
        return png

    storage: Storage = app.state.storage
    names = await asyncio.gather(
        *(keep_picture(app.state.db, storage, shop.business_id, "hero", DIGEST, draw, base_url=BASE) for _ in range(4))
    )
    assert len(set(names)) == 1
    assert kept(database, shop) == [("hero", True, False)]


async def test_a_name_tells_nothing_and_leads_to_pictures_alone(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, shop: Shop
) -> None:
    storage: Storage = app.state.storage
    other = make_shop(settings)
    names = {
        (await keep_picture(app.state.db, storage, one.business_id, kind, digest, Brush(), base_url=BASE)).name
        for one in (shop, other)
        for kind in ("hero", "emblem")
        for digest in (DIGEST, hashlib.sha256(DIGEST).digest())
    }
    assert len(names) == 8
    ids = {str(one.business_id) for one in (shop, other)} | {one.slug for one in (shop, other)}
    assert not [name for name in names for id_ in ids if id_ in name or id_[:8] in name]
    # A signed file's name is no public one, however it is written.
    logo = await client.put(address(shop, "/logo"), content=picture(), headers=shop.rosa.headers)
    signed = logo.json()["logo_url"].partition("/files/")[2].partition("?")[0]
    for name in (
        signed,
        f"..%2F{signed}",
        signed.replace("/", "%2F"),
        signed.rpartition("/")[2],
        "%00",
        "x" * 61,
    ):
        assert (await client.get(f"/pictures/{name}")).status_code in (404, 422), name
    assert not is_public_name(f"public/../{signed}")
    assert is_public_name(public_name_of("hero", DIGEST))


async def test_the_logo_for_everybody_is_the_present_one(client: httpx.AsyncClient, app: FastAPI, shop: Shop) -> None:
    storage: Storage = app.state.storage
    assert await public_logo(app.state.db, storage, shop.business_id, base_url=BASE) is None
    urls = []
    for colour in ("red", "blue"):
        await client.put(address(shop, "/logo"), content=picture(colour), headers=shop.rosa.headers)
        logo = await public_logo(app.state.db, storage, shop.business_id, base_url=BASE)
        assert logo is not None
        urls.append(logo.name)
    assert urls[0] != urls[1]
    pictures = [(await client.get(f"/pictures/{name}")).content for name in urls]
    assert pictures[0] != pictures[1]
    assert all(png.startswith(b"\x89PNG") for png in pictures)


async def test_a_closed_shop_s_pictures_are_let_go(
    client: httpx.AsyncClient, app: FastAPI, settings: Settings, database: TestDatabase
) -> None:
    storage: Storage = app.state.storage
    closing, open_ = make_shop(settings), make_shop(settings)
    found = [
        await keep_picture(app.state.db, storage, shop.business_id, "hero", DIGEST, Brush(), base_url=BASE)
        for shop in (closing, open_)
    ]
    services = services_of(app, settings)
    await sweep(services, {})
    assert kept(database, closing) == [("hero", True, False)]
    closed = "UPDATE businesses SET closed_at = app_now() - %s * interval '1 day' WHERE id = %s"
    database.rows(closed, 30, closing.business_id)  # it may open again, and cards in phones still show it
    await sweep(services, {})
    assert kept(database, closing) == [("hero", True, False)]
    database.rows(closed, 32, closing.business_id)
    await sweep(services, {})
    assert kept(database, closing) == [("hero", False, False)]
    database.rows(
        "UPDATE files SET created_at = created_at - interval '3 days', stored_at = stored_at - interval '3 days',"
        " removed_at = removed_at - interval '25 hours' WHERE business_id = %s",
        closing.business_id,
    )
    await sweep(services, {})
    assert kept(database, closing) == [("hero", False, True)]
    assert [(await client.get(f"/pictures/{one.name}")).status_code for one in found] == [404, 200]
    database.rows("UPDATE businesses SET closed_at = NULL WHERE id = %s", closing.business_id)
    # It opened again: the picture is drawn anew, under the name that it had.
    brush = Brush()
    back = await keep_picture(app.state.db, storage, closing.business_id, "hero", DIGEST, brush, base_url=BASE)
    assert (back.name, brush.times) == (found[0].name, 1)
    assert kept(database, closing) == [("hero", False, True), ("hero", True, False)]
