"""Every answer of every route carries what browsers need to be safe, and no other origin reads it unasked."""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sello.entry.headers import SecurityHeaders
from sello.entry.http import create_app
from sello.entry.places import routes_of
from sello.entry.settings import Settings
from sello.shared.ids import new_id
from tests.support.plain_app import bearer, plain_app, plain_settings, serving
from tests.support.shop import Shop

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LOCKED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
THE_QUEUES_PAGES = "/admin/jobs/"  # PgQueuer's own, with a policy of their own; admins alone see them
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def addresses(app: FastAPI) -> list[tuple[str, str]]:
    """Every (method, path) of the application, ids filled in with new ones."""
    return [
        (method, re.sub(r"\{.*?\}", str(new_id()), route.template))
        for route in routes_of(app)
        for method in sorted(route.methods or {"GET"})
    ]


def holds(answer: httpx.Response) -> None:
    """Assert the headers of one answer."""
    where = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
    headers = answer.headers
    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE, where
    policy = headers["content-security-policy"]
    if headers.get("content-type", "").startswith(("text/html", "text/javascript")):
        assert headers["referrer-policy"] in ("strict-origin-when-cross-origin", "no-referrer"), where
    elif not answer.request.url.path.startswith(THE_QUEUES_PAGES):
        assert policy == LOCKED, where
        assert headers["referrer-policy"] == "no-referrer", where
    for directive in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert directive in policy, where
    assert "http:" not in policy, where
    if answer.request.url.path.startswith("/api/") or "authorization" in answer.request.headers:
        assert "no-store" in headers["cache-control"], where
    assert len(headers["x-request-id"]) >= 8, where
    assert "server" not in headers, where
    assert "strict-transport-security" not in headers, where  # the address of this installation is http


async def test_every_answer_is_safe_in_a_browser(app: FastAPI, client: httpx.AsyncClient, shop: Shop) -> None:
    known = addresses(app)
    assert len(known) > 50
    for method, path in known:
        for headers in ({}, shop.rosa.headers):
            body: dict[str, Any] = {"json": {}} if method in WRITES else {}
            holds(await client.request(method, path, headers=headers, **body))


async def test_trace_is_refused_everywhere(app: FastAPI, client: httpx.AsyncClient) -> None:
    for path in {path for _, path in addresses(app)} | {"/", "/nowhere"}:
        answer = await client.request("TRACE", path)
        assert answer.status_code == 405, path
        assert answer.json()["code"] == "method_not_allowed"
        holds(answer)


@pytest.mark.parametrize("path", ["errors/unforeseen", "errors/unauthenticated", "errors/away", "nowhere", "things/x"])
async def test_refusals_and_failures_are_safe_too(path: str) -> None:
    app = plain_app(plain_settings())
    async with serving(app) as client:
        for headers in ({}, bearer(app)):
            holds(await client.get(f"/api/v1/{path}", headers=headers))
            holds(await client.post("/api/v1/things", content=b"x" * 70_000, headers=headers))


async def test_pages_may_load_our_own_things_and_keep_their_own_headers() -> None:
    async with serving(plain_app(plain_settings())) as client:
        page = await client.get("/e/luna")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert page.headers.get_list("cache-control") == ["max-age=60"]


async def test_https_is_for_good_once_it_is_used() -> None:
    async with serving(plain_app(plain_settings(public_base_url="https://sello.test"))) as client:
        answer = await client.get("/nowhere")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_no_other_origin_may_read_unless_it_is_listed(settings: Settings) -> None:
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    async with serving(create_app(settings)) as client:
        for origin in ("https://evil.test", "null", "http://127.0.0.1:8000.evil.test"):
            for answer in (
                await client.options("/api/v1/stamps", headers={"origin": origin, **preflight}),
                await client.get("/api/v1/me", headers={"origin": origin}),
            ):
                assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_listed_origin_may_read_and_only_that_one() -> None:
    app = plain_app(plain_settings(cors_origins=("https://panel.sello.test", "*", "https://*.sello.test")))
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    async with serving(app) as client:
        listed = {"origin": "https://panel.sello.test"}
        asked = await client.options("/api/v1/stamps", headers={**listed, **preflight})
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "https://panel.sello.test"
        assert "authorization" in asked.headers["access-control-allow-headers"]
        refused = await client.get("/nowhere", headers=listed)
        assert refused.headers["access-control-allow-origin"] == "https://panel.sello.test"
        assert refused.headers["access-control-allow-credentials"] == "true"
        assert "retry-after" in refused.headers["access-control-expose-headers"]
        for origin in ("https://other.sello.test", "*", "https://*.sello.test", "null"):
            answer = await client.get("/nowhere", headers={"origin": origin})
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["vary"] == "Origin"


def test_what_an_endpoint_says_itself_is_not_said_twice() -> None:
    headers = SecurityHeaders(https=False, cors_origins=())
    sent = [(b"content-security-policy", b"sandbox"), (b"cache-control", b"max-age=1"), (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2")]  # fmt: skip
    names = [name for name, _ in headers.add(sent, private=True, origin=None)]
    assert names.count(b"content-security-policy") == names.count(b"cache-control") == 1
    assert names.count(b"set-cookie") == 2
