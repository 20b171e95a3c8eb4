"""The pages: where a link is saved, and the phones that hold what was saved."""

from html import escape
from importlib.resources import files
from typing import Any, Final

import segno

from sello.infrastructure.googlewallet.simulator.book import Book, Resource
from sello.infrastructure.googlewallet.simulator.faults import Fate
from sello.infrastructure.playing.serving import Answer

_PAGE: Final = files("sello.infrastructure.googlewallet.simulator")
PAGES: Final = {
    "/": ("wallet.html", "text/html"),
    "/wallet.css": ("wallet.css", "text/css"),
    "/wallet.js": ("wallet.js", "text/javascript"),
    "/card.js": ("card.js", "text/javascript"),
    "/save.js": ("save.js", "text/javascript"),
}
_MOST: Final = 200
_MOST_CODED: Final = 500
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: http: https:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    ("content-security-policy", _POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)


class Wallet:
    """What people see."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.fate: Fate

    def page(self, path: str) -> Answer:
        """A page or a file of one, under a policy that lets in nothing else."""
        name, kind = PAGES[path]
        return Answer(200, (_PAGE / name).read_bytes(), f"{kind}; charset=utf-8", _HEADERS)

    def save_page(self) -> Answer:
        """The page behind a save link."""
        return Answer(200, (_PAGE / "save.html").read_bytes(), "text/html; charset=utf-8", _HEADERS)

    def broken_link(self, why: str) -> Answer:
        """What is shown of a link that saves nothing."""
        text = (_PAGE / "broken.html").read_text().replace("{why}", escape(why))
        return Answer(400, text.encode(), "text/html; charset=utf-8", _HEADERS)

    def code(self, text: str) -> Answer:
        """The QR code of a card, as SVG."""
        drawn = segno.make_qr(text[:_MOST_CODED] or " ", error="m").svg_inline(scale=4, border=1)
        svg = drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        return Answer(200, svg.encode(), "image/svg+xml", _HEADERS)

    def saved(self, query: dict[str, str]) -> Answer:
        """Every saved card, the latest first; nothing when it is as the page knows it."""
        if query.get("version") == str(self._book.version):
            return Answer(204)
        phones = sorted(
            ((phone.saved_at, id_) for id_, phone in self._book.phones.items() if phone.saved_at is not None),
            reverse=True,
        )
        cards = [self.card(self._book.shelves["loyaltyObject"][id_]) for _, id_ in phones[:_MOST]]
        return Answer.json({"version": str(self._book.version), "cards": cards})

    def card(self, resource: Resource) -> dict[str, Any]:
        """A card with its class and what its person was told."""
        phone = self._book.phones[resource["id"]]
        return {
            "id": resource["id"],
            "demo": not self.fate.switches.published,
            "saved_at": phone.saved_at,
            "card": resource,
            "class": self._book.shelves["loyaltyClass"].get(resource["classId"], {}),
            "notices": [{"at": at, "of": of} for at, of in phone.notices],
            "version": phone.version,
        }
