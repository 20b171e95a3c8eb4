"""Campaigns at their largest: drafts over HTTP, an audience of 100,000 planned, messages sent as fast as a worker can.

The provider is the simulator we ship. Without the limiter its answers take 100 ms and it calls nobody back, since on
this machine whoever takes callbacks would measure itself; with the limiter everything is on.
"""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from bench import requests
from bench.requests import People
from bench.slices import Load, Slice, over_http
from bench.stage import HERE, READY_SECONDS, Stage, cpu_seconds, environment, keys_of, sello
from bench.world import World, id_of
from sello.domains.campaign.planning.actions import BATCH, plan_campaign
from sello.entry.supervisor import SELLO
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.database.embedded_process import dies_with_parent
from sello.infrastructure.whatsapp import SIMULATED
from sello.shared.ids import BusinessId, CampaignId, new_id

PLAN_SECONDS: Final = 10.0
POST_MS: Final = 50.0
LIFTED: Final = 1000.0
HELD: Final = 80
WAIT_SECONDS: Final = 30.0
_TEMPLATES = """
    INSERT INTO message_templates (business_id, id, name, language, category, body, submitting_at, content_sid,
      submitted_at, approval, approval_at)
    SELECT shop, shop, 'vuelve', 'es', 'marketing', 'Hola {{name}}, te esperamos.', app_now(), sid, app_now(),
      'approved', app_now() FROM unnest(%(shops)s::uuid[], %(sids)s::text[]) AS t (shop, sid)
"""
_CAMPAIGN = """
    INSERT INTO campaigns (business_id, id, name, trigger_kind, trigger_config, template_id, discount_percent,
      holdout_percent, quiet_from, quiet_until, activated_at)
    VALUES (%(shop)s, %(campaign)s, 'Vuelve', 'inactivity', '{"days_inactive": 14}', %(shop)s, 20, 0, 0, 0, app_now())
"""
_GONE_BY = """
    SELECT extract(epoch FROM accepted_at)::float, extract(epoch FROM claimed_at - due_at)::float FROM campaign_sends
    WHERE campaign_id = %(campaign)s AND accepted_at IS NOT NULL ORDER BY accepted_at
"""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of everything."""

    audience: int = 100_000
    rounds: int = 3
    lifted_seconds: float = 20.0
    held: int = 2_000


@dataclass
class Found:
    """What the run showed: seconds, messages a second, waits in seconds."""

    post: list[dict[str, float]] = field(default_factory=list)
    plans: list[dict[str, float]] = field(default_factory=list)
    lifted: dict[str, float] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Campaigns:
    """The measurements, in the order in which one needs what the other left."""

    def __init__(self, stage: Stage, world: World, amount: Amount) -> None:
        self._stage, self._world, self._amount = stage, world, amount
        self._folder = stage.folder
        self._folder.mkdir(exist_ok=True)
        self.found = Found()

    def run(self) -> Found:
        """Everything; needs a fresh copy of the data set."""
        with ExitStack() as stack:
            provider = stack.enter_context(_simulator(self._folder))
            environ = environment(self._stage) | {"TWILIO_API_BASE_URL": str(provider.base_url)}
            shops = [id_of("shop", n) for n in range(self._world.shops)]
            # Only those shops that send need a content that the provider knows.
            known = [_content(provider) for _ in range(self._amount.rounds + 1)]
            sids = known + [f"HX{shop.hex}" for shop in shops[len(known) :]]
            self._execute(_TEMPLATES, sids=sids, shops=shops)
            with sello(environ, self._folder) as api:
                self._post(api, People(keys_of(environ), self._world))
                waiting = [self._plan(environ, number) for number in range(self._amount.rounds)]
                environ |= {"PUBLIC_BASE_URL": f"http://127.0.0.1:{api.port}"}
                self._send_lifted(environ, provider, waiting)
                self._send_held(environ, provider)
        return self.found

    def _execute(self, text: str, **values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._stage.postgres.admin_dsn(self._stage.database), autocommit=True) as connection:
            cursor = psycopg.ClientCursor(connection).execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def _post(self, api: Any, people: People) -> None:
        for number in range(self._amount.rounds):
            batch = requests.campaigns(people, range(number * 400, min((number + 1) * 400, self._world.shops)))
            done: Slice = over_http(api, self._stage, batch, Load(4, 5.0, warm=0.5), self._folder)
            self.found.wrong += done.wrong
            self.found.post.append({"rate": done.rate, "p50": done.p50, "p95": done.p95, "p99": done.p99})
            print(f"  POST campaigns {done.rate:6.0f}/s  p50 {done.p50:5.1f}  p95 {done.p95:5.1f} ms", flush=True)

    def _crowd(self, number: int, people: int) -> tuple[BusinessId, CampaignId]:
        shop, campaign = id_of("shop", number), new_id()
        self._execute(
            (HERE / "campaigns.sql").read_text(),
            shop=shop, account=id_of("account", 2 * number), first=20_000_000 + number * 1_000_000, people=people,
        )  # fmt: skip
        self._execute(_CAMPAIGN, shop=shop, campaign=campaign)
        return BusinessId(shop), CampaignId(campaign)

    def _plan(self, environ: dict[str, str], number: int) -> CampaignId:
        business_id, campaign_id = self._crowd(number, self._amount.audience)
        self._stage.settle()
        before, began = self._stage.postgres_seconds(), time.monotonic()
        planned = asyncio.run(_planned(self._stage.url("sello_app"), environ, business_id, campaign_id))
        seconds, postgres = time.monotonic() - began, self._stage.postgres_seconds() - before
        if planned < self._amount.audience:
            self.found.wrong.append(f"planned {planned} of {self._amount.audience}")
        batches = -(-planned // BATCH)
        self.found.plans.append(
            {"messages": planned, "seconds": seconds, "postgres": postgres, "batch_ms": 1000 * seconds / batches}
        )
        print(f"  plan           {planned:,} in {seconds:.1f} s, {postgres:.1f} s of PostgreSQL", flush=True)
        return campaign_id

    def _send_lifted(self, environ: dict[str, str], provider: httpx.Client, waiting: list[CampaignId]) -> None:
        provider.put("/switches", json={"answer_delay_ms": 100, "callbacks": {"lost": 1.0}}).raise_for_status()
        cpu = self._stage.postgres_seconds()
        with _worker(environ | {"TWILIO_MESSAGES_PER_SECOND": "0"}, self._folder) as pid:
            own = cpu_seconds(pid)
            time.sleep(self._amount.lifted_seconds)
            own = cpu_seconds(pid) - own
        rows = sorted(row for one in waiting for row in self._execute(_GONE_BY, campaign=one))
        moments = [row[0] for row in rows]
        steady = [at for at in moments if moments[0] + 3 <= at <= moments[-1] - 1]
        rate = (len(steady) - 1) / (steady[-1] - steady[0])
        self.found.lifted = {
            "messages": len(moments), "rate": rate, "worker_cpu_us": own / len(moments) * 1e6,
            "postgres_cpu_us": (self._stage.postgres_seconds() - cpu) / len(moments) * 1e6,
        }  # fmt: skip
        self._execute("UPDATE campaigns SET ended_at = app_now() WHERE id = ANY(%(ids)s)", ids=waiting)
        self._execute(
            "UPDATE campaign_sends SET released_at = app_now(), released_why = 'ended' WHERE campaign_id = ANY(%(ids)s)"
            " AND accepted_at IS NULL AND released_at IS NULL",
            ids=waiting,
        )
        print(f"  send, lifted   {rate:6.0f}/s of {len(moments):,}", flush=True)

    def _send_held(self, environ: dict[str, str], provider: httpx.Client) -> None:
        """A morning's messages through the limiter, everything on: how long they wait and whether it holds."""
        provider.put("/switches", json={"answer_delay_ms": 100}).raise_for_status()
        business_id, campaign_id = self._crowd(self._amount.rounds, self._amount.held)
        with _worker(environ, self._folder):
            asyncio.run(_planned(self._stage.url("sello_app"), environ, business_id, campaign_id))
            deadline = time.monotonic() + self._amount.held / 20 + 30
            rows: list[tuple[Any, ...]] = []
            while len(rows) < self._amount.held and time.monotonic() < deadline:
                time.sleep(0.5)
                rows = self._execute(_GONE_BY, campaign=campaign_id)
        lines = map(json.loads, provider.get("/ledger").raise_for_status().text.splitlines())
        calls = sorted(line["monotonic"] for line in lines if line["what"] == "accepted")[-len(rows) :]
        most = max(sum(1 for later in calls[i : i + 200] if later < at + 1) for i, at in enumerate(calls))
        waits = sorted(row[1] for row in rows)
        self.found.held = {
            "messages": len(rows), "most_in_a_second": most, "rate": len(rows) / (rows[-1][0] - rows[0][0]),
            "wait_p50": statistics.median(waits), "wait_max": waits[-1],
        }  # fmt: skip
        if len(rows) < self._amount.held:
            self.found.wrong.append(f"sent {len(rows)} of {self._amount.held}")
        print(f"  send, held     {self.found.held}", flush=True)


