"""Apple's push service and the iPhones as the process they are, and what tests ask of them from outside."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from sello.infrastructure.database.embedded import free_port
from tests.support.stack import Stack, answers

SELLO = (sys.executable, "-c", "from sello.entry.cli import main; main()")


class PlayedApple:
    """One simulator. `home` is the SELLO_HOME of the platform whose passes its phones trust."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.folder = home / "apple"
        self.port, self.apns_port = free_port(), free_port()
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(base_url=self.url, timeout=70)

    @property
    def url(self) -> str:
        """The phones' page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a process that is to push here."""
        ca_file = str(self.folder / "apns-ca.pem")
        return {"apns_base_url": f"https://127.0.0.1:{self.apns_port}", "apns_ca_file": ca_file, **self._settings}

    def start(self) -> "PlayedApple":
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = Stack.environment({"sello_home": self.home, **self._settings})
        argv = [*SELLO, "simulator", "apple", "--port", str(self.port), "--apns-port", str(self.apns_port)]
        with (self.folder / "simulator.log").open("ab") as log:
            self._process = subprocess.Popen(argv, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not answers(f"{self.url}/health/ready"):
            said = (self.folder / "simulator.log").read_text()[-2000:]
            assert self._process.poll() is None, f"it does not start: {said}"
            assert time.monotonic() < deadline, f"it never answers: {said}"
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def close(self) -> None:
        """End it for good."""
        self.stop()
        self._client.close()

    def switch(self, **switches: Any) -> None:
        """From now on; what is not said goes well and at once."""
        self._client.put("/switches", json=switches).raise_for_status()

    def fail(self, fault: str, share: float = 1.0, **more: Any) -> None:
        """Let pushes fail so."""
        self.switch(faults=[{"fault": fault, "share": share}], **more)

    def reset(self) -> None:
        """Forget phones, ledger and switches."""
        self._client.delete("/state").raise_for_status()

    def drained(self) -> None:
        """Once no phone is at work."""
        self._client.post("/drain").raise_for_status()

    def add(self, phone: str, data: bytes) -> dict[str, Any]:
        """Add a pass to a phone's Wallet; the card as it shows it."""
        answer = self._client.post(f"/phones/{phone}/passes", content=data)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def refusal(self, phone: str, data: bytes) -> str:
        """Why a phone does not take a file."""
        answer = self._client.post(f"/phones/{phone}/passes", content=data)
        assert answer.status_code == 422, answer.text
        return str(answer.json()["message"])

    def phone(self, name: str) -> dict[str, Any]:
        """A phone with its cards and notices."""
        return dict(self._client.get(f"/phones/{name}").raise_for_status().json())

    def change(self, name: str, **what: Any) -> dict[str, Any]:
        """Switch a phone on or off, or its automatic updates."""
        return dict(self._client.put(f"/phones/{name}", json=what).raise_for_status().json())

    def does(self, name: str, what: str) -> None:
        """`rotate`, `poll` or `wipe`."""
        self._client.post(f"/phones/{name}/{what}").raise_for_status()

    def remove(self, name: str, card: dict[str, Any]) -> None:
        """Throw a card away."""
        self._client.delete(str(card["path"])).raise_for_status()

    def ledger(self, what: str | None = None, **facts: Any) -> list[dict[str, Any]]:
        """Its ledger's lines, all or of one kind, with these facts."""
        lines = map(json.loads, (self.folder / "ledger.jsonl").read_text().splitlines())
        return [
            line for line in lines
            if what in (None, line["what"]) and all(line.get(name) == value for name, value in facts.items())
        ]  # fmt: skip

    def token_of(self, name: str) -> str:
        """A phone's push token, from its own file."""
        kept = json.loads((self.folder / "phones" / f"{name}.json").read_text())
        [token] = kept["tokens"].values()
        return str(token)
