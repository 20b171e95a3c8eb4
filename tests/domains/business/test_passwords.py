"""Passwords: never cut, never told apart from outside, and a changed one ends what rested on the old."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.domains.business.people import (
    PASSWORD,
    Mailbox,
    Shopkeeper,
    SignedIn,
    refused,
    some_email,
    try_log_in,
)
from tests.support.servers import TestDatabase

NEW = "otra clave, también larga"
CHANGE = "/api/v1/auth/password"
RESETS = "/api/v1/auth/password-resets"
OWN = {"date", "x-request-id", "ratelimit-remaining", "ratelimit-reset"}  # of each request, whoever is asked about


async def change(client: httpx.AsyncClient, who: SignedIn, *, current: str = PASSWORD, new: str) -> httpx.Response:
    return await client.post(CHANGE, json={"current_password": current, "password": new}, headers=who.headers)


async def refresh(client: httpx.AsyncClient, who: SignedIn) -> httpx.Response:
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": who.refresh_token})


async def reset(client: httpx.AsyncClient, token: str, password: str = NEW) -> httpx.Response:
    return await client.put(RESETS, json={"token": token, "password": password})


@pytest.mark.parametrize(
    "password",
    ["a" * 10, "a" * 71, "a" * 72, "\u00f1" * 36, " un espacio en cada lado ", "\U0001f36f" * 10, "tab\tand\nnewline"],
)
async def test_a_password_counts_exactly_as_typed(client: httpx.AsyncClient, rosa: Shopkeeper, password: str) -> None:
    assert (await change(client, await rosa.log_in(client), new=password)).status_code == 204
    await rosa.log_in(client, password=password)
    for near in (password[:-1], password + "a", password.strip() + "x"):
        refused(await try_log_in(client, rosa.email, near), 401, "credentials_wrong")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("a" * 73, "password_too_long"),
        ("a" * 80, "password_too_long"),
        ("\u00f1" * 40, "password_too_long"),
        ("diez letras\x00", "password_too_long"),
        ("a" * 60_000, "password_too_long"),
        ("a" * 9, "password_too_short"),
        ("", "password_too_short"),
    ],
)
async def test_what_bcrypt_would_cut_is_refused_everywhere(
    client: httpx.AsyncClient, rosa: Shopkeeper, mailbox: Mailbox, password: str, code: str
) -> None:
    refused(await change(client, await rosa.log_in(client), new=password), 422, code)
    await client.post(RESETS, json={"email": rosa.email})
    refused(await reset(client, await mailbox.token_for(rosa.email), password), 422, code)
    body = {"email": some_email(), "password": password, "name": "Rosa", "business_name": "Luna"}
    refused(await client.post("/api/v1/auth/registrations", json=body), 422, code)
    refused(await try_log_in(client, rosa.email, password), 401, "credentials_wrong")


async def test_a_megabyte_is_refused_before_anything_reads_it(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    refused(await change(client, await rosa.log_in(client), new="a" * 1_000_000), 413, "too_large")
    refused(await try_log_in(client, rosa.email, "a" * 1_000_000), 413, "too_large")


async def test_two_passwords_alike_in_their_first_72_bytes_do_not_both_sign_in(
    client: httpx.AsyncClient, rosa: Shopkeeper
) -> None:
    assert (await change(client, await rosa.log_in(client), new="a" * 72)).status_code == 204
    refused(await try_log_in(client, rosa.email, "a" * 72 + "b"), 401, "credentials_wrong")
    await rosa.log_in(client, password="a" * 72)


async def test_half_a_letter_is_refused(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    body = '{"email": "%s", "password": "\\ud800 una clave"}' % rosa.email  # noqa: UP031  (braces)
    answer = await client.post("/api/v1/auth/login", content=body, headers={"Content-Type": "application/json"})
    refused(answer, 422, "invalid")


async def test_a_changed_password_ends_every_other_session(
    client: httpx.AsyncClient, rosa: Shopkeeper, mailbox: Mailbox, database: TestDatabase
) -> None:
    here, there = await rosa.log_in(client), await rosa.log_in(client)
    refused(await change(client, here, current="not it at all", new=NEW), 401, "credentials_wrong")
    assert (await change(client, here, new=NEW)).status_code == 204
    refused(await refresh(client, there), 401, "session_ended")
    assert (await refresh(client, here)).status_code == 200
    refused(await try_log_in(client, rosa.email, PASSWORD), 401, "credentials_wrong")
    await rosa.log_in(client, password=NEW)
    assert [mail["subject"] for mail in await mailbox.of(rosa.email)] == ["Tu contraseña cambió"]
    actions = database.rows("SELECT action FROM audit_log WHERE business_id = %s", rosa.business_id)
    assert ("password.changed",) in actions


async def test_of_five_changes_at_once_one_wins(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    who, barrier = await rosa.log_in(client), asyncio.Barrier(5)

    async def racer(number: int) -> int:
        await barrier.wait()
        return (await change(client, who, new=f"{NEW} {number}")).status_code

    assert sorted(await asyncio.gather(*(racer(number) for number in range(5)))) == [204, 401, 401, 401, 401]


async def test_a_reset_by_mail(client: httpx.AsyncClient, rosa: Shopkeeper, mailbox: Mailbox) -> None:
    signed_in = await rosa.log_in(client)
    known = await client.post(RESETS, json={"email": rosa.email.upper()})
    unknown = await client.post(RESETS, json={"email": some_email()})
    assert (known.status_code, known.json()) == (202, {"status": "check_mail"})
    assert (unknown.status_code, unknown.json()) == (known.status_code, known.json())
    assert {name: known.headers[name] for name in known.headers if name not in OWN} == {
        name: unknown.headers[name] for name in unknown.headers if name not in OWN
    }

    token = await mailbox.token_for(rosa.email)
    assert sorted([(await reset(client, token)).status_code for _ in range(2)]) == [204, 422]
    refused(await refresh(client, signed_in), 401, "session_ended")
    refused(await try_log_in(client, rosa.email, PASSWORD), 401, "credentials_wrong")
    await rosa.log_in(client, password=NEW)
    subjects = [mail["subject"] for mail in await mailbox.of(rosa.email)]
    assert subjects == ["Elige una contraseña nueva", "Tu contraseña cambió"]


async def test_a_reset_link_holds_an_hour_and_ends_with_a_change(
    client: httpx.AsyncClient, rosa: Shopkeeper, mailbox: Mailbox, database: TestDatabase
) -> None:
    await client.post(RESETS, json={"email": rosa.email})
    token = await mailbox.token_for(rosa.email)
    database.set_clock(timedelta(hours=1, minutes=1))
    refused(await reset(client, token), 422, "link_invalid")
    database.set_clock(None)
    assert (await change(client, await rosa.log_in(client), new=NEW)).status_code == 204
    refused(await reset(client, token), 422, "link_invalid")


async def test_unknown_and_known_accounts_get_equal_answers_at_the_log_in(
    client: httpx.AsyncClient, rosa: Shopkeeper
) -> None:
    known = await try_log_in(client, rosa.email, "not the password")
    unknown = await try_log_in(client, some_email(), "not the password")

    def shown(answer: httpx.Response) -> tuple[Any, ...]:
        body = {name: value for name, value in answer.json().items() if name != "request_id"}
        headers = {name: value for name, value in answer.headers.items() if name not in OWN}
        return answer.status_code, body, headers

    assert shown(known) == shown(unknown)


async def test_a_hash_is_made_for_unknown_accounts_too(client: httpx.AsyncClient, app: Any) -> None:
    """Equal work, counted instead of timed."""
    passwords, made = app.state.passwords, []
    waited = passwords.matches

    async def counted(password: str, hashed: str | None) -> bool:
        made.append(hashed)
        return bool(await waited(password, hashed))

    passwords.matches = counted
    refused(await try_log_in(client, some_email(), "not the password"), 401, "credentials_wrong")
    assert made == [None]
