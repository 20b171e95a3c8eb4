"""Nights and the closing of days in a real worker: begun by its own clock, killed in the middle, and done once."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from sello.domains.analytics.closings import jobs as closings
from sello.domains.business.rules import BirthdayReward
from sello.domains.loyalty.nights import jobs as nights
from sello.entry.reactions import SCHEDULES
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from tests.support.servers import Servers
from tests.support.shop import LOOSE, TestCard, make_shop
from tests.support.till import Till
from tests.support.workers import Workshop

LIMA = ZoneInfo("America/Lima")
EXPIRING = LOOSE.model_copy(
    update={
        "stamps_expire_days": 30,
        "rewards_expire_days": 25,
        "birthday": BirthdayReward(title="Torta de cumpleaños", valid_days=14),
    }
)
HELD = """
    SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND a.datname = current_database()
"""
NEVER = {nights.BEGIN: "0 0 1 1 *", closings.CLOSE_DAYS: "0 0 1 1 *"}  # where the test queues the one job itself
TOLD = ("StampsExpired", "RewardExpired", "ExpiryNear", "RewardEarned")


@pytest.fixture
def workshop(servers: Servers, tmp_path: Path) -> Iterator[Workshop]:
    """A queue of the test's own; no law is broken at the end."""
    workshop = Workshop(servers, tmp_path)
    yield workshop
    workshop.close()
    assert workshop.database.broken_laws() == []


@pytest.fixture
async def till(workshop: Workshop) -> AsyncIterator[Till]:
    """A till of a shop on it, at noon."""
    db = TenantPool(workshop.database.url("sello_app"), wait=10)
    await db.open()
    till = Till(db, make_shop(Settings(**workshop.values), rules=EXPIRING), workshop.database)
    now = datetime.now(LIMA)
    till.pass_time(now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1) - now)
    yield till
    await db.close()


def today(till: Till) -> date:
    return (datetime.now(UTC) + till.late).astimezone(LIMA).date()


def entries(till: Till, card: TestCard) -> list[tuple[str, int, int]]:
    """Of the card's ledger what the night wrote: everything that nobody gave."""
    rows = till.database.rows(
        "SELECT kind, delta, balance_after FROM stamp_events WHERE card_id = %s AND account_id IS NULL ORDER BY seq",
        card.id,
    )
    return [(row[0], row[1], row[2]) for row in rows]


def told(till: Till, since: datetime) -> dict[str, int]:
    return dict(
        till.database.rows(
            "SELECT kind, count(*) FROM events WHERE business_id = %s AND kind = ANY (%s) AND recorded_at > %s"
            " GROUP BY 1",
            till.shop.business_id, list(TOLD), since,
        )
    )  # fmt: skip


