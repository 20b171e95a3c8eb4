"""The edge in front of routes that misbehave: every answer is a refusal of the catalogue, in its shape."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.middleware import Middleware

from sello.entry.bodies import is_too_deep
from sello.entry.edge import Edge
from sello.shared.errors import CATALOGUE, accepted_language
from tests.support.plain_app import CANARY, bearer, plain_app, plain_settings, serving

ID = "0197a5e2-9812-7345-9123-1234567890ab"
JSON = {"content-type": "application/json"}
GZIP = {**JSON, "content-encoding": "gzip"}

# method, path, what is sent, status, code
WAYS_TO_FAIL: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/nowhere", {}, 404, "not_found"),
    ("GET", "/api/v1/stamps/", {}, 404, "not_found"),
    ("DELETE", "/api/v1/stamps", {}, 405, "method_not_allowed"),
    ("TRACE", "/api/v1/stamps", {}, 405, "method_not_allowed"),
    ("CONNECT", "/api/v1/stamps", {}, 405, "method_not_allowed"),
    ("OPTIONS", "/api/v1/stamps", {}, 405, "method_not_allowed"),
    ("GET", "/api/v1/things/x", {}, 422, "invalid"),
    ("GET", f"/api/v1/things/{ID}?most=11", {}, 422, "invalid"),
    ("POST", "/api/v1/things", {"content": b"{", "headers": JSON}, 400, "malformed"),
    ("POST", "/api/v1/things", {"content": b"\xff\xfe{}", "headers": JSON}, 400, "malformed"),
    ("POST", "/api/v1/things", {"content": b"[" + b"9" * 5000 + b"]", "headers": JSON}, 400, "malformed"),
    ("POST", "/api/v1/things", {"content": b"[" * 33, "headers": JSON}, 400, "malformed"),
    ("POST", "/api/v1/things", {"content": b"[" * 60_000, "headers": JSON}, 400, "malformed"),
    ("POST", "/api/v1/things", {"content": b"", "headers": JSON}, 422, "invalid"),
    ("POST", "/api/v1/things", {"json": {"id": "x"}}, 422, "invalid"),
    ("POST", "/api/v1/things", {"content": b"{}"}, 415, "unsupported_media"),
    ("POST", "/api/v1/things", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415, "unsupported_media"),
    ("POST", "/api/v1/things", {"content": b"{}", "headers": GZIP}, 415, "unsupported_media"),
    ("POST", "/api/v1/things", {"content": b" " * 65_537, "headers": JSON}, 413, "too_large"),
    ("POST", "/api/v1/things", {"content": b"{}", "headers": {**JSON, "content-length": "9" * 30}}, 413, "too_large"),
    ("POST", "/api/v1/stamps/batches", {"content": b" " * 262_145, "headers": JSON}, 413, "too_large"),
    ("POST", "/api/v1/structs", {"content": b"{", "headers": JSON}, 400, "malformed"),
    ("POST", "/api/v1/structs", {"json": {"id": 1}}, 422, "invalid"),
    ("GET", "/api/v1/errors/unforeseen", {}, 500, "internal"),
    ("GET", "/api/v1/errors/timeout", {}, 500, "internal"),
    ("GET", "/api/v1/errors/unique", {}, 500, "internal"),
    ("GET", "/api/v1/errors/data", {}, 422, "invalid"),
    ("GET", "/api/v1/errors/surrogate", {}, 422, "invalid"),
    ("GET", "/api/v1/errors/closed", {}, 503, "unavailable"),
    ("GET", "/api/v1/errors/away", {}, 503, "unavailable"),
    ("GET", "/api/v1/errors/canceled", {}, 503, "busy"),
    ("GET", "/api/v1/errors/refused", {}, 429, "slow_down"),
    ("GET", "/api/v1/errors/reserved", {}, 409, "reward_reserved"),
    ("GET", "/api/v1/errors/unauthenticated", {}, 401, "unauthenticated"),
]  # fmt: skip


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the plain application."""
    async with serving(plain_app(plain_settings())) as client:
        yield client


