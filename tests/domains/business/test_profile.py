"""How a shop presents itself: what may change, who may change it, and what the logo's route lets through."""

import asyncio
import io
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PIL import Image

from sello.domains.business.files.jobs import sweep
from sello.domains.business.profile.rules import READABLE, colours_of, contrast, is_zone
from sello.entry.settings import Settings
from sello.infrastructure.storage import Storage
from tests.domains.business.people import refused
from tests.domains.business.services import services_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, make_shop

COLOUR = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (300, 100)) -> bytes:
    """A logo."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def address(shop: Shop, rest: str = "") -> str:
    """Where the shop is."""
    return f"/api/v1/businesses/{shop.business_id}{rest}"


async def change(client: httpx.AsyncClient, shop: Shop, **changes: Any) -> httpx.Response:
    """Rosa changes her shop."""
    return await client.patch(address(shop), json=changes, headers=shop.rosa.headers)


def facts(database: TestDatabase, shop: Shop) -> list[list[str]]:
    """What changed, change by change."""
    rows = database.rows(
        "SELECT payload -> 'fields' FROM events WHERE business_id = %s AND kind = 'BusinessChanged' ORDER BY id",
        shop.business_id,
    )
    return [fields for (fields,) in rows]


@effort(deadline=None)
@given(COLOUR, COLOUR)
def test_text_can_be_read_on_any_colours(light: str, dark: str) -> None:
    colours = colours_of(light, dark)
    assert contrast(light, colours.ink_on_light) >= READABLE
    assert contrast(dark, colours.ink_on_dark) >= READABLE
    if contrast(light, dark) >= READABLE:
        assert (colours.ink_on_light, colours.ink_on_dark) == (dark, light)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#123456", "#123456") == 1


def test_zones_are_known_by_their_full_names() -> None:
    assert all(map(is_zone, ("America/Lima", "Europe/Madrid", "UTC")))
    assert not any(map(is_zone, ("Lima", "PST8PDT", "America", "America/", "../etc/passwd", "/etc/passwd", "", "a/\0")))


async def test_a_profile_changes_by_field(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    before = (await client.get(address(shop), headers=shop.diego.headers)).json()
    assert (before["colour_light"], before["logo_url"], before["inactivity_threshold_days"]) == ("#f1e9c9", None, 14)
    answer = await change(
        client, shop, name="  Café Sol  ", colour_dark="#AA0033", inactivity_threshold_days=21, locale="en"
    )
    expected = before | {
        "name": "Café Sol", "colour_dark": "#aa0033", "inactivity_threshold_days": 21, "locale": "en",
        "ink_on_light": "#aa0033",
    }  # fmt: skip
    assert (answer.status_code, answer.json()) == (200, expected)
    assert (await client.get(address(shop), headers=shop.diego.headers)).json() == expected
    assert (await change(client, shop, name="Café Sol", colour_dark=None)).json()["colour_dark"] == "#1b4636"
    assert (await change(client, shop, name="Café Sol")).status_code == 200
    assert facts(database, shop) == [
        ["colour_dark", "inactivity_threshold_days", "locale", "name"],
        ["colour_dark"],
    ]
    audit = (await client.get("/api/v1/audit-log", headers=shop.rosa.headers)).json()["entries"]
    assert [entry["details"]["fields"] for entry in audit if entry["action"] == "business.changed"] == [
        ["colour_dark"],
        ["colour_dark", "inactivity_threshold_days", "locale", "name"],
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": None},
        {"name": ""},
        {"name": "a\u202eb"},
        {"slug": "A B"},
        {"colour_light": "red"},
        {"colour_light": "#12345"},
        {"picture": "heart"},
        {"setup_done": ["world"]},
        {"setup_done": None},
        {"picture": None},
        {"locale": "fr"},
        {"zone": "Lima"},
        {"zone": "America/Nowhere"},
        {"inactivity_threshold_days": 0},
        {"inactivity_threshold_days": "14"},
        {"rule_version": 7},
        {"code": "AAAAAA"},
        {"closed_at": None},
    ],
)
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, shop: Shop, changes: dict[str, Any]) -> None:
    refused(await change(client, shop, **changes), 422, "invalid")


async def test_the_picture_is_on_everything_that_draws_the_card(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()

    async def pictures() -> list[str]:
        front = (await client.get(f"/api/v1/shops/{shop.slug}")).json()["picture"]
        held = (await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}")).json()["business"]["picture"]
        return [front, held]

    assert await pictures() == ["star", "star"]
    assert (await change(client, shop, picture="cup")).json()["picture"] == "cup"
    assert await pictures() == ["cup", "cup"]


async def test_steps_are_ticked_off_once_and_may_be_taken_back(client: httpx.AsyncClient, shop: Shop) -> None:
    ticked = await change(client, shop, setup_done=["poster", "look", "poster"])
    assert ticked.json()["setup_done"] == ["look", "poster"]
    assert (await change(client, shop, setup_done=[])).json()["setup_done"] == []


async def test_staff_change_nothing(client: httpx.AsyncClient, shop: Shop) -> None:
    refused(await client.patch(address(shop), json={"name": "Mía"}, headers=shop.diego.headers), 403, "forbidden")
    logo = address(shop, "/logo")
    refused(await client.put(logo, content=picture(), headers=shop.diego.headers), 403, "forbidden")
    refused(await client.delete(logo, headers=shop.diego.headers), 403, "forbidden")


async def test_the_zone_is_fixed_by_the_first_rules(
    client: httpx.AsyncClient, shop: Shop, settings: Settings, database: TestDatabase
) -> None:
    refused(await change(client, shop, zone="Europe/Madrid"), 409, "zone_fixed")
    assert (await change(client, shop, zone="America/Lima")).status_code == 200
    young = make_shop(settings, rules=None)
    assert (await change(client, young, zone="Europe/Madrid")).json()["zone"] == "Europe/Madrid"


async def test_a_former_address_stays_the_shop_s(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, database: TestDatabase
) -> None:
    former, wanted = shop.slug, f"nueva-{shop.slug}"
    assert (await change(client, shop, slug=wanted)).json()["slug"] == wanted
    for slug in (former, wanted):
        assert (await client.get(f"/api/v1/shops/{slug}")).json()["slug"] == wanted
    for slug in (former, wanted):
        refused(await change(client, neighbour, slug=slug), 409, "slug_taken")
    assert (await change(client, shop, slug=former)).json()["slug"] == former
    registration = {
        "email": "nobody@example.pe", "password": "una clave larga", "name": "Jorge", "business_name": "Otra",
        "slug": wanted,
    }  # fmt: skip
    refused(await client.post("/api/v1/auth/registrations", json=registration), 409, "slug_taken")


async def test_of_two_shops_one_gets_the_address(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    slug = f"carrera-{shop.slug}"
    answers = await asyncio.gather(*(change(client, one, slug=slug) for one in (shop, neighbour) * 4))
    winners = {answer.json()["id"] for answer in answers if answer.status_code == 200}
    assert len(winners) == 1
    assert sorted({answer.status_code for answer in answers}) == [200, 409]


async def test_a_logo_is_drawn_anew_and_served_by_its_link(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    for kind in ("JPEG", "WEBP", "PNG"):
        headers = shop.rosa.headers | {"Content-Type": f"image/{kind.lower()}"}
        answer = await client.put(address(shop, "/logo"), content=picture("red", kind, (1500, 500)), headers=headers)
        assert answer.status_code == 200, answer.text
        logo = await client.get(answer.json()["logo_url"])
        assert (logo.status_code, logo.headers["content-type"]) == (200, "image/png")
        with Image.open(io.BytesIO(logo.content)) as image:
            assert (image.format, image.size) == ("PNG", (512, 171))
    assert (await client.delete(address(shop, "/logo"), headers=shop.rosa.headers)).status_code == 204
    assert (await client.delete(address(shop, "/logo"), headers=shop.rosa.headers)).status_code == 204
    assert (await client.get(address(shop), headers=shop.rosa.headers)).json()["logo_url"] is None
    assert facts(database, shop) == [["logo"]] * 4


@pytest.mark.parametrize("media", ["image/png", "image/svg+xml", "application/octet-stream", "application/json", ""])
async def test_what_is_no_picture_is_refused_whatever_it_says(
    client: httpx.AsyncClient, shop: Shop, media: str
) -> None:
    headers = shop.rosa.headers | ({"Content-Type": media} if media else {})
    for data in (b"<svg onload='alert(1)'/>", b"GIF89a", b'{"url": "http://169.254.169.254/"}', picture()[:60], b""):
        answer = await client.put(address(shop, "/logo"), content=data, headers=headers)
        refused(answer, 422, "logo_unreadable")


async def test_a_logo_has_at_most_a_megabyte_and_four_million_pixels(client: httpx.AsyncClient, shop: Shop) -> None:
    url, headers = address(shop, "/logo"), shop.rosa.headers
    assert (await client.put(url, content=picture(size=(2000, 2000)), headers=headers)).status_code == 200
    refused(await client.put(url, content=picture(size=(2001, 2000)), headers=headers), 422, "logo_too_many_pixels")
    refused(await client.put(url, content=bytes((1 << 20) + 1), headers=headers), 413, "too_large")
    refused(await client.put(url, content=bytes(1 << 20), headers=headers), 422, "logo_unreadable")


async def test_logos_at_the_same_moment_leave_one(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    url, headers = address(shop, "/logo"), shop.rosa.headers
    answers = await asyncio.gather(
        *(client.put(url, content=picture(c), headers=headers) for c in ("red", "blue", "tan"))
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    rows = database.rows(
        "SELECT count(*), count(*) FILTER (WHERE removed_at IS NULL) FROM files WHERE business_id = %s",
        shop.business_id,
    )
    assert rows == [(3, 1)]


async def test_what_nobody_is_shown_is_swept_after_a_day(
    client: httpx.AsyncClient, shop: Shop, settings: Settings, app: FastAPI, database: TestDatabase
) -> None:
    for colour in ("red", "blue"):
        await client.put(address(shop, "/logo"), content=picture(colour), headers=shop.rosa.headers)
    storage: Storage = app.state.storage
    (old,), (new,) = database.rows(
        "SELECT name FROM files WHERE business_id = %s ORDER BY created_at", shop.business_id
    )
    services = services_of(app, settings)
    await sweep(services, {})
    assert await storage.head(old) is not None
    database.rows(
        "UPDATE files SET created_at = created_at - interval '2 days', stored_at = stored_at - interval '2 days',"
        " removed_at = removed_at - interval '25 hours' WHERE business_id = %s",
        shop.business_id,
    )
    for _ in range(2):
        await sweep(services, {})
    assert (await storage.head(old), await storage.head(new) is not None) == (None, True)
