"""kill -9 under load: nothing acknowledged is lost, nothing counts twice, the platform comes back by itself.

Real processes on a PostgreSQL with fsync on. The seed is printed; the client's own protocol is the evidence.
"""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis.asyncio

from tests.support.load import stamping
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"))
    try:
        yield stack.start()
    finally:
        stack.stop()


@pytest.fixture
def counter(stack: Stack) -> Shop:
    return make_shop(stack.settings)


async def test_an_api_process_is_killed_again_and_again(stack: Stack, counter: Shop, tmp_path: Path) -> None:
    chance = random.Random(seed := random.randrange(10**6))
    async with stamping(stack, counter, tmp_path, seed=seed) as protocol:
        for _ in range(4):
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            api = chance.choice(stack.apis)
            api.kill()
            await asyncio.to_thread(api.start().wait)
    assert protocol.unknown > 0


async def test_postgresql_is_killed(stack: Stack, counter: Shop, tmp_path: Path) -> None:
    chance = random.Random(seed := random.randrange(10**6))
    own = make_shop(stack.settings)  # what this test sends itself is not in the load's protocol
    card = own.card()
    async with stamping(stack, counter, tmp_path, seed=seed) as protocol:
        for _ in range(2):
            await asyncio.sleep(chance.uniform(1, 2))
            stack.servers.postgres.kill()
            await _says_unavailable(stack, own, card)
            await asyncio.to_thread(stack.servers.postgres.start)
            await _counts_again(stack, own, card)
    assert protocol.answers[503] > 0


@pytest.mark.parametrize("how", ["killed", "flushed", "absent"])
async def test_valkey_vanishes_and_no_stamp_fails(stack: Stack, counter: Shop, tmp_path: Path, how: str) -> None:
    valkey = stack.servers.valkey
    async with stamping(stack, counter, tmp_path, seed=random.randrange(10**6)) as protocol:
        await asyncio.sleep(1)
        if how == "flushed":
            await _flush(stack)
        else:
            valkey.kill()
        await asyncio.sleep(2)
        if how == "killed":
            valkey.start()
        await asyncio.sleep(1)
    if how == "absent":
        valkey.start()
    assert set(protocol.answers) <= {200, 201}
    assert protocol.unknown == 0


async def _says_unavailable(stack: Stack, shop: Shop, card: TestCard) -> None:
    """503 with a sentence and Retry-After while the database is away."""
    async with httpx.AsyncClient(timeout=5) as client:
        for api in stack.apis:
            answer = await client.post(f"{api.url}/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
            assert int(answer.headers["retry-after"]) >= 1


async def _counts_again(stack: Stack, shop: Shop, card: TestCard) -> None:
    """By itself, without a restart of the API, on every process."""
    async with httpx.AsyncClient(timeout=5) as client:
        for api in stack.apis:
            for _ in range(100):
                answer = await client.post(
                    f"{api.url}/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers
                )
                if answer.status_code != 503:
                    break
                await asyncio.sleep(0.1)
            assert answer.status_code == 201, answer.text


async def _flush(stack: Stack) -> None:
    client = redis.asyncio.from_url(stack.settings.redis_url)
    await client.flushall()
    await client.aclose()