@pytest.mark.parametrize(("method", "path", "sent", "status", "code"), WAYS_TO_FAIL)
async def test_whatever_fails_is_answered_in_one_shape(
    client: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.request(method, path, **sent)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert set(body) == {"code", "message", "details", "request_id"}
    assert body["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-language"] == "es"
    assert CANARY not in answer.text
    assert "Canario" not in answer.text
    if status == 405:
        assert answer.headers["allow"] == "POST"
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    if status in (429, 503):
        assert int(answer.headers["retry-after"]) == body["details"]["after"] >= 1


async def test_the_wait_of_a_refusal_is_told(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/errors/refused")).headers["retry-after"] == "7"
    assert (await client.get("/api/v1/errors/reserved")).headers["retry-after"] == "42"
    waits = {int((await client.get("/api/v1/errors/away")).headers["retry-after"]) for _ in range(30)}
    assert waits <= {2, 3}


async def test_sentences_come_in_the_language_asked_for(client: httpx.AsyncClient) -> None:
    spanish = (await client.get("/nowhere")).json()["message"]
    english = (await client.get("/nowhere", headers={"accept-language": "en-US,en;q=0.9,es;q=0.5"})).json()["message"]
    assert spanish == CATALOGUE["not_found"].es
    assert english == CATALOGUE["not_found"].en


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [("", "es"), ("es-PE", "es"), ("en", "en"), ("en;q=0.1,es", "es"), ("fr", "es"), ("en;q=x", "es"), ("*", "es")],
)
def test_spanish_unless_english_is_preferred(accepted: str, locale: str) -> None:
    assert accepted_language(accepted) == locale


async def test_a_refusal_of_fields_names_them_and_repeats_no_value(client: httpx.AsyncClient) -> None:
    sent = {"id": "zwölf", "name": "x\x00y", "count": "Ana", "never": CANARY, "extra\x1b[31m": CANARY}
    body = (await client.post("/api/v1/things", json=sent)).json()
    assert {field["path"]: field["problem"] for field in body["details"]["fields"]} == {
        "body.id": "Input should be a valid UUID",
        "body.name": "control characters are not allowed",
        "body.count": "Input should be a valid integer",
        "body.never": "never good enough",
        "body.extra[31m": "Extra inputs are not permitted",
    }
    assert "Ana" not in json.dumps(body)


async def test_ten_thousand_bad_fields_are_told_briefly(client: httpx.AsyncClient) -> None:
    sent = {"id": str(uuid4()), "name": "x", **{f"f{number}": 1 for number in range(4000)}}
    answer = await client.post("/api/v1/things", json=sent)
    assert answer.status_code == 422
    assert len(answer.json()["details"]["fields"]) == 20


@pytest.mark.parametrize("given", ["0197a5e2-9812-7345-9123-1234567890ab", "till-3.queue_17", "4f2a9c00d1e8b7a6"])
async def test_a_sane_request_id_is_kept(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/nowhere", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "987654321", "51-987-654-321", "a b c d e f", "ana@canario.pe"])
async def test_any_other_request_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/nowhere", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 16


async def test_a_body_is_counted_while_it_streams(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 10_000

    answer = await client.post("/api/v1/things", content=endless(), headers=JSON)
    assert (answer.status_code, sent) == (413, 7)


async def test_a_batch_may_be_larger_than_the_rest(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/stamps/batches", content=b" " * 262_144, headers=JSON)
    assert answer.text == "262144"


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (b"[" * 32 + b"]" * 32, False),
        (b"[" * 33 + b"]" * 33, True),
        (b'[{"a":' * 16 + b"1" + b"}]" * 16, False),
        (b'[{"a":' * 17 + b"1" + b"}]" * 17, True),
        (b"[" + b"[]," * 1000 + b"[]]", False),
        (json.dumps(["[" * 100 + '\\"' + "{" * 100]).encode(), False),
        (b"[" * 33 + b'\\"' * 100_000, True),
    ],
)
def test_depth_counts_brackets_outside_strings(body: bytes, deep: bool) -> None:
    assert is_too_deep(body) is deep


async def test_a_body_that_trickles_in_is_not_waited_for() -> None:
    settings = plain_settings()
    app = plain_app(settings)
    app.user_middleware = [Middleware(Edge, owner=app, settings=settings, limits=app.state.limits, arrival_seconds=0.3)]

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with serving(app) as client:
        answer = await client.post("/api/v1/things", content=trickle(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (408, "body_too_slow")
    assert answer.headers["connection"] == "close"


async def test_an_endpoint_that_takes_too_long_is_called_off() -> None:
    settings = plain_settings()
    app = plain_app(settings)
    app.user_middleware = [Middleware(Edge, owner=app, settings=settings, limits=app.state.limits, seconds=0.3)]
    app.state.gate.clear()
    async with serving(app) as client:
        answers = await asyncio.gather(*(client.post("/api/v1/stamps") for _ in range(5)))
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "took_too_long")}
        assert app.state.called_off == 5
        app.state.gate.set()
        assert (await client.post("/api/v1/stamps")).status_code == 200


async def test_a_client_that_hangs_up_is_not_an_error() -> None:
    app = plain_app(plain_settings())
    sent: list[Any] = []
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/things", "raw_path": b"", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "headers": [(b"content-length", b"10")],
        "client": ("127.0.0.1", 1), "server": ("sello.test", 80), "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent == []


async def test_only_named_proxies_are_believed_about_the_client() -> None:
    forwarded = {"x-forwarded-for": "1.2.3.4, 203.0.113.9:4711, 10.0.0.2"}
    strangers = {"x-forwarded-for": "not an address"}
    async with serving(plain_app(plain_settings()), address="10.0.0.1") as client:
        assert (await client.get("/api/v1/client", headers=forwarded)).text == "10.0.0.1"
    settings = plain_settings(trusted_proxies=("10.0.0.0/8",))
    async with serving(plain_app(settings), address="10.0.0.1") as client:
        assert (await client.get("/api/v1/client", headers=forwarded)).text == "203.0.113.9"
        assert (await client.get("/api/v1/client", headers=strangers)).text == "10.0.0.1"
    async with serving(plain_app(settings), address="198.51.100.7") as client:
        assert (await client.get("/api/v1/client", headers=forwarded)).text == "198.51.100.7"


async def test_a_crowd_at_the_counter_is_served_whole() -> None:
    app = plain_app(plain_settings(requests_per_quarter=100_000))
    app.state.gate.clear()
    async with serving(app) as client:
        crowd = [asyncio.ensure_future(client.post("/api/v1/stamps")) for _ in range(203)]
        await asyncio.sleep(0.2)  # longer than anybody waits in a line that has stood
        app.state.gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*crowd)} == {200}


