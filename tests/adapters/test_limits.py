"""Who is limited, who waits and who is sent home; Redis may stop, hang, forget or be full, and nobody notices."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from sello.entry.http import create_app
from sello.entry.limits import WINDOW, SharedCounting, SlidingLimit
from sello.entry.load_classes import CLASSES, Lane, class_of, places
from sello.entry.places import UNMATCHED, Places, Route, routes_of
from sello.entry.settings import Settings
from sello.infrastructure.database.embedded import EmbeddedValkey, free_port
from tests.support.plain_app import bearer, plain_app, plain_settings, serving

NOW = 1_000_000 * WINDOW  # the first moment of a window


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A server of this test's own, to be stopped and hung."""
    valkey = EmbeddedValkey(tmp_path / "valkey", port=free_port(), password="only-for-tests", persistence=False)
    valkey.start()
    yield valkey
    if valkey.pid is not None:
        os.kill(valkey.pid, signal.SIGCONT)
    valkey.kill()


@pytest.fixture
async def redis(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A connection to it."""
    redis = Redis.from_url(valkey.url, single_connection_client=True)
    yield redis
    await redis.aclose()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for it, for half a minute at most."""
    for _ in range(1500):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to hold")


def hits(limit: SlidingLimit, key: str, times: int, now: float) -> int:
    """How many of `times` hits pass."""
    return sum(limit.hit(key, now).allowed for _ in range(times))


def test_a_window_slides() -> None:
    limit = SlidingLimit("account", 100)
    assert hits(limit, "rosa", 200, NOW + WINDOW * 0.9) == 100
    assert hits(limit, "diego", 1, NOW + WINDOW * 0.9) == 1
    assert hits(limit, "rosa", 200, NOW + WINDOW) == 0  # the past window is still in view
    assert hits(limit, "rosa", 200, NOW + WINDOW * 1.25) == 25
    assert hits(limit, "rosa", 200, NOW + WINDOW * 1.5) == 25
    assert hits(limit, "rosa", 200, NOW + WINDOW * 3) == 100


def test_whoever_waits_as_told_gets_in() -> None:
    limit = SlidingLimit("account", 100)
    now = NOW + WINDOW * 0.3
    for _ in range(5):
        hits(limit, "rosa", 200, now)
        verdict = limit.hit("rosa", now)
        assert not verdict.allowed
        assert verdict.remaining == 0
        now += verdict.seconds + 1
        assert limit.hit("rosa", now).allowed


def test_a_clock_put_back_frees_nobody() -> None:
    limit = SlidingLimit("account", 10)
    assert hits(limit, "rosa", 20, NOW) == 10
    assert hits(limit, "rosa", 20, NOW - 3 * WINDOW) == 0


def test_memory_is_bounded_and_old_keys_go() -> None:
    limit = SlidingLimit("network", 10, most_keys=1000)
    for number in range(5000):
        limit.hit(str(number), NOW)
    assert len(limit) == 1000
    assert len(limit.take_untold(10_000)) == 1000
    limit.hit("late", NOW + 3 * WINDOW)
    assert len(limit) == 1


async def test_processes_count_together(valkey: EmbeddedValkey, redis: Redis) -> None:
    ours, theirs = SlidingLimit("account", 10), SlidingLimit("account", 10)
    we, they = SharedCounting(valkey.url, [ours]), SharedCounting(valkey.url, [theirs])
    assert hits(ours, "rosa", 6, NOW) == 6
    await we.exchange(redis)
    assert hits(theirs, "rosa", 1, NOW) == 1
    await they.exchange(redis)
    assert hits(theirs, "rosa", 20, NOW) == 3
    await they.exchange(redis)
    assert hits(theirs, "rosa", 20, NOW + WINDOW) == 0  # what others did in the past window counts as well
    names = [name async for name in redis.scan_iter("*")]
    assert names == [b"{sello}:limit:account:rosa:1000000"]
    assert 0 < await redis.ttl(names[0]) <= 1900


async def test_a_process_that_comes_late_learns_of_the_past_window(valkey: EmbeddedValkey, redis: Redis) -> None:
    ours, late = SlidingLimit("account", 10), SlidingLimit("account", 10)
    hits(ours, "rosa", 10, NOW)
    await SharedCounting(valkey.url, [ours]).exchange(redis)
    assert late.hit("rosa", NOW + WINDOW).allowed
    await SharedCounting(valkey.url, [late]).exchange(redis)
    assert not late.hit("rosa", NOW + WINDOW).allowed


async def test_a_flushed_redis_frees_nobody(valkey: EmbeddedValkey, redis: Redis) -> None:
    limit = SlidingLimit("account", 10)
    counting = SharedCounting(valkey.url, [limit])
    for _ in range(3):
        hits(limit, "rosa", 3, NOW)
        await counting.exchange(redis)
        await redis.flushall()
    assert hits(limit, "rosa", 10, NOW) == 1


async def test_a_full_redis_only_parts_the_processes(valkey: EmbeddedValkey, redis: Redis) -> None:
    limit = SlidingLimit("account", 10)
    counting = SharedCounting(valkey.url, [limit])
    hits(limit, "rosa", 4, NOW)
    away = []
    for memory in ("1", "0"):
        await redis.config_set("maxmemory", memory)
        await counting.exchange(redis)
        away.append(counting.away)
    assert away == [True, False]
    assert await redis.get("{sello}:limit:account:rosa:1000000") == b"4"  # nothing of it was lost


@pytest.mark.parametrize("way", ["killed", "hung"])
async def test_requests_do_not_notice_a_lost_redis(
    valkey: EmbeddedValkey, way: str, capfd: pytest.CaptureFixture[str]
) -> None:
    app = plain_app(plain_settings(redis_url=valkey.url, requests_per_quarter=200))
    shared = app.state.limits.shared
    rosa = bearer(app)
    async with serving(app) as client:
        assert await statuses(client, rosa, 20) == [200] * 20
        assert valkey.pid is not None
        os.kill(valkey.pid, signal.SIGKILL if way == "killed" else signal.SIGSTOP)
        assert await statuses(client, rosa, 50) == [200] * 50
        await until(lambda: shared.away)
        assert await statuses(client, rosa, 50) == [200] * 50
        ready = await client.get("/health/ready")
        assert ready.json()["checks"]["redis"] == "down"
        if way == "killed":
            valkey.stop()
            valkey.start()
        else:
            os.kill(valkey.pid, signal.SIGCONT)
        await until(lambda: not shared.away)
        assert await statuses(client, rosa, 100) == [200] * 80 + [429] * 20  # counted all the while
    log = capfd.readouterr().out
    assert log.count('"event":"redis_away"') == 1
    assert log.count('"event":"redis_back"') == 1


async def statuses(client: httpx.AsyncClient, headers: dict[str, str], times: int) -> list[int]:
    """What `times` stamps are answered."""
    return [(await client.post("/api/v1/stamps", headers=headers)).status_code for _ in range(times)]


def test_every_route_has_a_class_and_every_line_a_route(settings: Settings) -> None:
    routes = routes_of(create_app(settings))
    # A mounted application takes any method; it is to be asked for its pages and to be sent forms.
    asked = {(method, route.template) for route in routes for method in route.methods or {"GET", "POST"}}
    asked.remove(("POST", "/socket.io/{rest}"))  # websockets alone
    unclassed = {one for one in asked if class_of(*one) is None}
    assert unclassed == set()
    idle = {
        key
        for key in CLASSES
        if not any(method == key[0] and template.startswith(key[1]) for method, template in asked)
    }
    assert idle == set()


@pytest.mark.parametrize("pool", range(2, 101))
def test_the_counter_always_has_connections_left(pool: int) -> None:
    most = places(pool)
    assert most["critical"] >= pool
    if pool > 2:
        assert most["normal"] + most["sheddable"] <= pool - max(1, pool // 3)


async def test_a_lane_hands_places_on_in_order() -> None:
    lane = Lane(2)
    assert [lane.enter_at_once() for _ in range(3)] == [True, True, False]
    first, second = asyncio.ensure_future(lane.wait()), asyncio.ensure_future(lane.wait())
    await asyncio.sleep(0)
    assert not lane.enter_at_once()  # nobody overtakes the line
    lane.leave()
    assert await first
    assert not second.done()
    second.cancel()
    await asyncio.wait([second])
    lane.leave()
    lane.leave()
    assert lane.inside == 0
    assert lane.enter_at_once()


async def test_a_place_given_to_somebody_who_left_is_not_lost() -> None:
    lane = Lane(1)
    lane.enter_at_once()
    waiting = asyncio.ensure_future(lane.wait())
    await asyncio.sleep(0)
    lane.leave()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert lane.inside == 0


async def test_a_line_for_something_that_is_away_goes_home_at_once() -> None:
    lane = Lane(1)
    lane.enter_at_once()
    line = [asyncio.ensure_future(lane.wait()) for _ in range(10)]
    await asyncio.sleep(0)
    lane.leave(away=True)
    assert await asyncio.gather(*line) == [False] * 10
    assert lane.inside == 0


async def test_a_line_does_not_grow_without_end() -> None:
    lane = Lane(1)
    lane.enter_at_once()
    line = [asyncio.ensure_future(lane.wait()) for _ in range(16)]
    await asyncio.sleep(0)
    assert not await lane.wait()
    lane.leave(away=True)
    await asyncio.gather(*line)


def test_places_are_found_by_their_templates() -> None:
    get, post = frozenset({"GET"}), frozenset({"POST"})
    known = Places(
        [
            Route("/", get),
            Route("/api/v1/cards/{card_id}", get),
            Route("/api/v1/cards/by-link/{text}", get),
            Route("/api/v1/cards/{card_id}/rewards", get),
            Route("/api/v1/stamps", post),
            Route("/app/{rest}", frozenset(), open_ended=True),
        ]
    )
    for method, path, template in [
        ("GET", "/", "/"),
        ("GET", "/api/v1/cards/7", "/api/v1/cards/{card_id}"),
        ("GET", "/api/v1/cards/by-link", "/api/v1/cards/{card_id}"),
        ("GET", "/api/v1/cards/by-link/7", "/api/v1/cards/by-link/{text}"),
        ("GET", "/api/v1/cards/by-link/rewards", "/api/v1/cards/by-link/{text}"),
        ("GET", "/api/v1/cards/7/rewards", "/api/v1/cards/{card_id}/rewards"),
        ("GET", "/api/v1/cards/", UNMATCHED),
        ("GET", "/api/v1/cards", UNMATCHED),
        ("GET", "/api/v1/stamps/", UNMATCHED),
        ("POST", "/api/v1/stamps", "/api/v1/stamps"),
        ("GET", "/app/assets/a/b.js", "/app/{rest}"),
        ("GET", "/app", "/app/{rest}"),
        ("GET", "/" + "x/" * 2000, UNMATCHED),
        ("GET", "*", UNMATCHED),
    ]:
        place = known.find(method, path)
        assert (place.method, place.template) == (method, template), path
    assert known.find("PROPFIND", "/").method == "OTHER"
    for method, path, is_refused in [
        ("GET", "/api/v1/cards/7", False),
        ("PATCH", "/api/v1/cards/by-link/7", True),
        ("PATCH", "/nowhere", False),
        ("TRACE", "/nowhere", True),
        ("PATCH", "/app/form", False),
    ]:
        assert known.find(method, path).is_refused is is_refused, path
    assert known.find("GET", "/api/v1/cards/8") is known.find("GET", "/api/v1/cards/7")
