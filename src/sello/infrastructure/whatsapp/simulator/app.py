"""Which endpoint answers what, and who may ask."""

import asyncio
import base64
import re
from typing import Final

import msgspec

from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Answer, Awaiting, Request
from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.simulator.book import Book
from sello.infrastructure.whatsapp.simulator.contents import Contents
from sello.infrastructure.whatsapp.simulator.faults import Fate, Switches
from sello.infrastructure.whatsapp.simulator.messages import Messages
from sello.infrastructure.whatsapp.simulator.phones import PAGES, Phones
from sello.infrastructure.whatsapp.simulator.posting import Poster
from sello.infrastructure.whatsapp.simulator.progress import Progress
from sello.infrastructure.whatsapp.simulator.refusals import refused

_ONE_MESSAGE: Final = re.compile(r"/([A-Z]{2}[0-9a-f]{32})\.json")
_CONTENT: Final = re.compile(r"/v1/Content/(HX[0-9a-f]{32})(/ApprovalRequests(?:/whatsapp)?)?")
_CHAT: Final = re.compile(r"/chats/(\+\d{8,15})(/opened)?")
_DRAIN_SECONDS: Final = 120.0


class Simulator:
    """One account, one number, any number of phones."""

    def __init__(self, account: Account, ledger: Ledger, *, inbound_url: str, switches: Switches) -> None:
        self._book = Book(ledger)
        self._poster = Poster(account.token)
        self._progress = Progress(self._book, account, self._poster, inbound_url)
        self._first = switches
        self._switch(switches)
        self._messages = Messages(self._book, account, self._progress)
        self._contents = Contents(self._book, account, self._progress)
        self._phones = Phones(self._book, account, self._progress)
        self._allowed = "Basic " + base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()
        self._root = f"/2010-04-01/Accounts/{account.sid}/Messages"

    def handle(self, request: Request) -> Answer | Awaiting:
        """Answer a request."""
        path = request.path
        if path.startswith(("/2010-04-01/", "/v1/")):
            if request.headers.get("authorization") != self._allowed:
                return refused(20003)
            return self._twilio(request)
        if not _same_origin(request):
            return Answer(403)
        return self._person(request)

    async def close(self) -> None:
        """Stop calling back."""
        self._progress.stop()
        await self._poster.close()

    def _twilio(self, request: Request) -> Answer:
        method, path = request.method, request.path
        if path == f"{self._root}.json":
            return self._messages.create(request) if method == "POST" else self._messages.list(request.query)
        if path.startswith(self._root) and (one := _ONE_MESSAGE.fullmatch(path[len(self._root) :])) and method == "GET":
            return self._messages.fetch(one[1])
        if path == "/v1/Content":
            if method == "POST":
                return self._contents.create(request.body)
            return self._contents.list(request.query, approvals=False)
        if path == "/v1/ContentAndApprovals" and method == "GET":
            return self._contents.list(request.query, approvals=True)
        if found := _CONTENT.fullmatch(path):
            return self._one_content(request, found[1], found[2] or "")
        return refused(20404)

    def _one_content(self, request: Request, sid: str, rest: str) -> Answer:
        match request.method, rest:
            case "GET", "":
                return self._contents.fetch(sid)
            case "DELETE", "":
                return self._contents.delete(sid)
            case "GET", "/ApprovalRequests":
                return self._contents.approval(sid)
            case "POST", "/ApprovalRequests/whatsapp":
                return self._contents.submit(sid, request.body)
            case _:
                return refused(20404)

    def _person(self, request: Request) -> Answer | Awaiting:
        """The page, and the switches of tests."""
        match request.method, request.path:
            case "GET", path if path in PAGES:
                return self._phones.page(path)
            case "GET", "/health/ready":
                return Answer(200)
            case "GET", "/chats":
                return self._phones.chats(request.query)
            case "POST", "/inbound":
                return self._phones.say(request.body)
            case "GET", "/switches":
                return Answer.json(self._progress.fate.switches)
            case "PUT", "/switches":
                return self._put_switches(request.body)
            case "GET", "/ledger":
                return Answer(200, self._book.ledger.path.read_bytes(), "application/x-ndjson")
            case "POST", "/drain":
                return self._drain()
            case "DELETE", "/state":
                return self._forget()
            case method, path if found := _CHAT.fullmatch(path):
                if found[2]:
                    return self._phones.open(found[1]) if method == "POST" else Answer(405)
                return self._phones.chat(found[1])
            case _:
                return Answer(404)

    def _put_switches(self, body: bytes) -> Answer:
        try:
            self._switch(msgspec.json.decode(body, type=Switches))
        except msgspec.DecodeError as error:
            return Answer.json({"message": str(error)}, 422)
        return Answer.json(self._progress.fate.switches)

    def _switch(self, switches: Switches) -> None:
        self._progress.fate = Fate(switches)

    async def _drain(self) -> Answer:
        """Once nothing moves any more and every callback was answered."""
        async with asyncio.timeout(_DRAIN_SECONDS):
            while self._progress.busy:  # noqa: ASYNC110  # timers, lanes and answers end, and none tells
                await asyncio.sleep(0.01)
        return Answer(204)

    def _forget(self) -> Answer:
        """Begin anew: no message, no template, no line in the ledger, the first switches."""
        self._progress.stop()
        self._book.forget()
        self._book.ledger.clear()
        self._switch(self._first)
        return Answer(204)


def _same_origin(request: Request) -> bool:
    """Whether no page of somebody else asks: a browser names the page's origin, and the host is this machine."""
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] or host
    if name not in ("127.0.0.1", "localhost", "[::1]"):
        return False
    return request.headers.get("origin", f"http://{host}") == f"http://{host}"
