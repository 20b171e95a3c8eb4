"""Guessing is slowed down durably, by account and by network, and a stranger cannot keep the owner out."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.domains.business.credentials import prove
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.shared.auth import Passwords
from sello.shared.auth.networks import network_of
from sello.shared.errors import Refused
from tests.domains.business.conftest import At, some_address
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

WRONG = "not the password"


async def guess(client: httpx.AsyncClient, email: str, times: int) -> list[int]:
    return [(await try_log_in(client, email, WRONG)).status_code for _ in range(times)]


@pytest.mark.parametrize("known", [True, False])
async def test_five_failures_and_then_a_pause(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase, known: bool
) -> None:
    """Alike for an account that does not exist."""
    email = rosa.email if known else some_email()
    assert await guess(client, email, 6) == [401] * 5 + [429]
    answer = await try_log_in(client, email, PASSWORD)
    details = refused(answer, 429, "slow_down")
    assert 800 < details["after"] <= 900
    assert answer.headers["retry-after"] == str(details["after"])
    database.set_clock(timedelta(minutes=15, seconds=1))
    assert (await try_log_in(client, email, PASSWORD)).status_code == (200 if known else 401)


async def test_the_pause_shrinks_as_failures_age(
    client: httpx.AsyncClient, rosa: Shopkeeper, database: TestDatabase
) -> None:
    await guess(client, rosa.email, 3)
    database.set_clock(timedelta(minutes=10))
    assert await guess(client, rosa.email, 3) == [401, 401, 429]
    details = refused(await try_log_in(client, rosa.email, PASSWORD), 429, "slow_down")
    assert details["after"] <= 300
    database.set_clock(timedelta(minutes=15, seconds=1))
    assert (await try_log_in(client, rosa.email, PASSWORD)).status_code == 200


async def test_successes_are_not_counted(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    for _ in range(12):
        await rosa.log_in(client)
    await guess(client, rosa.email, 4)
    for _ in range(3):
        await rosa.log_in(client)
    assert await guess(client, rosa.email, 2) == [401, 429]


async def test_twenty_guesses_at_once_get_five_tries(app: Any, at: At, rosa: Shopkeeper) -> None:
    client, barrier = at(some_address()), asyncio.Barrier(20)

    async def racer() -> int:
        await barrier.wait()
        return (await try_log_in(client, rosa.email, WRONG)).status_code

    answers = sorted(await asyncio.gather(*(racer() for _ in range(20))))
    assert answers == [401] * 5 + [429] * 15


async def test_guesses_through_twenty_processes_at_once_get_five_tries(
    platform_db: PlatformPool, settings: Settings, rosa: Shopkeeper
) -> None:
    """Each has its own queue of hashes; the count is one."""
    processes, barrier = [Passwords(rounds=4) for _ in range(20)], asyncio.Barrier(20)

    async def racer(passwords: Passwords) -> str:
        await barrier.wait()
        with pytest.raises(Refused) as refusal:
            await prove(platform_db, passwords, settings.keys, email=rosa.email, password=WRONG, network="192.0.2.0/24")
        return refusal.value.code

    answers = sorted(await asyncio.gather(*(racer(passwords) for passwords in processes)))
    for passwords in processes:
        passwords.close()
    assert answers == ["credentials_wrong"] * 5 + ["slow_down"] * 15


async def test_twenty_who_know_the_password_sign_in_at_once(at: At, rosa: Shopkeeper) -> None:
    client, barrier = at(some_address()), asyncio.Barrier(20)

    async def racer() -> int:
        await barrier.wait()
        return (await try_log_in(client, rosa.email, PASSWORD)).status_code

    assert set(await asyncio.gather(*(racer() for _ in range(20)))) == {200}


async def test_failures_elsewhere_do_not_bar_the_place_where_the_owner_signs_in(at: At, rosa: Shopkeeper) -> None:
    """Fifty failures over all networks slow down new places; the cafe, known to the account, stays open."""
    cafe, elsewhere = at("192.0.2.10"), at("198.51.100.1")
    await rosa.log_in(cafe)
    for number in range(10):
        assert await guess(at(f"172.16.{number}.9"), rosa.email, 5) == [401] * 5
    refused(await try_log_in(elsewhere, rosa.email, PASSWORD), 429, "slow_down")
    await rosa.log_in(cafe)
    await rosa.log_in(at("192.0.2.99"))


async def test_a_spray_from_one_network_is_slowed_down_and_does_not_bar_those_at_home_there(
    at: At, rosa: Shopkeeper, platform_db: PlatformPool
) -> None:
    here = at("203.0.113.5")
    await rosa.log_in(here)
    other = await found_shop(platform_db)
    for _ in range(100):
        assert await guess(here, some_email(), 1) == [401]
    refused(await try_log_in(at("203.0.113.250"), other.email, PASSWORD), 429, "slow_down")
    await rosa.log_in(here)
    await other.log_in(at(some_address()))


async def test_guesses_of_the_second_password_prompt_count_too(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    who = await rosa.log_in(client)
    for _ in range(5):
        answer = await client.post("/api/v1/auth/totp", json={"password": WRONG}, headers=who.headers)
        refused(answer, 401, "credentials_wrong")
    change = {"current_password": PASSWORD, "password": "otra clave, también larga"}
    refused(await client.post("/api/v1/auth/password", json=change, headers=who.headers), 429, "slow_down")
    refused(await try_log_in(client, rosa.email, PASSWORD), 429, "slow_down")


async def test_the_mailbox_opens_the_way_again(client: httpx.AsyncClient, rosa: Shopkeeper, mailbox: Mailbox) -> None:
    assert (await guess(client, rosa.email, 6))[-1] == 429
    await client.post("/api/v1/auth/password-resets", json={"email": rosa.email})
    body = {"token": await mailbox.token_for(rosa.email), "password": "otra clave, también larga"}
    assert (await client.put("/api/v1/auth/password-resets", json=body)).status_code == 204
    await rosa.log_in(client, password=body["password"])


async def test_nothing_readable_is_kept(client: httpx.AsyncClient, database: TestDatabase) -> None:
    """And it is kept in PostgreSQL, which no flush of a cache empties."""
    email = some_email()
    await guess(client, email, 1)
    rows = database.rows("SELECT account_hash, network_hash FROM login_failures")
    assert rows != []
    assert all(len(bytes(value)) == 32 for row in rows for value in row)
    assert not any(email.encode() in bytes(value) for row in rows for value in row)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:db8:1:200:ffff::9", "2001:db8:1:200::/56"),
        ("", ""),
        ("testclient", "testclient"),
        ("x" * 500, "x" * 64),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network
