"""Looking at a page as everybody meets it: light and dark, with axe and, where asked for, a picture of each."""

from typing import Final, Literal

from tests.support.site import Visitor

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


# Transitions and entrances are over; what turns for ever may go on.
_SETTLED: Final = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect?.getComputedTiming().iterations !== Infinity).map(one => one.finished))"""


def look_everywhere(visitor: Visitor, name: str) -> None:
    """Nothing to find for axe in light and dark, and nothing wider than the screen."""
    for scheme in SCHEMES:
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.page.evaluate(_SETTLED)
        visitor.shot(f"{name}-{scheme}")
        assert visitor.axe() == [], scheme
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), scheme
    visitor.page.emulate_media(color_scheme="light")
