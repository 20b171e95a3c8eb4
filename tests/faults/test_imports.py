"""`sello import` as a process: what it says, how it ends, and that one killed in the middle leaves nothing by half."""

import random
import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from tests.support.moving import bring, ledger_of, terminal
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import Shop, make_shop
from tests.support.stack import SELLO, Stack
from tests.support.workers import Workshop

LINES = 3_000
WAITING = """
    SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND a.datname = current_database()
"""


@pytest.fixture
def values(servers: Servers, database: TestDatabase, tmp_path: Path) -> dict[str, Any]:
    """Settings of a process on this worker's database."""
    return database.environment(servers, home=tmp_path)


def log_of(lines: int, people: int) -> str:
    """Visits at random moments of a year, each line another one."""
    chance = random.Random(lines)
    begin = datetime(2025, 6, 1, tzinfo=UTC)
    times = [begin + timedelta(minutes=chance.randrange(500_000)) for _ in range(lines)]
    rows = [f"9{chance.randrange(people):08d},{at},{chance.randrange(999)}" for at in times]
    return "phone,visited_at,amount\n" + "\n".join(rows) + "\n"


def copy_of(shop: Shop, database: TestDatabase) -> Shop:
    """Another shop whose imports make the same ids, but for the shop in them."""
    other = make_shop(shop.settings)
    for each in (shop, other):
        database.rows("INSERT INTO import_salts VALUES (%s, decode(repeat('07', 32), 'hex'))", each.business_id)
    return other


async def test_killed_in_the_middle_and_run_again_is_the_same_as_once(
    values: dict[str, Any], db: TenantPool, database: TestDatabase, shop: Shop, tmp_path: Path
) -> None:
    other = copy_of(shop, database)
    path = tmp_path / "log.csv"
    path.write_text(log_of(LINES, 600))
    words = ("import", "visits", path, "--count-stamps", "--business")
    with psycopg.connect(database.url("sello_owner")) as holder:
        # Somebody of the second batch is held: the one before is committed, and this one has begun.
        held = sorted({line.split(",")[0] for line in path.read_text().splitlines()[1:]})[450]
        card = shop.card(phone=f"+51{held}")
        holder.execute("SELECT 1 FROM cards WHERE id = %s FOR UPDATE", (card.id,))
        process = subprocess.Popen(
            [*SELLO, *map(str, words), shop.slug], env=Stack.environment(values), stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while database.rows(WAITING) != [(1,)]:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
        process.wait()
    written = database.rows("SELECT done_lines, ended_at FROM imports WHERE business_id = %s", shop.business_id)
    assert 0 < written[0][0] < LINES
    assert written[0][1] is None
    begun = len(ledger_of(database, shop.business_id))
    other.card(phone=f"+51{held}")

    done = terminal(values, *words, shop.slug)
    assert done.returncode == 0, done.stderr
    await bring(db, other, "visits", path.read_text(), count_stamps=True)
    assert begun < len(ledger_of(database, shop.business_id))
    once, again = (
        [(*row[:12], *row[13:20]) for row in ledger_of(database, one.business_id)] for one in (other, shop)
    )  # without the ids, in which the shop stands
    assert len(once) > LINES
    assert again == once


@pytest.fixture
def workshop(servers: Servers, tmp_path: Path) -> Iterator[Workshop]:
    """A queue of the test's own; no law is broken at the end."""
    workshop = Workshop(servers, tmp_path)
    yield workshop
    workshop.close()
    assert workshop.database.broken_laws() == []


def sent(workshop: Workshop, shop: Shop, text: str) -> str:
    """A file as the API takes it, and the job that the relay makes of it; the import's id."""
    [(import_id,)] = workshop.database.rows(
        "INSERT INTO imports (business_id, id, kind, source, dry_run, count_stamps, skip_bad, sha256, file)"
        " VALUES (%s, new_id(), 'visits', 'api', false, true, false, sha256(%s), %s) RETURNING id",
        shop.business_id, text.encode(), text.encode(),
    )  # fmt: skip
    workshop.queue("imports.work_off", {"business_id": str(shop.business_id), "import_id": str(import_id)})
    return str(import_id)


def test_a_worker_killed_in_the_middle_leaves_the_rest_to_the_next(workshop: Workshop) -> None:
    shop = make_shop(Settings(**workshop.values))
    text = log_of(LINES, 600)
    held = sorted({line.split(",")[0] for line in text.splitlines()[1:]})[450]
    card = shop.card(phone=f"+51{held}")
    with psycopg.connect(workshop.database.url("sello_owner")) as holder:
        holder.execute("SELECT 1 FROM cards WHERE id = %s FOR UPDATE", (card.id,))
        worker = workshop.start(lease=2).wait_until_ready()
        import_id = sent(workshop, shop, text)
        workshop.wait_for(lambda: workshop.database.rows(WAITING) == [(1,)])
        worker.end()
    state = "SELECT outcome, file IS NULL, done_lines, new_entries FROM imports WHERE id = %s"
    [(outcome, gone, done, _)] = workshop.database.rows(state, import_id)
    assert (outcome, gone) == (None, False)
    assert 0 < done < LINES
    workshop.start(lease=2).wait_until_ready()
    workshop.wait_for(lambda: workshop.left() == 0)
    assert workshop.database.rows(state, import_id) == [("done", True, LINES, LINES)]
    workshop.queue("analytics.count_behind", {"business_id": str(shop.business_id)})
    workshop.wait_for(lambda: workshop.left() == 0)
    sums = workshop.database.rows("SELECT sum(purchases)::int, sum(stamps)::int FROM customer_stats")
    assert sums == [(LINES, LINES)]


def test_what_the_terminal_says(values: dict[str, Any], shop: Shop, database: TestDatabase, tmp_path: Path) -> None:
    path = tmp_path / "visitas.csv"
    path.write_text(
        "celular,fecha,monto\n987100001,2026-03-01 23:30,12.50\n98710,2026-03-02,\n987100002,32/03/2026,[b]1\n"
    )
    words = ("import", "visits", path, "--business", shop.slug)
    wrong = terminal(values, *words)
    assert wrong.returncode == 1
    assert "línea 3 phone: Escribe un celular" in wrong.stdout, wrong.stdout
    assert "línea 4 visited_at: Escribe la fecha como día/mes/año" in wrong.stdout
    assert re.search(r"imported\W+nothing", wrong.stdout)
    assert ledger_of(database, shop.business_id) == []
    done = terminal(values, *words, "--skip-bad")
    assert (done.returncode, "1 customers, 1 visits" in done.stdout) == (0, True), done.stdout
    database.rows("UPDATE businesses SET locale = 'en-US' WHERE id = %s", shop.business_id)
    dry = terminal(values, *words, "--dry-run")
    assert (dry.returncode, "line 3 phone: " in dry.stdout) == (1, True)
    assert re.search(r"would be new\W+0 customers, 0 visits", dry.stdout)


def test_what_the_terminal_refuses(values: dict[str, Any], shop: Shop, tmp_path: Path) -> None:
    missing = terminal(values, "import", "visits", tmp_path / "none.csv", "--business", shop.slug)
    assert (missing.returncode, "cannot be read" in missing.stderr) == (2, True)
    (tmp_path / "one.csv").write_text("phone,visited_at\n987100001,2026-03-01\n")
    unknown = terminal(values, "import", "visits", tmp_path / "one.csv", "--business", "no-such-shop")
    assert (unknown.returncode, unknown.stdout) == (1, "")
