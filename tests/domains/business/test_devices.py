"""Tills: enrolled once, known by a credential of their own, ended at once."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.domains.business.devices.api import COOKIE
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.retention import MOST, RETENTION
from sello.shared.auth import Keys, TokenIssuer
from sello.shared.ids import new_id
from tests.domains.business.conftest import At, some_address
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.tablets import Tablet, bearer, enrol, refused, set_pin

RENEWALS = "/api/v1/auth/devices/renewals"


@pytest.fixture
async def tablet(client: httpx.AsyncClient, shop: Shop) -> Tablet:
    """A tablet of the shop."""
    return await enrol(client, shop)


async def code_for(client: httpx.AsyncClient, shop: Shop, **more: Any) -> str:
    answer = await client.post("/api/v1/device-codes", json={"name": "Caja 2"} | more, headers=shop.rosa.headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["url"].endswith(f"/stamp#code={answer.json()['code']}")
    return str(answer.json()["code"])


async def show_code(client: httpx.AsyncClient, code: str, id: Any = None) -> httpx.Response:
    return await client.post("/api/v1/auth/devices", json={"code": code, "id": str(id or new_id())})


async def ask_who(tablet: Tablet) -> httpx.Response:
    return await tablet.client.get("/api/v1/devices/current", headers=tablet.headers)


def endings(database: TestDatabase, tablet: Tablet) -> list[str | None]:
    rows = database.rows(
        "SELECT revoked_why FROM device_credentials WHERE device_id = %s ORDER BY created_at", tablet.id
    )
    return [why for (why,) in rows]


# ---------------------------------------------------------------- enrolling


async def test_a_till_enrolled_by_the_owner_knows_itself(tablet: Tablet) -> None:
    said = (await ask_who(tablet)).json()
    assert (said["id"], said["name"], said["has_credential"], said["branch_closed"]) == (
        tablet.id, "Tablet", True, False,
    )  # fmt: skip
    assert (said["shop_name"], said["shop_zone"]) == ("Café Luna", "America/Lima")


async def test_a_lost_answer_to_an_enrolment_brings_the_same_credential(client: httpx.AsyncClient, shop: Shop) -> None:
    body = {"id": str(new_id()), "name": "Caja 1"}
    first, second = [await client.post("/api/v1/devices", json=body, headers=shop.rosa.headers) for _ in range(2)]
    assert first.json()["device_token"] == second.json()["device_token"]
    other = await client.post("/api/v1/devices", json=body | {"name": "Caja 9"}, headers=shop.rosa.headers)
    refused(other, 409, "id_reused")
    await client.post(RENEWALS, json={"device_token": first.json()["device_token"]})
    late = await client.post("/api/v1/devices", json=body, headers=shop.rosa.headers)
    refused(late, 409, "id_reused")


async def test_a_code_enrols_one_machine_once(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    code, id = await code_for(client, shop), new_id()
    shown = await show_code(client, f" {code[:5].lower()}-{code[5:]} ", id)
    assert shown.status_code == 201, shown.text
    again = await show_code(client, code, id)  # the answer was lost
    assert again.json()["device_token"] == shown.json()["device_token"]
    refused(await show_code(client, code), 422, "device_code_invalid")
    assert (shown.json()["device_id"], shown.json()["business_id"]) == (str(id), str(shop.business_id))
    hashes = database.rows("SELECT encode(code_hash, 'escape') FROM device_codes WHERE used_by = %s", id)
    assert code not in str(hashes)


async def test_a_code_ends_after_a_quarter_of_an_hour(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    code = await code_for(client, shop)
    database.set_clock(timedelta(minutes=15, seconds=1))
    refused(await show_code(client, code), 422, "device_code_invalid")


async def test_a_code_of_a_dismissed_owner_enrols_nothing(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    mia = shop.person(name="Mía", role="owner")
    made = await client.post("/api/v1/device-codes", json={"name": "Caja"}, headers=mia.headers)
    gone = await client.delete(f"/api/v1/staff/{mia.account_id}", headers=shop.rosa.headers)
    assert (made.status_code, gone.status_code) == (201, 204)
    assert (await show_code(client, made.json()["code"])).status_code == 409
    assert database.rows("SELECT count(*) FROM devices WHERE business_id = %s", shop.business_id) == [(0,)]


async def test_a_till_moves_to_another_machine_and_its_past_with_it(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    await set_pin(client, shop.diego, "2586")
    signed_in = bearer(await tablet.switch(shop.diego, "2586"))
    queued = tablet.tapped(shop.card(), shop.diego)
    shown = await show_code(client, await code_for(client, shop, replaces=tablet.id))
    assert shown.json()["device_id"] == tablet.id
    refused(await tablet.renew(), 401, "device_ended")
    refused(await client.get("/api/v1/scans/" + "A" * 20, headers=signed_in), 401, "session_ended")
    assert await tablet.upload(queued) == [("refused", "device_ended")]
    tablet.took(shown)
    assert await tablet.upload(queued) == [("counted", None)]
    assert endings(database, tablet) == ["replaced", None]


async def test_staff_enrol_nothing(client: httpx.AsyncClient, shop: Shop) -> None:
    for path, body in (("devices", {"id": str(new_id()), "name": "Mine"}), ("device-codes", {"name": "Mine"})):
        refused(await client.post(f"/api/v1/{path}", json=body, headers=shop.diego.headers), 403, "forbidden")


async def test_a_browser_keeps_the_credential_where_no_script_finds_it(at: At, shop: Shop) -> None:
    api, browser = at(some_address()), at(some_address(), browser=True)
    origin = {"origin": str(browser.base_url).rstrip("/")}
    code = await code_for(api, shop)
    shown = await browser.post("/api/v1/auth/devices", json={"code": code, "id": str(new_id())}, headers=origin)
    assert "device_token" not in {name for name, value in shown.json().items() if value is not None}
    cookie = shown.headers["set-cookie"]
    assert all(mark in cookie for mark in (COOKIE, "HttpOnly", "Secure", "SameSite=strict", "Max-Age=7776000"))
    assert "Path=/api/v1/auth/devices" in cookie
    value = {"cookie": cookie.partition(";")[0]}
    assert (await browser.post(RENEWALS, headers=origin | value)).status_code == 200
    refused(await browser.post(RENEWALS, headers=value | {"origin": "https://evil.example"}), 403, "origin_refused")


# ---------------------------------------------------------------- the credential


async def test_a_till_lives_on_for_as_long_as_it_is_used(tablet: Tablet, database: TestDatabase) -> None:
    for days in (80, 160, 240):
        database.set_clock(timedelta(days=days))
        assert (await tablet.renew()).status_code == 200
    database.set_clock(timedelta(days=240 + 91))
    refused(await tablet.renew(), 401, "device_ended")


async def test_a_lost_answer_does_not_lock_a_till_out_however_late_it_asks_again(
    tablet: Tablet, database: TestDatabase
) -> None:
    """The Wi-Fi fell away with the answer, and the shop opened again after the weekend."""
    for weekend in (1, 2, 3, 4):
        lost = await tablet.renew(tablet.device_token)
        database.set_clock(timedelta(days=3 * weekend))
        found = await tablet.renew(tablet.device_token)
        assert found.json()["device_token"] == lost.json()["device_token"]
        tablet.took(found)
        assert (await tablet.renew()).status_code == 200
    assert endings(database, tablet) == [None]


async def test_a_credential_shown_after_its_successor_is_in_two_hands(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    await set_pin(client, shop.diego, "2586")
    signed_in = bearer(await tablet.switch(shop.diego, "2586"))
    stolen = tablet.device_token
    await tablet.renew()
    await tablet.renew()
    refused(await tablet.renew(stolen), 401, "device_ended")
    refused(await tablet.renew(), 401, "device_ended")
    refused(await ask_who(tablet), 401, "device_ended")
    card = shop.card()
    refused(await client.get(f"/api/v1/scans/{card.scan_code}", headers=signed_in), 401, "session_ended")
    assert endings(database, tablet) == ["reuse"]
    assert database.rows(
        "SELECT count(*) FROM audit_log WHERE subject_id = %s AND action = 'device.reused'", tablet.id
    ) == [(1,)]


async def test_two_machines_that_share_a_credential_are_found_out(tablet: Tablet, database: TestDatabase) -> None:
    """Each comes back with the last one it has: that looks like lost answers, but not for long."""
    thief = Tablet(tablet.client, tablet.shop, tablet.id, tablet.access_token, tablet.device_token)
    answers = []
    for turn in range(30):
        database.set_clock(timedelta(minutes=20 * turn))
        answers.append((await (tablet, thief)[turn % 2].renew()).status_code)
    assert 401 in answers
    assert endings(database, tablet) == ["reuse"]


async def test_forged_credentials_are_refused(tablet: Tablet, shop: Shop) -> None:
    good = tablet.device_token
    prefix, family, generation, mac = good.split(".")
    # What signs people's refresh tokens and other installations' tills signs no till here.
    session = good.replace("sello_d1", "sello_r1")
    for forged in ("x", "....", good[:-2], f"{prefix}.{family}.2.{mac}", f"{prefix}.{new_id()}.{generation}.{mac}",
                   session):  # fmt: skip
        refused(await tablet.renew(forged), 401, "device_ended")
    strangers = TokenIssuer(Keys(b"another installation's secret, as long"))
    tablet.access_token = strangers.issue(
        account_id=shop.rosa.account_id, business_id=shop.business_id, role="device", version=0,
        session_id=shop.rosa.session_id, means="device",
    )  # fmt: skip
    refused(await ask_who(tablet), 401, "unauthenticated")
    assert (await tablet.renew()).status_code == 200


async def test_a_persons_token_is_no_tills_and_a_tills_no_persons(tablet: Tablet, shop: Shop) -> None:
    answer = await tablet.client.get("/api/v1/devices/current", headers=shop.rosa.headers)
    refused(answer, 403, "forbidden")
    for path in ("me", "customers?q=Ana", "staff", "auth/sessions", f"scans/{shop.card().scan_code}"):
        refused(await tablet.client.get(f"/api/v1/{path}", headers=tablet.headers), 403, "forbidden")


# ---------------------------------------------------------------- what the owner sees and does


async def test_the_owner_sees_when_a_till_was_last_there(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    async def seen() -> str:
        tills = (await client.get("/api/v1/devices", headers=shop.rosa.headers)).json()
        return str(tills[0]["seen_at"])

    before = await seen()
    database.set_clock(timedelta(minutes=10))
    await tablet.renew()
    assert await seen() > before


async def test_a_till_is_renamed_and_moved(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    branch = {"id": str(new_id()), "name": "Centro"}
    await client.post("/api/v1/branches", json=branch, headers=shop.rosa.headers)
    path = f"/api/v1/devices/{tablet.id}"
    moved = await client.patch(path, json={"branch_id": branch["id"]}, headers=shop.rosa.headers)
    named = await client.patch(path, json={"name": "Barra"}, headers=shop.rosa.headers)
    assert (moved.json()["name"], named.json()["name"], named.json()["branch_name"]) == ("Tablet", "Barra", "Centro")
    nowhere = await client.patch(path, json={"branch_id": None}, headers=shop.rosa.headers)
    assert nowhere.json()["branch_id"] is None
    refused(await client.patch(path, json={}, headers=shop.rosa.headers), 422, "invalid")
    unknown = await client.patch(path, json={"branch_id": str(new_id())}, headers=shop.rosa.headers)
    refused(unknown, 422, "branch_unknown")


async def test_a_revoked_till_is_out_with_everybody_on_it(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    await set_pin(client, shop.diego, "2586")
    by_pin = bearer(await tablet.switch(shop.diego, "2586"))
    card = shop.card()
    assert (await client.delete(f"/api/v1/devices/{tablet.id}", headers=shop.rosa.headers)).status_code == 204
    refused(await client.get(f"/api/v1/scans/{card.scan_code}", headers=by_pin), 401, "session_ended")
    refused(await client.post("/api/v1/stamps", json=shop.stamp(card), headers=by_pin), 401, "session_ended")
    refused(await tablet.switch(shop.diego, "2586"), 401, "device_ended")
    refused(await tablet.renew(), 401, "device_ended")
    assert await tablet.upload(tablet.tapped(card, shop.diego)) == [("refused", "device_ended")]
    assert (await client.delete(f"/api/v1/devices/{tablet.id}", headers=shop.rosa.headers)).status_code == 204
    audited = database.rows("SELECT action FROM audit_log WHERE subject_id = %s ORDER BY recorded_at", tablet.id)
    assert audited == [("device.enrolled",), ("device.revoked",)]


async def test_dead_credentials_are_kept_for_thirty_days(
    tablet: Tablet, shop: Shop, platform_db: PlatformPool, database: TestDatabase
) -> None:
    await code_for(tablet.client, shop)
    await tablet.client.delete(f"/api/v1/devices/{tablet.id}", headers=shop.rosa.headers)
    kept = """
        SELECT (SELECT count(*) FROM device_credentials WHERE business_id = %s),
          (SELECT count(*) FROM device_codes WHERE business_id = %s)
    """
    for days, left in ((29, (1, 1)), (31, (0, 0))):
        database.set_clock(timedelta(days=days))
        # These alone: the facts of other tests in this database are no month old.
        await platform_db.execute(RETENTION["device_credentials"], most=MOST)
        await platform_db.execute(RETENTION["device_codes"], most=MOST)
        assert database.rows(kept, shop.business_id, shop.business_id) == [left]


async def test_the_owner_sees_what_became_of_a_code(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    rosa = shop.rosa.headers

    async def made() -> tuple[str, str]:
        said = (await client.post("/api/v1/device-codes", json={"name": "Caja"}, headers=rosa)).json()
        return f"/api/v1/device-codes/{said['id']}", said["code"]

    async def state(path: str) -> tuple[str, str | None]:
        said = (await client.get(path, headers=rosa)).json()
        return said["state"], said["device_id"]

    path, code = await made()
    assert await state(path) == ("waiting", None)
    shown = await show_code(client, code)
    assert await state(path) == ("used", shown.json()["device_id"])
    assert (await client.delete(path, headers=rosa)).status_code == 204
    assert await state(path) == ("used", shown.json()["device_id"]), "what was used stays used"

    path, code = await made()
    for _ in range(2):
        assert (await client.delete(path, headers=rosa)).status_code == 204
    assert await state(path) == ("over", None)
    refused(await show_code(client, code), 422, "device_code_invalid")
    told = database.rows(
        "SELECT count(*) FROM audit_log WHERE business_id = %s AND action = 'device.code_ended'", shop.business_id
    )
    assert told == [(1,)]

    path, _ = await made()
    database.set_clock(timedelta(minutes=16))
    assert await state(path) == ("over", None)
    refused(await client.get(f"/api/v1/device-codes/{new_id()}", headers=rosa), 404, "not_found")
