"""The second factor: RFC 6238, each code once, and no platform admin without one."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from fastapi import FastAPI

from sello.domains.business.accounts import create_admin
from sello.domains.business.credentials.rules import code_at, seal, step_at, step_of, unseal
from sello.infrastructure.database.db import PlatformPool
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, new_id
from tests.domains.business.people import PASSWORD, Shopkeeper, SignedIn, refused, some_email, try_log_in
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

TOTP = "/api/v1/auth/totp"


def secret_in(uri: str) -> bytes:
    text = parse_qs(urlsplit(uri).query)["secret"][0]
    return base64.b32decode(text + "=" * (-len(text) % 8))


def code_now(secret: bytes, *, steps: int = 0) -> str:
    return code_at(secret, step_at(clock.now()) + steps)


def next_step() -> None:
    """Let half a minute pass, so that a fresh code is on the screen."""
    clock.shift(clock.now() - datetime.now(UTC) + timedelta(seconds=30))


async def enrol(client: httpx.AsyncClient, keeper: Shopkeeper) -> tuple[SignedIn, bytes]:
    who = await keeper.log_in(client)
    answer = await client.post(TOTP, json={"password": PASSWORD}, headers=who.headers)
    assert answer.status_code == 201, answer.text
    secret = secret_in(answer.json()["otpauth_uri"])
    confirmed = await client.put(TOTP, json={"code": code_now(secret)}, headers=who.headers)
    assert confirmed.status_code == 204, confirmed.text
    next_step()
    return who, secret


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1, the last six of its eight digits."""
    moment = datetime.fromtimestamp(seconds, UTC)
    secret = b"12345678901234567890"
    assert code_at(secret, step_at(moment)) == code
    assert step_of(secret, code, moment) == seconds // 30


def test_one_step_of_slack_each_way() -> None:
    secret, moment = b"k" * 20, datetime(2026, 3, 1, 12, 0, 15, tzinfo=UTC)
    here = step_at(moment)
    found = [step_of(secret, code_at(secret, here + steps), moment) for steps in range(-2, 3)]
    assert found == [None, here - 1, here, here + 1, None]


def test_a_secret_rests_sealed_for_its_row_and_key() -> None:
    keys, other = Keys(b"s" * 32, data=b"d" * 32), Keys(b"s" * 32, data=b"e" * 32)
    account = AccountId(new_id())
    sealed = seal(keys, account, b"k" * 20, nonce=b"n" * 12)
    assert b"kkkk" not in sealed
    assert unseal(keys, account, sealed) == b"k" * 20
    for wrong_keys, wrong_account in ((other, account), (keys, AccountId(new_id()))):
        with pytest.raises(InvalidTag):
            unseal(wrong_keys, wrong_account, sealed)
    with pytest.raises(ValueError, match="DATA_KEY"):
        seal(Keys(b"s" * 32), account, b"k" * 20, nonce=b"n" * 12)


async def test_with_a_second_factor_the_password_alone_does_not_sign_in(
    client: httpx.AsyncClient, rosa: Shopkeeper
) -> None:
    who, secret = await enrol(client, rosa)
    assert (await client.get("/api/v1/me", headers=who.headers)).json()["second_factor"] is True
    refused(await try_log_in(client, rosa.email, PASSWORD), 401, "second_factor_required")
    wrong = "000000" if code_now(secret) != "000000" else "000001"
    refused(await try_log_in(client, rosa.email, PASSWORD, totp_code=wrong), 401, "second_factor_wrong")
    answer = await try_log_in(client, rosa.email, "not the password", totp_code=code_now(secret))
    refused(answer, 401, "credentials_wrong")
    await rosa.log_in(client, totp_code=code_now(secret))


async def test_a_code_counts_once_even_for_racers(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    _, secret = await enrol(client, rosa)
    code, barrier = code_now(secret), asyncio.Barrier(4)

    async def racer() -> int:
        await barrier.wait()
        return (await try_log_in(client, rosa.email, PASSWORD, totp_code=code)).status_code

    assert sorted(await asyncio.gather(*(racer() for _ in range(4)))) == [200, 401, 401, 401]
    earlier = await try_log_in(client, rosa.email, PASSWORD, totp_code=code_now(secret, steps=-1))
    refused(earlier, 401, "second_factor_wrong")


async def test_the_code_that_confirmed_does_not_sign_in(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    _, secret = await enrol(client, rosa)
    used = code_now(secret, steps=-1)
    refused(await try_log_in(client, rosa.email, PASSWORD, totp_code=used), 401, "second_factor_wrong")
    next_step()
    await rosa.log_in(client, totp_code=code_now(secret))


async def test_turning_it_on_and_off(client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase) -> None:
    who = await rosa.log_in(client)

    async def say(method: str, body: dict[str, str]) -> httpx.Response:
        return await client.request(method, TOTP, json=body, headers=who.headers)

    refused(await say("PUT", {"code": "123456"}), 403, "second_factor_missing")
    refused(await say("POST", {"password": "not the password"}), 401, "credentials_wrong")
    first = secret_in((await say("POST", {"password": PASSWORD})).json()["otpauth_uri"])
    second = secret_in((await say("POST", {"password": PASSWORD})).json()["otpauth_uri"])
    refused(await say("PUT", {"code": code_now(first)}), 401, "second_factor_wrong")
    assert (await say("PUT", {"code": code_now(second)})).status_code == 204
    refused(await say("PUT", {"code": code_now(second)}), 409, "second_factor_exists")
    refused(await say("POST", {"password": PASSWORD}), 409, "second_factor_exists")
    refused(await say("DELETE", {"password": "not the password"}), 401, "credentials_wrong")
    assert (await say("DELETE", {"password": PASSWORD})).status_code == 204
    refused(await say("DELETE", {"password": PASSWORD}), 403, "second_factor_missing")
    await rosa.log_in(client)
    rows = database.rows(
        "SELECT action FROM audit_log WHERE business_id = %s AND action LIKE 'second%%' ORDER BY recorded_at",
        rosa.business_id,
    )
    assert rows == [("second_factor.added",), ("second_factor.removed",)]


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "\u0661\u0662\u0663\u0664\u0665\u0666", ""])
async def test_a_code_is_six_digits(client: httpx.AsyncClient, rosa: Shopkeeper, code: str) -> None:
    refused(await try_log_in(client, rosa.email, PASSWORD, totp_code=code), 422, "invalid")


