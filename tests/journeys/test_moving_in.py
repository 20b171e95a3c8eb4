"""A purchase log is brought along by `sello import`; every figure is that of the log itself, on the shop's days."""

import csv
import hashlib
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sello.domains.analytics import count_shop, standing_as_of
from sello.infrastructure.database.db import TenantPool
from tests.support.moving import terminal
from tests.support.purchases import Known, Purchase, Standing, customers_of, file_of, standing_of
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import Shop

ROOT = Path(__file__).parents[2]
THRESHOLD = 14
# 69,659 purchases of 23,570 people: CDNOW, 1997 and 1998 (Fader and Hardie). Its licence is not said anywhere, so it is
# fetched and not kept here.
WHEEL = "lifetimes==0.11.3"
DIGEST = "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"


@pytest.fixture
def values(servers: Servers, database: TestDatabase, tmp_path: Path) -> dict[str, Any]:
    """Settings of a process on this worker's database."""
    return database.environment(servers, home=tmp_path)


def kept_customers(database: TestDatabase, shop: Shop) -> dict[str, Known]:
    """What the shop knows of its customers."""
    rows = database.rows(
        "SELECT right(u.phone, 9), s.visits, s.purchases, s.amount_centimos, s.first_day, s.last_day, s.median_gap"
        " FROM customer_stats s JOIN cards c ON c.id = s.card_id JOIN customers u ON u.id = c.customer_id"
        " WHERE s.business_id = %s",
        shop.business_id,
    )
    return {
        phone: Known(
            visits, purchases, centimos, first, last,
            median_gap=None if gap is None else float(gap),
            mean_gap=(last - first).days / (visits - 1) if visits > 1 else None,
        )
        for phone, visits, purchases, centimos, first, last, gap in rows
    }  # fmt: skip


async def kept_standing(db: TenantPool, shop: Shop, day: date) -> Standing:
    """Where the shop stood at the end of a day."""
    said = await standing_as_of(db, shop.business_id, day)
    return Standing(said.customers, said.repeat, said.returned, said.active_30, said.at_risk, said.lost)


async def compare(db: TenantPool, shop: Shop, database: TestDatabase, log: list[Purchase], days: list[date]) -> None:
    """Customer by customer and day by day."""
    await count_shop(db, shop.business_id)
    assert kept_customers(database, shop) == customers_of(log)
    for day in days:
        assert await kept_standing(db, shop, day) == standing_of(log, day, threshold=THRESHOLD), day
    spend, purchases = sum(one.centimos for one in log), len(log)
    rows = database.rows(
        "SELECT sum(amount_centimos)::bigint, count(*) FROM stamp_events WHERE business_id = %s AND kind = 'history'",
        shop.business_id,
    )
    assert rows == [(spend, purchases)]


async def test_a_log_with_times_around_midnight(
    db: TenantPool, shop: Shop, database: TestDatabase, values: dict[str, Any], tmp_path: Path
) -> None:
    with (ROOT / "tests" / "support" / "purchases.csv").open(newline="") as file:
        log = [Purchase(r["phone"], date.fromisoformat(r["day"]), int(r["centimos"])) for r in csv.DictReader(file)]
    assert any(known.visits == 1 and known.median_gap is None for known in customers_of(log).values())
    path = tmp_path / "log.csv"
    path.write_text(file_of(log))
    done = terminal(values, "import", "visits", path, "--business", shop.slug)
    assert done.returncode == 0, done.stdout + done.stderr
    first = min(one.day for one in log)
    await compare(db, shop, database, log, [first + timedelta(days=days) for days in range(0, 600, 17)])
    again = terminal(values, "import", "visits", path, "--business", shop.slug)
    assert "0 customers, 0 visits" in again.stdout
    assert kept_customers(database, shop) == customers_of(log)


def test_the_examples_of_the_guide_can_be_brought_along(
    shop: Shop, database: TestDatabase, values: dict[str, Any]
) -> None:
    guide = (ROOT / "docs" / "moving-in.md").read_text()
    for kind in ("customers", "visits"):
        path = ROOT / "docs" / "examples" / f"{kind}.csv"
        assert f"examples/{kind}.csv" in guide
        done = terminal(values, "import", kind, path, "--business", shop.slug)
        assert done.returncode == 0, done.stdout + done.stderr
    rows = database.rows(
        "SELECT u.name, c.balance, c.seq FROM cards c JOIN customers u ON u.id = c.customer_id"
        " WHERE c.business_id = %s ORDER BY u.phone",
        shop.business_id,
    )
    assert rows == [("Ana Ñahui", 7, 3), ("Quispe, Beto", 3, 2), ("Carla Soto", 0, 0), ("Cliente 004", 0, 2)]


@pytest.fixture(scope="module")
def public_log(tmp_path_factory: pytest.TempPathFactory) -> list[Purchase]:
    """The log out of the wheel with this digest; nothing of the wheel is run."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "wanted.txt").write_text(f"{WHEEL} --hash=sha256:{DIGEST}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "--require-hashes", "-r", folder / "wanted.txt", "-d", folder],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"the public log could not be fetched: {done.stderr}"
    [wheel] = folder.glob("*.whl")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == DIGEST
    with zipfile.ZipFile(wheel) as archive:
        lines = archive.read("lifetimes/datasets/CDNOW_master.txt").decode().splitlines()[1:]
    rows = [line.split() for line in lines if line.strip()]
    return [
        Purchase(f"9{int(person):08d}", datetime.strptime(day, "%Y%m%d").date(), round(float(dollars) * 100))  # noqa: DTZ007
        for person, day, _, dollars in rows
    ]


@pytest.mark.proof
async def test_a_public_log_of_seventy_thousand_purchases(
    db: TenantPool,
    shop: Shop,
    database: TestDatabase,
    values: dict[str, Any],
    tmp_path: Path,
    public_log: list[Purchase],
) -> None:
    assert (len(public_log), len(customers_of(public_log))) == (69_659, 23_570)
    path = tmp_path / "log.csv"
    path.write_text(file_of(public_log))
    for _ in range(2):
        done = terminal(values, "import", "visits", path, "--business", shop.slug)
        assert done.returncode == 0, done.stdout + done.stderr
        print(done.stdout)
    days = [
        date(1997, 1, 1),
        date(1997, 2, 28),
        date(1997, 3, 31),
        date(1997, 9, 30),
        date(1998, 6, 30),
        date(1998, 9, 1),
    ]
    await compare(db, shop, database, public_log, days)
    for day in days:
        print(day, await kept_standing(db, shop, day))
    once = sum(known.visits == 1 for known in customers_of(public_log).values())
    print(f"{once} customers with one visit and no frequency")
