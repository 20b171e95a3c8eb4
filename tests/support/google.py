"""Google Wallet's simulator inside a test, and what tests ask of it."""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.googlewallet import SIMULATED_ISSUER, Issuer, ServiceAccount
from sello.infrastructure.googlewallet.client import RestWallet
from sello.infrastructure.googlewallet.simulator.app import Simulator
from sello.infrastructure.googlewallet.simulator.faults import Switches
from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Listening
from tests.support.stack import Stack, answers

SELLO = (sys.executable, "-c", "from sello.entry.cli import main; main()")


@dataclass
class PlayedGoogle:
    """The simulator and a client of ours that uses it. It fetches no pictures unless it is told to."""

    issuer: Issuer
    wallet: RestWallet
    ledger: Ledger
    http: httpx.AsyncClient

    async def switch(self, **switches: Any) -> None:
        """From now on; what is not said goes well and at once."""
        (await self.http.put("/switches", json={"fetches": False, **switches})).raise_for_status()

    async def state(self) -> dict[str, Any]:
        """Classes, objects and pictures."""
        return dict((await self.http.get("/state")).raise_for_status().json())

    async def objects(self) -> list[dict[str, Any]]:
        """Every object, in the order of their coming."""
        return list((await self.state())["loyaltyObject"].values())

    async def the_object(self) -> dict[str, Any]:
        """The one that there is."""
        [found] = await self.objects()
        return found

    async def save(self, link: str) -> httpx.Response:
        """A person follows a save link and says yes."""
        seen = await self.http.get(link)
        return seen if seen.is_error else await self.http.post(link)

    async def remove(self, id_: str) -> None:
        """A person takes the card out of the phone."""
        (await self.http.delete(f"/saved/{id_}")).raise_for_status()

    def lines(self, *what: str) -> list[dict[str, Any]]:
        """Its ledger's lines of these kinds."""
        return [line for line in map(json.loads, self.ledger.path.read_text().splitlines()) if line["what"] in what]

    def told(self) -> list[str]:
        """What people were told of, in order."""
        return [line["of"] for line in self.lines("notice")]


@asynccontextmanager
async def playing(folder: Path, account: ServiceAccount) -> AsyncIterator[PlayedGoogle]:
    """A simulator of its own whose issuer speaks by this account."""
    port, ledger = free_port(), Ledger(folder)
    url = f"http://127.0.0.1:{port}"
    issuer = Issuer(base_url=url, id=SIMULATED_ISSUER, account=account)
    simulator = Simulator(
        SIMULATED_ISSUER, lambda: (account.key.public_key(), account.email), ledger, url=url,
        switches=Switches(fetches=False),
    )  # fmt: skip
    server, wallet = Listening(simulator.handle), RestWallet(issuer)
    await server.start(port)
    try:
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(verify=False), base_url=url) as http:
            yield PlayedGoogle(issuer, wallet, ledger, http)
    finally:
        await wallet.close()
        await server.close()
        await simulator.close()
        ledger.close()


class GoogleProcess:
    """The simulator as the process it is, with the key of an installation."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "GoogleProcess":
        """Start it and wait until it answers."""
        self._home.mkdir(parents=True, exist_ok=True)
        log = self._home / "google.log"
        with log.open("ab") as output:
            argv = [*SELLO, "simulator", "google", "--port", str(self.port)]
            environment = Stack.environment({"sello_home": self._home})
            self._process = subprocess.Popen(argv, env=environment, stdout=output, stderr=output)
        deadline = time.monotonic() + 60
        while not answers(f"{self.url}/health/ready"):
            assert self._process.poll() is None, f"it does not start: {log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"it never answers: {log.read_text()[-2000:]}"
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """End it; what it knew it knows again when it is started."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        """One of its addresses."""
        return httpx.request(method, self.url + path, timeout=30, trust_env=False, **asked).raise_for_status()

    def objects(self) -> list[dict[str, Any]]:
        """Every object, in the order of their coming."""
        return list(self.ask("GET", "/state").json()["loyaltyObject"].values())
