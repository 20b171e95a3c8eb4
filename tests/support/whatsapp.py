"""The simulator of WhatsApp as the process it is, and what tests ask of it from outside."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.whatsapp import SIMULATED, Account
from tests.support.stack import Stack, answers

SELLO = (sys.executable, "-c", "from sello.entry.cli import main; main()")


class PlayedWhatsapp:
    """One simulator. `public_base_url` is where it tells that somebody wrote."""

    def __init__(self, folder: Path, *, public_base_url: str = "http://127.0.0.1:8000", port: int = 0) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._public_base_url = public_base_url
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(base_url=self.url, timeout=130)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def account(self) -> Account:
        """The account that it plays."""
        return Account(base_url=self.url, sid=SIMULATED.sid, token=SIMULATED.token, number=SIMULATED.number)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a process that is to use it."""
        return {"twilio_api_base_url": self.url}

    def start(self) -> "PlayedWhatsapp":
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = Stack.environment({"public_base_url": self._public_base_url})
        argv = [*SELLO, "simulator", "whatsapp", "--port", str(self.port), "--folder", str(self.folder)]
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

    def reset(self) -> None:
        """Forget messages, templates, ledger and switches."""
        self._client.delete("/state").raise_for_status()

    def drained(self, *, tries: int = 1) -> None:
        """Once nothing moves any more and every callback was answered; each try waits for two minutes."""
        for left in reversed(range(tries)):
            try:
                self._client.post("/drain").raise_for_status()
            except httpx.ReadTimeout:
                if not left:
                    raise
            else:
                return

    def ledger(self, what: str | None = None) -> list[dict[str, Any]]:
        """Its ledger's lines, all or of one kind, as the file has them."""
        lines = map(json.loads, (self.folder / "ledger.jsonl").read_text().splitlines())
        return [line for line in lines if what in (None, line["what"])]

    def accepted(self) -> list[dict[str, Any]]:
        """The messages that it took, in the order of their coming."""
        return self.ledger("accepted")

    def callbacks(self) -> list[dict[str, Any]]:
        """The callbacks that it sent, with the status of our answer (0: none)."""
        return self.ledger("callback")

    def says(self, phone: str, body: str, *, name: str = "") -> dict[str, Any]:
        """Somebody writes; answers `{sid, http}` once our webhook has."""
        return self._inbound({"from": phone, "body": body, "name": name})

    def presses(self, phone: str, sid: str, button: str = "opt_out") -> dict[str, Any]:
        """Somebody presses a button under a message."""
        return self._inbound({"from": phone, "button": button, "sid": sid})

    def opens(self, phone: str) -> None:
        """Somebody looks at the chat: what was delivered is read."""
        self._client.post(f"/chats/{phone}/opened").raise_for_status()

    def chat(self, phone: str) -> list[dict[str, Any]]:
        """What stands in a chat, the oldest first."""
        return list(self._client.get(f"/chats/{phone}").raise_for_status().json()["messages"])

    def template(self, body: str = "Hola {{1}}, te esperamos.", *, link: str = "http://127.0.0.1:8000/k/{{2}}") -> str:
        """An approved content with a link and a button to opt out; its sid."""
        actions = [
            {"type": "URL", "title": "Ver mi tarjeta", "url": link},
            {"type": "QUICK_REPLY", "title": "No recibir más", "id": "opt_out"},
        ]
        made = self._twilio("POST", "/v1/Content", {
            "friendly_name": f"test_{time.monotonic_ns()}", "language": "es", "variables": {"1": "Ana", "2": "abc"},
            "types": {"whatsapp/card": {"body": body, "actions": actions}},
        })  # fmt: skip
        sid = str(made["sid"])
        path = f"/v1/Content/{sid}/ApprovalRequests"
        self._twilio("POST", f"{path}/whatsapp", {"name": f"t_{sid.lower()}", "category": "MARKETING"})
        assert self._twilio("GET", path)["whatsapp"]["status"] == "approved"
        return sid

    def _twilio(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._client.request(method, path, json=body, auth=(SIMULATED.sid, SIMULATED.token))
        return dict(answer.raise_for_status().json())

    def _inbound(self, said: dict[str, Any]) -> dict[str, Any]:
        return dict(self._client.post("/inbound", json=said).raise_for_status().json())
