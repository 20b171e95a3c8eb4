"""The worker's end of live messages: whatever becomes of Redis, nobody waits for it and nothing is raised."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sello.entry.live import Publisher, room_of, room_of_person
from sello.infrastructure.database.embedded import free_port
from sello.shared.ids import AccountId, BusinessId, new_id


@asynccontextmanager
async def running(redis_url: str) -> AsyncIterator[Publisher]:
    """A publisher at work, closed at the end."""
    publisher = Publisher(redis_url, most=100)
    work = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        await publisher.close()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def hundreds(publisher: Publisher) -> None:
    """More messages than fit, then wait until the queue is empty."""
    for number in range(500):
        publisher.emit(BusinessId(new_id()), "StampAdded", {"id": new_id(), "number": number})
    await asyncio.wait_for(publisher.drained(), 10)


async def test_without_redis_messages_are_lost_and_nothing_else() -> None:
    async with running(f"redis://127.0.0.1:{free_port()}/0") as publisher:
        await hundreds(publisher)
        await hundreds(publisher)


async def test_a_redis_that_never_answers_holds_nothing_up() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(1000):
                pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, running(f"redis://127.0.0.1:{port}/0") as publisher:
        await hundreds(publisher)


def test_rooms_begin_with_their_business() -> None:
    business, account = BusinessId(new_id()), AccountId(new_id())
    assert room_of(business).startswith(str(business))
    assert room_of_person(business, account).startswith(str(business))
    assert room_of(business) != room_of_person(business, account)
