"""What the processes tell: log lines, error reports and traces."""

import gzip
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sello.entry import reporting, watching
from sello.entry.scrubbing import plain_text, scrub_fields
from sello.infrastructure.database.db import TenantPool
from sello.shared.logs import auth_event, external_call, observe_job
from tests.support.plain_app import CANARY, bearer, plain_app, plain_settings, serving
from tests.support.shop import Shop

LUNA = UUID("0197a5e2-9812-7345-9123-1234567890ab")


@pytest.fixture(autouse=True)
def _set_up() -> None:
    watching.set_up()


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged since the last look; every line is one JSON object."""
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


async def test_a_request_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    app = plain_app(plain_settings())
    rosa = bearer(app)
    claims = app.state.tokens.verify(rosa["Authorization"].removeprefix("Bearer "))
    async with serving(app) as client:
        await client.get(f"/api/v1/things/{LUNA}?most=3&phone=987654321", headers=rosa)
        await client.get("/api/v1/ana@canario.pe")
        await client.get("/health/live")
    first, second = lines(capfd)
    assert first.pop("duration_ms") >= 0
    assert len(first.pop("request_id")) == 16
    assert len(first.pop("network")) == 16
    assert first.pop("timestamp").endswith("+00:00")
    assert first == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "path": "/api/v1/things/{thing_id}",
        "status": 200,
        "account_id": str(claims.account_id),
        "business_id": str(claims.business_id),
    }
    assert (second["path"], second["status"], second["code"]) == ("/unmatched", 404, "not_found")


async def test_what_nobody_foresaw_tells_where_and_not_who(capfd: pytest.CaptureFixture[str]) -> None:
    async with serving(plain_app(plain_settings())) as client:
        await client.get("/api/v1/errors/unforeseen")
        await client.get("/api/v1/errors/unique")
    unforeseen, request, unique, _ = lines(capfd)
    assert unforeseen["request_id"] == request["request_id"]
    assert unforeseen["exception"][-1] == "KeyError"
    assert any(frame.endswith(" endpoint") for frame in unforeseen["exception"])
    assert unique["exception"][-1] == "UniqueViolation 23505"
    assert request["level"] == "error"


async def test_a_quiet_process_tells_of_failures_alone(capfd: pytest.CaptureFixture[str]) -> None:
    async with serving(plain_app(plain_settings(log_level="error"))) as client:
        await client.get("/nowhere")
        await client.get("/api/v1/errors/unforeseen")
    assert [line["event"] for line in lines(capfd)] == ["unforeseen", "request"]


@dataclass(frozen=True)
class Slept:
    """What pg_sleep has to say, and what it was told."""

    said: str
    text: str


async def test_statements_are_measured_and_slow_ones_told(
    db: TenantPool, shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    db.observe = watching.observe_query
    await db.fetch_one(Slept, shop.business_id, "SELECT pg_sleep(0.6)::text AS said, %(canary)s::text", canary=CANARY)
    told = [line for line in lines(capfd) if line["event"] == "slow_query"]
    assert [line["sql"] for line in told] == ["SELECT pg_sleep(0.6)::text AS said, %(canary)s::text"]
    assert told[0]["duration_ms"] > 500


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", "select"),
        ("  -- update\n SELECT 'insert'", "select"),
        ("SELECT id FROM cards FOR UPDATE", "select"),
        ("WITH c AS (SELECT 1) SELECT * FROM c", "select"),
        ("WITH c AS (INSERT INTO a VALUES (1) RETURNING id) UPDATE b SET c = 1", "insert"),
        ("INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = 1", "insert"),
        ("UPDATE a SET b = 1", "update"),
        ("DELETE FROM a", "delete"),
        ("SELECT * FROM add_stamp_v1(%(id)s)", "add_stamp_v1"),
        ("SELECT count(*) FROM a", "select"),
        ("SET lock_timeout = 1", "other"),
        ("", "other"),
    ],
)
def test_statements_have_a_type(sql: str, kind: str) -> None:
    assert watching.query_type(sql) == kind


def test_events_beside_requests_have_their_lines(capfd: pytest.CaptureFixture[str]) -> None:
    auth_event("login", outcome="refused", account_id=LUNA)
    observe_job("wallet_update", 0.25, "done", job_id=7)
    with external_call("mail", "send", message=3) as call:
        call["status"] = 250
    with pytest.raises(ConnectionError), external_call("mail", "send"):
        raise ConnectionError(CANARY)
    auth, job, good, bad = [{**line, "timestamp": ""} for line in lines(capfd)]
    assert (auth["event"], auth["kind"], auth["outcome"], auth["account_id"]) == ("auth", "login", "refused", str(LUNA))
    assert (job["event"], job["job_type"], job["duration_ms"], job["outcome"]) == (
        "job",
        "wallet_update",
        250.0,
        "done",
    )
    assert (good["service"], good["status"], good["outcome"]) == ("mail", 250, "ok")
    assert (bad["level"], bad["outcome"], bad["error"]) == ("warning", "failed", "ConnectionError")


def test_the_standard_library_logs_through_the_same_wall(capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    logging.getLogger("uvicorn.access").warning('"GET /?phone=987654321"')
    logging.getLogger("psycopg.pool").warning("error connecting: %s", CANARY)
    logging.getLogger("psycopg.pool").info("chatter")
    started, failed = lines(capfd)
    assert (started["level"], started["logger"], started["event"]) == (
        "info",
        "uvicorn.error",
        "Started server process [7]",
    )
    assert (failed["level"], failed["event"]) == ("warning", "error connecting: Ana Canario [phone] [e-mail]")


@pytest.mark.parametrize(
    "secret",
    [
        "+51987654321", "987654321", "987 654 321", "51-987-654-321", "(+51) 987654321", "0051987654321",
        "%2B51987654321",
        "ana@canario.pe", "ana.luz+x%40canario.pe", "Bearer abc.def-ghi", "eyJhbGciOi.eyJzdWIi.c2ln", "aB3" * 12,
        "postgresql://sello_app:hunter2@127.0.0.1/sello", "Cookie: __Secure-sello_refresh=abc; b=c",
        "https://sello.pe/c/x?token=hunter2",
    ],
)  # fmt: skip
def test_secrets_do_not_pass_the_wall(secret: str) -> None:
    for text in (secret, f"before {secret} after", f'{{"x": "{secret}"}}'):
        passed = plain_text(text)
        for part in ("987654321", "654", "canario", "hunter2", "abc", "eyJ", "aB3aB3"):
            assert part not in passed


def test_ids_and_times_do_pass() -> None:
    for text in (
        str(LUNA),
        "2026-11-22T10:00:00.123456+00:00",
        "took 981.25 ms",
        "UniqueViolation 23505",
        "[::1]:8000",
        "4647f917005399a8",  # a request id with nine digits that look like a phone
        "job 0199aaaa-bbbb-7ccc-8ddd-a917005399bc of 4647f917005399a8 failed",
    ):
        assert plain_text(text) == text


def test_letters_beside_a_phone_do_not_make_it_an_id() -> None:
    assert plain_text("tel917005399") == "tel[phone]"
    assert plain_text("a917005399bc") == "a[phone]bc"
    assert plain_text("4647917005399123") == "4647917005399123"


def test_a_line_stays_one_line_of_bounded_length(capfd: pytest.CaptureFixture[str]) -> None:
    auth_event("login", outcome="ok", agent='Mozilla\r\n\x1b[31m{"event":"forged"}\u202e' + "x" * 1_000_000)
    raw = capfd.readouterr().out
    assert raw.count("\n") == 1
    assert len(raw) < 1500
    assert "\x1b" not in raw
    assert "[31m" not in raw
    assert json.loads(raw)["agent"].startswith('Mozilla {"event":"forged"} xxx')


def test_fields_are_secret_by_their_name() -> None:
    line = scrub_fields(
        {
            "customer_name": "Ana", "X-Api-Key": "k", "password": "p",
            "detail": {"Phone": "9", "rows": [{"email": "a"}]},
            "count": 3, "phone_number_int": 987654321, "cookie": None, "deep": [[[[[["x"]]]]]],
        }
    )  # fmt: skip
    assert line == {
        "customer_name": "[gone]", "X-Api-Key": "[gone]", "password": "[gone]",
        "detail": {"Phone": "[gone]", "rows": [{"email": "[gone]"}]},
        "count": 3, "phone_number_int": "[phone]", "cookie": None, "deep": [[[[["[gone]"]]]]],
    }  # fmt: skip


def test_a_full_disk_under_the_log_costs_no_request() -> None:
    code = (
        "import asyncio, sys\n"
        "from tests.support.plain_app import plain_app, plain_settings, serving\n"
        "async def main():\n"
        "    async with serving(plain_app(plain_settings())) as client:\n"
        "        return (await client.get('/api/v1/errors/unforeseen')).status_code\n"
        "sys.exit(0 if asyncio.run(main()) == 500 else 1)\n"
    )
    with Path("/dev/full").open("wb") as full:
        assert subprocess.run([sys.executable, "-c", code], stdout=full, check=False).returncode == 0


class Sink(ThreadingHTTPServer):
    """Takes what is posted, as Sentry and an OpenTelemetry collector would."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[tuple[str, bytes]] = []


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        packed = self.headers.get("content-encoding") == "gzip"
        assert isinstance(self.server, Sink)
        self.server.taken.append((self.path, gzip.decompress(body) if packed else body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A server for reports."""
    sink = Sink()
    thread = threading.Thread(target=sink.serve_forever)
    thread.start()
    yield sink
    sink.shutdown()
    thread.join()
    sink.server_close()


_REPORTING = """
import asyncio, sys
from tests.support.plain_app import plain_app, plain_settings, serving
from sello.entry import reporting
reporting.TRACES = 1.0
async def main(port):
    settings = plain_settings(sentry_dsn=f"http://key@127.0.0.1:{port}/1", otel_exporter_otlp_endpoint=f"http://127.0.0.1:{port}")
    async with serving(plain_app(settings)) as client:
        await client.get("/api/v1/errors/unforeseen?phone=987654321", headers={"cookie": "a=hunter2"})
        await client.post("/api/v1/things", json={"name": "Ana Canario"})
        await client.get("/health/live")
asyncio.run(main(sys.argv[1]))
"""


def test_reports_say_where_and_never_who(sink: Sink) -> None:
    subprocess.run([sys.executable, "-c", _REPORTING, str(sink.server_port)], check=True, stdout=subprocess.DEVNULL)
    errors = b"".join(body for path, body in sink.taken if path == "/api/1/envelope/")
    traces = b"".join(body for path, body in sink.taken if path == "/v1/traces")
    for expected in (
        b"KeyError",
        b"plain_app",
        b'"transaction":"GET /api/v1/errors/unforeseen"',
        b"POST /api/v1/things",
    ):
        assert expected in errors
    for expected in (b"GET /api/v1/errors/unforeseen", b"POST /api/v1/things", b"http.route", b"sello-api"):
        assert expected in traces
    for text in (errors, traces):
        for secret in (b"Canario", b"987654321", b"canario.pe", b"hunter2", b"127.0.0.1", b"health"):
            assert secret not in text


def test_nothing_is_loaded_when_nothing_is_configured() -> None:
    assert reporting.from_settings(plain_settings()) is None
    code = "import sys, sello.entry.edge; sys.exit(bool({'sentry_sdk', 'opentelemetry.sdk.trace'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
