"""API keys: what a shop's own programme may do, and nothing besides."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.business.keys import rules
from sello.domains.business.keys.actions import LiveKeys
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.retention import MOST, RETENTION
from sello.shared.auth import Claims
from sello.shared.errors import Refused
from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop
from tests.support.tablets import refused

ALL = ["stamps:write", "customers:read", "enrollments:write", "redemptions:write"]


async def make(client: httpx.AsyncClient, shop: Shop, *scopes: str, **more: Any) -> tuple[str, dict[str, str]]:
    """(id, bearer header) of a new key."""
    body = {"name": "Caja Odoo", "scopes": list(scopes) or ALL} | more
    answer = await client.post("/api/v1/api-keys", json=body, headers=shop.rosa.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], {"Authorization": f"Bearer {answer.json()['key']}"}


async def test_a_stamp_by_key_names_the_key(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    (id, key), card = await make(client, shop), shop.card()
    body = shop.stamp(card)
    first, again = [await client.post("/api/v1/stamps", json=body, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    rows = database.rows(
        "SELECT e.account_id::text, m.name, m.role FROM stamp_events e JOIN memberships m"
        " ON m.business_id = e.business_id AND m.account_id = e.account_id WHERE e.card_id = %s",
        card.id,
    )
    assert rows == [(id, "Caja Odoo", "machine")]
    facts = database.rows("SELECT payload ->> 'account_id' FROM events WHERE business_id = %s", shop.business_id)
    assert facts == [(id,)]


async def test_a_key_serves_a_till_from_enrolment_to_reward(client: httpx.AsyncClient, shop: Shop) -> None:
    _, key = await make(client, shop)
    customer = {"id": str(new_id()), "name": "Eva Paz", "phone": shop.phone()}
    made = await client.post("/api/v1/customers", json=customer, headers=key)
    assert made.status_code == 201, made.text
    stamp = {"id": str(new_id()), "customer_id": customer["id"], "occurred_at": datetime.now(UTC).isoformat()}
    stamped = await client.post("/api/v1/stamps", json=stamp | {"stamps": 5}, headers=key)
    [reward] = stamped.json()["rewards"]
    path = f"/api/v1/rewards/{reward['id']}/redemptions"
    held = await client.post(path, json={"id": str(new_id())}, headers=key)
    done = await client.put(f"/api/v1/redemptions/{held.json()['id']}/confirmation", headers=key)
    assert (done.status_code, done.json()["confirmed_by"]) == (200, "Caja Odoo")
    # As staff see them: no whole phone and no whole name leaves by a key.
    seen = await client.get(f"/api/v1/customers/{customer['id']}", headers=key)
    assert customer["phone"] not in seen.text
    assert (seen.json()["first_name"], "phone" in seen.json()) == ("Eva", False)


@pytest.mark.parametrize("scope", ALL)
async def test_a_scope_opens_its_own_and_nothing_else(client: httpx.AsyncClient, shop: Shop, scope: str) -> None:
    _, key = await make(client, shop, scope)
    card = shop.card()
    asked = {
        "stamps:write": await client.post("/api/v1/stamps", json=shop.stamp(card), headers=key),
        "customers:read": await client.get(f"/api/v1/scans/{card.scan_code}", headers=key),
        "enrollments:write": await client.post(
            "/api/v1/customers", json={"id": str(new_id()), "name": "Eva", "phone": shop.phone()}, headers=key
        ),
        "redemptions:write": await client.post(
            f"/api/v1/rewards/{new_id()}/redemptions", json={"id": str(new_id())}, headers=key
        ),
    }
    for needed, answer in asked.items():
        if needed == scope:
            assert answer.status_code in (200, 201, 404), answer.text
        else:
            assert refused(answer, 403, "scope_missing") == {"scope": needed}
    for path in ("staff", "api-keys", "audit-log", "me", "auth/sessions", "devices"):
        refused(await client.get(f"/api/v1/{path}", headers=key), 403, "forbidden")


async def test_a_key_cannot_do_what_is_the_owners(client: httpx.AsyncClient, shop: Shop) -> None:
    id, key = await make(client, shop)
    body = shop.stamp(shop.card(), override_reason="the till says so")
    refused(await client.post("/api/v1/stamps", json=body, headers=key), 403, "override_needs_owner")
    for change in ({"role": "owner"}, {"name": "Rosa"}):
        answer = await client.patch(f"/api/v1/staff/{id}", json=change, headers=shop.rosa.headers)
        refused(answer, 404, "not_found")
    refused(await client.delete(f"/api/v1/staff/{id}", headers=shop.rosa.headers), 404, "not_found")
    listed = await client.get("/api/v1/staff", headers=shop.rosa.headers)
    assert id not in listed.text


async def test_a_key_has_a_cap_of_its_own(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"staff_daily_cap": 2}))
    (_, one), (_, other) = await make(client, shop), await make(client, shop)
    answers = [await client.post("/api/v1/stamps", json=shop.stamp(shop.card()), headers=one) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    refused(answers[-1], 409, "staff_cap")
    assert (await client.post("/api/v1/stamps", json=shop.stamp(shop.card()), headers=other)).status_code == 201


async def test_a_key_is_shown_once_and_listed_by_its_beginning(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    id, key = await make(client, shop, "stamps:write")
    text = key["Authorization"].removeprefix("Bearer ")
    assert re.fullmatch(r"sello_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}", text)
    secret = text.rpartition("_")[2]
    listed = await client.get("/api/v1/api-keys", headers=shop.rosa.headers)
    assert secret not in listed.text
    [said] = listed.json()
    assert (said["id"], said["name"], said["prefix"], said["scopes"], said["used_at"], said["created_by"]) == (
        id, "Caja Odoo", text.rpartition("_")[0], ["stamps:write"], None, "Rosa Quispe",
    )  # fmt: skip
    await client.post("/api/v1/stamps", json=shop.stamp(shop.card()), headers=key)
    assert (await client.get("/api/v1/api-keys", headers=shop.rosa.headers)).json()[0]["used_at"] is not None
    assert secret not in str(database.rows("SELECT * FROM api_keys WHERE id = %s", id))
    assert secret not in str(database.rows("SELECT * FROM audit_log WHERE business_id = %s", shop.business_id))


async def test_a_revoked_key_gives_no_stamp_from_that_moment_on(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    id, key = await make(client, shop)
    card = shop.card()
    assert (await client.post("/api/v1/stamps", json=shop.stamp(card), headers=key)).status_code == 201
    assert (await client.delete(f"/api/v1/api-keys/{id}", headers=shop.rosa.headers)).status_code == 204
    refused(await client.delete(f"/api/v1/api-keys/{id}", headers=shop.rosa.headers), 404, "not_found")
    # This process still remembers the key for up to 2 seconds: the statement does not.
    refused(await client.post("/api/v1/stamps", json=shop.stamp(card), headers=key), 401, "membership_ended")
    audited = database.rows("SELECT action FROM audit_log WHERE subject_id = %s ORDER BY recorded_at", id)
    assert audited == [("api_key.created",), ("api_key.revoked",)]


async def test_an_expired_key_and_a_key_of_a_stopped_shop_say_so(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, platform_db: PlatformPool
) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    _, key = await make(client, shop, expires_at=soon)
    text = key["Authorization"].removeprefix("Bearer ")

    async def now() -> Claims | str:
        try:
            return await LiveKeys(platform_db).claims(text)  # nothing remembered
        except Refused as refused:
            return refused.code

    assert isinstance(await now(), Claims)
    for change, code in (
        ("suspended_at = app_now()", "business_suspended"),
        ("suspended_at = NULL, closed_at = app_now()", "business_closed"),
        ("closed_at = NULL", None),
    ):
        with shop.connect() as owner:
            owner.execute(f"UPDATE businesses SET {change} WHERE id = %s".encode(), (shop.business_id,))  # noqa: S608  # texts of this test
        assert await now() == code or code is None
    database.set_clock(timedelta(days=1, seconds=1))
    assert await now() == "key_ended"
    past = {"name": "Caja", "scopes": ALL, "expires_at": "2020-01-01T00:00:00Z"}
    refused(await client.post("/api/v1/api-keys", json=past, headers=shop.rosa.headers), 422, "invalid")


async def test_what_only_looks_like_a_key_is_refused_alike(client: httpx.AsyncClient, shop: Shop) -> None:
    _, key = await make(client, shop)
    good = key["Authorization"].removeprefix("Bearer ")
    for wrong in (
        good[:-1],
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good[:7] + ("a" if good[7] != "a" else "b") + good[8:],
        good.replace("sello_", "sello_x"),
        "sello_",
        "sello_" + "é" * 8 + "_" + "a" * 32,
        good + "\u0660",
    ):
        shown: list[tuple[bytes, bytes]] = [(b"authorization", f"Bearer {wrong}".encode())]
        answer = await client.get("/api/v1/reward-rules", headers=shown)
        refused(answer, 401, "unauthenticated")
    assert (await client.get("/api/v1/reward-rules", headers=key)).status_code == 200


async def test_a_shop_has_fifty_keys_at_most(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    with shop.connect() as owner:
        for number in range(rules.MOST_KEYS):
            id = new_id()
            owner.execute("INSERT INTO accounts (id, name) VALUES (%s, 'Key')", (id,))
            owner.execute(
                "INSERT INTO memberships (business_id, account_id, role, name) VALUES (%s, %s, 'machine', 'Key')",
                (shop.business_id, id),
            )
            owner.execute(
                "INSERT INTO api_keys (business_id, id, prefix, secret_hash, scopes)"
                " VALUES (%s, %s, %s, sha256(''), '{stamps:write}')",
                (shop.business_id, id, f"{shop.business_id.hex[-6:]}{number:02d}"),
            )
    body = {"name": "One more", "scopes": ALL}
    refused(await client.post("/api/v1/api-keys", json=body, headers=shop.rosa.headers), 409, "too_many_keys")


async def test_a_dead_key_is_forgotten_after_thirty_days_and_its_stamps_keep_its_name(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase, platform_db: PlatformPool
) -> None:
    (revoked, key), card = await make(client, shop), shop.card()
    expired, _ = await make(client, shop, expires_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    await client.post("/api/v1/stamps", json=shop.stamp(card), headers=key)
    await client.delete(f"/api/v1/api-keys/{revoked}", headers=shop.rosa.headers)
    count = "SELECT count(*) FROM api_keys WHERE business_id = %s"
    for days, left in ((29, 2), (31, 0)):
        database.set_clock(timedelta(days=days))
        # These alone: the facts of other tests in this database are no month old.
        await platform_db.execute(RETENTION["api_keys"], most=MOST)
        assert database.rows(count, shop.business_id) == [(left,)]
    assert database.rows("SELECT disabled_at IS NULL FROM memberships WHERE account_id = %s", expired) == [(False,)]
    ledger = await client.get(f"/api/v1/cards/{card.id}/ledger", headers=shop.rosa.headers)
    assert "Caja Odoo" in ledger.text


async def test_no_line_of_the_log_shows_a_key_a_pin_or_a_tills_token(
    client: httpx.AsyncClient, shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    id, key = await make(client, shop)
    till = await client.post("/api/v1/devices", json={"id": str(new_id()), "name": "Tablet"}, headers=shop.rosa.headers)
    code = await client.post("/api/v1/device-codes", json={"name": "Tablet"}, headers=shop.rosa.headers)
    pin = "739104"
    await client.put("/api/v1/auth/pin", json={"pin": pin}, headers=shop.rosa.headers)
    body = {"account_id": str(shop.rosa.account_id), "pin": pin}
    headers = {"Authorization": f"Bearer {till.json()['access_token']}"}
    assert (await client.post("/api/v1/auth/pin", json=body, headers=headers)).status_code == 200
    await client.post("/api/v1/auth/devices/renewals", json={"device_token": till.json()["device_token"]})
    await client.get(f"/api/v1/{key['Authorization']}", headers=key)
    await client.get("/api/v1/reward-rules", headers=key)
    written = capfd.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    assert lines[-1]["account_id"] == id
    for secret in (
        key["Authorization"].removeprefix("Bearer "),
        till.json()["device_token"],
        till.json()["access_token"],
        code.json()["code"],
        pin,
    ):
        assert secret not in written
