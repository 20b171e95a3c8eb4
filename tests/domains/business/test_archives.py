"""An owner has everything of the shop put into one file, downloads it, and it goes away again."""

import asyncio
import io
import threading
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.business.archives.jobs import MAKE, SWEEP
from sello.domains.business.archives.rules import Archive, state_of
from sello.entry.reactions import REACTIONS, all_works
from sello.entry.settings import Settings
from sello.entry.shop_export import packer
from sello.infrastructure.database.relay import relay_batch
from sello.infrastructure.database.retention import forget_old_rows
from sello.infrastructure.services import Services
from sello.shared import clock
from sello.shared.ids import new_id
from tests.domains.business.people import PASSWORD, hash_of
from tests.domains.business.services import services_of
from tests.support.archives import Installation, contents
from tests.support.servers import TestDatabase
from tests.support.shop import Shop


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """The shop of every test, its owner with a password."""
    with shop.connect() as connection:
        hashed = await hash_of(PASSWORD)
        connection.execute("UPDATE accounts SET password_hash = %s WHERE id = %s", (hashed, shop.rosa.account_id))
    shop.card(name="Ana Torres")
    return shop


@pytest.fixture
def services(app: FastAPI, settings: Settings) -> Services:
    """What jobs work with."""
    return services_of(app, settings)


async def ask(client: httpx.AsyncClient, shop: Shop, password: str = PASSWORD) -> httpx.Response:
    """Rosa asks for an archive."""
    return await client.post("/api/v1/archives", json={"password": password}, headers=shop.rosa.headers)


async def link(client: httpx.AsyncClient, shop: Shop, archive_id: str, password: str = PASSWORD) -> httpx.Response:
    """Rosa wants to download it."""
    path = f"/api/v1/archives/{archive_id}/links"
    return await client.post(path, json={"password": password}, headers=shop.rosa.headers)


async def make(services: Services, settings: Settings, shop: Shop, archive_id: str) -> None:
    """The job runs."""
    payload = {"business_id": str(shop.business_id), "archive_id": archive_id}
    await all_works(settings)[MAKE](services, payload)


