"""Under which pass type a shop's cards go out: decided by whoever runs the platform, read by its owner."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sello.domains.business.passtypes.rules import urgency_of
from sello.entry.settings import Settings
from tests.support.people import platform_admin
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, make_shop

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "urgency"), [(365, "fine"), (61, "fine"), (60, "soon"), (8, "soon"), (7, "now"), (0.1, "now"), (0, "over")]
)
def test_the_end_of_a_certificate_is_said_in_time(days: float, urgency: str) -> None:
    assert urgency_of(NOW + timedelta(days=days), NOW) == urgency


async def put(client: httpx.AsyncClient, shop: Shop, name: str | None, headers: dict[str, str]) -> httpx.Response:
    """Give the shop a pass type id."""
    path = f"/api/v1/admin/businesses/{shop.business_id}/pass-type"
    return await client.put(path, json={"pass_type_id": name}, headers=headers)


async def read(client: httpx.AsyncClient, shop: Shop) -> dict[str, Any]:
    """What its owner reads."""
    answer = await client.get(f"/api/v1/businesses/{shop.business_id}/pass-type", headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_shop_gets_its_own_and_goes_back(
    client: httpx.AsyncClient, shop: Shop, settings: Settings, database: TestDatabase
) -> None:
    carmen, name = platform_admin(database, settings), f"pass.pe.luna-{uuid4().hex[:8]}"
    before = await read(client, shop)
    assert (before["own"], before["on"], before["urgency"]) == (False, True, "fine")
    for _ in range(2):  # the same again changes nothing
        assert (await put(client, shop, name, carmen)).status_code == 204
    own = await read(client, shop)
    assert (own["own"], own["pass_type_id"], own["development"]) == (True, name, True)
    listed = (await client.get("/api/v1/admin/pass-types", headers=carmen)).json()["certificates"]
    assert [one["business_name"] for one in listed if one["pass_type_id"] == name] == ["Café Luna"]
    assert [one["pass_type_id"] for one in listed if one["ours"]] == [before["pass_type_id"]]

    other = make_shop(settings)
    taken = await put(client, other, name, carmen)
    assert (taken.status_code, taken.json()["code"]) == (409, "pass_type_taken")
    assert (await put(client, shop, None, carmen)).status_code == 204
    assert await read(client, shop) == before
    assert (await put(client, other, name, carmen)).status_code == 204
    assert database.rows(
        "SELECT details ->> 'pass_type_id' FROM audit_log WHERE business_id = %s AND action = %s ORDER BY recorded_at",
        shop.business_id,
        "business.pass_type_set",
    ) == [(name,), (None,)]


@pytest.mark.parametrize("name", ["luna", "pass.", "pass.a..b", "pass.luna/../x", "pass." + "a" * 160, ""])
async def test_what_is_no_pass_type_is_refused(
    client: httpx.AsyncClient, shop: Shop, settings: Settings, database: TestDatabase, name: str
) -> None:
    refused = await put(client, shop, name, platform_admin(database, settings))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


async def test_its_owner_reads_and_decides_nothing(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await put(client, shop, None, shop.rosa.headers)).status_code == 403
    answer = await client.get(f"/api/v1/businesses/{shop.business_id}/pass-type", headers=shop.diego.headers)
    assert answer.status_code == 403