async def _planned(url: str, environ: dict[str, str], business_id: BusinessId, campaign_id: CampaignId) -> int:
    db = TenantPool(url, size=8, wait=30)
    await db.open()
    try:
        planned = await plan_campaign(db, keys_of(environ), business_id, campaign_id, sender=SIMULATED.number)
    finally:
        await db.close()
    return planned.messages


@contextmanager
def _worker(environ: dict[str, str], folder: Path) -> Iterator[int]:
    """One worker as `sello up` starts it; its process id. Told to stop, it finishes what it has called."""
    ready = folder / "worker.ready"
    ready.unlink(missing_ok=True)
    with _child((*SELLO, "worker"), environ | {"SELLO_READY_FILE": str(ready)}, folder / "worker.log") as process:
        _await(ready.exists, process, "worker")
        yield process.pid


@contextmanager
def _simulator(folder: Path) -> Iterator[httpx.Client]:
    port = free_port()
    argv = (*SELLO, "simulator", "whatsapp", "--port", str(port), "--folder", str(folder / "whatsapp"))
    with _child(argv, dict(os.environ), folder / "whatsapp.log") as process:
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        _await(lambda: _answers(client), process, "simulator")
        yield client


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def _await(what: Any, process: "subprocess.Popen[bytes]", name: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not what():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"bench: the {name} does not start")
        time.sleep(0.1)