async def state(client: httpx.AsyncClient, shop: Shop, archive_id: str) -> dict[str, Any]:
    """How far it is."""
    answer = await client.get(f"/api/v1/archives/{archive_id}", headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_archive_is_made_and_downloaded(
    client: httpx.AsyncClient, shop: Shop, services: Services, settings: Settings, database: TestDatabase, tmp_path: Any
) -> None:
    asked = await ask(client, shop)
    assert asked.status_code == 202, asked.text
    archive_id = asked.json()["archive_id"]
    assert (await state(client, shop, archive_id))["state"] == "waiting"
    assert (await ask(client, shop)).json()["code"] == "archive_running"
    assert (await link(client, shop, archive_id)).status_code == 404  # not there yet
    while await relay_batch(services.platform_db, REACTIONS):
        pass
    queued = database.rows("SELECT convert_from(payload, 'UTF8') FROM pgqueuer WHERE entrypoint = %s", MAKE)
    assert [archive_id in payload for (payload,) in queued].count(True) == 1
    await make(services, settings, shop, archive_id)
    await make(services, settings, shop, archive_id)  # the worker died after the file: nothing is made twice
    ready = await state(client, shop, archive_id)
    assert (ready["state"], ready["tables_done"] > 20, ready["rows_done"] > 4) == ("ready", True, True)
    given = (await link(client, shop, archive_id)).json()
    file = await client.get(given["url"])
    assert file.status_code == 200
    assert file.headers["content-type"] == "application/zip"
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["cache-control"] == "no-store"
    assert len(file.content) == ready["size"]
    assert b"Ana Torres" in zipfile.ZipFile(io.BytesIO(file.content)).read("tables/customers.jsonl")
    (tmp_path / "api.zip").write_bytes(file.content)
    said = database.rows("SELECT action FROM audit_log WHERE business_id = %s ORDER BY recorded_at", shop.business_id)
    assert said == [("archive.asked",), ("archive.made",), ("archive.linked",)]
    cli = await Installation(database, settings).export(shop.slug, tmp_path / "cli.zip")
    same, other = contents(tmp_path / "api.zip"), contents(cli)
    for one in (same, other):  # what was done since stands in the log alone
        one.pop("tables/audit_log.jsonl")
        one["manifest"]["tables"].pop("audit_log")
    assert same == other


async def test_the_password_is_asked_for_each_time(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, services: Services, settings: Settings
) -> None:
    assert (await ask(client, shop, "not this one")).json()["code"] == "credentials_wrong"
    archive_id = (await ask(client, shop)).json()["archive_id"]
    await make(services, settings, shop, archive_id)
    assert (await link(client, shop, archive_id, "not this one")).json()["code"] == "credentials_wrong"
    with neighbour.connect() as connection:
        hashed = await hash_of(PASSWORD)
        connection.execute("UPDATE accounts SET password_hash = %s WHERE id = %s", (hashed, neighbour.rosa.account_id))
    assert (await link(client, neighbour, archive_id)).json()["code"] == "not_found"
    refused = await client.post("/api/v1/archives", json={"password": PASSWORD}, headers=shop.diego.headers)
    assert refused.json()["code"] == "forbidden"


async def test_a_closed_shop_is_taken_along(
    client: httpx.AsyncClient, shop: Shop, services: Services, settings: Settings
) -> None:
    """Everything of the shop, and everything of one person."""
    card = shop.card()
    closed = await client.put(
        f"/api/v1/businesses/{shop.business_id}/closure", json={"password": PASSWORD}, headers=shop.rosa.headers
    )
    assert closed.status_code == 204
    archive_id = (await ask(client, shop)).json()["archive_id"]
    await make(services, settings, shop, archive_id)
    given = (await link(client, shop, archive_id)).json()
    assert (await client.get(given["url"])).status_code == 200
    assert len((await client.get("/api/v1/archives", headers=shop.rosa.headers)).json()["archives"]) == 1
    for ending in ("export", "export.zip"):
        path = f"/api/v1/customers/{card.customer_id}/{ending}"
        assert (await client.get(path, headers=shop.rosa.headers)).status_code == 200


async def test_after_three_days_it_is_gone(
    client: httpx.AsyncClient, shop: Shop, services: Services, settings: Settings, database: TestDatabase
) -> None:
    archive_id = (await ask(client, shop)).json()["archive_id"]
    await make(services, settings, shop, archive_id)
    given = (await link(client, shop, archive_id)).json()
    [(name,)] = database.rows("SELECT name FROM archives WHERE id = %s", archive_id)
    works = all_works(settings)
    await works[SWEEP](services, {})
    assert await services.storage.head(name) is not None
    database.set_clock(timedelta(days=3, minutes=1))
    await works[SWEEP](services, {})
    assert await services.storage.head(name) is None
    assert (await client.get(given["url"])).status_code == 404
    assert (await state(client, shop, archive_id))["state"] == "expired"
    assert (await link(client, shop, archive_id)).status_code == 404
    database.set_clock(None)  # the row grows old by itself: with the clock everybody's facts would be forgotten
    database.rows("UPDATE archives SET deleted_at = deleted_at - interval '94 days' WHERE id = %s", archive_id)
    await forget_old_rows(services.platform_db)
    assert database.rows("SELECT 1 FROM archives WHERE id = %s", archive_id) == []


async def test_one_that_is_never_made_is_given_up(
    client: httpx.AsyncClient, shop: Shop, services: Services, settings: Settings, database: TestDatabase
) -> None:
    """Its job is held: after six hours the owner may ask again, and a late worker finds nobody waiting."""
    archive_id = (await ask(client, shop)).json()["archive_id"]
    database.set_clock(timedelta(hours=5))
    await all_works(settings)[SWEEP](services, {})
    assert (await state(client, shop, archive_id))["state"] == "waiting"
    database.set_clock(timedelta(hours=7))
    await all_works(settings)[SWEEP](services, {})
    assert (await state(client, shop, archive_id))["state"] == "failed"
    await make(services, settings, shop, archive_id)
    assert (await state(client, shop, archive_id))["state"] == "failed"
    assert (await ask(client, shop)).status_code == 202


async def test_a_worker_that_is_stopped_leaves_no_thread_and_no_file(
    shop: Shop, settings: Settings, tmp_path: Path
) -> None:
    """A job is cancelled after its time: the packer stops at the next table."""
    seen = list[str]()
    reached, go = threading.Event(), threading.Event()

    def progress(table: str, rows: int) -> None:
        seen.append(table)
        reached.set()
        go.wait(20)

    packing = asyncio.ensure_future(packer(settings)(shop.business_id, tmp_path / "a.zip", progress))
    await asyncio.to_thread(reached.wait, 20)
    packing.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await packing
    assert seen == ["accounts"]
    assert list(tmp_path.iterdir()) == []


async def test_five_a_day(client: httpx.AsyncClient, shop: Shop, services: Services, settings: Settings) -> None:
    for _ in range(5):
        await make(services, settings, shop, (await ask(client, shop)).json()["archive_id"])
    assert (await ask(client, shop)).json()["code"] == "too_many_requests"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "waiting"),
        ({"name": "a"}, "making"),
        ({"name": "a", "expires_at": timedelta(hours=1)}, "ready"),
        ({"name": "a", "expires_at": timedelta(0)}, "expired"),
        ({"name": "a", "expires_at": timedelta(hours=1), "deleted_at": timedelta(0)}, "expired"),
        ({"failed_at": timedelta(0)}, "failed"),
    ],
)
def test_what_it_is_doing(changes: dict[str, Any], state: str) -> None:
    now = clock.now()
    values: dict[str, Any] = dict.fromkeys(("name", "bytes", "made_at", "expires_at", "failed_at", "deleted_at"))
    values |= {k: now + v if isinstance(v, timedelta) else v for k, v in changes.items()}
    assert state_of(Archive(id=new_id(), asked_at=now, tables_done=0, rows_done=0, **values), now) == state
