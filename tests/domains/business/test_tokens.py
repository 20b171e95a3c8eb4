"""Access tokens: what is forged, foreign or outdated is refused alike, and a live one only while its session holds."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from sello.domains.business.access.actions import LiveSessions
from sello.domains.business.sessions.queries import end_sessions
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.shared import clock
from sello.shared.auth import Keys, TokenIssuer
from sello.shared.errors import Refused
from tests.domains.business.people import PASSWORD, Shopkeeper, refused, try_log_in
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop

SECRET = b"a secret of at least thirty-two characters"
Forge = Callable[[dict[str, Any]], str]


def signed(claims: dict[str, Any], *, key: bytes | str = SECRET, algorithm: str = "HS256", **headers: Any) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def raw(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(claims)}.{signature}"


def edited(claims: dict[str, Any]) -> str:
    """Another tenant written into a token that is otherwise ours."""
    header, _, signature = signed(claims).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims | {"bid": str(uuid4())}).encode()).decode().rstrip("=")
    return f"{header}.{body}.{signature}"


FORGED: dict[str, Forge] = {
    "alg none": lambda c: raw({"alg": "none", "typ": "JWT"}, c),
    "alg None, signed by nobody": lambda c: raw({"alg": "None", "typ": "JWT"}, c, "AAAA"),
    "no signature": lambda c: signed(c).rpartition(".")[0] + ".",
    "another secret": lambda c: signed(c, key=b"x" * 42),
    "empty secret, alg HS512": lambda c: signed(c, key=SECRET + b"y" * 30, algorithm="HS512"),
    "our secret, another algorithm": lambda c: signed(c, key=SECRET * 2, algorithm="HS384"),
    "another tenant": edited,
    "key injected by kid": lambda c: signed(c, key=b"z" * 40, kid="../../dev/null"),
    "key injected by jku": lambda c: signed(c, key=b"z" * 40, jku="https://evil.example/keys"),
    "key injected by jwk": lambda c: signed(c, key=b"z" * 40, jwk={"kty": "oct", "k": "eno"}),
    "another audience": lambda c: signed(c | {"aud": "sello:refresh"}),
    "no audience": lambda c: signed({k: v for k, v in c.items() if k != "aud"}),
    "another issuer": lambda c: signed(c | {"iss": "other"}),
    "expired": lambda c: signed(c | {"exp": c["exp"] - 3600}),
    "no expiry": lambda c: signed({k: v for k, v in c.items() if k != "exp"}),
    "expiry as text": lambda c: signed(c | {"exp": str(c["exp"])}),
    "not yet valid": lambda c: signed(c | {"nbf": c["exp"]}),
    "a role we do not have": lambda c: signed(c | {"role": "superuser"}),
    "no subject": lambda c: signed({k: v for k, v in c.items() if k != "sub"}),
    "a subject that is no id": lambda c: signed(c | {"sub": "rosa"}),
    "no session": lambda c: signed({k: v for k, v in c.items() if k != "sid"}),
    "another session": lambda c: signed(c | {"sid": str(uuid4())}),
    "another version": lambda c: signed(c | {"ver": 2}),
    "another shop, signed by us": lambda c: signed(c | {"bid": str(uuid4())}),
    "no shop, signed by us": lambda c: signed(c | {"bid": None, "role": "admin", "ver": 0}),
    "five parts": lambda c: signed(c) + ".a.b",
    "not a token": lambda c: "sello",
    "a megabyte": lambda c: "e" * 1_000_000,
}


def claims_of(person: Person, **changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    return {
        "iss": "sello", "aud": "sello:access", "iat": now, "exp": now + 900, "sub": str(person.account_id),
        "bid": str(person.business_id), "role": person.role, "ver": 1, "sid": str(person.session_id),
    } | changes  # fmt: skip


async def me(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_forged_token_is_refused(client: httpx.AsyncClient, shop: Shop, forge: Forge) -> None:
    assert (await me(client, signed(claims_of(shop.rosa)))).status_code == 200
    answer = await me(client, forge(claims_of(shop.rosa)))
    assert answer.status_code == 401
    assert answer.json()["code"] in ("unauthenticated", "session_ended")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic cm9zYTpyb3Nh", "bearer\t", "Token x", "\u00f1"])
async def test_a_crooked_header_is_refused(client: httpx.AsyncClient, header: str, shop: Shop) -> None:
    answer = await client.get("/api/v1/me", headers={b"Authorization": header.encode()})
    refused(answer, 401, "unauthenticated")
    refused(await client.get("/api/v1/me"), 401, "unauthenticated")


async def test_a_refresh_token_is_no_access_token(client: httpx.AsyncClient, rosa: Shopkeeper) -> None:
    refused(await me(client, (await rosa.log_in(client)).refresh_token), 401, "unauthenticated")


async def test_a_token_expires_after_fifteen_minutes(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await me(client, shop.rosa.token)).status_code == 200
    clock.shift(timedelta(minutes=15, seconds=1))
    refused(await me(client, shop.rosa.token), 401, "unauthenticated")


def test_the_last_secret_counts_until_it_is_removed(shop: Shop) -> None:
    old, new = SECRET, b"the secret of today, thirty-two bytes long"
    token = signed(claims_of(shop.rosa))
    assert TokenIssuer(Keys(new, previous=old)).verify(token).account_id == shop.rosa.account_id
    with pytest.raises(Refused):
        TokenIssuer(Keys(new)).verify(token)


class Stopwatch:
    """Time as told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_session_is_looked_up_once_in_two_seconds_and_its_end_is_noticed_then(
    shop: Shop, settings: Settings, platform_db: PlatformPool
) -> None:
    asked: list[str] = []
    platform_db.observe = lambda sql, seconds: asked.append(sql)
    stopwatch = Stopwatch()
    live = LiveSessions(platform_db, stopwatch=stopwatch)
    claims = TokenIssuer(settings.keys).verify(shop.diego.token)
    for _ in range(5):
        await live.check(claims)
        stopwatch.seconds += 0.3
    assert len(asked) == 1
    await end_sessions(platform_db, shop.diego.account_id, why="logout_all")
    stopwatch.seconds += 0.6
    with pytest.raises(Refused, match="session_ended"):
        await live.check(claims)


