"""Facts become jobs and live messages: all of them, once, in the transaction that marks them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from sello.entry.settings import Settings
from sello.events import CardConfirmed, ConsentChanged
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.database.jobs import WALLET
from sello.infrastructure.database.relay import Event, Reaction, Reactions, relay_batch, run_relay
from sello.shared.ids import CustomerId, new_id
from tests.support.facts import confirmed, queued, record, waiting_facts
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import Shop, make_shop

REACTIONS: Final[Reactions] = {CardConfirmed: (Reaction(entrypoint="test.mark"),)}


@pytest.fixture
def own(servers: Servers) -> Iterator[TestDatabase]:
    """A database of the test's own: a relay takes every fact it finds."""
    database = servers.database("sello_relay")
    yield database
    assert database.broken_laws() == []


@pytest.fixture
async def platform_db(own: TestDatabase) -> AsyncIterator[PlatformPool]:
    """Connections of sello_platform to it."""
    pool = PlatformPool(own.url("sello_platform"), size=8, wait=10)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
def shop(own: TestDatabase, servers: Servers, tmp_path: Path) -> Shop:
    """A shop in it."""
    return make_shop(Settings(**own.environment(servers, home=tmp_path)))


async def test_a_fact_becomes_the_jobs_of_its_reactions(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    fact = confirmed()
    await record(platform_db, shop.business_id, fact)
    reactions: Reactions = {
        CardConfirmed: (Reaction(entrypoint="test.one"), Reaction(entrypoint="test.two", priority=WALLET)),
        ConsentChanged: (Reaction(entrypoint="test.other"),),
    }

    told = await relay_batch(platform_db, reactions)

    assert [event.kind for event in told] == ["CardConfirmed"]
    assert waiting_facts(own) == 0
    (one, two) = queued(own)
    assert (one[0], one[1], one[3]) == ("test.one", "queued", 0)
    assert (two[0], two[3]) == ("test.two", WALLET)
    payload = json.loads(one[2])
    assert payload["business_id"] == str(shop.business_id)
    assert payload["event_id"] == str(told[0].id)
    assert payload["card_id"] == str(fact.card_id)
    assert await relay_batch(platform_db, reactions) == []


async def test_nothing_is_marked_and_nothing_queued_when_the_transaction_fails(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    await record(platform_db, shop.business_id, confirmed(), confirmed())

    def fail(point: str) -> None:
        raise RuntimeError(point)

    with pytest.raises(RuntimeError, match="before_commit"):
        await relay_batch(platform_db, REACTIONS, crash=fail)
    assert waiting_facts(own) == 2
    assert queued(own) == []


async def test_a_fact_committed_late_is_told_although_a_younger_one_was_before(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    insert = "INSERT INTO events (id, business_id, kind, payload) VALUES (%s, %s, 'CardConfirmed', '{}')"
    older, younger = new_id(), new_id()
    with psycopg.connect(own.url("sello_platform")) as slow:
        slow.execute(insert, (older, shop.business_id))
        own.rows(insert, younger, shop.business_id)
        assert [event.id for event in await relay_batch(platform_db, REACTIONS)] == [younger]
        slow.commit()
    assert [event.id for event in await relay_batch(platform_db, REACTIONS)] == [older]


async def test_relays_at_once_tell_each_fact_once(platform_db: PlatformPool, shop: Shop, own: TestDatabase) -> None:
    facts = [confirmed() for _ in range(120)]
    await record(platform_db, shop.business_id, *facts)
    barrier = asyncio.Barrier(4)

    async def relay() -> list[Event]:
        told: list[Event] = []
        await barrier.wait()
        while batch := await relay_batch(platform_db, REACTIONS, most=10):
            told += batch
        return told

    shares = await asyncio.gather(*[relay() for _ in range(4)])

    told = [event.id for share in shares for event in share]
    assert len(told) == len(set(told)) == 120
    cards = {json.loads(row[2])["card_id"] for row in queued(own)}
    assert cards == {str(fact.card_id) for fact in facts}
    assert len(queued(own)) == 120


async def test_a_burst_about_one_card_becomes_one_job_and_what_follows_its_start_another(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    per_card = Reaction(entrypoint="test.pass", per="card_id", delay=timedelta(seconds=2))
    card, other = new_id(), new_id()
    await record(platform_db, shop.business_id, *[confirmed(card) for _ in range(5)], confirmed(other))
    await relay_batch(platform_db, {CardConfirmed: (per_card,)})
    await record(platform_db, shop.business_id, confirmed(card))
    await relay_batch(platform_db, {CardConfirmed: (per_card,)})
    assert len(queued(own)) == 2
    due = own.rows("SELECT min(execute_after - created) FROM pgqueuer")[0][0]
    assert due >= timedelta(seconds=2)


async def test_a_fact_of_a_newer_release_waits_for_its_workers(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    own.rows(
        "INSERT INTO events (id, business_id, kind, payload) VALUES (new_id(), %s, 'NotYetInvented', '{}')",
        shop.business_id,
    )
    await record(platform_db, shop.business_id, confirmed())
    assert [event.kind for event in await relay_batch(platform_db, REACTIONS)] == ["CardConfirmed"]
    assert waiting_facts(own) == 1
    own.rows("UPDATE events SET relayed_at = app_now()")


async def test_live_facts_are_published_after_their_commit_and_only_those(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    quiet = ConsentChanged(customer_id=CustomerId(new_id()), kind="opt_out")
    await record(platform_db, shop.business_id, confirmed(), quiet)
    published: list[tuple[str, int]] = []
    stop = asyncio.Event()

    def publish(event: Event) -> None:
        published.append((event.kind, waiting_facts(own)))
        stop.set()

    await asyncio.wait_for(run_relay(platform_db, REACTIONS, publish=publish, stop=stop), 10)
    assert published == [("CardConfirmed", 0)]


async def test_the_relay_goes_on_when_publishing_breaks_or_the_server_is_away(
    platform_db: PlatformPool, shop: Shop, own: TestDatabase
) -> None:
    await record(platform_db, shop.business_id, confirmed())
    stop = asyncio.Event()
    rounds: list[int] = []

    def broken(event: Event) -> None:
        raise RuntimeError("publish")

    def beat() -> None:
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()

    await asyncio.wait_for(run_relay(platform_db, REACTIONS, publish=broken, stop=stop, beat=beat), 10)
    assert len(queued(own)) == 1

    away: Any = PlatformPool("postgresql://sello_platform@127.0.0.1:1/none", size=2, wait=0.1)
    await away.open()
    stop = asyncio.Event()
    relay = asyncio.create_task(run_relay(away, REACTIONS, publish=broken, stop=stop))
    await asyncio.sleep(0.3)
    assert not relay.done()
    stop.set()
    await asyncio.wait_for(relay, 10)
    await away.close()
