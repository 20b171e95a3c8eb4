"""An API process that is told to end: it says so, serves on meanwhile, finishes what it began, and cuts nobody off."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from sello.infrastructure.database.embedded import free_port
from tests.support.shop import Shop, make_shop
from tests.support.stack import SELLO, Stack, answers


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("draining"), apis=1, safe=False)
    try:
        yield stack.start(drain_seconds=2)
    finally:
        stack.stop()


@asynccontextmanager
async def held_shop(shop: Shop) -> AsyncIterator[None]:
    """Whoever wants to change the shop waits until the block ends."""
    async with await psycopg.AsyncConnection.connect(shop.owner_url) as rival:
        await rival.execute("SELECT FROM businesses WHERE id = %s FOR NO KEY UPDATE", (shop.business_id,))
        yield


async def waiting(stack: Stack) -> None:
    """Until somebody waits to change the shop; a superuser alone sees what others ask."""
    query = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'"
    admin = stack.servers.postgres.admin_dsn(stack.database.name)
    async with asyncio.timeout(20), await psycopg.AsyncConnection.connect(admin, autocommit=True) as eye:
        while not await (await eye.execute(query)).fetchall():  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0.02)


async def stamping(url: str, shop: Shop, gone: asyncio.Event) -> list[int | str]:
    """One till over one connection until the balancer takes the process away; answers, and what cut one off."""
    answers: list[int | str] = []
    async with httpx.AsyncClient(base_url=url, headers=shop.diego.headers, timeout=20) as till:
        while not gone.is_set():
            try:
                answers.append((await till.post("/api/v1/stamps", json=shop.stamp(shop.card()))).status_code)
            except httpx.HTTPError as error:
                answers.append(repr(error))
    return answers


async def test_nobody_is_cut_off_when_a_process_is_told_to_end(stack: Stack) -> None:
    api, shop, busy = stack.apis[0], make_shop(stack.settings), make_shop(stack.settings)
    gone = asyncio.Event()
    async with httpx.AsyncClient(base_url=api.url, timeout=20) as client:
        assert (await client.get("/health/ready")).status_code == 200
        tills = [asyncio.create_task(stamping(api.url, busy, gone)) for _ in range(4)]
        try:
            async with held_shop(shop):
                change = client.patch(
                    f"/api/v1/businesses/{shop.business_id}", json={"name": "Café Sol"}, headers=shop.rosa.headers
                )
                slow = asyncio.create_task(change)
                await waiting(stack)
                ending = asyncio.create_task(asyncio.to_thread(api.stop))
                while (ready := await client.get("/health/ready")).status_code == 200:  # noqa: ASYNC110  # as balancers do
                    await asyncio.sleep(0.02)
                assert (ready.status_code, ready.json()["status"]) == (503, "draining")
                assert ready.headers["connection"] == "close"
                gone.set()
                answers = [answer for till in tills for answer in await till]
                assert not slow.done()
                while await _listens(api.port):  # noqa: ASYNC110  # nobody tells
                    await asyncio.sleep(0.05)
                assert not slow.done()
                assert not ending.done()
        finally:
            gone.set()  # whatever failed, nobody goes on stamping
        assert ((await slow).status_code, (await slow).json()["name"]) == (200, "Café Sol")
    assert await ending == -15
    assert set(answers) == {201}


def _ready(url: str) -> str | None:
    """What a process says on a connection of its own; None when nobody takes it."""
    try:
        return str(httpx.get(f"{url}/health/ready", timeout=20).json()["status"])
    except httpx.TransportError:
        return None


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def test_a_process_in_a_hurry_ends_at_the_second_word(stack: Stack, tmp_path: Path) -> None:
    """Sixty seconds would be longer than the test waits for its end."""
    values = stack.database.environment(stack.servers, home=tmp_path) | {"drain_seconds": 60}
    api = type(stack.apis[0])(Stack.environment(values), tmp_path / "api.log").start().wait()
    httpx.get(f"{api.url}/health/ready").raise_for_status()
    api.terminate()
    while httpx.get(f"{api.url}/health/ready").status_code == 200:
        pass
    assert api.stop() == -15


async def test_processes_that_share_a_port_drain_together(stack: Stack, tmp_path: Path) -> None:
    """As `sello api` runs them: whichever process answers says so, and both serve on until balancers have heard it."""
    port, shop = free_port(), make_shop(stack.settings)
    values = stack.database.environment(stack.servers, home=tmp_path) | {"drain_seconds": 4}
    url = f"http://127.0.0.1:{port}"
    gone = asyncio.Event()
    command = (*SELLO, "api", "--port", str(port), "--workers", "2")
    with (tmp_path / "api.log").open("ab") as log:
        parent = subprocess.Popen(command, env=Stack.environment(values), stdout=log, stderr=log)
    try:
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(answers, f"{url}/health/ready"):
                assert parent.poll() is None, (tmp_path / "api.log").read_text()[-2000:]
        tills = [asyncio.create_task(stamping(url, shop, gone)) for _ in range(4)]
        parent.terminate()
        draining = 0
        while (ready := await asyncio.to_thread(_ready, url)) is not None:
            if ready == "draining":
                draining += 1
                gone.set()  # the balancer has heard it
        given = [answer for till in tills for answer in await till]
        assert draining > 1
        assert set(given) == {201}
        await asyncio.to_thread(parent.wait, 20)
    finally:
        gone.set()
        parent.kill()
        parent.wait()
