"""What stops and what goes on when a shop is suspended or closed: the table of docs/shops.md, row by row."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.business.access.api import MembershipAuthenticator
from sello.domains.customer import TEXT_VERSION
from sello.shared.auth import TokenIssuer
from sello.shared.ids import AccountId, SessionId, new_id
from tests.domains.business.people import PASSWORD, hash_of, try_log_in
from tests.promises.source import ROOT
from tests.support.enrolling import form
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop
from tests.support.tablets import Tablet, bearer, enrol, refused, set_pin

# What a request of each row is answered while the shop is open, suspended, closed.
TABLE = {
    "a stamp, by a person": ("201", "403 business_suspended", "410 business_closed"),
    "a till's queue": ("counted", "business_suspended", "business_closed"),
    "a stamp, by API key": ("201", "403 business_suspended", "410 business_closed"),
    "beginning a redemption": ("201", "403 business_suspended", "410 business_closed"),
    "looking a card up": ("200", "403 business_suspended", "410 business_closed"),
    "enrolling at the poster": ("201", "410 shop_unavailable", "410 business_closed"),
    "a customer opening their card": ("200", "410 shop_unavailable", "410 business_closed"),
    "a customer leaving marketing": ("200", "200", "200"),
    "the poster": ("409 poster_not_ready", "403 business_suspended", "410 business_closed"),
    "reading the privacy notice and the terms": ("200", "200", "200"),
    "staff signing in": ("200", "403 business_suspended", "410 business_closed"),
    "switching by PIN": ("200", "403 business_suspended", "410 business_closed"),
    "a till renewing itself": ("200", "403 business_suspended", "410 business_closed"),
    "the owner signing in": ("200", "403 business_suspended", "200"),
    "the owner changing the profile": ("200", "403 business_suspended", "410 business_closed"),
    "the owner reading the profile": ("200", "403 business_suspended", "200"),
    "the owner reading the audit log": ("200", "403 business_suspended", "200"),
    "the owner handing out a person's data": ("200", "403 business_suspended", "200"),
    "the owner taking everything along": ("200", "403 business_suspended", "200"),
    "a platform admin reading": ("200", "200", "200"),
}
COLUMNS = ("open", "suspended", "closed")

Ask = Callable[[], Awaitable[str]]


def said(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}" if answer.is_error else str(answer.status_code)


async def _email(shop: Shop, person: Person) -> str:
    email = f"{uuid4().hex[:12]}@example.pe"
    with shop.connect() as owner:
        owner.execute(
            "UPDATE accounts SET email = %s, password_hash = %s WHERE id = %s",
            (email, await hash_of(PASSWORD), person.account_id),
        )
    return email


def platform_admin(app: FastAPI, shop: Shop) -> dict[str, str]:
    """The headers of an admin who names this shop."""
    account_id, session_id = AccountId(new_id()), SessionId(new_id())
    with shop.connect() as owner:
        owner.execute(
            "INSERT INTO accounts (id, email, name, password_hash, email_verified_at)"
            " VALUES (%s, %s, 'Admin', 'x', app_now())",
            (account_id, f"{uuid4().hex}@example.pe"),
        )
        owner.execute("INSERT INTO platform_admins (account_id) VALUES (%s)", (account_id,))
        owner.execute(
            "INSERT INTO sessions (id, account_id, expires_at) VALUES (%s, %s, app_now() + interval '1 day')",
            (session_id, account_id),
        )
    issuer: TokenIssuer = app.state.tokens
    token = issuer.issue(account_id=account_id, business_id=None, role="admin", version=0, session_id=session_id)
    return {"Authorization": f"Bearer {token}", "X-Business-Id": str(shop.business_id), "X-Reason": "A test"}


async def rows(client: httpx.AsyncClient, shop: Shop, admin: dict[str, str]) -> dict[str, Ask]:
    """The rows of the table as requests; made while the shop is open."""
    card, rich = shop.card(), shop.card()
    tablet: Tablet = await enrol(client, shop)
    await set_pin(client, shop.diego, "2586")
    bearer(await tablet.switch(shop.diego, "2586"))
    key = await client.post(
        "/api/v1/api-keys", json={"name": "Odoo", "scopes": ["stamps:write"]}, headers=shop.rosa.headers
    )
    by_key = {"Authorization": f"Bearer {key.json()['key']}"}
    stamped = await client.post("/api/v1/stamps", json=shop.stamp(rich, stamps=20), headers=shop.rosa.headers)
    rewards = [reward["id"] for reward in stamped.json()["rewards"]]
    rosa, diego = await _email(shop, shop.rosa), await _email(shop, shop.diego)
    home, link = f"/api/v1/businesses/{shop.business_id}", f"/api/v1/cards/by-link/{shop.code}{card.link}"

    def asking(method: str, path: str, headers: Any = None, body: Callable[[], Any] | None = None) -> Ask:
        async def ask() -> str:
            json = {"json": body()} if body else {}
            return said(await client.request(method, path, headers=headers, **json))

        return ask

    async def upload() -> str:
        [(outcome, code)] = await tablet.upload(tablet.tapped(card, shop.diego))
        return code or outcome

    async def reserve() -> str:
        path = f"/api/v1/rewards/{rewards.pop()}/redemptions"
        return said(await client.post(path, json={"id": str(new_id())}, headers=shop.rosa.headers))

    async def switch() -> str:
        return said(await tablet.switch(shop.diego, "2586"))

    async def renew() -> str:
        return said(await tablet.renew())

    def signing_in(email: str) -> Ask:
        async def ask() -> str:
            return said(await try_log_in(client, email, PASSWORD))

        return ask

    return {
        "a stamp, by a person": asking("POST", "/api/v1/stamps", shop.diego.headers, lambda: shop.stamp(card)),
        "a till's queue": upload,
        "a stamp, by API key": asking("POST", "/api/v1/stamps", by_key, lambda: shop.stamp(card)),
        "beginning a redemption": reserve,
        "looking a card up": asking("GET", f"/api/v1/scans/{card.scan_code}", shop.diego.headers),
        "enrolling at the poster": asking(
            "POST", "/api/v1/enrollments", None, lambda: form(shop, name="Eva", phone=shop.phone())
        ),
        "a customer opening their card": asking("GET", link),
        "a customer leaving marketing": asking(
            "PUT", f"{link}/consent", None, lambda: {"marketing": False, "text_version": TEXT_VERSION}
        ),
        "the poster": asking("GET", f"{home}/poster", shop.rosa.headers),
        "reading the privacy notice and the terms": asking("GET", f"/legal/{shop.slug}/terms"),
        "staff signing in": signing_in(diego),
        "switching by PIN": switch,
        "a till renewing itself": renew,
        "the owner signing in": signing_in(rosa),
        "the owner changing the profile": asking(
            "PATCH", home, shop.rosa.headers, lambda: {"inactivity_threshold_days": 21}
        ),
        "the owner reading the profile": asking("GET", home, shop.rosa.headers),
        "the owner reading the audit log": asking("GET", "/api/v1/audit-log", shop.rosa.headers),
        "the owner handing out a person's data": asking(
            "GET", f"/api/v1/customers/{card.customer_id}/export", shop.rosa.headers
        ),
        "the owner taking everything along": asking("GET", "/api/v1/archives", shop.rosa.headers),
        "a platform admin reading": asking("GET", home, admin),
    }


def forget(app: FastAPI) -> None:
    """Let the process ask again at once, instead of within 2 seconds."""
    app.state.authenticator = MembershipAuthenticator(app.state.tokens, app.state.platform_db)


async def test_what_stops_and_what_goes_on(
    app: FastAPI, client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    admin = platform_admin(app, shop)
    asks = await rows(client, shop, admin)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(asks, ())

    async def look() -> None:
        forget(app)
        for name, ask in asks.items():
            found[name] += (await ask(),)

    path = f"/api/v1/admin/businesses/{shop.business_id}"
    await look()
    stopped = await client.put(f"{path}/suspension", json={"reason": "Nobody answers"}, headers=admin)
    assert stopped.status_code == 204, stopped.text
    await look()
    assert (await client.post(f"{path}/resumption", json={"reason": "Somebody did"}, headers=admin)).status_code == 204
    forget(app)
    closed = await client.put(
        f"/api/v1/businesses/{shop.business_id}/closure", json={"password": PASSWORD}, headers=shop.rosa.headers
    )
    assert closed.status_code == 204, closed.text
    await look()
    assert found == TABLE
    audited = database.rows(
        "SELECT action, reason FROM audit_log WHERE business_id = %s AND action LIKE 'business.%%'"
        " AND action <> 'business.changed' ORDER BY recorded_at",
        shop.business_id,
    )
    assert audited == [
        ("business.suspended", "Nobody answers"), ("business.resumed", "Somebody did"), ("business.closed", None),
    ]  # fmt: skip


def test_the_manual_says_what_the_shop_does() -> None:
    manual = (ROOT / "docs" / "shops.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", manual, re.MULTILINE)
    told = {name: tuple(cell.strip("`") for cell in cells) for name, *cells in lines if name in TABLE}
    works = {name: tuple("works" if cell[:1] == "2" or cell == "counted" else cell.split()[-1] for cell in cells)
             for name, cells in TABLE.items()}  # fmt: skip
    works["the poster"] = ("works", *works["the poster"][1:])
    assert told == works


async def test_an_owner_opens_again_within_thirty_days(
    app: FastAPI, client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    email, card = await _email(shop, shop.rosa), shop.card()
    staff = await _email(shop, shop.diego)
    path = f"/api/v1/businesses/{shop.business_id}/closure"
    wrong = await client.put(path, json={"password": "not this one"}, headers=shop.rosa.headers)
    refused(wrong, 401, "credentials_wrong")
    by_staff = await client.put(path, json={"password": PASSWORD}, headers=shop.diego.headers)
    refused(by_staff, 403, "forbidden")
    assert (await client.put(path, json={"password": PASSWORD}, headers=shop.rosa.headers)).status_code == 204

    database.set_clock(timedelta(days=29))
    forget(app)
    rosa = bearer(await try_log_in(client, email, PASSWORD))
    refused(await try_log_in(client, staff, PASSWORD), 410, "business_closed")
    refused(await client.get("/api/v1/staff", headers=rosa), 410, "business_closed")
    assert (await client.delete(path, headers=rosa)).status_code == 204
    forget(app)
    body = shop.stamp(card, occurred_at=(datetime.now(UTC) + timedelta(days=29)).isoformat())
    assert (await client.post("/api/v1/stamps", json=body, headers=rosa)).status_code == 201
    bearer(await try_log_in(client, staff, PASSWORD))


async def test_after_thirty_days_it_stays_closed_and_nothing_is_gone(
    app: FastAPI, client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    email, card = await _email(shop, shop.rosa), shop.card()
    await client.post("/api/v1/stamps", json=shop.stamp(card), headers=shop.rosa.headers)
    path = f"/api/v1/businesses/{shop.business_id}/closure"
    assert (await client.put(path, json={"password": PASSWORD}, headers=shop.rosa.headers)).status_code == 204
    database.set_clock(timedelta(days=29))
    rosa = bearer(await try_log_in(client, email, PASSWORD))
    database.set_clock(timedelta(days=30, minutes=1))
    forget(app)
    refused(await try_log_in(client, email, PASSWORD), 410, "business_closed")
    refused(await client.delete(path, headers=rosa), 410, "business_closed")
    assert shop.balance(card) == (1, 1)


@pytest.mark.parametrize("how", ["suspension", "closure"])
async def test_staff_and_customers_are_told_in_words(
    app: FastAPI, client: httpx.AsyncClient, shop: Shop, database: TestDatabase, how: str
) -> None:
    card = shop.card()
    column = "suspended_at" if how == "suspension" else "closed_at"
    with shop.connect() as owner:
        owner.execute(f"UPDATE businesses SET {column} = app_now() WHERE id = %s".encode(), (shop.business_id,))  # noqa: S608  # two texts of this test
    page = await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}")
    stamp = await client.post("/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
    for answer in (page, stamp):
        assert "local" in answer.json()["message"]
        assert answer.json()["message"].endswith(".")
