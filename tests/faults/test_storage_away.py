"""The storage hangs or is away: the counter does not notice, what was to be stored is stored once it is back.

Real processes; the storage is first a port that takes calls and never says a word, the worst kind of away, then the
S3 stand-in on that same port.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sello.infrastructure.storage import public_name_of
from tests.support.s3 import KEY, REGION, SECRET, Bucket
from tests.support.shop import Shop, make_shop
from tests.support.stack import Stack

STAMPS, WAITING = 40, 24


class Mute:
    """Takes every call and answers none. `calls`: how many."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    @property
    def calls(self) -> int:
        """How many came."""
        return len(self._open)

    def _take(self) -> None:
        while True:
            try:
                self._open.append(self._server.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Hang up. A second time changes nothing."""
        if self._server.fileno() < 0:
            return
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        for call in self._open:
            call.close()


@pytest.fixture
def mute() -> Iterator[Mute]:
    mute = Mute()
    yield mute
    mute.close()


@pytest.fixture
def stack(tmp_path: Path, mute: Mute, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    for name, value in (("ACCESS_KEY_ID", KEY), ("SECRET_ACCESS_KEY", SECRET), ("REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    stack = Stack(tmp_path, apis=1)
    try:
        yield stack.start(storage_url="s3://sello-files", s3_endpoint_url=f"http://127.0.0.1:{mute.port}")
    finally:
        stack.stop()


def stamped(stack: Stack, shop: Shop, counter: httpx.Client) -> list[int]:
    """The answers to so many stamps, one after the other, each on a card of its own."""
    url = f"{stack.apis[0].url}/api/v1/stamps"
    cards = [shop.card() for _ in range(STAMPS)]
    answers = [counter.post(url, json=shop.stamp(card), headers=shop.diego.headers).status_code for card in cards]
    assert [shop.balance(card)[0] for card in cards] == [1] * STAMPS
    return answers


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.proof
def test_the_counter_goes_on_while_the_storage_hangs_and_what_waited_is_stored(stack: Stack, mute: Mute) -> None:
    shop = make_shop(stack.settings)
    base, headers = stack.apis[0].url, shop.rosa.headers
    poster = f"{base}/api/v1/businesses/{shop.business_id}/poster"
    at_s3 = {"STORAGE_URL": "s3://sello-files", "S3_ENDPOINT_URL": f"http://127.0.0.1:{mute.port}"}
    with httpx.Client(timeout=30) as counter:
        assert stamped(stack, shop, counter) == [201] * STAMPS
        assert mute.calls == 0, "a stamp asks the storage nothing"

        # Pages that need it hang, many of them; a worker tries to store a poster.
        stack.start_worker(**at_s3)
        asked = httpx.get(poster, headers=headers)
        assert (asked.status_code, asked.json()["code"]) == (409, "poster_not_ready")
        picture = public_name_of("hero", bytes(32)).removeprefix("public/")
        with ThreadPoolExecutor(WAITING) as crowd:
            hung = [crowd.submit(httpx.get, f"{base}/pictures/{picture}", timeout=60) for _ in range(WAITING)]
            until(lambda: mute.calls >= 2)
            assert stamped(stack, shop, counter) == [201] * STAMPS
            assert counter.get(f"{base}/health/ready").status_code == 200
            assert counter.get(f"{base}/e/{shop.slug}").status_code == 200, "whoever enrols is not turned away either"
            told = {answer.result().status_code for answer in hung}
        assert told == {503}, "those that needed it are told to come back"
        until(lambda: bool(stack.database.rows("SELECT 1 FROM job_attempts WHERE entrypoint = 'poster.make'")))
        assert stack.database.rows("SELECT count(*) FROM posters") == [(0,)]

        # It is back: the poster that waited is made, by the job that waited.
        mute.close()
        bucket = Bucket(port=mute.port)
        try:
            until(lambda: stack.database.rows("SELECT count(*) FROM posters") == [(2,)], seconds=180)
            ready = counter.get(poster, headers=headers).json()
            assert counter.get(ready["url"]).content.startswith(b"%PDF-")
            assert bucket.refused == []
        finally:
            bucket.close()
    assert stack.database.broken_laws() == []
