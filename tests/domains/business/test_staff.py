"""People of a shop: invited by mail, changed, dismissed and out; never without an owner."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.business.staff.rules import loses_owner
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.shared.ids import new_id
from tests.domains.business.people import (
    PASSWORD,
    Mailbox,
    Shopkeeper,
    found_shop,
    refused,
    some_email,
    try_log_in,
)
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, make_shop

INVITATIONS = "/api/v1/staff/invitations"
ACCEPT = "/api/v1/auth/invitations"
Headers = dict[str, str]


async def invite(
    client: httpx.AsyncClient, headers: Headers, email: str, *, role: str = "staff", name: str = "Luz"
) -> httpx.Response:
    return await client.post(INVITATIONS, json={"email": email, "name": name, "role": role}, headers=headers)


async def accept(client: httpx.AsyncClient, token: str, *, password: str = PASSWORD, **more: Any) -> httpx.Response:
    return await client.post(ACCEPT, json={"token": token, "password": password, **more})


async def people(client: httpx.AsyncClient, headers: Headers) -> dict[str, Any]:
    answer = await client.get("/api/v1/staff", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def eventually(client: httpx.AsyncClient, headers: Headers, path: str, status: int) -> httpx.Response:
    """Ask until the answer has this status: what a process knows of a session is 2 seconds old at most."""
    for _ in range(100):
        answer = await client.get(path, headers=headers)
        if answer.status_code == status:
            break
        await asyncio.sleep(0.1)
    return answer


# ---------------------------------------------------------------- invitations


async def test_somebody_new_is_invited_accepts_and_signs_in(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, database: TestDatabase
) -> None:
    email = some_email()
    invited = await invite(client, shop.rosa.headers, email.upper())
    assert invited.status_code == 201, invited.text
    assert invited.json()["email"] == email
    (mail,) = await mailbox.of(email)
    assert mail["subject"] == "Café Luna te invita a trabajar con sello"

    refused(await accept(client, await mailbox.token_for(email), password="short"), 422, "password_too_short")
    answer = await accept(client, await mailbox.token_for(email), name="Luz Marina")
    assert (answer.status_code, answer.json()["role"]) == (201, "staff")
    signed_in = await try_log_in(client, email, PASSWORD)
    assert (signed_in.json()["role"], signed_in.json()["business_id"]) == ("staff", str(shop.business_id))
    found = await people(client, shop.rosa.headers)
    assert found["invitations"] == []
    assert [(m["name"], m["role"]) for m in found["members"]] == [
        ("Rosa Quispe", "owner"), ("Diego Ramos", "staff"), ("Luz Marina", "staff"),
    ]  # fmt: skip
    kinds = database.rows("SELECT kind FROM events WHERE business_id = %s", shop.business_id)
    assert ("StaffInvited",) in kinds
    refused(await accept(client, await mailbox.token_for(email)), 422, "link_invalid")


async def test_somebody_with_an_account_proves_it(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, rosa: Shopkeeper
) -> None:
    await invite(client, shop.rosa.headers, rosa.email, role="owner")
    token = await mailbox.token_for(rosa.email)
    refused(await accept(client, token, password="not the password"), 401, "credentials_wrong")
    assert (await accept(client, token)).status_code == 201
    own, other = await rosa.log_in(client), await rosa.log_in(client, business_id=str(shop.business_id))
    assert (own.body["business_id"], other.body["business_id"]) == (str(rosa.business_id), str(shop.business_id))
    assert {row["business_id"] for row in own.body["memberships"]} == {str(rosa.business_id), str(shop.business_id)}
    refused(await invite(client, shop.rosa.headers, rosa.email), 409, "already_member")


async def test_an_invitation_sent_again_ends_the_one_before(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox
) -> None:
    email = some_email()
    await invite(client, shop.rosa.headers, email)
    old = await mailbox.token_for(email)
    await invite(client, shop.rosa.headers, email, role="owner", name="Luz M.")
    new = await mailbox.token_for(email)
    assert old != new
    refused(await accept(client, old), 422, "link_invalid")
    (open_one,) = (await people(client, shop.rosa.headers))["invitations"]
    assert (open_one["role"], open_one["name"]) == ("owner", "Luz M.")
    assert (await accept(client, new)).json()["role"] == "owner"


async def test_an_invitation_withdrawn_or_expired_ends(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, database: TestDatabase
) -> None:
    first, second = some_email(), some_email()
    withdrawn = (await invite(client, shop.rosa.headers, first)).json()["id"]
    await invite(client, shop.rosa.headers, second)
    tokens = [await mailbox.token_for(email) for email in (first, second)]
    for status in (204, 404):
        answer = await client.delete(f"{INVITATIONS}/{withdrawn}", headers=shop.rosa.headers)
        assert answer.status_code == status
    refused(await accept(client, tokens[0]), 422, "link_invalid")
    database.set_clock(timedelta(days=7, minutes=1))
    refused(await accept(client, tokens[1]), 422, "link_invalid")


async def test_of_ten_who_accept_at_once_one_becomes_a_member(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, database: TestDatabase
) -> None:
    email, barrier = some_email(), asyncio.Barrier(10)
    await invite(client, shop.rosa.headers, email)
    token = await mailbox.token_for(email)

    async def racer() -> int:
        await barrier.wait()
        return (await accept(client, token)).status_code

    answers = sorted(await asyncio.gather(*(racer() for _ in range(10))))
    assert answers[0] == 201
    assert set(answers[1:]) <= {401, 409, 422, 429}
    assert database.rows("SELECT count(*) FROM accounts WHERE email = %s", email) == [(1,)]


async def test_a_shop_sends_fifty_invitations_a_day(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    email = some_email()
    for _ in range(50):
        assert (await invite(client, shop.rosa.headers, email)).status_code == 201
    refused(await invite(client, shop.rosa.headers, email), 429, "too_many_requests")
    database.set_clock(timedelta(days=1, minutes=1))
    assert (await invite(client, shop.rosa.headers, email)).status_code == 201


async def test_a_closed_shop_takes_nobody_in(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, database: TestDatabase
) -> None:
    email = some_email()
    await invite(client, shop.rosa.headers, email)
    token = await mailbox.token_for(email)
    database.rows("UPDATE businesses SET closed_at = app_now() WHERE id = %s", shop.business_id)
    refused(await accept(client, token), 410, "business_closed")


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("method", "path", "body", "next_door"),
    [
        ("GET", "/api/v1/staff", None, 200),
        ("POST", INVITATIONS, {"email": "luz@example.pe", "name": "Luz", "role": "staff"}, 201),
        ("DELETE", f"{INVITATIONS}/{{invitation}}", None, 404),
        ("PATCH", "/api/v1/staff/{rosa}", {"role": "staff"}, 404),
        ("DELETE", "/api/v1/staff/{rosa}", None, 404),
        ("GET", "/api/v1/audit-log", None, 200),
    ],
)
async def test_the_people_of_a_shop_are_its_owners_concern(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, method: str, path: str, body: Any, next_door: int
) -> None:
    invitation = (await invite(client, shop.rosa.headers, some_email())).json()["id"]
    path = path.format(rosa=shop.rosa.account_id, invitation=invitation)
    refused(await client.request(method, path, json=body), 401, "unauthenticated")
    refused(await client.request(method, path, json=body, headers=shop.diego.headers), 403, "forbidden")
    theirs = await client.request(method, path, json=body, headers=neighbour.rosa.headers)
    assert theirs.status_code == next_door
    assert str(shop.rosa.account_id) not in theirs.text
    assert invitation not in theirs.text
    found = await people(client, shop.rosa.headers)
    assert [m["role"] for m in found["members"]] == ["owner", "staff"]
    assert [row["id"] for row in found["invitations"]] == [invitation]


async def test_the_owner_sees_who_has_a_pin_and_was_here_lately(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    database.rows(
        "UPDATE sessions SET created_at = app_now() - interval '9 days', rotated_at = app_now() - interval '8 days'"
        " WHERE account_id = %s",
        shop.diego.account_id,
    )
    lazy = shop.person(name="Mía", role="staff")
    database.rows("DELETE FROM sessions WHERE account_id = %s", lazy.account_id)
    pin = await client.put("/api/v1/auth/pin", json={"pin": "2586"}, headers=shop.rosa.headers)
    assert pin.status_code == 204

    async def seen() -> dict[str, tuple[bool, int | None]]:
        now = database.rows("SELECT app_now()")[0][0]
        return {
            one["name"]: (
                one["pin_set_at"] is not None,
                (now - datetime.fromisoformat(one["seen_at"])).days if one["seen_at"] else None,
            )
            for one in (await people(client, shop.rosa.headers))["members"]
        }

    assert await seen() == {"Rosa Quispe": (True, 0), "Diego Ramos": (False, 8), "Mía": (False, None)}
    await client.delete(f"/api/v1/staff/{shop.rosa.account_id}/pin", headers=shop.rosa.headers)
    assert (await seen())["Rosa Quispe"] == (False, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"role": None, "name": None},
        {"role": "admin"},
        {"role": "superuser"},
        {"version": 7},
        {"role": "staff", "business_id": str(new_id())},
        {"name": ""},
        {"name": "a\u0000b"},
    ],
)
async def test_nothing_else_can_be_written_into_a_membership(
    client: httpx.AsyncClient, shop: Shop, body: dict[str, Any]
) -> None:
    answer = await client.patch(f"/api/v1/staff/{shop.diego.account_id}", json=body, headers=shop.rosa.headers)
    refused(answer, 422, "invalid")


# ---------------------------------------------------------------- changes and ends


async def test_another_role_ends_the_old_tokens_but_not_the_session(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox
) -> None:
    email = some_email()
    await invite(client, shop.rosa.headers, email)
    await accept(client, await mailbox.token_for(email))
    luz = (await try_log_in(client, email, PASSWORD)).json()
    found = await people(client, shop.rosa.headers)
    account = next(m["account_id"] for m in found["members"] if m["name"] == "Luz")
    path = f"/api/v1/staff/{account}"
    renamed = await client.patch(path, json={"name": "Luz M."}, headers=shop.rosa.headers)
    assert (renamed.json()["name"], renamed.json()["role"]) == ("Luz M.", "staff")
    bearer = {"Authorization": f"Bearer {luz['access_token']}"}
    assert (await client.get("/api/v1/me", headers=bearer)).status_code == 200
    promoted = await client.patch(path, json={"role": "owner"}, headers=shop.rosa.headers)
    assert promoted.json()["role"] == "owner"
    refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": luz["refresh_token"]})
    assert refreshed.json()["role"] == "owner"
    bearer = {"Authorization": f"Bearer {refreshed.json()['access_token']}"}
    assert (await eventually(client, bearer, "/api/v1/staff", 200)).status_code == 200


async def test_a_dismissed_person_is_out_everywhere(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, database: TestDatabase
) -> None:
    email = some_email()
    await invite(client, shop.rosa.headers, email)
    await accept(client, await mailbox.token_for(email))
    luz = (await try_log_in(client, email, PASSWORD)).json()
    account = next(m["account_id"] for m in (await people(client, shop.rosa.headers))["members"] if m["name"] == "Luz")
    bearer = {"Authorization": f"Bearer {luz['access_token']}"}
    assert (await client.get("/api/v1/me", headers=bearer)).status_code == 200
    for status in (204, 404):
        answer = await client.delete(f"/api/v1/staff/{account}", headers=shop.rosa.headers)
        assert answer.status_code == status

    refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": luz["refresh_token"]})
    refused(refreshed, 401, "membership_ended")
    refused(await try_log_in(client, email, PASSWORD), 403, "no_membership")
    refused(await eventually(client, bearer, "/api/v1/me", 401), 401, "membership_ended")
    row = database.rows(
        "SELECT payload->>'account_id' FROM events WHERE business_id = %s AND kind = 'StaffDismissed'",
        shop.business_id,
    )
    assert row == [(account,)]
    change = await client.patch(f"/api/v1/staff/{account}", json={"name": "x"}, headers=shop.rosa.headers)
    refused(change, 404, "not_found")


async def test_somebody_dismissed_may_come_back_without_their_old_sessions(
    client: httpx.AsyncClient, shop: Shop, mailbox: Mailbox, rosa: Shopkeeper
) -> None:
    for _ in range(2):
        await invite(client, shop.rosa.headers, rosa.email)
        assert (await accept(client, await mailbox.token_for(rosa.email))).status_code == 201
        signed_in = await rosa.log_in(client, business_id=str(shop.business_id))
        gone = await client.delete(f"/api/v1/staff/{rosa.account_id}", headers=shop.rosa.headers)
        assert gone.status_code == 204
    await invite(client, shop.rosa.headers, rosa.email)
    await accept(client, await mailbox.token_for(rosa.email))
    answer = await client.post("/api/v1/auth/refresh", json={"refresh_token": signed_in.refresh_token})
    refused(answer, 401, "membership_ended")
    await rosa.log_in(client, business_id=str(shop.business_id))


async def test_the_last_owner_stays(client: httpx.AsyncClient, shop: Shop) -> None:
    path, headers = f"/api/v1/staff/{shop.rosa.account_id}", shop.rosa.headers
    refused(await client.delete(path, headers=headers), 409, "last_owner")
    refused(await client.patch(path, json={"role": "staff"}, headers=headers), 409, "last_owner")
    assert (await client.patch(path, json={"role": "owner", "name": "Rosa"}, headers=headers)).status_code == 200
    second = shop.person(name="Carlos", role="owner")
    assert (await client.delete(path, headers=second.headers)).status_code == 204
    refused(await eventually(client, headers, "/api/v1/me", 401), 401, "membership_ended")


@pytest.mark.parametrize("by", ["dismissal", "demotion"])
async def test_two_owners_cannot_remove_each_other_at_once(
    client: httpx.AsyncClient, settings: Settings, database: TestDatabase, by: str
) -> None:
    for _ in range(5):
        shop, barrier = make_shop(settings), asyncio.Barrier(2)
        carlos = shop.person(name="Carlos", role="owner")

        async def remove(actor: Person, other: Person, barrier: asyncio.Barrier = barrier) -> int:
            path = f"/api/v1/staff/{other.account_id}"
            await barrier.wait()
            if by == "dismissal":
                return (await client.delete(path, headers=actor.headers)).status_code
            return (await client.patch(path, json={"role": "staff"}, headers=actor.headers)).status_code

        won, lost = sorted(await asyncio.gather(remove(shop.rosa, carlos), remove(carlos, shop.rosa)))
        assert won in (200, 204)
        assert lost in (401, 409)
        owners = database.rows(
            "SELECT count(*) FROM memberships WHERE business_id = %s AND role = 'owner' AND disabled_at IS NULL",
            shop.business_id,
        )
        assert owners == [(1,)]


async def test_a_sign_in_and_a_dismissal_at_once_leave_no_session(
    client: httpx.AsyncClient, platform_db: PlatformPool, mailbox: Mailbox, shop: Shop
) -> None:
    """The laws that end this test find a session without a membership."""
    for _ in range(8):
        keeper, barrier = await found_shop(platform_db), asyncio.Barrier(2)
        await invite(client, shop.rosa.headers, keeper.email)
        await accept(client, await mailbox.token_for(keeper.email))

        async def sign_in(keeper: Shopkeeper = keeper, barrier: asyncio.Barrier = barrier) -> int:
            await barrier.wait()
            place = str(shop.business_id)
            return (await try_log_in(client, keeper.email, PASSWORD, business_id=place)).status_code

        async def dismiss(keeper: Shopkeeper = keeper, barrier: asyncio.Barrier = barrier) -> int:
            await barrier.wait()
            answer = await client.delete(f"/api/v1/staff/{keeper.account_id}", headers=shop.rosa.headers)
            return answer.status_code

        signed_in, dismissed = await asyncio.gather(sign_in(), dismiss())
        assert dismissed == 204
        assert signed_in in (200, 401, 403)


@pytest.mark.parametrize(
    ("was", "becomes", "others", "loses"),
    [
        ("owner", None, 0, True),
        ("owner", "staff", 0, True),
        ("owner", "owner", 0, False),
        ("owner", None, 1, False),
        ("staff", None, 0, False),
        ("staff", "owner", 0, False),
    ],
)
def test_what_would_leave_a_shop_without_an_owner(was: Any, becomes: Any, others: int, loses: bool) -> None:
    assert loses_owner(was=was, becomes=becomes, other_owners=others) is loses
