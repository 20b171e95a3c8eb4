"""No log line tells who somebody is: a day at a shop full of canaries, and every line of it read."""

import json
import logging
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from sello.shared.ids import new_id
from sello.shared.logs import log
from tests.support.enrolling import card_id_of, confirm, enrol, form, scan_code_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

NAME = "Canaria Quispe Ñahui"
EMAIL = "canaria.quispe@canario.pe"
PASSWORD = "canary-password-1"
REASON = "canary reason: se equivocó Canaria"
AGENT = "CanaryAgent/1.0"


def forbidden(phone: str, *more: str) -> list[str]:
    """Everything that no line may hold."""
    digits = phone.removeprefix("+51")
    spaced = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return [phone, digits, spaced, NAME, "Quispe", "uispe", "canario.pe", "canary", "CanaryAgent", "203.0.113", *more]


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client from somewhere, with a browser that tells a lot."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.77", 4711))
    headers = {"X-Client": "api", "User-Agent": AGENT, "Cookie": "a=canary-cookie", "Referer": f"http://x/?e={EMAIL}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://sello.test", headers=headers) as client:
        yield client


async def a_day_of_canaries(client: httpx.AsyncClient, shop: Shop, database: TestDatabase, phone: str) -> list[str]:
    """Register, sign in, enrol, look up, stamp, undo, invite, and get it wrong; the secrets that were handed out."""
    register = {"email": EMAIL, "password": PASSWORD, "name": NAME, "business_name": f"Café {NAME}"}
    await client.post("/api/v1/auth/registrations", json=register)
    for password in (PASSWORD, "canary-wrong-password"):
        await client.post("/api/v1/auth/login", json={"email": EMAIL, "password": password})
    await client.post("/api/v1/auth/password-resets", json={"email": EMAIL})
    await client.post("/api/v1/auth/verifications", json={"token": "canary-token-0123456789"})
    await client.post("/api/v1/auth/refresh", json={"refresh_token": "canary-refresh"})

    enrolled = await enrol(client, form(shop, name=NAME, phone=phone, marketing=True), key=str(uuid4()))
    assert enrolled.status_code == 201, enrolled.text
    link = str(enrolled.json()["card_link"]).rsplit("/", 1)[1]
    card_id, scan_code = card_id_of(database, link), scan_code_of(database, link)
    await client.get(f"/api/v1/cards/by-link/{link}")
    assert (await confirm(client, shop.diego, card_id, phone)).status_code == 200

    rosa = shop.rosa.headers
    for query in (phone, phone[3:], NAME, "quispe", phone[-3:]):
        await client.get("/api/v1/customers", params={"q": query}, headers=rosa)
    await client.get(f"/api/v1/scans/{scan_code}", headers=rosa)
    stamp = str(new_id())
    body: dict[str, Any] = {"id": stamp, "occurred_at": "2026-11-22T10:00:00Z", "scan_code": scan_code}
    await client.post("/api/v1/stamps", json={**body, "override_reason": REASON}, headers=rosa)
    void = {"id": str(new_id()), "reason": REASON}
    await client.post(f"/api/v1/stamps/{stamp}/void", json=void, headers=rosa)
    await client.post("/api/v1/staff/invitations", json={"email": EMAIL, "name": NAME, "role": "staff"}, headers=rosa)

    for wrong in ({"name": NAME, "phone": phone, NAME: phone}, [phone], NAME, {"name": f"{NAME}\x00\x1b[31m"}):
        await client.post("/api/v1/enrollments", json=wrong)
        await client.post("/api/v1/stamps", json=wrong, headers=rosa)
    await client.get(f"/api/v1/{NAME}/{phone}", params={"email": EMAIL})
    await client.request("FETCH", f"/{EMAIL}", headers={"x-request-id": phone})
    return [link, scan_code, rosa["Authorization"].removeprefix("Bearer ")]


async def test_a_day_of_canaries_leaves_no_feather(
    stranger: httpx.AsyncClient, shop: Shop, database: TestDatabase, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = shop.phone()
    capfd.readouterr()
    secrets = await a_day_of_canaries(stranger, shop, database, phone)
    written = capfd.readouterr()
    lines = [json.loads(line) for line in written.out.splitlines()]
    assert written.err == ""
    told = [line for line in lines if line["event"] == "request"]
    assert len(told) >= 25
    assert not [line for line in told if line["status"] >= 500]
    assert {line["path"] for line in told} >= {"/api/v1/enrollments", "/api/v1/customers", "/unmatched"}
    for canary in forbidden(phone, *secrets):
        assert canary.lower() not in written.out.lower(), canary


async def test_people_signed_in_are_known_by_their_ids(
    stranger: httpx.AsyncClient, shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    await stranger.get("/api/v1/reward-rules", headers=shop.rosa.headers)
    [line] = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert (line["account_id"], line["business_id"]) == (str(shop.rosa.account_id), str(shop.business_id))
    assert re.fullmatch(r"[0-9a-f]{16}", line["network"])


@pytest.mark.parametrize("raised", [ValueError, KeyError, RuntimeError, AssertionError])
def test_texts_of_exceptions_are_not_repeated(
    raised: type[Exception], app: FastAPI, capfd: pytest.CaptureFixture[str]
) -> None:
    try:
        try:
            raise raised(f"{NAME} {EMAIL}")
        except Exception as error:
            raise LookupError(NAME) from error
    except LookupError as error:
        log.error("planted", exc_info=error, name=NAME, detail={"email": EMAIL, "items": [EMAIL, "+51987654321"]})
        logging.getLogger("somebody.else").error("failed for %s", "+51987654321", exc_info=error)
    out = capfd.readouterr().out
    assert len(out.splitlines()) == 2
    assert "LookupError" in out
    assert "caused by" in out
    assert raised.__name__ in out
    for canary in forbidden("+51987654321"):
        assert canary not in out