@contextmanager
def _child(argv: tuple[str, ...], environ: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv, env=environ, stdout=output, stderr=output, preexec_fn=dies_with_parent(signal.SIGTERM)
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _content(provider: httpx.Client) -> str:
    """An approved content at the provider."""
    auth = (SIMULATED.sid, SIMULATED.token)
    actions = [
        {"type": "URL", "title": "Ver mi tarjeta", "url": "http://127.0.0.1:8000/k/{{2}}"},
        {"type": "QUICK_REPLY", "title": "No recibir más", "id": "opt_out"},
    ]
    body = {
        "friendly_name": "vuelve", "language": "es", "variables": {"1": "Ana", "2": "abc"},
        "types": {"whatsapp/card": {"body": "Hola {{1}}, te esperamos.", "actions": actions}},
    }  # fmt: skip
    sid = str(provider.post("/v1/Content", json=body, auth=auth).raise_for_status().json()["sid"])
    path = f"/v1/Content/{sid}/ApprovalRequests/whatsapp"
    provider.post(path, json={"name": f"t_{sid.lower()}", "category": "MARKETING"}, auth=auth).raise_for_status()
    return sid


def as_text(found: Found, at: str) -> Iterator[str]:
    """The rows with their goals, as Markdown."""
    median = statistics.median
    p95, plan = median(one["p95"] for one in found.post), median(one["seconds"] for one in found.plans)
    people = int(median(one["messages"] for one in found.plans))
    lifted, held = found.lifted, found.held
    cost = f"{lifted['worker_cpu_us']:.0f} us of the worker and {lifted['postgres_cpu_us']:.0f} of PostgreSQL a message"
    most, wait = f"{held['most_in_a_second']:g} at most", f"median {held['wait_p50']:.1f} s"
    batch = median(one["batch_ms"] for one in found.plans)
    rows = (
        (f"POST campaigns: p95 <= {POST_MS:g} ms", f"{p95:.1f} ms", p95 <= POST_MS),
        (f"{people:,} recipients planned in < {PLAN_SECONDS:g} s", f"{plan:.1f} s", plan < PLAN_SECONDS),
        (f"insert of a batch of {BATCH:,} messages", f"{batch:.0f} ms", None),
        (
            f"limiter lifted: >= {LIFTED:,.0f}/s by one worker",
            f"{lifted['rate']:,.0f}/s ({cost})",
            lifted["rate"] >= LIFTED,
        ),
        (
            f"limiter on: no sliding second above {HELD}",
            f"{most}, {held['rate']:.0f}/s",
            held["most_in_a_second"] <= HELD,
        ),
        (
            f"queue wait of {held['messages']:,.0f} messages due at once < {WAIT_SECONDS:g} s",
            f"{wait}, longest {held['wait_max']:.1f} s",
            held["wait_max"] < WAIT_SECONDS,
        ),
    )
    yield f"Measured on {at[:10]} by `make bench BENCH_ARGS=--campaigns`."
    yield ""
    yield "| campaigns | measured | reached |"
    yield "|---|---|---|"
    for goal, measured, reached in rows:
        yield f"| {goal} | {measured} | {'-' if reached is None else 'yes' if reached else '**no**'} |"


def plain(found: Found) -> dict[str, Any]:
    """As it is kept in the evidence."""
    return asdict(found)
