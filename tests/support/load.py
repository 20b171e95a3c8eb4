"""Twenty people at the counter, and a protocol of what they tried and what they were told.

Each makes the stamp's id first, writes the try down, sends, writes the answer down. No answer means *unknown*: the
same id is sent again until there is one, as the stamper's queue does. The two files are the evidence afterwards.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import httpx

from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
from tests.support.stack import Stack


@dataclass
class Protocol:
    """The client's own log: ids tried, and the final status of each."""

    folder: Path
    tries: set[str] = field(default_factory=set)
    acks: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._tries = (self.folder / "tries.log").open("a")
        self._acks = (self.folder / "acks.log").open("a")

    def close(self) -> None:
        """The evidence is complete."""
        self._tries.close()
        self._acks.close()

    def tried(self, id: str) -> None:
        """Before the first send."""
        self.tries.add(id)
        _write(self._tries, id)

    def answered(self, id: str, status: int) -> None:
        """A final answer."""
        self.acks[id] = status
        self.answers[status] += 1
        _write(self._acks, f"{id} {status}")

    def broken(self, database: TestDatabase, shop: Shop) -> list[str]:
        """What the evidence says against the shop's ledger: acknowledged and lost, counted twice, never tried."""
        rows = database.rows(
            "SELECT id::text, count(*) FROM stamp_events WHERE business_id = %s AND kind = 'earn' GROUP BY 1",
            shop.business_id,
        )
        ledger = dict(rows)
        accepted = {id for id, status in self.acks.items() if 200 <= status < 300}
        refused = {id for id, status in self.acks.items() if 400 <= status < 500}
        return (
            [f"lost: {id}" for id in accepted - set(ledger)]
            + [f"doubled: {id}" for id, count in ledger.items() if count > 1]
            + [f"phantom: {id}" for id in set(ledger) - self.tries]
            + [f"refused but counted: {id}" for id in refused & set(ledger)]
        )


def _write(file: TextIO, line: str) -> None:
    file.write(line + "\n")
    file.flush()
    os.fsync(file.fileno())


class Counters:
    """The load: `staff` people stamping random cards of one shop over all API processes until told to stop."""

    def __init__(self, shop: Shop, cards: list[TestCard], urls: list[str], protocol: Protocol, *, seed: int) -> None:
        self._shop = shop
        self._cards = cards
        self._urls = urls
        self._protocol = protocol
        self._random = random.Random(seed)
        self._stop = asyncio.Event()

    async def run(self, *, staff: int = 20) -> None:
        """Until `finish` is called and every open try has its answer."""
        limits = httpx.Limits(max_connections=staff * 2)
        async with httpx.AsyncClient(timeout=5, limits=limits) as client:
            await asyncio.gather(*(self._person(client) for _ in range(staff)))

    def finish(self) -> None:
        """No new stamps from now on."""
        self._stop.set()

    async def _person(self, client: httpx.AsyncClient) -> None:
        while not self._stop.is_set():
            body = self._shop.stamp(self._random.choice(self._cards), id=str(new_id()))
            self._protocol.tried(body["id"])
            await self._until_answered(client, body)

    async def _until_answered(self, client: httpx.AsyncClient, body: dict[str, Any]) -> None:
        while True:
            url = self._random.choice(self._urls) + "/api/v1/stamps"
            try:
                answer = await client.post(url, json=body, headers=self._shop.diego.headers)
            except httpx.HTTPError:
                self._protocol.unknown += 1
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in (500, 503, 429):
                self._protocol.answers[answer.status_code] += 1
                await asyncio.sleep(0.1)
                continue
            self._protocol.answered(body["id"], answer.status_code)
            return


@asynccontextmanager
async def stamping(stack: Stack, shop: Shop, folder: Path, *, seed: int) -> AsyncIterator[Protocol]:
    """Twenty people stamp while the block runs; afterwards every try has its answer and the evidence is looked at."""
    print(f"seed {seed}")
    protocol = Protocol(folder)
    cards = [shop.card() for _ in range(30)]
    load = Counters(shop, cards, [api.url for api in stack.apis], protocol, seed=seed)
    running = asyncio.create_task(load.run())
    try:
        yield protocol
    finally:
        load.finish()
        await asyncio.wait_for(running, 60)
        protocol.close()
    print(f"{len(protocol.tries)} tries, answers {dict(protocol.answers)}, {protocol.unknown} without an answer")
    assert len(protocol.acks) == len(protocol.tries) > 50
    assert protocol.broken(stack.database, shop) == []
    assert stack.database.broken_laws() == []
