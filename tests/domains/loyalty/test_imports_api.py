"""Files sent over HTTP: taken, worked off in the background, looked at line by line, stopped, forgotten."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from sello.domains.loyalty.imports.actions import work_off
from sello.domains.loyalty.imports.rules import MOST_PROBLEMS, Import
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.database.retention import MOST, RETENTION
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

GOOD = "celular,fecha,monto\n987100001,2026-03-01 23:30,12.50\n987100002,2026-03-02,\n"
BAD = f"{GOOD}12345,2026-03-01,\n987100003,32/03/2026,\n"


async def send(client: httpx.AsyncClient, shop: Shop, text: str, status: int = 202, **how: Any) -> Any:
    """The answer to a file."""
    answer = await client.post(
        "/api/v1/imports",
        params={"kind": "visits"} | how,
        content=text.encode(),
        headers=shop.rosa.headers | {"content-type": "text/csv"},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def work(db: TenantPool, shop: Shop, import_id: str) -> Import | None:
    """As the worker does."""
    return await work_off(db, shop.settings.keys, shop.business_id, UUID(import_id))


async def get(client: httpx.AsyncClient, shop: Shop, path: str, **query: Any) -> Any:
    answer = await client.get(f"/api/v1/imports{path}", params=query, headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_file_is_taken_and_worked_off(
    client: httpx.AsyncClient, db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    taken = await send(client, shop, GOOD)
    assert (taken["state"], taken["lines"]) == ("waiting", 0)
    facts = database.rows("SELECT kind, payload FROM events WHERE business_id = %s", shop.business_id)
    assert facts == [("ImportOpened", {"import_id": taken["id"]})]
    await work(db, shop, taken["id"])
    seen = await get(client, shop, f"/{taken['id']}")
    assert (seen["state"], seen["lines"], seen["done_lines"], seen["new_customers"], seen["new_entries"]) == (
        "done", 2, 2, 2, 2,
    )  # fmt: skip
    assert await work(db, shop, taken["id"]) is None  # a job may run twice
    assert (await get(client, shop, ""))["imports"] == [seen]
    kept = database.rows("SELECT file IS NULL, account_id FROM imports WHERE id = %s", taken["id"])
    assert kept == [(True, shop.rosa.account_id)]


async def test_what_is_wrong_is_told_line_by_line_and_page_by_page(
    client: httpx.AsyncClient, db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    taken = await send(client, shop, BAD)
    await work(db, shop, taken["id"])
    seen = await get(client, shop, f"/{taken['id']}")
    assert (seen["state"], seen["lines"], seen["bad_lines"], seen["new_entries"]) == ("refused", 4, 2, 0)
    page = await get(client, shop, f"/{taken['id']}/problems", limit=1)
    assert page["next"] == 1
    assert page["problems"][0] | {"message": ""} == {
        "line": 4, "field": "phone", "code": "phone_invalid", "message": "", "found": "12345",
    }  # fmt: skip
    rest = await get(client, shop, f"/{taken['id']}/problems", after=page["next"])
    assert ([problem["line"] for problem in rest["problems"]], rest["next"]) == ([5], None)
    assert database.rows("SELECT count(*) FROM customers WHERE business_id = %s", shop.business_id) == [(0,)]
    again = await send(client, shop, BAD, skip_bad=True, dry_run=True)
    await work(db, shop, again["id"])
    assert (await get(client, shop, f"/{again['id']}"))["new_entries"] == 2


async def test_a_thousand_problems_are_kept_and_all_are_counted(
    client: httpx.AsyncClient, db: TenantPool, shop: Shop
) -> None:
    taken = await send(client, shop, "phone,visited_at\n" + "1,2026-03-01\n" * (MOST_PROBLEMS + 5))
    ended = await work(db, shop, taken["id"])
    assert ended is not None
    assert ended.bad_lines == MOST_PROBLEMS + 5
    last = await get(client, shop, f"/{taken['id']}/problems", after=MOST_PROBLEMS - 1)
    assert len(last["problems"]) == 1


async def test_one_file_at_a_time_and_it_can_be_stopped(
    client: httpx.AsyncClient, db: TenantPool, shop: Shop, neighbour: Shop
) -> None:
    taken = await send(client, shop, GOOD)
    assert (await send(client, shop, GOOD, 409))["code"] == "import_running"
    await send(client, neighbour, GOOD)
    stopped = await client.delete(f"/api/v1/imports/{taken['id']}", headers=shop.rosa.headers)
    assert stopped.status_code == 204
    assert await work(db, shop, taken["id"]) is None
    assert (await get(client, shop, f"/{taken['id']}"))["state"] == "expired"
    await send(client, shop, GOOD)


async def test_what_is_refused_at_the_door(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    assert (await send(client, shop, " \n", 422))["code"] == "csv_empty"
    assert (await send(client, shop, GOOD, 422, kind="stamps"))["code"] == "invalid"
    assert (await send(client, shop, "x" * (8 * 1024 * 1024 + 1), 413))["code"] == "too_large"
    database.rows("UPDATE businesses SET rule_version = 0 WHERE id = %s", shop.business_id)
    assert (await send(client, shop, GOOD, 409, count_stamps=True))["code"] == "rules_missing"


async def test_a_workbook_is_no_csv(client: httpx.AsyncClient, db: TenantPool, shop: Shop) -> None:
    taken = await send(client, shop, "PK\x03\x04\x00\x00")
    ended = await work(db, shop, taken["id"])
    assert ended is not None
    assert (ended.state, ended.lines, ended.bad_lines) == ("refused", 1, 1)


async def test_files_and_cells_are_forgotten(
    client: httpx.AsyncClient, db: TenantPool, platform_db: PlatformPool, shop: Shop, database: TestDatabase
) -> None:
    wrong = await send(client, shop, BAD)
    await work(db, shop, wrong["id"])
    waiting = await send(client, shop, GOOD)
    for days, kept, state in ((0.5, 2, "waiting"), (1.5, 2, "expired"), (8, 0, "expired")):
        database.set_clock(timedelta(days=days))
        for table in ("imports", "import_problems"):
            await platform_db.execute(RETENTION[table], most=MOST)
        rows = database.rows("SELECT count(*) FROM import_problems WHERE import_id = %s", wrong["id"])
        assert rows == [(kept,)]
        assert (await get(client, shop, f"/{waiting['id']}"))["state"] == state
    assert database.rows("SELECT count(*) FROM imports WHERE file IS NOT NULL") == [(0,)]
