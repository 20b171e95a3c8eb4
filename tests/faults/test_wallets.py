"""Cards in phones, with real processes: an API, workers, Apple and its iPhones, played; each of them away or slow."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from sello.infrastructure.database.embedded import free_port
from tests.support.apple import PlayedApple
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.stack import Stack
from tests.support.workers import until

pytestmark = pytest.mark.proof


@dataclass
class Street:
    """A platform with a shop, and Apple with its phones."""

    stack: Stack
    apple: PlayedApple
    shop: Shop
    client: httpx.Client
    _cards: list[TestCard] = field(default_factory=list)

    def worker(self) -> None:
        """Start a worker that pushes to Apple, played."""
        settings = {name.upper(): value for name, value in self.apple.settings.items()}
        self.stack.start_worker(**settings, PUBLIC_BASE_URL=self.stack.settings.public_base_url)

    def card(self, *phones: str) -> TestCard:
        """A customer whose card is in these phones' Wallets."""
        card = self.shop.card()
        answer = self.client.get(f"/c/{self.shop.code}{card.link}/apple")
        assert answer.status_code == 200, answer.text
        for phone in phones:
            self.apple.add(phone, answer.content)
        return card

    def stamp(self, card: TestCard) -> None:
        """Diego gives a stamp."""
        self.client.post("/api/v1/stamps", json=self.shop.stamp(card), headers=self.shop.diego.headers).raise_for_status()  # fmt: skip # noqa: E501

    def count(self, phone: str, number: int = 0) -> str:
        """What a card in a phone says it has."""
        return str(self.apple.phone(phone)["cards"][number]["header"][0]["value"])

    def shows(self, phone: str, stamps: int) -> bool:
        """Whether the phone shows so many."""
        return self.count(phone).split()[0] == str(stamps)

    def wait_for(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Until it is so."""
        until(what, seconds, self.stack.folder / "worker.log")

    def hurry(self) -> None:
        """What waits for its time is due."""
        database = self.stack.database
        database.rows("UPDATE pgqueuer SET execute_after = now() WHERE entrypoint LIKE 'wallets.%%' AND status = 'queued'")  # fmt: skip # noqa: E501
        database.rows("UPDATE wallet_passes SET changed_at = changed_at - interval '2 minutes' WHERE tag > 0")

    def settled(self) -> bool:
        """Whether every fact was told, nothing of wallets waits and no phone is owed anything."""
        [(facts, jobs, owed)] = self.stack.database.rows(
            """
            SELECT (SELECT count(*) FROM events WHERE relayed_at IS NULL),
                   (SELECT count(*) FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%'),
                   (SELECT count(*) FROM wallet_registrations r JOIN wallet_passes p ON p.id = r.pass_id
                    WHERE r.pushed_tag < p.tag)
            """
        )
        return (facts, jobs, owed) == (0, 0, 0)

    def registrations(self) -> int:
        """Phones of this shop's passes."""
        [(count,)] = self.stack.database.rows(
            "SELECT count(*) FROM wallet_registrations WHERE business_id = %s", self.shop.business_id
        )
        return int(count)


@pytest.fixture(scope="module")
def _street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, PlayedApple]]:
    folder, port = tmp_path_factory.mktemp("street"), free_port()
    apple, stack = PlayedApple(folder / "home"), Stack(folder, apis=1)
    try:
        apple.start()
        stack.start(port, public_base_url=f"http://127.0.0.1:{port}", **apple.settings)
        yield stack, apple
    finally:
        stack.stop()
        apple.close()


@pytest.fixture
def street(_street: tuple[Stack, PlayedApple]) -> Iterator[Street]:
    """The platform without a worker and a new shop; nothing is owed to any phone at the end, and the laws hold."""
    stack, apple = _street
    apple.reset()
    stack.database.rows("DELETE FROM wallet_registrations")
    stack.database.rows("DELETE FROM wallet_devices")
    with httpx.Client(base_url=stack.settings.public_base_url, timeout=30) as client:
        yield Street(stack, apple, make_shop(stack.settings), client)
    with contextlib.suppress(AssertionError):
        stack.stop_worker(kill=True)
    assert stack.database.broken_laws() == []


def test_a_stamp_is_seen_in_every_phone_that_shows_the_card(street: Street) -> None:
    street.worker()
    card = street.card("ana", "anas-watch")
    other = street.card("luis")
    street.stamp(card)
    street.wait_for(lambda: street.shows("ana", 1) and street.shows("anas-watch", 1))
    assert street.shows("luis", 0)
    street.stamp(other)
    street.wait_for(lambda: street.shows("luis", 1))
    [push] = street.apple.ledger("listed", phone="ana", why="push")
    assert len(push["serials"]) == 1
    assert street.apple.phone("ana")["notices"][0]["title"] == "Café Luna"
    assert street.apple.ledger("complained") == []


