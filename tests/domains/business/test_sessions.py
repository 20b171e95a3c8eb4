"""Sessions: one successor for a token, whoever asks how often; none for a thief."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.business.sessions.api import COOKIE
from sello.domains.business.sessions.queries import insert_session
from sello.domains.business.sessions.rules import Membership, choose_membership, read_refresh_token, refresh_token
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.shared import clock
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, SessionId, new_id
from tests.domains.business.conftest import At, some_address
from tests.domains.business.people import PASSWORD, Shopkeeper, SignedIn, hash_of, refused, try_log_in
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

AUTH = "/api/v1/auth"


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(f"{AUTH}/refresh", json={"refresh_token": token})


async def next_token(client: httpx.AsyncClient, token: str) -> str:
    answer = await refresh(client, token)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["refresh_token"])


def endings(database: TestDatabase, keeper: Shopkeeper) -> list[str | None]:
    rows = database.rows(
        "SELECT revoked_why FROM sessions WHERE account_id = %s ORDER BY created_at", keeper.account_id
    )
    return [why for (why,) in rows]


# ---------------------------------------------------------------- families


async def test_every_refresh_brings_new_tokens_that_work(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    signed_in = await rosa.log_in(client)
    token, seen = signed_in.refresh_token, {signed_in.refresh_token}
    for _ in range(5):
        answer = await refresh(client, token)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["role"], body["business_id"]) == ("owner", str(rosa.business_id))
        me = await client.get("/api/v1/me", headers=SignedIn(body).headers)
        assert me.status_code == 200
        token = body["refresh_token"]
        seen.add(token)
    assert len(seen) == 6


async def test_twenty_refreshes_at_once_get_one_successor_and_nobody_is_signed_out(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase
) -> None:
    token = (await rosa.log_in(client)).refresh_token
    for _ in range(5):
        barrier = asyncio.Barrier(20)

        async def racer(token: str = token, barrier: asyncio.Barrier = barrier) -> str:
            await barrier.wait()
            return await next_token(client, token)

        (token,) = set(await asyncio.gather(*(racer() for _ in range(20))))
    assert endings(database, rosa) == [None]


async def test_a_lost_answer_is_forgiven_for_twenty_seconds(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase
) -> None:
    token = (await rosa.log_in(client)).refresh_token
    successor = await next_token(client, token)
    database.set_clock(timedelta(seconds=15))
    assert await next_token(client, token) == successor
    assert await next_token(client, token) == successor
    await next_token(client, successor)
    assert endings(database, rosa) == [None]


@pytest.mark.parametrize(("turns", "later"), [(1, timedelta(seconds=25)), (2, timedelta(0)), (3, timedelta(hours=1))])
async def test_a_token_shown_after_its_time_ends_the_family(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase, turns: int, later: timedelta
) -> None:
    stolen = token = (await rosa.log_in(client)).refresh_token
    for _ in range(turns):
        token = await next_token(client, token)
    database.set_clock(later)
    refused(await refresh(client, stolen), 401, "session_ended")
    refused(await refresh(client, token), 401, "session_ended")
    assert endings(database, rosa) == ["reuse"]
    rows = database.rows(
        "SELECT account_id FROM audit_log WHERE business_id = %s AND action = 'session.reused'", rosa.business_id
    )
    assert rows == [(rosa.account_id,)]


async def test_reuse_ends_one_family_alone(client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase) -> None:
    stolen = (await rosa.log_in(client)).refresh_token
    other = (await rosa.log_in(client)).refresh_token
    await next_token(client, await next_token(client, stolen))
    refused(await refresh(client, stolen), 401, "session_ended")
    await next_token(client, other)
    assert endings(database, rosa) == ["reuse", None]


async def test_a_session_ends_seven_days_after_its_last_refresh(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase
) -> None:
    token = (await rosa.log_in(client)).refresh_token
    database.set_clock(timedelta(days=6))
    token = await next_token(client, token)
    database.set_clock(timedelta(days=12))
    token = await next_token(client, token)
    database.set_clock(timedelta(days=19, minutes=1))
    refused(await refresh(client, token), 401, "session_ended")


async def test_forged_refresh_tokens_are_refused(client: httpx.AsyncClient, rosa: Shopkeeper, app: FastAPI) -> None:
    keys: Keys = app.state.keys
    signed_in = await rosa.log_in(client)
    good = signed_in.refresh_token
    read = read_refresh_token(keys, good)
    assert read is not None
    family, generation = read
    prefix, _, _, mac = good.split(".")
    strangers = Keys(b"another installation's secret, as long")
    forged = [
        "x", "....", good[:-1], good + "A", good.upper(), f"{prefix}.{family}.2.{mac}", f"{prefix}.{family}.-1.{mac}",
        f"{prefix}.{new_id()}.{generation}.{mac}", f"sello_r2.{family}.{generation}.{mac}", f"{prefix}.{family}.1.",
        f"{prefix}.{family}.1.{mac[:14]}", f"{prefix}.{family}.٢.{mac}", f"{prefix}.{family}.{'9' * 30}.{mac}",
        refresh_token(strangers, family, generation), refresh_token(keys, SessionId(new_id()), 1),
        signed_in.body["access_token"][:200], "\u00f1.\u00f1.1.\u00f1",
    ]  # fmt: skip
    for token in forged:
        refused(await refresh(client, token), 401, "session_ended")
    assert (await client.post(f"{AUTH}/refresh")).json()["code"] == "session_ended"
    await next_token(client, good)


async def test_a_refresh_token_of_the_last_secret_still_counts(rosa: Shopkeeper) -> None:
    old, new = b"the secret before, thirty-two bytes long", b"the secret of today, thirty-two bytes long"
    family = SessionId(new_id())
    token = refresh_token(Keys(old), family, 7)
    assert read_refresh_token(Keys(new, previous=old), token) == (family, 7)
    assert read_refresh_token(Keys(new), token) is None


async def test_no_session_opens_on_what_ended_since_the_proof(
    platform_db: PlatformPool, rosa: Shopkeeper, neighbour: Shop
) -> None:
    """The password changed, or the membership ended, while its hash was computed."""

    async def opened(business_id: BusinessId, password_hash: str) -> int:
        return await insert_session(
            platform_db,
            SessionId(new_id()),
            account_id=rosa.account_id,
            business_id=business_id,
            password_hash=password_hash,
            agent="",
            network_hash=b"",
        )

    assert await opened(rosa.business_id, "of the password before") == 0
    assert await opened(neighbour.business_id, await hash_of(PASSWORD)) == 0
    assert await opened(rosa.business_id, await hash_of(PASSWORD)) == 1


# ---------------------------------------------------------------- ends


async def test_log_out_ends_the_session_and_may_be_said_twice(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    signed_in, other = await rosa.log_in(client), await rosa.log_in(client)
    for _ in range(2):
        answer = await client.post(f"{AUTH}/logout", json={"refresh_token": signed_in.refresh_token})
        assert answer.status_code == 204
    refused(await refresh(client, signed_in.refresh_token), 401, "session_ended")
    assert (await client.post(f"{AUTH}/logout")).status_code == 204
    await next_token(client, other.refresh_token)


async def test_the_list_of_sessions_and_ending_one(
    client: httpx.AsyncClient, rosa: Shopkeeper, platform_db: PlatformPool
) -> None:
    here = await rosa.log_in(client)
    there = await client.post(
        f"{AUTH}/login", json={"email": rosa.email, "password": PASSWORD}, headers={"User-Agent": "Caja\x01 1"}
    )
    listed = (await client.get(f"{AUTH}/sessions", headers=here.headers)).json()
    assert (listed[0]["agent"], listed[0]["current"]) == ("Caja 1", False)
    assert [row["business_name"] for row in listed] == ["Café Luna", "Café Luna"]
    assert listed[1]["current"] is True
    ended = await client.delete(f"{AUTH}/sessions/{listed[0]['id']}", headers=here.headers)
    assert ended.status_code == 204
    refused(await refresh(client, there.json()["refresh_token"]), 401, "session_ended")
    again = await client.delete(f"{AUTH}/sessions/{listed[0]['id']}", headers=here.headers)
    refused(again, 404, "not_found")
    assert len((await client.get(f"{AUTH}/sessions", headers=here.headers)).json()) == 1


async def test_nobody_ends_a_strangers_session(client: httpx.AsyncClient, rosa: Shopkeeper, shop: Shop) -> None:
    signed_in = await rosa.log_in(client)
    for id_ in (shop.rosa.session_id, new_id()):
        answer = await client.delete(f"{AUTH}/sessions/{id_}", headers=signed_in.headers)
        refused(answer, 404, "not_found")
    assert (await client.get("/api/v1/me", headers=shop.rosa.headers)).status_code == 200


async def test_log_out_everywhere(client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase) -> None:
    all_of_them = [await rosa.log_in(client) for _ in range(3)]
    assert (await client.delete(f"{AUTH}/sessions", headers=all_of_them[0].headers)).status_code == 204
    for signed_in in all_of_them:
        refused(await refresh(client, signed_in.refresh_token), 401, "session_ended")
    assert endings(database, rosa) == ["logout_all"] * 3


async def test_a_suspended_or_closed_shop_lets_nobody_in(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase
) -> None:
    token = (await rosa.log_in(client)).refresh_token
    for ending, status, code in (
        ("UPDATE businesses SET suspended_at = app_now() WHERE id = %s", 403, "business_suspended"),
        ("UPDATE businesses SET closed_at = app_now() - interval '31 days' WHERE id = %s", 410, "business_closed"),
    ):
        database.rows(ending, rosa.business_id)
        refused(await refresh(client, token), status, code)
        refused(await try_log_in(client, rosa.email, PASSWORD), status, code)
        refused(await try_log_in(client, rosa.email, "not the password"), 401, "credentials_wrong")
    database.rows("UPDATE businesses SET suspended_at = NULL, closed_at = NULL WHERE id = %s", rosa.business_id)
    await next_token(client, token)


def test_the_shop_to_sign_in_to_is_the_wanted_or_the_first_that_is_open() -> None:
    def at(place: int, **ended: Any) -> Membership:
        shop = BusinessId(new_id())
        return Membership(shop, f"shop {place}", "staff", 1, ended.get("suspended_at"), ended.get("closed_at"))

    now = clock.now()
    closed, suspended, first, second = at(0, closed_at=now), at(1, suspended_at=now), at(2), at(3)
    everything = [closed, suspended, first, second]
    assert choose_membership(everything, None) is first
    assert choose_membership(everything, second.business_id) is second
    for memberships, wanted, code in (
        ([], None, "no_membership"),
        (everything, BusinessId(new_id()), "no_membership"),
        (everything, closed.business_id, "business_closed"),
        ([closed, suspended], None, "business_suspended"),
        ([closed], None, "business_closed"),
    ):
        with pytest.raises(Refused) as refusal:
            choose_membership(memberships, wanted)
        assert refusal.value.code == code


# ---------------------------------------------------------------- browsers


async def browse(browser: httpx.AsyncClient, path: str, token: str, **headers: str) -> httpx.Response:
    """What a browser sends: the cookie, and where the page came from."""
    return await browser.post(path, headers={"Cookie": f"{COOKIE}={token}"} | headers)


async def test_a_browser_keeps_its_token_where_scripts_cannot_read_it(
    at: At, rosa: Shopkeeper, settings: Settings
) -> None:
    browser = at(some_address(), browser=True)
    answer = await try_log_in(browser, rosa.email, PASSWORD)
    assert answer.json()["refresh_token"] is None
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    token, *attributes = rest.split("; ")
    assert name == "__Secure-sello_refresh"
    assert {text.lower() for text in attributes} >= {
        "httponly", "secure", "samesite=strict", "path=/api/v1/auth", "max-age=604800",
    }  # fmt: skip
    origin = settings.public_base_url
    refreshed = await browse(browser, f"{AUTH}/refresh", token, Origin=origin)
    assert refreshed.status_code == 200
    token = refreshed.headers["set-cookie"].partition("=")[2].partition(";")[0]
    left = await browse(browser, f"{AUTH}/logout", token, Origin=origin)
    assert left.status_code == 204
    assert "max-age=0" in left.headers["set-cookie"].lower()
    refused(await browse(browser, f"{AUTH}/refresh", token, Origin=origin), 401, "session_ended")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "http://127.0.0.1:8000/"},
        {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Content-Type": "text/plain"},
        {"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"},
    ],
)
async def test_a_cookie_sent_by_another_sites_page_is_refused(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, rosa: Shopkeeper, headers: dict[str, str]
) -> None:
    token = (await rosa.log_in(client)).refresh_token
    for path in (f"{AUTH}/refresh", f"{AUTH}/logout"):
        refused(await browse(browser, path, token, **headers), 403, "origin_refused")
        assert (await browser.get(path, headers={"Cookie": f"{COOKIE}={token}"} | headers)).status_code == 405
    await next_token(client, token)


async def test_another_sites_page_cannot_sign_somebody_in(browser: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    answer = await browser.post(
        f"{AUTH}/login",
        json={"email": rosa.email, "password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    refused(answer, 403, "origin_refused")


async def test_a_cookie_is_nothing_to_a_client_that_keeps_its_token(
    client: httpx.AsyncClient, rosa: Shopkeeper
) -> None:
    token = (await rosa.log_in(client)).refresh_token
    refused(await browse(client, f"{AUTH}/refresh", token), 401, "session_ended")
    await next_token(client, token)
