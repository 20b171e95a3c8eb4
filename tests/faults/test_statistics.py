"""Statistics when the worker that counts is killed in the middle, and when two count the same card."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from tests.support.counting import World
from tests.support.figures import disagreements
from tests.support.servers import Servers
from tests.support.shop import make_shop
from tests.support.till import Till
from tests.support.workers import Workshop

HELD = """
    SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND a.datname = current_database()
"""
JOB = "analytics.count_card"


@pytest.fixture
def workshop(servers: Servers, tmp_path: Path) -> Iterator[Workshop]:
    """A queue of the test's own; no law is broken at the end."""
    workshop = Workshop(servers, tmp_path)
    yield workshop
    workshop.close()
    assert workshop.database.broken_laws() == []


@pytest.fixture
async def world(workshop: Workshop) -> AsyncIterator[World]:
    """A shop on it."""
    db = TenantPool(workshop.database.url("sello_app"), wait=10)
    await db.open()
    yield World(Till(db, make_shop(Settings(**workshop.values)), workshop.database))
    await db.close()


def queue(workshop: Workshop, world: World, *cards: UUID) -> None:
    """As the relay does."""
    workshop.queue(JOB, *({"business_id": str(world.business_id), "card_id": str(card)} for card in cards))


async def test_a_worker_killed_in_the_middle_of_a_count_leaves_nothing_and_the_next_counts(
    workshop: Workshop, world: World
) -> None:
    card, now = world.card(), datetime.now(UTC)
    await world.stamp(card, now - timedelta(minutes=2))
    await world.count(card.id)
    before = world.tables()
    await world.stamp(card, now - timedelta(minutes=1))
    with psycopg.connect(workshop.database.url("sello_owner")) as other:
        # The last table of a count: whoever waits here has written the days and the summary already.
        other.execute("SELECT 1 FROM daily_stats WHERE business_id = %s FOR UPDATE", (world.business_id,))
        worker = workshop.start(lease=2).wait_until_ready()
        queue(workshop, world, card.id)
        workshop.wait_for(lambda: workshop.database.rows(HELD)[0][0] >= 1)
        worker.end()
    workshop.wait_for(lambda: workshop.database.rows(HELD) == [(0,)])
    assert world.tables() == before
    workshop.start(lease=2).wait_until_ready()
    workshop.wait_for(lambda: workshop.left() == 0)
    assert disagreements(workshop.database, world.business_id) == []
    assert workshop.database.rows("SELECT stamps FROM customer_stats WHERE card_id = %s", card.id) == [(2,)]


async def test_two_workers_count_the_same_cards(workshop: Workshop, world: World) -> None:
    for _ in range(2):
        workshop.start()
    cards = [world.card() for _ in range(3)]
    now = datetime.now(UTC)
    for days in range(6):
        for card in cards:
            await world.stamp(card, now - timedelta(days=days, minutes=3))
            queue(workshop, world, card.id, card.id)
    workshop.wait_for(lambda: workshop.left() == 0)
    assert disagreements(workshop.database, world.business_id) == []
    assert workshop.database.rows("SELECT sum(visits)::int FROM customer_stats") == [(18,)]
