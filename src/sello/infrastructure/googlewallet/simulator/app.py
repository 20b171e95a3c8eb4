"""Which address answers what, and who may ask."""

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sello.infrastructure.googlewallet.simulator.book import Book
from sello.infrastructure.googlewallet.simulator.faults import SLOW_SECONDS, Breakage, Fate, Switches, What
from sello.infrastructure.googlewallet.simulator.fetching import Fetching
from sello.infrastructure.googlewallet.simulator.refusals import refused
from sello.infrastructure.googlewallet.simulator.resources import Resources, addresses, shelf_of
from sello.infrastructure.googlewallet.simulator.saving import NotSaved, Saving
from sello.infrastructure.googlewallet.simulator.tokens import Tokens
from sello.infrastructure.googlewallet.simulator.wallet import PAGES, Wallet
from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Answer, Awaiting, Request

_REST: Final = "/walletobjects/v1/"
_SAVE: Final = "/gp/v/save/"


class Simulator:
    """One issuer, any number of phones. `key`: its public key and mail address."""

    def __init__(
        self, issuer_id: str, key: Callable[[], tuple[RSAPublicKey, str]], ledger: Ledger, *, url: str,
        switches: Switches,
    ) -> None:  # fmt: skip
        self._book = Book(ledger)
        self._tokens = Tokens(key, url=f"{url}/token")
        self._resources = Resources(self._book, issuer_id)
        self._saving = Saving(self._book, self._resources, key)
        self._fetching = Fetching(self._book)
        self._wallet = Wallet(self._book)
        self._first = switches
        self._switch(switches)

    def handle(self, request: Request) -> Answer | Awaiting:
        """Answer a request."""
        if request.path == "/token":
            if request.method != "POST":
                return Answer(405)
            given = self._tokens.give(request, seconds=self._fate.switches.token_seconds)
            return self._befallen("token", lambda: given)
        if request.path.startswith(_REST):
            return self._google(request)
        if not _same_origin(request):
            return Answer(403)
        if request.path.startswith(_SAVE):
            return self._save(request, request.path.removeprefix(_SAVE))
        return self._person(request)

    async def close(self) -> None:
        """Fetch no more."""
        await self._fetching.close()

    def _google(self, request: Request) -> Answer:
        if not self._tokens.knows(request):
            return refused(401, "authError", "Request had invalid authentication credentials.")
        found = shelf_of(request)
        if found is None:
            return refused(404, "notFound", "Not found.")
        shelf, rest = found
        what: What = "message" if rest[1:] == ["addMessage"] else "class" if shelf == "loyaltyClass" else "object"
        return self._befallen(what, lambda: self._answer(request))

    def _answer(self, request: Request) -> Answer:
        found = shelf_of(request)
        assert found is not None  # noqa: S101  # asked before
        shelf, rest = found
        resources, id_ = self._resources, unquote(rest[0]) if rest else ""
        match request.method, rest[1:] if rest else None:
            case "POST", None:
                answer = resources.insert(shelf, request.body)
            case "GET", []:
                answer = resources.fetch(shelf, id_)
            case ("PATCH" | "PUT") as method, []:
                answer = resources.change(shelf, id_, request.body, whole=method == "PUT")
            case "POST", ["addMessage"]:
                answer = resources.add_message(shelf, id_, request.body)
            case _:
                return refused(404, "notFound", "Not found.")
        if answer.status == 200 and self._fate.switches.fetches:
            self._fetching.want(addresses(msgspec.json.decode(answer.body)))
        return answer

    def _befallen(self, what: What, act: Callable[[], Answer]) -> Answer:
        """What comes of a request under the switches; a breakage `done_…` comes after the deed."""
        breakage = self._fate.breakage(what)
        self._book.ledger.write("request", of=what, fault=breakage)
        if breakage is not None and not breakage.startswith("done_") and breakage != "slow":
            return _broken(breakage)
        answer = act()
        if breakage is not None and breakage != "slow":
            return _broken(breakage)
        answer.delay = SLOW_SECONDS if breakage == "slow" else self._fate.switches.answer_delay_ms / 1000
        return answer

    def _save(self, request: Request, token: str) -> Answer:
        """The page; `?card` what it shows, POST the yes."""
        try:
            cards = self._saving.save(token) if request.method == "POST" else self._saving.cards(token)
        except NotSaved as error:
            return self._wallet.broken_link(str(error))
        if self._fate.switches.fetches:
            self._fetching.want(address for card in cards for address in addresses(card))
        if request.method == "POST" or "card" in request.query:
            return Answer.json({"cards": [self._wallet.card(card) for card in cards]})
        return self._wallet.save_page()

    def _person(self, request: Request) -> Answer | Awaiting:
        match request.method, request.path:
            case "GET", path if path in PAGES:
                return self._wallet.page(path)
            case "GET", "/health/ready":
                return Answer(200)
            case "GET", "/qr.svg":
                return self._wallet.code(request.query.get("text", ""))
            case "GET", "/saved":
                return self._wallet.saved(request.query)
            case "DELETE", path if path.startswith("/saved/"):
                return self._remove(unquote(path.removeprefix("/saved/")))
            case "GET", "/state":
                return Answer.json({**self._book.shelves, "images": self._book.images})
            case "DELETE", "/state":
                return self._forget()
            case "GET", "/switches":
                return Answer.json(self._fate.switches)
            case "PUT", "/switches":
                return self._put_switches(request.body)
            case "DELETE", "/tokens":
                self._tokens.forget()
                return Answer(204)
            case "GET", "/ledger":
                return Answer(200, self._book.ledger.path.read_bytes(), "application/x-ndjson")
            case "POST", "/drain":
                return self._drain()
            case _:
                return Answer(404)

    def _remove(self, id_: str) -> Answer:
        if id_ not in self._book.shelves["loyaltyObject"]:
            return Answer(404)
        self._book.save(id_, saved=False)
        return Answer(204)

    async def _drain(self) -> Answer:
        await self._fetching.drain()
        return Answer(204)

    def _put_switches(self, body: bytes) -> Answer:
        try:
            self._switch(msgspec.json.decode(body, type=Switches))
        except msgspec.DecodeError as error:
            return Answer.json({"message": str(error)}, 422)
        return Answer.json(self._fate.switches)

    def _switch(self, switches: Switches) -> None:
        self._fate = self._resources.fate = self._wallet.fate = Fate(switches)

    def _forget(self) -> Answer:
        """Begin anew: no class, no object, no token, no line in the ledger, the first switches."""
        self._book.forget()
        self._book.ledger.clear()
        self._tokens.forget()
        self._switch(self._first)
        return Answer(204)


def _broken(breakage: Breakage) -> Answer:
    match breakage.removeprefix("done_then_"):
        case "hang":
            return Answer(way="hang")
        case "reset":
            return Answer(way="reset")
        case "429":
            answer = refused(429, "rateLimitExceeded", "Rate limit exceeded.")
            answer.headers = (("retry-after", "1"),)
            return answer
        case "403":
            return refused(403, "permissionDenied", "The caller does not have permission.")
        case "400":
            return refused(400, "invalid", "Invalid value.")
        case "html":
            return Answer(200, b"<!doctype html><title>Sorry</title>", "text/html")
        case _:
            return refused(503, "backendError", "Backend error.")


def _same_origin(request: Request) -> bool:
    """Whether no page of somebody else asks; following a link to the save page is what it is for."""
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] or host
    if name not in ("127.0.0.1", "localhost", "[::1]"):
        return False
    return request.headers.get("origin", f"http://{host}") == f"http://{host}"
