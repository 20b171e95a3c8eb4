"""A shop's first day over HTTP, with real processes: from registering to an undone mistake, mail included."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sello.shared.ids import new_id
from tests.support.stack import Stack

PASSWORD = "una contraseña larga"
EMAIL = "elena@panaderia.pe"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), apis=1, safe=False)
    try:
        stack.start()
        stack.start_worker()
        yield stack
    finally:
        stack.stop()


class Person:
    """Somebody with a client of the API: refuses to go on after an answer that was not expected."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.headers: dict[str, str] = {"X-Client": "api"}

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Send and expect `status`; the answer's JSON."""
        answer = self._client.request(method, f"/api/v1/{path}", json=body, headers=self.headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def sign_in(self, email: str, password: str) -> None:
        """Log in and keep the token."""
        answer = self.ask("POST", "auth/login", {"email": email, "password": password})
        self.headers["Authorization"] = f"Bearer {answer['access_token']}"


def mailed_token(home: Path, address: str) -> str:
    """The token in the newest mail to this address, once the worker has sent it."""
    outbox = home / "mail" / "outbox.jsonl"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        mails = [json.loads(line) for line in outbox.read_text().splitlines()] if outbox.exists() else []
        found = [mail for mail in mails if address in json.dumps(mail)]
        if found:
            token = re.search(r"#token=([\w=-]+)", json.dumps(found[-1]))
            assert token is not None, found[-1]
            return token[1]
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}")


def test_from_registering_to_an_undone_mistake(stack: Stack) -> None:
    home = stack.settings.sello_home
    with httpx.Client(base_url=stack.apis[0].url, timeout=20) as client:
        elena = Person(client)
        _register(elena, home)
        card_id = _first_customer(elena)
        reward = _until_the_reward(elena, card_id)
        _hand_over(elena, reward["id"])
        _undo(elena, card_id)
        _staff(elena, Person(client), home)
    assert stack.database.broken_laws() == []


def _register(elena: Person, home: Path) -> None:
    shop = {"email": EMAIL, "password": PASSWORD, "name": "Elena Ríos", "business_name": "Panadería Elena"}
    elena.ask("POST", "auth/registrations", shop, status=202)
    refused = elena.ask("POST", "auth/login", {"email": EMAIL, "password": PASSWORD}, status=403)
    assert refused["code"] == "email_not_verified"
    elena.ask("POST", "auth/verifications", {"token": mailed_token(home, EMAIL)}, status=204)
    elena.sign_in(EMAIL, PASSWORD)
    rules = {"steps": [{"at": 3, "title": "Pan dulce"}], "cooldown_minutes": 0}
    assert elena.ask("PUT", "reward-rules", rules)["version"] == 1


def _first_customer(elena: Person) -> str:
    """She prints no poster yet: a customer follows the address by hand."""
    shop = elena.ask("GET", "shops/panaderia-elena")
    assert (shop["name"], shop["stamps_required"]) == ("Panadería Elena", 3)
    visitor = Person(elena._client)
    join = {
        "slug": "panaderia-elena", "name": "Ana Torres", "phone": "987 654 321", "marketing": False,
        "text_version": shop["text_version"],
    }  # fmt: skip
    link = visitor.ask("POST", "enrollments", join, status=201)["card_link"].rpartition("/c/")[2]
    code = visitor.ask("GET", f"cards/by-link/{link}/code")["code"]
    found = elena.ask("GET", f"scans/{code}")
    assert (found["first_name"], found["pending"]) == ("Ana", True)
    card_id = str(found["card_id"])
    assert elena.ask("POST", f"cards/{card_id}/confirmation", {"last_three": "000"}, status=409)
    elena.ask("POST", f"cards/{card_id}/confirmation", {"last_three": "321"})
    return card_id


def _until_the_reward(elena: Person, card_id: str) -> dict[str, str]:
    for _ in range(3):
        stamped = elena.ask("POST", "stamps", _stamp(card_id), status=201)
    assert (stamped["balance"], stamped["rewards"][0]["title"]) == (0, "Pan dulce")
    return dict(stamped["rewards"][0])


def _stamp(card_id: str) -> dict[str, str]:
    return {"id": str(new_id()), "card_id": card_id, "occurred_at": datetime.now(UTC).isoformat()}


def _hand_over(elena: Person, reward_id: str) -> None:
    redemption = str(new_id())
    elena.ask("POST", f"rewards/{reward_id}/redemptions", {"id": redemption}, status=201)
    elena.ask("PUT", f"redemptions/{redemption}/confirmation", {})
    again = elena.ask("POST", f"rewards/{reward_id}/redemptions", {"id": str(new_id())}, status=409)
    assert again["code"] == "reward_redeemed"


def _undo(elena: Person, card_id: str) -> None:
    stamp = _stamp(card_id)
    elena.ask("POST", "stamps", stamp, status=201)
    assert elena.ask("POST", f"stamps/{stamp['id']}/void", {"id": str(new_id())})["balance"] == 0


def _staff(elena: Person, luis: Person, home: Path) -> None:
    """Luis is invited by mail, works, is dismissed, and is out."""
    elena.ask("POST", "staff/invitations", {"email": "luis@panaderia.pe", "name": "Luis", "role": "staff"}, status=201)
    token = mailed_token(home, "luis@panaderia.pe")
    luis.ask("POST", "auth/invitations", {"token": token, "password": PASSWORD + " 2"}, status=201)
    luis.sign_in("luis@panaderia.pe", PASSWORD + " 2")
    account = luis.ask("GET", "me")["account_id"]
    assert luis.ask("PUT", "reward-rules", {"steps": [{"at": 1, "title": "x"}]}, status=403)["code"] == "forbidden"
    elena.ask("DELETE", f"staff/{account}", status=204)
    deadline = time.monotonic() + 10
    while luis._client.get("/api/v1/reward-rules", headers=luis.headers).status_code != 401:
        assert time.monotonic() < deadline, "a dismissed person is still in"
        time.sleep(0.2)