def test_two_stamps_in_one_second_are_both_seen(street: Street) -> None:
    street.worker()
    cards = [street.card(f"phone-{number}") for number in range(6)]
    for _ in range(2):
        for card in cards:
            street.stamp(card)
    street.wait_for(lambda: all(street.shows(f"phone-{number}", 2) for number in range(6)))
    street.wait_for(street.settled)


def test_a_worker_killed_while_apple_holds_its_push_leaves_nothing_owed(street: Street) -> None:
    cards = [street.card(f"phone-{number}") for number in range(8)]
    street.apple.fail("hang")
    street.worker()
    for card in cards:
        street.stamp(card)
    street.wait_for(lambda: len(street.apple.ledger("push")) >= 4)
    street.stack.stop_worker(kill=True)
    street.apple.switch()
    assert not street.settled()
    street.worker()
    street.wait_for(lambda: all(street.shows(f"phone-{number}", 1) for number in range(8)))
    street.hurry()
    street.wait_for(street.settled)


def test_apple_is_down_for_a_while_and_every_phone_catches_up(street: Street) -> None:
    street.worker()
    cards = [street.card(f"phone-{number}") for number in range(10)]
    apple = street.apple
    apple.stop()
    for _ in range(3):
        for card in cards:
            street.stamp(card)
    failed = "SELECT count(DISTINCT pass_id) FROM wallet_events WHERE kind = 'push_failed' AND business_id = %s"
    street.wait_for(lambda: street.stack.database.rows(failed, street.shop.business_id) == [(10,)])
    apple.start()  # with the phones it had
    street.hurry()

    def caught_up() -> bool:
        street.hurry()
        return street.settled() and all(street.shows(f"phone-{number}", 3) for number in range(10))

    street.wait_for(caught_up, 90)
    held = street.stack.database.rows("SELECT count(*) FROM pgqueuer WHERE status = 'failed'")
    assert held == [(0,)]  # nobody has to look after it


@pytest.mark.parametrize("fault", ["slow", "reset", "ServiceUnavailable", "TooManyRequests"])
def test_apple_fails_half_of_the_time(street: Street, fault: str) -> None:
    street.apple.fail(fault, share=0.5, slow_ms=3000)
    street.worker()
    cards = [street.card(f"phone-{number}") for number in range(12)]
    for card in cards:
        street.stamp(card)

    def caught_up() -> bool:
        street.hurry()
        return street.settled()

    street.wait_for(caught_up, 120)
    street.apple.drained()
    assert all(street.shows(f"phone-{number}", 1) for number in range(12))


def test_a_wiped_phone_is_forgotten_and_the_other_is_not(street: Street) -> None:
    street.worker()
    card = street.card("old", "new")
    street.apple.does("old", "wipe")
    street.stamp(card)
    street.wait_for(lambda: street.shows("new", 1))
    street.wait_for(lambda: street.registrations() == 1)


def test_another_push_token_a_phone_that_was_off_and_updates_that_were_off(street: Street) -> None:
    street.worker()
    card = street.card("ana")
    street.apple.does("ana", "rotate")
    street.stamp(card)
    street.wait_for(lambda: street.shows("ana", 1))
    assert [line["status"] for line in street.apple.ledger("push")] == [200]
    street.apple.change("ana", on=False)
    street.stamp(card)
    street.wait_for(lambda: street.apple.phone("ana")["waiting"] == 1)
    assert street.shows("ana", 1)
    street.apple.change("ana", on=True)
    street.wait_for(lambda: street.shows("ana", 2))
    street.apple.change("ana", updates=False)
    assert street.registrations() == 0
    street.stamp(card)
    street.wait_for(street.settled)
    assert street.shows("ana", 2)  # it stays in Wallet as it was
    street.apple.change("ana", updates=True)
    street.wait_for(lambda: street.shows("ana", 3))


def test_a_push_that_apple_lost_is_made_good_by_the_phones_own_look(street: Street) -> None:
    street.apple.fail("lost")
    street.worker()
    card = street.card("ana")
    street.stamp(card)
    street.wait_for(lambda: [line["status"] for line in street.apple.ledger("push")] == [200])
    assert street.shows("ana", 0)
    street.apple.does("ana", "poll")
    assert street.shows("ana", 1)


def test_what_a_phone_would_not_take_is_refused_by_its_reader(street: Street) -> None:
    card = street.shop.card()
    data = street.client.get(f"/c/{street.shop.code}{card.link}/apple").content
    assert json.dumps(street.apple.add("ana", data)["header"])
    broken: dict[str, Any] = {"ends early": data[:-200], "is no pass": b"PK\x03\x04nothing"}
    place = data.index(b'"formatVersion"')
    broken["was changed"] = data[:place] + b'"FormatVersion"' + data[place + 15 :]
    for why, changed in broken.items():
        assert street.apple.refusal("eva", changed), why
