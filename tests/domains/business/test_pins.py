"""PINs: staff's powers on an enrolled till, and nothing anywhere else."""

from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.business.pins import rules
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.retention import forget_old_rows
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, new_id
from tests.domains.business.people import PASSWORD, Shopkeeper, try_log_in
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.tablets import Tablet, bearer, enrol, refused, set_pin

PIN = "2586"


@pytest.fixture
async def tablet(client: httpx.AsyncClient, shop: Shop) -> Tablet:
    """A tablet of the shop, on which Rosa and Diego may switch."""
    for person in (shop.rosa, shop.diego):
        await set_pin(client, person, PIN)
    return await enrol(client, shop)


def claims(answer: httpx.Response) -> dict[str, Any]:
    return dict(jwt.decode(answer.json()["access_token"], options={"verify_signature": False}))


# ---------------------------------------------------------------- which ones, and what is kept


@pytest.mark.parametrize("pin", [
    "1234", "4321", "0000", "1111", "1212", "7890", "9876", "1357", "123456", "121212", "112233", "123123", "1990",
    "2012", "2512", "1225", "0101", "151085", "850715", "101085", "2902", "112211",
])  # fmt: skip
def test_what_is_guessed_first_is_no_pin(pin: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_new_pin(pin)
    assert refusal.value.code == "pin_weak"


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "١٢٣٤", " 2586", "25 86", "-258"])
def test_what_has_another_form_is_no_pin(pin: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_new_pin(pin)
    assert refusal.value.code == "pin_form"


def test_most_pins_are_left() -> None:
    def may(pin: str) -> bool:
        try:
            return bool(rules.check_new_pin(pin))
        except Refused:
            return False

    assert sum(may(f"{number:04d}") for number in range(10_000)) > 8_000


@given(st.from_regex(r"[0-9]{4,6}", fullmatch=True), st.binary(min_size=16, max_size=16))
def test_a_pin_fits_itself_under_its_key_salt_and_person_alone(pin: str, salt: bytes) -> None:
    keys = Keys(b"s" * 32, data=b"d" * 32)
    shop, who = BusinessId(new_id()), AccountId(new_id())
    mac = rules.pin_mac(keys, shop, who, salt, pin)
    assert rules.fits(keys, shop, who, salt, mac, pin)
    assert not rules.fits(keys, shop, AccountId(new_id()), salt, mac, pin)
    assert not rules.fits(keys, BusinessId(new_id()), who, salt, mac, pin)
    assert not rules.fits(keys, shop, who, bytes(16) if any(salt) else b"\1" * 16, mac, pin)
    assert not rules.fits(Keys(b"s" * 32, data=b"e" * 32), shop, who, salt, mac, pin)
    assert not rules.fits(keys, shop, who, salt, mac, pin[:-1] + str((int(pin[-1]) + 1) % 10))


async def test_weak_pins_are_refused_with_a_sentence(client: httpx.AsyncClient, shop: Shop) -> None:
    for pin, code in (("1234", "pin_weak"), ("12", "pin_form")):
        answer = await client.put("/api/v1/auth/pin", json={"pin": pin}, headers=shop.diego.headers)
        refused(answer, 422, code)


# ---------------------------------------------------------------- switching


async def test_by_pin_an_owner_is_staff(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    answer = await tablet.switch(shop.rosa, PIN)
    headers, said = bearer(answer), claims(answer)
    assert (answer.json()["role"], said["role"], said["amr"], said["dev"]) == ("staff", "staff", "pin", tablet.id)
    refused(await client.get("/api/v1/staff", headers=headers), 403, "forbidden")
    refused(await client.delete("/api/v1/auth/sessions", headers=headers), 403, "pin_not_enough")
    refused(await client.put("/api/v1/auth/pin", json={"pin": "7419"}, headers=headers), 403, "pin_not_enough")
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": answer.json()["refresh_token"]})
    assert (renewed.json()["role"], claims(renewed)["amr"]) == ("staff", "pin")
    assert (await client.get("/api/v1/staff", headers=shop.rosa.headers)).status_code == 200


async def test_the_list_for_the_till_names_those_with_a_pin(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet
) -> None:
    shop.person(name="Mía", role="staff")

    async def listed() -> list[dict[str, str]]:
        return list((await client.get("/api/v1/devices/current/members", headers=tablet.headers)).json())

    assert await listed() == [
        {"account_id": str(person.account_id), "name": person.name} for person in (shop.diego, shop.rosa)
    ]
    await client.delete(f"/api/v1/staff/{shop.diego.account_id}/pin", headers=shop.rosa.headers)
    assert [one["name"] for one in await listed()] == ["Rosa Quispe"]


async def test_the_next_at_the_till_signs_the_last_out(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    diego = bearer(await tablet.switch(shop.diego, PIN))
    rosa = bearer(await tablet.switch(shop.rosa, PIN))
    code = shop.card().scan_code
    refused(await client.get(f"/api/v1/scans/{code}", headers=diego), 401, "session_ended")
    assert (await client.get(f"/api/v1/scans/{code}", headers=rosa)).status_code == 200
    elsewhere = await client.get(f"/api/v1/scans/{code}", headers=shop.diego.headers)
    assert elsewhere.status_code == 200  # signed in with a password on a phone of his own


async def test_a_pin_session_lasts_a_shift(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    async def refresh(token: str) -> httpx.Response:
        return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})

    token = (await tablet.switch(shop.diego, PIN)).json()["refresh_token"]
    database.set_clock(timedelta(hours=11))
    answer = await refresh(token)
    assert answer.status_code == 200, answer.text
    database.set_clock(timedelta(hours=23, minutes=1))
    refused(await refresh(answer.json()["refresh_token"]), 401, "session_ended")


async def test_five_wrong_ones_lock_one_member_on_one_till_for_a_quarter_of_an_hour(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    for left in (4, 3, 2, 1):
        assert refused(await tablet.switch(shop.diego, "9041"), 401, "pin_wrong")["left"] == left
    assert refused(await tablet.switch(shop.diego, "9041"), 429, "pin_locked")["minutes"] == 15
    seen = (await client.get("/api/v1/pin-tries", headers=shop.rosa.headers)).json()
    assert [(one["account_id"], one["device_id"]) for one in seen["members"]] == [
        (str(shop.diego.account_id), tablet.id)
    ]
    database.set_clock(timedelta(minutes=14))
    answer = await tablet.switch(shop.diego, PIN)
    assert refused(answer, 429, "pin_locked")["minutes"] == 1
    assert "minutos" in answer.json()["message"]
    assert (await tablet.switch(shop.rosa, PIN)).status_code == 200
    other = await enrol(client, shop)
    assert (await other.switch(shop.diego, PIN)).status_code == 200
    database.set_clock(timedelta(minutes=15, seconds=1))
    assert (await tablet.switch(shop.diego, PIN)).status_code == 200
    seen = (await client.get("/api/v1/pin-tries", headers=shop.rosa.headers)).json()
    assert seen["members"] == []
    for _ in range(2):  # a right one forgets the wrong ones before it
        for left in (4, 3):
            assert refused(await tablet.switch(shop.diego, "9041"), 401, "pin_wrong")["left"] == left
        assert (await tablet.switch(shop.diego, PIN)).status_code == 200


async def test_whoever_guesses_on_several_tills_locks_pins_at_the_whole_shop(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    """Four tries on each of five tills: none of them is locked, and the twenty are the shop's limit."""
    next_door = await enrol(client, neighbour)
    await set_pin(client, neighbour.diego, PIN)
    tills = [tablet, *[await enrol(client, shop) for _ in range(4)]]
    for number, till in enumerate(tills):
        for left in (4, 3, 2, 1):
            assert refused(await till.switch(shop.diego, "9041"), 401, "pin_wrong")["left"] == left
        if number == 2:  # a right one takes back itself alone: whoever works here cannot clear what they guessed
            assert (await till.switch(shop.rosa, PIN)).status_code == 200
    answer = await tablet.switch(shop.rosa, PIN)
    assert refused(answer, 429, "pin_shop_locked")["minutes"] == 60
    seen = (await client.get("/api/v1/pin-tries", headers=shop.rosa.headers)).json()
    assert (seen["tries"], seen["most"], seen["members"]) == (20, 20, [])
    assert seen["locked_until"] is not None
    assert "60 minutos" in answer.json()["message"]
    assert (await next_door.switch(neighbour.diego, PIN)).status_code == 200
    told = database.rows("SELECT count(*) FROM audit_log WHERE business_id = %s AND action = 'pin.shop_locked'",
                         shop.business_id)  # fmt: skip
    assert told == [(1,)]
    forgiven = await client.delete("/api/v1/pin-tries", headers=shop.rosa.headers)
    assert forgiven.status_code == 204
    seen = (await client.get("/api/v1/pin-tries", headers=shop.rosa.headers)).json()
    assert (seen["tries"], seen["locked_until"]) == (0, None)
    # What was refused for the shop's lock counted nowhere: the fifth of the member on this till is this one.
    assert refused(await tablet.switch(shop.diego, "9041"), 429, "pin_locked")["minutes"] == 15
    assert (await tablet.switch(shop.rosa, PIN)).status_code == 200


async def test_after_an_hour_the_shop_s_wrong_pins_are_forgotten(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    database.rows(
        "INSERT INTO pin_shop_tries (business_id, tries, since) VALUES (%s, 20, app_now() - interval '59 minutes')",
        shop.business_id,
    )
    assert refused(await tablet.switch(shop.diego, PIN), 429, "pin_shop_locked")["minutes"] == 1
    database.set_clock(timedelta(minutes=2))
    assert (await tablet.switch(shop.diego, PIN)).status_code == 200
    assert database.rows("SELECT tries FROM pin_shop_tries WHERE business_id = %s", shop.business_id) == [(0,)]


async def test_the_owner_sees_who_worked_at_which_till_when(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, tablet: Tablet, platform_db: PlatformPool,
    database: TestDatabase,
) -> None:  # fmt: skip
    other = await enrol(client, shop, name="Terraza")
    for till, person in ((tablet, shop.diego), (other, shop.rosa), (tablet, shop.rosa)):
        await till.switch(person, PIN)

    async def page(by: Any = shop.rosa, **params: Any) -> dict[str, Any]:
        answer = await client.get("/api/v1/sign-ins", headers=by.headers, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def told(found: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [(one["device_name"], one["account_name"], one["means"]) for one in found["sign_ins"]]

    everything = [
        ("Tablet", "Rosa Quispe", "pin"), ("Terraza", "Rosa Quispe", "pin"), ("Tablet", "Diego Ramos", "pin"),
    ]  # fmt: skip
    assert told(await page()) == everything
    assert told(await page(device_id=tablet.id)) == [everything[0], everything[2]]
    assert told(await page(account_id=str(shop.diego.account_id))) == [everything[2]]
    assert told(await page(neighbour.rosa, device_id=tablet.id)) == []
    walked, cursor = [], None
    for _ in range(3):
        found = await page(limit=1, **({"cursor": cursor} if cursor else {}))
        walked += told(found)
        cursor = found["next"]
    assert (walked, cursor) == (everything, None)
    refused(await client.get("/api/v1/sign-ins", headers=shop.diego.headers), 403, "forbidden")
    await tablet.switch(shop.diego, PIN)
    database.rows(
        "UPDATE device_sign_ins SET recorded_at = recorded_at - interval '401 days' WHERE device_id = %s OR id IN"
        " (SELECT id FROM device_sign_ins WHERE account_id = %s ORDER BY recorded_at LIMIT 1)",
        other.id,
        shop.diego.account_id,
    )
    await forget_old_rows(platform_db)
    assert told(await page()) == [
        ("Tablet", "Diego Ramos", "pin"),
        everything[0],
        everything[1],  # Rosa's only one on that till: it may bring stamps of hers
    ]


async def test_nobody_is_told_who_has_a_pin(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, tablet: Tablet
) -> None:
    mia = shop.person(name="Mía", role="staff")
    with_one, without = await tablet.switch(shop.diego, "9041"), await tablet.switch(mia, "9041")
    assert with_one.json()["message"] == without.json()["message"]
    await set_pin(client, neighbour.rosa, PIN)
    refused(await tablet.switch(neighbour.rosa, PIN), 401, "pin_wrong")


async def test_a_pin_without_a_till_is_nothing(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    body = {"account_id": str(shop.diego.account_id), "pin": PIN}
    refused(await client.post("/api/v1/auth/pin", json=body), 401, "unauthenticated")
    for person in (shop.diego, shop.rosa):
        refused(await client.post("/api/v1/auth/pin", json=body, headers=person.headers), 403, "forbidden")


async def test_a_new_pin_ends_what_the_old_one_opened(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    by_pin, code = bearer(await tablet.switch(shop.diego, PIN)), shop.card().scan_code
    await set_pin(client, shop.diego, "7419")
    refused(await client.get(f"/api/v1/scans/{code}", headers=by_pin), 401, "session_ended")
    refused(await tablet.switch(shop.diego, PIN), 401, "pin_wrong")
    assert (await tablet.switch(shop.diego, "7419")).status_code == 200


async def test_the_owner_clears_a_pin_and_nobody_reads_one(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    by_pin, code = bearer(await tablet.switch(shop.diego, PIN)), shop.card().scan_code
    path = f"/api/v1/staff/{shop.diego.account_id}/pin"
    assert (await client.delete(path, headers=shop.rosa.headers)).status_code == 204
    refused(await client.delete(path, headers=shop.rosa.headers), 404, "not_found")
    refused(await client.get(f"/api/v1/scans/{code}", headers=by_pin), 401, "session_ended")
    refused(await tablet.switch(shop.diego, PIN), 401, "pin_wrong")
    kept = database.rows("SELECT * FROM pins WHERE business_id = %s", shop.business_id)
    assert PIN not in str(kept)
    audited = database.rows(
        "SELECT action FROM audit_log WHERE subject_id = %s ORDER BY recorded_at", shop.diego.account_id
    )
    assert audited == [("pin.set",), ("pin.cleared",)]


async def test_a_dismissal_ends_the_pin(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    by_pin = bearer(await tablet.switch(shop.diego, PIN))
    await client.delete(f"/api/v1/staff/{shop.diego.account_id}", headers=shop.rosa.headers)
    refused(await tablet.switch(shop.diego, PIN), 401, "pin_wrong")
    answer = await client.post("/api/v1/stamps", json=shop.stamp(shop.card()), headers=by_pin)
    refused(answer, 401, "membership_ended")


async def test_a_log_in_on_a_till_is_of_that_till(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase, platform_db: PlatformPool, settings: Settings
) -> None:
    at_home = bearer(await try_log_in(client, rosa.email, PASSWORD))
    body = {"id": str(new_id()), "name": "Tablet"}
    till = (await client.post("/api/v1/devices", json=body, headers=at_home)).json()
    here = await try_log_in(client, rosa.email, PASSWORD, device_token=till["access_token"])
    assert (claims(here)["dev"], here.json()["role"]) == (till["device_id"], "owner")
    recorded = database.rows("SELECT means, account_id FROM device_sign_ins WHERE device_id = %s", till["device_id"])
    assert recorded == [("password", rosa.account_id)]
    await client.delete(f"/api/v1/devices/{till['device_id']}", headers=at_home)
    renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": here.json()["refresh_token"]})
    refused(renewed, 401, "session_ended")
    ended = await try_log_in(client, rosa.email, PASSWORD, device_token=till["access_token"])
    refused(ended, 401, "device_ended")
    assert (await client.get("/api/v1/me", headers=at_home)).status_code == 200