# ---------------------------------------------------------------- platform admins


async def admin_of(app: FastAPI, db: PlatformPool) -> tuple[str, bytes]:
    email = some_email()
    uri = await create_admin(
        db, app.state.passwords, app.state.keys, email=email.upper(), name="Carmen", password=PASSWORD
    )
    return email, secret_in(uri)


async def signed_in_admin(client: httpx.AsyncClient, app: FastAPI, db: PlatformPool) -> dict[str, str]:
    email, secret = await admin_of(app, db)
    answer = await try_log_in(client, email, PASSWORD, totp_code=code_now(secret))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["role"], answer.json()["business_id"]) == ("admin", None)
    return SignedIn(answer.json()).headers


async def test_an_admin_signs_in_with_both_factors_or_not_at_all(
    client: httpx.AsyncClient, app: FastAPI, platform_db: PlatformPool, database: TestDatabase
) -> None:
    email, secret = await admin_of(app, platform_db)
    refused(await try_log_in(client, email, PASSWORD), 401, "second_factor_required")
    assert (await try_log_in(client, email, PASSWORD, totp_code=code_now(secret))).status_code == 200
    database.rows("UPDATE accounts SET totp_secret = NULL, totp_confirmed_at = NULL WHERE email = %s", email)
    refused(await try_log_in(client, email, PASSWORD), 403, "second_factor_missing")
    with pytest.raises(Refused, match="email_taken"):
        await create_admin(
            platform_db, app.state.passwords, app.state.keys, email=email, name="Carmen", password=PASSWORD
        )


async def test_an_admin_keeps_the_second_factor(
    client: httpx.AsyncClient, app: FastAPI, platform_db: PlatformPool
) -> None:
    headers = await signed_in_admin(client, app, platform_db)
    answer = await client.request("DELETE", TOTP, json={"password": PASSWORD}, headers=headers)
    refused(answer, 403, "forbidden")


@pytest.mark.parametrize(
    ("named", "status", "code"),
    [
        ({}, 422, "business_required"),
        ({"X-Business-Id": "own"}, 422, "business_required"),
        ({"X-Business-Id": "own", "X-Reason": "  "}, 422, "business_required"),
        ({"X-Business-Id": "own", "X-Reason": "ab"}, 422, "business_required"),
        ({"X-Business-Id": "luna", "X-Reason": "helps Rosa"}, 422, "business_required"),
        ({"X-Business-Id": "none", "X-Reason": "helps Rosa"}, 404, "not_found"),
    ],
)
async def test_an_admin_names_the_shop_and_the_reason(
    client: httpx.AsyncClient, app: FastAPI, platform_db: PlatformPool, shop: Shop,
    named: dict[str, str], status: int, code: str,
) -> None:  # fmt: skip
    headers = await signed_in_admin(client, app, platform_db)
    ids = {"own": str(shop.business_id), "none": str(new_id())}
    if "X-Business-Id" in named:
        named = named | {"X-Business-Id": ids.get(named["X-Business-Id"], named["X-Business-Id"])}
    refused(await client.get("/api/v1/staff", headers=headers | named), status, code)


async def test_whatever_an_admin_does_is_in_the_shops_log(
    client: httpx.AsyncClient, app: FastAPI, platform_db: PlatformPool, shop: Shop
) -> None:
    reason = "Rosa pidió ayuda: revisión"
    named: dict[str, Any] = {"X-Business-Id": str(shop.business_id), "X-Reason": reason.encode()}
    headers: dict[str, Any] = await signed_in_admin(client, app, platform_db) | named
    for _ in range(3):
        assert (await client.get("/api/v1/staff", headers=headers)).status_code == 200
    body = {"email": some_email(), "name": "Luz", "role": "staff"}
    for _ in range(2):
        assert (await client.post("/api/v1/staff/invitations", json=body, headers=headers)).status_code == 201
    page = (await client.get("/api/v1/audit-log", headers=shop.rosa.headers)).json()
    seen = [(row["action"], row["reason"], row["details"].get("route")) for row in reversed(page["entries"])]
    invited = ("/api/v1/staff/invitations", "POST")
    assert seen == [
        ("admin.read", reason, "/api/v1/staff"),
        ("admin.wrote", reason, invited[0]),
        ("staff.invited", None, None),
        ("admin.wrote", reason, invited[0]),
        ("staff.invited", None, None),
    ]
    assert {row["account_name"] for row in page["entries"]} == {None}
