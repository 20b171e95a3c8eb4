"""A site, a browser and visitors for the tests of the pages. Every visitor has to have stayed on our origin."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.counters import ONE, Till
from tests.support.filming import film
from tests.support.shop import Shop, make_shop
from tests.support.site import PHONE, Site, Visitor, camera_of, chromium


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The platform behind one address."""
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        yield site.start()
    finally:
        site.stop()


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film in the browser's camera, which only those see who may use it."""
    path = tmp_path_factory.mktemp("camera") / "seen.y4m"
    film(path, None)
    return path


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """One Chromium for the tests of a file, with a camera where one of them films. No longer: while it lives this
    thread has an event loop, and other files start their own."""
    films = any(
        "reel" in item.fixturenames
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    )
    with chromium(*(camera_of(request.getfixturevalue("reel")) if films else ()), light=not films) as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, on a phone and in Spanish unless said otherwise."""
    visitors = list[Visitor]()

    def make(**wishes: Any) -> Visitor:
        usual: dict[str, Any] = {"viewport": PHONE, "locale": "es-PE", "base_url": site.url, "device_scale_factor": 2}
        visitors.append(Visitor(browser.new_context(**usual | wishes), site.url))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.strangers for visitor in visitors] == [[]] * len(visitors)
    assert [visitor.complaints for visitor in visitors] == [[]] * len(visitors)


@pytest.fixture
def luna(site: Site) -> Shop:
    """A shop that gives one stamp a purchase, as often as one likes."""
    return make_shop(site.settings, rules=ONE)


@pytest.fixture
def till(site: Site, luna: Shop, visit: Callable[..., Visitor], reel: Path) -> Till:
    """A machine that may use its camera, not enrolled yet."""
    film(reel, None)
    return Till(visit(permissions=["camera"]), site, luna, reel)


@pytest.fixture(autouse=True)
def lawful(site: Site) -> Iterator[None]:
    """After every test the laws hold."""
    yield
    assert site.database.broken_since() == []