async def test_lists_are_refused_before_stamping_waits() -> None:
    app = plain_app(plain_settings(database_pool=9))
    app.state.gate.clear()
    async with serving(app) as client:
        lists = [asyncio.ensure_future(client.get("/api/v1/reward-rules")) for _ in range(100)]
        done, _ = await asyncio.wait(lists, return_when=asyncio.FIRST_COMPLETED)
        refused = [one.result() for one in done]
        assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(503, "busy")}
        stamps = [asyncio.ensure_future(client.post("/api/v1/stamps")) for _ in range(20)]
        await asyncio.sleep(0)
        app.state.gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*stamps)} == {200}
        rest = [answer.status_code for answer in await asyncio.gather(*lists)]
        assert rest.count(200) + rest.count(503) == 100
        assert {int(answer.headers["retry-after"]) for answer in refused} <= {1, 2, 3}


async def test_requests_are_limited_per_account() -> None:
    app = plain_app(plain_settings(requests_per_quarter=10))
    rosa, diego = bearer(app), bearer(app)
    async with serving(app) as client:
        answers = [await client.post("/api/v1/stamps", headers=rosa) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
        assert [int(answer.headers["ratelimit-remaining"]) for answer in answers] == [*range(9, -1, -1), 0, 0]
        refused = answers[-1]
        assert refused.json()["code"] == "too_many_requests"
        assert refused.headers["ratelimit-limit"] == "10"
        assert 1 <= int(refused.headers["retry-after"]) <= 1800
        assert (await client.post("/api/v1/stamps", headers=diego)).status_code == 200
        forged = {"Authorization": rosa["Authorization"][:-4] + "AAAA"}
        assert (await client.post("/api/v1/stamps", headers=forged)).status_code == 200


async def test_a_network_has_a_limit_of_its_own() -> None:
    app = plain_app(plain_settings(requests_per_quarter=10))
    async with serving(app, address="203.0.113.9") as client:
        answers = [await client.get("/nowhere") for _ in range(101)]
        assert [answer.status_code for answer in answers] == [404] * 100 + [429]
        for path in ("/health/live", "/metrics"):
            assert (await client.get(path)).status_code != 429
    async with serving(app, address="203.0.113.200") as neighbour:
        assert (await neighbour.get("/nowhere")).status_code == 429
    async with serving(app, address="203.0.114.9") as stranger:
        assert (await stranger.get("/nowhere")).status_code == 404


async def test_the_first_of_two_tokens_is_the_one_that_counts() -> None:
    app = plain_app(plain_settings(requests_per_quarter=10))
    rosa, diego = bearer(app)["Authorization"], bearer(app)["Authorization"]
    doubled = httpx.Headers([("Authorization", rosa), ("Authorization", diego)])
    async with serving(app) as client:
        answers = [await client.post("/api/v1/stamps", headers=doubled) for _ in range(11)]
        assert answers[-1].status_code == 429
        assert (await client.post("/api/v1/stamps", headers={"Authorization": diego})).status_code == 200
