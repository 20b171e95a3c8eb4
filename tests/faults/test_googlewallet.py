"""Google away while stamps are given: nobody at the counter notices, and every card in a phone is right afterwards.

Real processes: an API, a worker, the simulator of Google Wallet, which fetches the pictures from the API itself.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import pytest

from sello.infrastructure.database.embedded import free_port
from tests.support.google import GoogleProcess
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.stack import Stack
from tests.support.workers import until

pytestmark = pytest.mark.proof


@dataclass
class Street:
    """A platform and Google."""

    stack: Stack
    google: GoogleProcess
    shop: Shop
    client: httpx.Client

    def stamp(self, card: TestCard) -> float:
        """Give a stamp; how long it took."""
        began = time.perf_counter()
        answer = self.client.post("/api/v1/stamps", json=self.shop.stamp(card), headers=self.shop.diego.headers)
        assert answer.status_code == 201, answer.text
        return time.perf_counter() - began

    def save(self, card: TestCard) -> None:
        """Its holder saves the card."""
        answer = self.client.get(f"/c/{self.shop.code}{card.link}/google")
        assert answer.status_code == 303, answer.text
        httpx.get(answer.headers["location"], trust_env=False).raise_for_status()
        httpx.post(answer.headers["location"], trust_env=False).raise_for_status()

    def shown(self) -> list[str]:
        """What every card shows at Google."""
        return [one["loyaltyPoints"]["balance"]["string"] for one in self.google.objects()]

    def wait_for(self, shown: list[str], seconds: float) -> None:
        """Until Google shows this."""
        until(lambda: self.shown() == shown, seconds, self.stack.folder / "worker.log")


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    stack, port = Stack(tmp_path, apis=1), free_port()
    google = GoogleProcess(tmp_path / "home").start()
    places: dict[str, Any] = {"public_base_url": f"http://127.0.0.1:{port}", "google_wallet_base_url": google.url}
    try:
        stack.start(port, **places)
        stack.start_worker(**{name.upper(): value for name, value in places.items()})
        with httpx.Client(base_url=stack.apis[0].url, timeout=30, trust_env=False) as client:
            yield Street(stack, google, make_shop(stack.settings), client)
    finally:
        stack.stop()
        google.stop()


def test_stamps_go_on_without_google_and_arrive_afterwards(street: Street) -> None:
    card, other = street.shop.card(), street.shop.card()
    for one in (card, other):
        street.save(one)
    usual = [street.stamp(card) for _ in range(6)]
    street.wait_for(["6 de 10", "0 de 10"], 60)
    until(lambda: _fetched(street) >= 2, 60, street.stack.folder / "worker.log")
    street.google.stop()
    without = [street.stamp(one) for _ in range(3) for one in (card, other)]
    street.google.start()
    street.wait_for(["9 de 10", "3 de 10"], 240)
    street.google.ask("PUT", "/switches", json={"faults": [{"fault": "hang", "what": ["object"]}]})
    hanging = [street.stamp(other) for _ in range(4)]
    street.google.ask("PUT", "/switches", json={})
    street.wait_for(["9 de 10", "7 de 10"], 240)
    for what, times in (("Google well", usual), ("away", without), ("hanging", hanging)):
        print(f"{what}: a stamp takes {quantiles(times, n=20)[18] * 1000:.1f} ms (95 %)")


def test_a_worker_that_dies_leaves_nothing_behind(street: Street) -> None:
    card = street.shop.card()
    street.save(card)
    street.google.ask("PUT", "/switches", json={"answer_delay_ms": 700})
    street.stamp(card)
    until(lambda: _tried(street) > 0, 60, street.stack.folder / "worker.log")
    street.stack.stop_worker(kill=True)
    street.stamp(card)
    street.google.ask("PUT", "/switches", json={})
    street.stack.start_worker(
        PUBLIC_BASE_URL=street.stack.settings.public_base_url, GOOGLE_WALLET_BASE_URL=street.google.url
    )
    street.wait_for(["2 de 10"], 240)


def _fetched(street: Street) -> int:
    images = street.google.ask("GET", "/state").json()["images"].values()
    assert all(one["http"] == 200 for one in images), images
    return sum((one["width"], one["height"]) in ((1032, 336), (660, 660)) for one in images)


def _tried(street: Street) -> int:
    lines = street.google.ask("GET", "/ledger").text.splitlines()
    return sum('"of":"object"' in line for line in lines)