async def test_a_token_newer_than_what_is_remembered_is_asked_about(
    shop: Shop, settings: Settings, platform_db: PlatformPool, database: TestDatabase
) -> None:
    live = LiveSessions(platform_db, stopwatch=Stopwatch())
    claims = TokenIssuer(settings.keys).verify(shop.diego.token)
    await live.check(claims)
    database.rows("UPDATE memberships SET version = version + 1 WHERE account_id = %s", shop.diego.account_id)
    await live.check(replace(claims, version=claims.version + 1))
    with pytest.raises(Refused, match="unauthenticated"):
        await live.check(claims)


async def test_only_so_many_sessions_are_remembered(shop: Shop, settings: Settings, platform_db: PlatformPool) -> None:
    asked: list[str] = []
    platform_db.observe = lambda sql, seconds: asked.append(sql)
    live = LiveSessions(platform_db, most=2, stopwatch=Stopwatch())
    people = [shop.rosa, shop.diego, shop.person(name="Luz", role="staff")]
    tokens = TokenIssuer(settings.keys)
    for person in (*people, people[2], people[1], people[0]):
        await live.check(tokens.verify(person.token))
    assert len(asked) == 4


async def test_an_access_token_ends_with_its_membership_version(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    database.rows("UPDATE memberships SET version = 2 WHERE account_id = %s", shop.diego.account_id)
    refused(await me(client, shop.diego.token), 401, "unauthenticated")


async def test_members_are_told_apart_from_owners(client: httpx.AsyncClient, shop: Shop, rosa: Shopkeeper) -> None:
    refused(await client.get("/api/v1/staff", headers=shop.diego.headers), 403, "forbidden")
    assert (await client.get("/api/v1/staff", headers=shop.rosa.headers)).status_code == 200
    refused(await try_log_in(client, rosa.email, PASSWORD, business_id=str(shop.business_id)), 403, "no_membership")
