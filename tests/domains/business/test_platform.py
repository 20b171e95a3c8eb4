"""What whoever runs the platform sees: every shop, and how everything is."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from sello.entry.settings import Settings
from tests.support.people import platform_admin
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, make_shop
from tests.support.tablets import enrol, refused

SHOPS = "/api/v1/admin/businesses"


@pytest.fixture
def carmen(database: TestDatabase, settings: Settings) -> dict[str, str]:
    """The bearer header of a platform admin."""
    return platform_admin(database, settings)


async def test_a_shop_is_found_by_name_address_and_mail(
    client: httpx.AsyncClient, carmen: dict[str, str], settings: Settings, database: TestDatabase
) -> None:
    mark = uuid4().hex[:10]
    ours = [make_shop(settings, name=f"Panadería Ñusta {mark} {number}") for number in range(5)]
    await enrol(client, ours[2])

    async def found(**asked: str) -> list[str]:
        ids = list[str]()
        while True:
            answer = await client.get(SHOPS, params={"limit": "2"} | asked, headers=carmen)
            assert answer.status_code == 200, answer.text
            ids += [one["id"] for one in answer.json()["businesses"]]
            if answer.json()["next"] is None:
                return ids
            asked = asked | {"cursor": answer.json()["next"]}

    newest_first = [str(shop.business_id) for shop in reversed(ours)]
    assert await found(words=mark) == newest_first
    assert await found(words=f"  panaderia   nusta {mark.upper()} ") == newest_first
    assert await found(words=ours[1].slug[:14]) == [str(ours[1].business_id)]
    [(email,)] = database.rows("SELECT email FROM accounts WHERE id = %s", ours[3].diego.account_id)
    assert await found(words=email) == [str(ours[3].business_id)]
    assert await found(words=email[1:]) == [], "an address is not searched for in parts"

    answer = await client.get(SHOPS, params={"words": ours[2].slug}, headers=carmen)
    [shown] = answer.json()["businesses"]
    assert (shown["owner_name"], shown["people"], shown["tills"]) == ("Rosa Quispe", 2, 1)
    assert shown["owner_email"].endswith("@example.pe")


async def test_suspended_and_closed_shops_are_told_apart(
    client: httpx.AsyncClient, carmen: dict[str, str], settings: Settings, database: TestDatabase
) -> None:
    mark = uuid4().hex[:10]
    opened, stopped, closed = (make_shop(settings, name=f"Bodega {mark} {name}") for name in ("a", "b", "c"))
    path = f"{SHOPS}/{stopped.business_id}/suspension"
    for reason in ("No contesta", "Sigue sin contestar"):
        assert (await client.put(path, json={"reason": reason}, headers=carmen)).status_code == 204
        if reason == "No contesta":
            resumed = path.replace("suspension", "resumption")
            assert (await client.post(resumed, json={"reason": "Contestó"}, headers=carmen)).status_code == 204
    database.rows("UPDATE businesses SET closed_at = app_now() WHERE id = %s", closed.business_id)

    async def names(state: str) -> list[tuple[str, str | None]]:
        answer = await client.get(SHOPS, params={"words": mark, "state": state}, headers=carmen)
        return [(one["id"], one["why"]) for one in answer.json()["businesses"]]

    assert await names("open") == [(str(opened.business_id), None)]
    assert await names("suspended") == [(str(stopped.business_id), "Sigue sin contestar")]
    assert await names("closed") == [(str(closed.business_id), None)]


async def test_an_owner_sees_none_of_it(client: httpx.AsyncClient, shop: Shop) -> None:
    for path in (SHOPS, "/api/v1/admin/health"):
        refused(await client.get(path, headers=shop.rosa.headers), 403, "forbidden")


async def test_how_everything_is(client: httpx.AsyncClient, carmen: dict[str, str], database: TestDatabase) -> None:
    database.rows("UPDATE events SET relayed_at = app_now() WHERE relayed_at IS NULL")
    well = (await client.get("/api/v1/admin/health", headers=carmen)).json()
    assert (well["database"], well["worker"], well["facts_waiting"]) == ("ok", "ok", 0)
    shop = database.rows("SELECT id FROM businesses LIMIT 1")[0][0]
    database.rows("INSERT INTO events (id, business_id, kind, payload) VALUES (new_id(), %s, 'DayClosed', '{}')", shop)
    assert (await client.get("/api/v1/admin/health", headers=carmen)).json()["worker"] == "ok"
    database.set_clock(timedelta(minutes=3))
    late = (await client.get("/api/v1/admin/health", headers=carmen)).json()
    assert (late["worker"], late["facts_waiting"]) == ("down", 1)
    database.rows("UPDATE events SET relayed_at = app_now() WHERE relayed_at IS NULL")


async def test_queueing_a_held_job_again_is_written_down(
    client: httpx.AsyncClient, carmen: dict[str, str], database: TestDatabase
) -> None:
    [(job,)] = database.rows(
        "INSERT INTO pgqueuer (priority, status, entrypoint) VALUES (0, 'failed', 'test.told') RETURNING id"
    )
    path = f"/api/v1/admin/jobs/{job}/requeue"
    assert (await client.post(path, headers=carmen)).status_code == 204
    refused(await client.post(path, headers=carmen), 409, "job_not_held")
    told = database.rows("SELECT count(*) FROM audit_log WHERE action = 'job.requeued' AND details->>'job_id' = %s",
                         str(job))  # fmt: skip
    assert told == [(1,)]
    database.rows("DELETE FROM pgqueuer WHERE id = %s", job)
