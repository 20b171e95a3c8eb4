"""Counts over all processes, alive or dead, and what the process says about its health."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from sello.entry import health, watching
from sello.entry.exposition import fold_the_dead
from sello.entry.settings import Settings
from sello.shared.logs import observe_job
from tests.support.plain_app import plain_app, plain_settings, serving
from tests.support.servers import Servers

FAMILIES = {
    "api_requests": {"method", "path", "status"},
    "api_request_duration_seconds": {"method", "path"},
    "db_query_duration_seconds": {"query_type"},
    "background_job_duration_seconds": {"job_type"},
    "customers_enrolled": {"business_id"},
    "stamps_added": {"business_id"},
    "access_refused": {"means", "code"},  # ours
    "statistics_lag_seconds": set(),  # ours
    "import_lines": {"kind", "outcome"},  # ours
    "passkit_queue_wait_seconds": set(),  # ours
}
# The worker's own: here only when a test in this process has loaded its modules.
OF_THE_WORKER = {
    "broken_laws": set[str](),
    "privacy_requests_overdue": set[str](),
    "nights": {"outcome"},
    "night_changes": {"what"},
    "night_lag_seconds": set[str](),
    "nights_due": set[str](),
    "nights_due_seconds": set[str](),
    "whatsapp_messages_sent": {"status"},
    "passkit_updates": {"status"},
    "campaigns_sent": {"campaign_id"},
    "campaign_redemptions": {"campaign_id"},
    "whatsapp_queue_wait_seconds": set[str](),
    "whatsapp_disagreements": {"kind"},
    "apple_certificate_days": {"pass_type_id"},
    "google_wallet_updates": {"outcome"},
}


def _samples(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, sample.labels.get("business_id", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_the_metrics_are_those_of_the_spec() -> None:
    async with serving(plain_app(plain_settings())) as client:
        await client.post("/api/v1/stamps")
        observe_job("relay", 0.1, "done")
        watching.observe_query("SELECT 1", 0.001)
        text = (await client.get("/metrics")).text
    found = {
        family.name: {label for sample in family.samples for label in sample.labels} - {"le"}
        for family in text_string_to_metric_families(text)
    }
    assert FAMILIES.keys() <= found.keys() <= FAMILIES.keys() | OF_THE_WORKER.keys()
    assert all(labels <= (FAMILIES | OF_THE_WORKER)[name] for name, labels in found.items())
    assert 'api_requests_total{method="POST",path="/api/v1/stamps",status="200"}' in text


_COUNTING = """
import os, sys
from uuid import UUID
from sello.entry import watching
from sello.shared.metrics import count_enrolment, count_stamp
watching.set_up(metrics_ids=3)
for number in range(int(sys.argv[1]), int(sys.argv[2])):
    count_stamp(UUID(int=number), stamps=2)
count_enrolment(UUID(int=1))
if sys.argv[3:]:
    os.kill(os.getpid(), 9)
"""
_EXPOSING = "import sys; from sello.entry.exposition import exposed; sys.stdout.buffer.write(exposed())"


def test_processes_count_together_dead_or_alive(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def run(*argv: str) -> str:
        done = subprocess.run([sys.executable, "-c", *argv], env=environment, check=False, stdout=subprocess.PIPE)
        return done.stdout.decode()

    run(_COUNTING, "1", "3")
    assert tmp_path.joinpath("business_ids").read_text().split() == [str(UUID(int=1)), str(UUID(int=2))]
    first = _samples(run(_EXPOSING))
    run(_COUNTING, "1", "6", "killed")
    (tmp_path / "counter_999999.db").touch()  # died before it counted anything
    second = _samples(run(_EXPOSING))
    third = _samples(run(_EXPOSING))
    assert first[("stamps_added_total", str(UUID(int=1)))] == 2
    assert second == third
    assert {key[1]: value for key, value in second.items() if key[0] == "stamps_added_total"} == {
        str(UUID(int=1)): 4, str(UUID(int=2)): 4, str(UUID(int=3)): 2, "other": 4,
    }  # fmt: skip
    assert second[("customers_enrolled_total", str(UUID(int=1)))] == 2
    # The process that showed them last is dead by now and has a file of its own, which the next one folds.
    left = {path.name for path in tmp_path.glob("*.db")} - {"counter_0.db", "histogram_0.db"}
    assert {name.partition("_")[0] for name in left} <= {"histogram"}
    assert len(left) <= 1


def test_files_of_the_living_are_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / f"counter_{os.getpid()}.db"
    mine.write_bytes(b"")
    fold_the_dead(tmp_path)
    assert mine.exists()


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, 401),
        ("203.0.113.9", {}, 401),
        ("203.0.113.9", {"authorization": "Bearer wrong"}, 401),
        ("203.0.113.9", {"authorization": "Bearer a token for metrics"}, 200),
    ],
)
async def test_metrics_are_for_this_machine_or_for_a_token(address: str, headers: dict[str, str], status: int) -> None:
    async with serving(plain_app(plain_settings()), address=address) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_no_token_opens_metrics_when_none_is_set() -> None:
    async with serving(plain_app(plain_settings(metrics_token=None)), address="203.0.113.9") as client:
        assert (await client.get("/metrics", headers={"authorization": "Bearer "})).status_code == 401


async def test_readiness_is_decided_by_postgresql(settings: Settings) -> None:
    changed = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    app = plain_app(changed)
    async with serving(app) as client:
        assert (await client.get("/health/live")).json() == {"status": "alive"}
        ready = await client.get("/health/ready")
        assert ready.status_code == 200
        assert ready.json() == {"status": "ready", "checks": {"database": "ok", "redis": "down"}}
        health.start_draining(app)
        draining = await client.get("/health/ready")
        assert (draining.status_code, draining.json()["status"]) == (503, "draining")
    async with serving(plain_app(settings)) as client:
        ready = await client.get("/health/ready")
        assert ready.json() == {"status": "ready", "checks": {"database": "ok", "redis": "ok"}}


async def test_without_postgresql_nothing_is_sent_here() -> None:
    async with serving(plain_app(plain_settings())) as client:
        answers = await asyncio.gather(*(client.get("/health/ready") for _ in range(50)))
        assert {answer.status_code for answer in answers} == {503}
        assert answers[0].json() == {"status": "not ready", "checks": {"database": "down", "redis": "down"}}
        assert (await client.get("/health/live")).status_code == 200


async def test_probing_survives_a_restart_of_its_connection(settings: Settings, servers: Servers) -> None:
    probe = health.Probe(settings)
    assert (await probe.look()).database == "ok"
    with psycopg.connect(servers.postgres.admin_dsn(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sello-health'"
        )
    await asyncio.sleep(0.3)  # longer than a look stays fresh
    assert (await probe.look()).database == "ok"
    await probe.close()
