"""The long proof: forty kills at random moments under a load of twenty people (`make prove`).

API processes, PostgreSQL and Valkey die in a random order; 0 acknowledged stamps may be lost, 0 may count twice.
"""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.support.load import stamping
from tests.support.shop import make_shop
from tests.support.stack import Api, Stack

KILLS = 40


@pytest.mark.proof
async def test_forty_kills_lose_nothing(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "stack")
    try:
        stack.start()
        stack.start_worker()
        chance = random.Random(seed := random.randrange(10**6))
        shop = make_shop(stack.settings)
        killed: Counter[str] = Counter()
        async with stamping(stack, shop, tmp_path, seed=seed):
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.5, 2))
                killed[await _kill_something(stack, chance)] += 1
        print(f"killed {dict(killed)}")
    finally:
        stack.stop()


async def _kill_something(stack: Stack, chance: random.Random) -> str:
    what = chance.choice(("api", "api", "postgres", "valkey", "worker"))
    match what:
        case "api":
            api: Api = chance.choice(stack.apis)
            api.kill()
            await asyncio.to_thread(api.start().wait)
        case "postgres":
            stack.servers.postgres.kill()
            await asyncio.to_thread(stack.servers.postgres.start)
        case "valkey":
            stack.servers.valkey.kill()
            await asyncio.sleep(chance.uniform(0, 1))
            await asyncio.to_thread(stack.servers.valkey.start)
        case _:
            await asyncio.to_thread(lambda: stack.stop_worker(kill=True))
            await asyncio.to_thread(stack.start_worker)
    return what
