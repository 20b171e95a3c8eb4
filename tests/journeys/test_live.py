"""Live messages through real processes: two APIs, one worker, one Valkey, browsers on both APIs."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import socketio
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sello.shared import clock
from sello.shared.auth import Role, TokenIssuer
from sello.shared.ids import AccountId, BusinessId, SessionId, new_id
from tests.support.browser import Browser, RefusedConnection
from tests.support.shop import Person, Shop, TestCard, make_shop
from tests.support.stack import Api, Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two API processes and a worker."""
    stack = Stack(tmp_path_factory.mktemp("stack"), apis=2)
    try:
        stack.start()
        stack.start_worker()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def luna(stack: Stack) -> Shop:
    """A shop."""
    return make_shop(stack.settings)


@pytest.fixture
def sol(stack: Stack) -> Shop:
    """The shop next door."""
    return make_shop(stack.settings, name="Bodega Sol")


@contextmanager
def browsers(*seats: tuple[Api, Person]) -> Iterator[list[Browser]]:
    """Dashboards of these people at these APIs."""
    opened = [Browser(api, person.token) for api, person in seats]
    try:
        yield opened
    finally:
        for browser in opened:
            browser.leave()


def until(what: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def stamp(api: Api, shop: Shop, card: TestCard) -> str:
    """Diego gives a stamp; its id."""
    body = shop.stamp(card)
    answer = httpx.post(f"{api.url}/api/v1/stamps", json=body, headers=shop.diego.headers)
    assert answer.status_code == 201, answer.text
    return str(body["id"])


def test_everything_arrives_at_every_process_and_in_its_own_shop_alone(stack: Stack, luna: Shop, sol: Shop) -> None:
    first, second = stack.apis
    ours, theirs = luna.card(), sol.card()
    with browsers((first, luna.rosa), (second, luna.diego), (second, sol.rosa)) as (rosa, diego, neighbour):
        given = {stamp(stack.apis[number % 2], luna, ours) for number in range(12)}
        other = stamp(first, sol, theirs)
        for browser in (rosa, diego):
            until(lambda: len(browser.events("StampAdded")) >= 12)  # noqa: B023  # called before the next round
        until(lambda: len(neighbour.events("StampAdded")) >= 1)

        for browser in (rosa, diego):
            told = browser.events("StampAdded")
            assert sorted(message["stamp_id"] for message in told) == sorted(given), "each once"
            assert {message["business_id"] for message in told} == {str(luna.business_id)}
            assert {message["seq"] for message in told} >= set(range(1, 5))
            assert set(told[0]) >= {"id", "at", "card_id", "balance", "of"}
        assert [message["stamp_id"] for message in neighbour.events("StampAdded")] == [other]
        everything = json.dumps([*rosa.heard, *diego.heard, *neighbour.heard])
        for secret in (ours.name, ours.phone, ours.scan_code, ours.link, theirs.name, theirs.phone):
            assert secret not in everything


def test_the_usual_client_library_is_understood(stack: Stack, luna: Shop) -> None:
    heard: list[dict[str, Any]] = []
    client = socketio.Client(reconnection=False)
    client.on("StampAdded", heard.append)
    client.connect(stack.apis[0].url, auth={"token": luna.rosa.token}, transports=["websocket"])
    given = stamp(stack.apis[1], luna, luna.card())
    until(lambda: bool(heard))
    client.disconnect()
    assert heard[0]["stamp_id"] == given


@pytest.mark.parametrize("token", [None, "", "nonsense", {"a": 1}, 7])
def test_nobody_listens_without_a_token(stack: Stack, token: object) -> None:
    with pytest.raises(RefusedConnection):
        Browser(stack.apis[0], token)


def test_a_stranger_an_admin_and_an_ended_token_are_refused(stack: Stack, luna: Shop) -> None:
    issuer = TokenIssuer(stack.settings.keys)

    def issue(business_id: BusinessId | None, account_id: AccountId, session_id: SessionId, role: Role) -> str:
        return issuer.issue(account_id=account_id, business_id=business_id, role=role, version=1, session_id=session_id)

    nobody = AccountId(new_id())
    stranger = issue(luna.business_id, nobody, SessionId(new_id()), "staff")
    admin = issue(None, nobody, SessionId(new_id()), "admin")
    clock.shift(timedelta(minutes=-16))
    ended = issue(luna.business_id, luna.rosa.account_id, luna.rosa.session_id, "owner")
    clock.shift(timedelta(0))
    for token, code in ((stranger, "session_ended"), (admin, "forbidden"), (ended, "unauthenticated")):
        with pytest.raises(RefusedConnection, match=code):
            Browser(stack.apis[0], token)


def test_only_websockets_are_served(stack: Stack) -> None:
    answer = httpx.get(f"{stack.apis[0].url}/socket.io/?EIO=4&transport=polling")
    assert answer.status_code == 400


def test_a_websocket_that_does_not_sign_in_is_closed(stack: Stack) -> None:
    address = stack.apis[0].url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with connect(address) as quiet:
        assert str(quiet.recv(timeout=20)).startswith("0{")
        with pytest.raises(ConnectionClosed):
            quiet.recv(timeout=25)


def test_a_token_that_ends_ends_the_connection(stack: Stack, luna: Shop) -> None:
    rosa = luna.rosa
    clock.shift(timedelta(minutes=-14, seconds=-56))
    token = TokenIssuer(stack.settings.keys).issue(
        account_id=rosa.account_id, business_id=rosa.business_id, role="owner", version=1, session_id=rosa.session_id
    )
    clock.shift(timedelta(0))
    browser = Browser(stack.apis[0], token)
    until(lambda: not browser.connected)
    browser.leave()
    assert browser.events("ended") == [{"code": "unauthenticated"}]


def test_the_dismissed_are_shown_out_of_every_process_and_stay_out(stack: Stack, luna: Shop) -> None:
    first, second = stack.apis
    with browsers((first, luna.diego), (second, luna.diego), (second, luna.rosa)) as (one, other, rosa):
        answer = httpx.delete(f"{first.url}/api/v1/staff/{luna.diego.account_id}", headers=luna.rosa.headers)
        assert answer.status_code == 204, answer.text
        until(lambda: not one.connected and not other.connected)
        assert one.events("ended") == other.events("ended") == [{"code": "membership_ended"}]
        # The ends come from the API at once, the news by way of the relay.
        until(lambda: bool(rosa.events("StaffDismissed")))
        assert [message["account_id"] for message in rosa.events("StaffDismissed")] == [str(luna.diego.account_id)]
        assert rosa.connected
        for api in (first, second):
            with pytest.raises(RefusedConnection):
                Browser(api, luna.diego.token)


def test_without_redis_stamps_go_on_and_with_it_messages_do(stack: Stack, luna: Shop) -> None:
    first, second = stack.apis
    card = luna.card()
    with browsers((first, luna.rosa), (second, luna.rosa)) as both:
        stamp(first, luna, card)
        until(lambda: all(browser.events("StampAdded") for browser in both))
        stack.servers.valkey.kill()
        for number in range(6):
            stamp(stack.apis[number % 2], luna, card)
        assert all(browser.connected for browser in both)
        stack.servers.valkey.start()
        until(lambda: all(browser.events("refetch") for browser in both))
        time.sleep(1.5)  # the worker looks for Redis again a second after a failure
        last = stamp(second, luna, card)
        until(lambda: all(last in [m["stamp_id"] for m in browser.events("StampAdded")] for browser in both))
    assert luna.balance(card)[0] == 8
