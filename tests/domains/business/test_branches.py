"""Branches: opened, renamed, closed with their history, opened again."""

import httpx

from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.tablets import enrol, refused


async def test_a_branch_lives_closes_and_opens_again(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    id, rosa = str(new_id()), shop.rosa.headers
    path = f"/api/v1/branches/{id}"
    for _ in range(2):
        made = await client.post("/api/v1/branches", json={"id": id, "name": "Centro"}, headers=rosa)
        assert (made.status_code, made.json()["closed_at"]) == (201, None)
    renamed = await client.patch(path, json={"name": "Centro Histórico"}, headers=rosa)
    assert renamed.json()["name"] == "Centro Histórico"
    card = shop.card()
    stamped = await client.post("/api/v1/stamps", json=shop.stamp(card, branch_id=id), headers=shop.diego.headers)
    assert stamped.status_code == 201
    await enrol(client, shop, branch_id=id)

    closed = [(await client.put(f"{path}/closure", headers=rosa)).json() for _ in range(2)]
    assert closed[0] == closed[1]
    assert (closed[0]["closed_at"] is not None, closed[0]["tills"]) == (True, 1)
    again = await client.post("/api/v1/stamps", json=shop.stamp(card, branch_id=id), headers=shop.diego.headers)
    refused(again, 422, "branch_unknown")
    till = {"id": str(new_id()), "name": "Caja", "branch_id": id}
    refused(await client.post("/api/v1/devices", json=till, headers=rosa), 422, "branch_unknown")
    kept = database.rows("SELECT count(*) FROM stamp_events WHERE branch_id = %s", id)
    assert kept == [(1,)]

    opened = await client.delete(f"{path}/closure", headers=rosa)
    assert opened.json()["closed_at"] is None
    stamped = await client.post("/api/v1/stamps", json=shop.stamp(card, branch_id=id), headers=shop.diego.headers)
    assert stamped.status_code == 201
    audited = database.rows("SELECT action FROM audit_log WHERE subject_id = %s ORDER BY recorded_at", id)
    assert [action for (action,) in audited] == ["branch.opened", "branch.renamed", "branch.closed", "branch.reopened"]


async def test_a_branch_is_somewhere_once_its_owner_says_so(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    id, rosa = str(new_id()), shop.rosa.headers
    path = f"/api/v1/branches/{id}"
    made = await client.post("/api/v1/branches", json={"id": id, "name": "Centro"}, headers=rosa)
    assert made.json()["place"] is None
    place = {"latitude": -12.0464, "longitude": -77.0428}
    for _ in range(2):
        assert (await client.put(f"{path}/place", json=place, headers=rosa)).json()["place"] == place
    told = "SELECT count(*) FROM events WHERE business_id = %s AND payload ->> 'fields' = '[\"branches\"]'"
    assert database.rows(told, shop.business_id) == [(1,)]
    for wrong in ({"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": -181}, {"latitude": 0}):
        refused(await client.put(f"{path}/place", json=wrong, headers=rosa), 422, "invalid")
    assert (await client.delete(f"{path}/place", headers=rosa)).json()["place"] is None
    assert database.rows(told, shop.business_id) == [(2,)]


async def test_an_unknown_branch_is_not_found(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    id = str(new_id())
    await client.post("/api/v1/branches", json={"id": id, "name": "Sol"}, headers=neighbour.rosa.headers)
    for unknown in (id, str(new_id())):
        path = f"/api/v1/branches/{unknown}"
        refused(await client.patch(path, json={"name": "Mine"}, headers=shop.rosa.headers), 404, "not_found")
        refused(await client.put(f"{path}/closure", headers=shop.rosa.headers), 404, "not_found")
        refused(await client.delete(f"{path}/closure", headers=shop.rosa.headers), 404, "not_found")