async def test_a_night_killed_again_and_again_in_its_middle_is_done_once(workshop: Workshop, till: Till) -> None:
    """Before each kill the worker stands in the part: it waits for a row that the test holds."""
    lapsing, ended, near, born = (till.shop.card(days_ago=60) for _ in range(4))
    await till.stamp(lapsing, 3)
    await till.stamp(ended, 10)  # a coffee and a lunch, nothing in the book
    till.pass_time(timedelta(days=5))
    await till.stamp(near, 4)
    till.pass_time(timedelta(days=26))
    day, shop_id = today(till), till.shop.business_id
    till.database.rows(
        "UPDATE customers SET birth_day = %s, birth_month = %s WHERE id = %s", day.day, day.month, born.customer_id
    )
    till.database.rows(
        "INSERT INTO nights (business_id, done_through) VALUES (%s, %s)", shop_id, day - timedelta(days=1)
    )
    begun = datetime.now(UTC) + till.late
    workshop.queue(nights.NIGHT, {"business_id": str(shop_id)})
    worked = [0]
    for held in (ended, born, None):
        with psycopg.connect(workshop.database.url("sello_owner")) as other:
            if held is None:
                other.execute("SELECT FROM nights WHERE business_id = %s FOR UPDATE", (shop_id,))
            else:
                other.execute("SELECT FROM cards WHERE id = %s FOR UPDATE", (held.id,))
            worker = workshop.start(schedules=NEVER, lease=1, attempts=20).wait_until_ready()
            workshop.wait_for(lambda: workshop.database.rows(HELD) == [(1,)])
            worker.end()
        workshop.wait_for(lambda: workshop.database.rows(HELD) == [(0,)])
        worked.append(sum(told(till, begun).values()))
    # Stamps had expired; then rewards, and the ends of others were told; then birthdays. (The server may still do the
    # one statement that was on its way.) Whatever is done stays done and is not repeated.
    assert 1 <= worked[1] <= 3 < 4 <= worked[2] <= worked[3] == 5
    workshop.start(schedules=NEVER, lease=1, attempts=20).wait_until_ready()
    workshop.wait_for(lambda: workshop.left() == 0)
    workshop.queue(nights.NIGHT, {"business_id": str(shop_id)})
    workshop.wait_for(lambda: workshop.left() == 0)

    assert entries(till, lapsing) == [("expire", -3, 0)]
    assert entries(till, ended) == [("expire", 0, 0), ("expire", 0, 0)]
    assert entries(till, near) == []
    assert entries(till, born) == [("issue_reward", 0, 0)]
    assert told(till, begun) == {"StampsExpired": 1, "RewardExpired": 2, "ExpiryNear": 1, "RewardEarned": 1}
    assert till.count("SELECT count(*) FROM gifts WHERE customer_id = %s", born.customer_id) == 1
    assert workshop.database.rows("SELECT done_through FROM nights WHERE business_id = %s", shop_id) == [(day,)]


async def test_days_whose_closing_is_killed_are_closed_once_and_in_order(workshop: Workshop, till: Till) -> None:
    await till.stamp(till.shop.card())
    worker = workshop.start(schedules=NEVER, lease=1, attempts=20).wait_until_ready()
    job = {"business_id": str(till.shop.business_id)}
    workshop.queue(closings.CLOSE_SHOP, job)
    workshop.wait_for(lambda: workshop.left() == 0)
    till.pass_time(timedelta(days=3))
    with psycopg.connect(workshop.database.url("sello_owner")) as other:
        other.execute("SELECT FROM shop_statistics WHERE business_id = %s FOR UPDATE", (till.shop.business_id,))
        workshop.queue(closings.CLOSE_SHOP, job)
        workshop.wait_for(lambda: workshop.database.rows(HELD)[0][0] >= 1)
        worker.end()
    workshop.wait_for(lambda: workshop.database.rows(HELD) == [(0,)])
    workshop.start(schedules=NEVER, lease=1, attempts=20).wait_until_ready()
    workshop.wait_for(lambda: workshop.left() == 0)
    days = workshop.database.rows(
        "SELECT (payload ->> 'day')::date FROM events WHERE kind = 'DayClosed' ORDER BY recorded_at, id"
    )
    last = today(till) - timedelta(days=1)
    assert days == [(last - timedelta(days=back),) for back in (3, 2, 1, 0)]


async def test_the_worker_s_own_clock_begins_nights_and_closes_days_again_and_again(
    workshop: Workshop, till: Till
) -> None:
    """By itself, as every quarter of an hour, but every second: nobody queues anything, and midnight comes twice."""
    asked = {nights.BEGIN: "* * * * * *", closings.CLOSE_DAYS: "* * * * * *"}
    assert {SCHEDULES[name] for name in asked} == {"*/15 * * * *", "*/10 * * * *"}
    shop_id = till.shop.business_id
    workshop.start(schedules=asked).wait_until_ready()
    for _ in range(2):
        day = today(till)

        def worked(day: date = day) -> bool:
            return workshop.database.rows(
                "SELECT n.done_through, s.closed_through FROM nights n JOIN shop_statistics s USING (business_id)"
                " WHERE business_id = %s",
                shop_id,
            ) == [(day, day - timedelta(days=1))]

        workshop.wait_for(worked)
        till.pass_time(timedelta(days=1))
    assert workshop.logs().count('"event":"night_worked"') >= 2
