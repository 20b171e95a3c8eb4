"""The audit log: what was done, found again by who, what and when; each page goes on where the last one ended."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop
from tests.support.tablets import enrol, refused

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOG = "/api/v1/audit-log"


def write(database: TestDatabase, shop: Shop, action: str, *, by: Person | None, at: datetime) -> None:
    """A row of another day."""
    database.rows(
        "INSERT INTO audit_log (id, business_id, account_id, action, recorded_at) VALUES (%s, %s, %s, %s, %s)",
        uuid4(), shop.business_id, by and by.account_id, action, at,
    )  # fmt: skip


@pytest.fixture
def filled(database: TestDatabase, shop: Shop) -> Shop:
    """Ten days with three rows each, two of them of the very same moment."""
    for day in range(10):
        moment = DAY + timedelta(days=day)
        write(database, shop, "stamp.voided", by=shop.diego, at=moment)
        write(database, shop, "stamp.voided", by=shop.rosa, at=moment)
        write(database, shop, "device.changed", by=shop.rosa, at=moment + timedelta(hours=1))
    return shop


async def read(client: httpx.AsyncClient, shop: Shop, **asked: Any) -> list[dict[str, Any]]:
    """Every page of an answer."""
    rows = list[dict[str, Any]]()
    while True:
        answer = await client.get(LOG, params=asked, headers=shop.rosa.headers)
        assert answer.status_code == 200, answer.text
        rows += answer.json()["entries"]
        if answer.json()["next"] is None:
            return rows
        asked = asked | {"cursor": answer.json()["next"]}


async def test_it_is_narrowed_by_who_what_and_when(client: httpx.AsyncClient, filled: Shop) -> None:
    diego = str(filled.diego.account_id)
    assert len(await read(client, filled)) == 30
    by_diego = await read(client, filled, account_id=diego)
    assert {row["account_name"] for row in by_diego} == {"Diego Ramos"}
    assert len(by_diego) == 10
    assert len(await read(client, filled, action=["device.changed"])) == 10
    assert len(await read(client, filled, action=["device.changed", "stamp.voided"])) == 30
    assert await read(client, filled, action=["pin.set"]) == []
    since, until = (DAY + timedelta(days=2)).isoformat(), (DAY + timedelta(days=4)).isoformat()
    days = await read(client, filled, since=since, until=until)
    assert {row["recorded_at"][:10] for row in days} == {"2026-03-04", "2026-03-05"}
    assert len(days) == 6, "`until` itself is left out"
    both = await read(client, filled, since=since, until=until, account_id=diego, action=["stamp.voided"])
    assert len(both) == 2


@pytest.mark.parametrize("moment", ["0.5", "1763900000", "2026-11-23", "2026-11-23T18:30:00", "ayer"])
async def test_a_moment_is_written_out_and_a_number_is_none(
    client: httpx.AsyncClient, filled: Shop, moment: str
) -> None:
    answer = await client.get("/api/v1/audit-log", headers=filled.rosa.headers, params={"until": moment})
    assert answer.status_code == 422


@pytest.mark.parametrize("limit", [1, 2, 7])
async def test_pages_of_any_length_hold_the_same_rows_once(client: httpx.AsyncClient, filled: Shop, limit: int) -> None:
    asked = {"since": DAY.isoformat(), "until": (DAY + timedelta(days=5)).isoformat()}
    whole = [row["id"] for row in await read(client, filled, **asked)]
    assert len(whole) == 15
    assert [row["id"] for row in await read(client, filled, limit=limit, **asked)] == whole


async def test_what_was_changed_is_named(client: httpx.AsyncClient, shop: Shop) -> None:
    branch, rosa = str(new_id()), shop.rosa.headers
    await client.post("/api/v1/branches", json={"id": branch, "name": "Sede Barranco"}, headers=rosa)
    await enrol(client, shop, name="Caja del fondo")
    body = {"email": "nadia@example.pe", "name": "Nadia", "role": "staff"}
    await client.post("/api/v1/staff/invitations", json=body, headers=rosa)
    await client.patch(f"/api/v1/staff/{shop.diego.account_id}", json={"role": "owner"}, headers=rosa)
    told = {row["action"]: row["subject_name"] for row in await read(client, shop)}
    assert told == {
        "branch.opened": "Sede Barranco",
        "device.enrolled": "Caja del fondo",
        "staff.invited": "Nadia",
        "staff.changed": "Diego Ramos",
    }


async def test_a_kind_that_is_none_is_refused(client: httpx.AsyncClient, shop: Shop) -> None:
    answer = await client.get(LOG, params={"action": "everything"}, headers=shop.rosa.headers)
    refused(answer, 422, "invalid")


async def test_another_shop_s_rows_stay_there(client: httpx.AsyncClient, filled: Shop, neighbour: Shop) -> None:
    assert await read(client, neighbour, account_id=str(filled.rosa.account_id)) == []
