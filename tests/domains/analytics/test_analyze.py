"""`sello analyze`: a log of purchases comes to what the definitions say, at any day, as often as one asks."""

import random
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from sello.domains.analytics import Corrected
from sello.entry.analysis import analyze, table_of
from sello.entry.settings import Settings
from sello.shared.errors import Refused
from tests.support.counting import World
from tests.support.figures import WHOLE, customers_of, standing
from tests.support.servers import Servers
from tests.support.stack import SELLO, Stack

LOG = 400
TODAY = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0)


@pytest.fixture
def log(world: World) -> World:
    """Imported visits of a year, many of them within half an hour of midnight in Lima."""
    chance = random.Random(7)
    cards = [world.card() for _ in range(25)]
    visits = []
    for _ in range(LOG):
        midnight = TODAY.replace(hour=5) - timedelta(days=chance.randrange(1, 365))
        minutes = chance.choice((-30, 30, chance.randrange(-600, 600)))
        at = midnight + timedelta(minutes=minutes)
        visits.append((chance.choice(cards), at, chance.randrange(100, 9000)))
    world.log(visits)
    return world


async def test_any_day_is_told_and_twice_the_same(log: World, settings: Settings) -> None:
    customers = list(customers_of(log.database, log.business_id).values())
    tables = []
    for ago in (300, 90, 31, 7, 0, -20):
        day = TODAY.date() - timedelta(days=ago)
        [line] = await analyze(settings, as_of=day, slug=log.shop.slug)
        now, before = (standing(customers, WHOLE, day - timedelta(days=n)) for n in (0, 30))
        s = line.standing
        assert s.day == day
        assert (s.active, s.returned, s.at_risk, s.lost) == tuple(
            now[n] for n in ("active", "returned", "at_risk", "lost")
        )
        assert (s.active_30, s.at_risk_30) == (before["active"], before["at_risk"])
        visits = [[visit for visit in customer.visits() if visit <= day] for customer in customers]
        assert (s.customers, s.repeat) == (sum(map(bool, visits)), sum(len(days) > 1 for days in visits))
        tables.append(log.tables())
        if len(tables) > 1:
            assert line.corrected == Corrected(0, 0)
    assert all(table == tables[0] for table in tables)


async def test_each_customer_s_numbers_are_exact(log: World, settings: Settings) -> None:
    await analyze(settings, as_of=None, slug=log.shop.slug)
    rows = log.database.rows(
        "SELECT card_id, visits, first_day, last_day, amount_centimos FROM customer_stats WHERE business_id = %s",
        log.business_id,
    )
    meant = {
        card: (len(days), days[0], days[-1], sum(sums["amount_centimos"] for sums in customer.sums.values()))
        for card, customer in customers_of(log.database, log.business_id).items()
        if (days := customer.visits())
    }
    assert {row[0]: tuple(row[1:]) for row in rows if row[1]} == meant
    assert len(meant) == 25


async def test_a_shop_that_is_not_there_is_refused(settings: Settings) -> None:
    with pytest.raises(Refused, match="not_found"):
        await analyze(settings, as_of=date(2026, 1, 1), slug="nobody-is-here")


async def test_the_command_prints_the_table(log: World, settings: Settings, servers: Servers) -> None:
    lines = await analyze(settings, as_of=date(2026, 10, 1), slug=log.shop.slug)
    assert table_of(lines).row_count == 1
    environment = Stack.environment(log.database.environment(servers, home=settings.sello_home))
    said = subprocess.run(
        [*SELLO, "analyze", "--as-of", "2026-10-01", "--business", log.shop.slug],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert log.shop.slug in said.stdout
    assert "2026-10-01" in said.stdout
