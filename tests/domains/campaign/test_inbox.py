"""Callbacks are stored once, taken by one worker at a time, and keep nothing of the person once understood."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from sello.domains.campaign.inbox import queries
from sello.domains.campaign.inbox.actions import UNDERSTAND, receive
from sello.domains.campaign.inbox.rules import phone_hash, scrubbed
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

LEASE = timedelta(seconds=30)


def message(**changes: str) -> dict[str, str]:
    """What Twilio sends of a message that a person wrote."""
    return {
        "MessageSid": f"SM{new_id().hex}",
        "From": "whatsapp:+51987654321",
        "To": "whatsapp:+15005550006",
        "Body": "no quiero más, soy Lucía",
        "ProfileName": "Lucía Paz",
        "WaId": "51987654321",
        **changes,
    }


async def test_the_same_callback_five_times_at_once_is_one_row_and_one_job(
    platform_db: PlatformPool, database: TestDatabase
) -> None:
    params, digest = message(), new_id().bytes
    together = asyncio.Barrier(5)

    async def one() -> UUID | None:
        await together.wait()
        return await receive(platform_db, "inbound", digest, params)

    stored = [id for id in await asyncio.gather(*(one() for _ in range(5))) if id is not None]
    assert len(stored) == 1
    assert database.rows("SELECT params FROM webhook_inbox WHERE id = %s", stored[0]) == [(params,)]
    jobs = database.rows("SELECT payload FROM pgqueuer WHERE entrypoint = %s", UNDERSTAND)
    assert sum(str(stored[0]).encode() in payload for (payload,) in jobs) == 1


async def test_two_workers_never_hold_the_same_callback_and_a_dead_ones_come_back(
    platform_db: PlatformPool, database: TestDatabase
) -> None:
    ids = {await receive(platform_db, "status", new_id().bytes, message()) for _ in range(20)}
    together = asyncio.Barrier(2)

    async def take() -> list[UUID]:
        await together.wait()
        return [row.id for row in await queries.take_due(platform_db, "status", most=15, lease=LEASE)]

    first, second = await asyncio.gather(take(), take())
    assert not set(first) & set(second)
    rest = [row.id for row in await queries.take_due(platform_db, "status", most=100, lease=LEASE)]
    assert ids <= {*first, *second, *rest}
    assert await queries.take_due(platform_db, "status", most=100, lease=LEASE) == []
    database.set_clock(LEASE + timedelta(seconds=1))
    again = await queries.take_due(platform_db, "status", most=100, lease=LEASE)
    assert {row.id for row in again} >= ids
    assert {row.tries for row in again if row.id in ids} == {2}
    await settle_all(platform_db, again)


async def test_a_callback_that_was_understood_holds_no_phone_no_name_and_no_words(
    platform_db: PlatformPool, settings: Settings, database: TestDatabase, shop: Shop
) -> None:
    params = message(Unheard="of", ButtonText="No recibir más")
    id = await receive(platform_db, "inbound", new_id().bytes, params)
    assert id is not None
    row = await queries.callback_of(platform_db, id)
    assert row is not None
    assert row.params == params
    kept = scrubbed(settings.keys, params)
    await queries.settle(platform_db, [id], outcomes=["opted_out"], businesses=[shop.business_id], params=[kept])
    [(stored, outcome, business)] = database.rows(
        "SELECT params, outcome, business_id FROM webhook_inbox WHERE id = %s", id
    )
    assert (outcome, business) == ("opted_out", shop.business_id)
    for secret in ("987654321", "Lucía", "quiero", "recibir", "of"):
        assert secret not in str(stored.values())
    assert stored["MessageSid"] == params["MessageSid"]
    assert stored["From"] == stored["WaId"] == f"hash:{phone_hash(settings.keys, '+51987654321').hex()[:32]}"
    assert await queries.callback_of(platform_db, id) is None
    assert await queries.settle(platform_db, [id], outcomes=["other"], businesses=[None], params=[{}]) == 0


async def test_a_callback_that_was_put_off_waits(platform_db: PlatformPool, database: TestDatabase) -> None:
    id = await receive(platform_db, "status", new_id().bytes, message())
    assert id is not None
    await queries.put_off(platform_db, [id], pause=timedelta(minutes=2))
    assert id not in {row.id for row in await queries.take_due(platform_db, "status", most=100, lease=LEASE)}
    database.set_clock(timedelta(minutes=2, seconds=1))
    due = await queries.take_due(platform_db, "status", most=100, lease=LEASE)
    assert id in {row.id for row in due}
    await settle_all(platform_db, due)


async def settle_all(platform_db: PlatformPool, rows: list[Any]) -> None:
    """Leave nothing for other tests."""
    nothing: list[None] = [None] * len(rows)
    await queries.settle(
        platform_db,
        [row.id for row in rows],
        outcomes=["test"] * len(rows),
        businesses=nothing,
        params=[{}] * len(rows),
    )
