"""The simulator's door for people and tests: the page, the phones, the switches. Apple's own door is `service`."""

import asyncio
import io
import re
from collections.abc import Coroutine
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import unquote, urlsplit

import httpx
import msgspec
import segno
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from sello.infrastructure.passkit.simulator.drawer import NAME, Drawer
from sello.infrastructure.passkit.simulator.faults import Fate, Switches
from sello.infrastructure.passkit.simulator.phone import Card, Owner, World
from sello.infrastructure.passkit.simulator.service import PushService
from sello.infrastructure.passkit.simulator.shop import PKPASS, shop_client
from sello.infrastructure.passkit.simulator.showing import shown_card, shown_phone
from sello.infrastructure.passkit.simulator.signature import Refusal
from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Answer, Awaiting, Request

_PHONE: Final = re.compile(r"/phones/([^/]+)(?:/(passes|rotate|poll|wipe))?")
_PASS: Final = re.compile(
    r"/phones/([^/]+)/passes/([^/]+)/([^/]+)(?:/(logo\.png|strip\.png|icon\.png|code\.svg|pass))?"
)
_PAGE: Final = files("sello.infrastructure.passkit.simulator")
_PAGES: Final = {
    "/": ("phones.html", "text/html"), "/phones.css": ("phones.css", "text/css"),
    "/phones.js": ("phones.js", "text/javascript"),
}  # fmt: skip
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DRAIN_SECONDS: Final = 60.0


class _Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a pass can be had: its own address, or that of the web card."""

    url: str


class _Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person does with a phone."""

    on: bool | None = None
    updates: bool | None = None
    language: Literal["es", "en"] | None = None


class Simulator:
    """Apple's push service and any number of phones."""

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        *,
        root_file: Path,
        keys: dict[str, EllipticCurvePublicKey],
        team: str,
        switches: Switches,
    ) -> None:
        self._ledger = ledger
        self._root_file = root_file
        self._first = switches
        self.service = PushService(ledger, keys=keys, team=team, switches=switches, tell=self._tell)
        self._drawer = Drawer(folder, self.service.addresses)
        self._client = shop_client()
        self._world = World(ledger, self.service.addresses, self._client, self._root, self._drawer.changed)
        self._switch(switches)
        self._drawer.recall(self._world)

    def handle(self, request: Request) -> Answer | Awaiting:
        """Answer a person or a test; nobody else's page gets an answer."""
        if not _same_origin(request):
            return Answer(403)
        path = request.path
        if request.method == "GET" and path in _PAGES:
            return _page(path)
        if (found := _PASS.fullmatch(path)) is not None:
            return self._pass(request, found[1], (unquote(found[2]), unquote(found[3])), found[4] or "")
        if (found := _PHONE.fullmatch(path)) is not None:
            return self._phone(request, found[1], found[2] or "")
        return self._rest(request)

    async def close(self) -> None:
        """Let the phones rest."""
        await self._drawer.close()
        await self._client.aclose()

    def _rest(self, request: Request) -> Answer | Awaiting:
        match request.method, request.path:
            case "GET", "/health/ready":
                return Answer(200)
            case "GET", "/phones":
                return self._phones(request.query.get("version", ""))
            case "GET", "/switches":
                return Answer.json(self.service.fate.switches)
            case "PUT", "/switches":
                return self._put_switches(request.body)
            case "GET", "/ledger":
                return Answer(200, self._ledger.path.read_bytes(), "application/x-ndjson")
            case "POST", "/drain":
                return self._drain()
            case "DELETE", "/state":
                self._drawer.forget()
                self._ledger.clear()
                self._switch(self._first)
                return Answer(204)
            case _:
                return Answer(404)

    # ---------------------------------------------------------------- phones

    def _phones(self, version: str) -> Answer:
        if version == str(self._drawer.version):
            return Answer(204)
        phones = [shown_phone(phone) for phone in self._drawer.phones()]
        return Answer.json({"version": str(self._drawer.version), "phones": phones})

    def _phone(self, request: Request, name: str, what: str) -> Answer | Awaiting:
        if not NAME.fullmatch(name):
            return Answer.json({"message": "a phone's name is made of a-z, 0-9 and -"}, 422)
        if request.method == "POST" and what == "passes":
            return self._add(self._drawer.get(name, self._world), request)
        if request.method == "PUT" and not what:
            return self._change(self._drawer.get(name, self._world), request.body)
        owner = self._drawer.find(name)
        if owner is None:
            return Answer(404)
        match request.method, what:
            case "GET", "":
                return Answer.json(shown_phone(owner.phone))
            case "DELETE", "":
                self._drawer.drop(name)
                return Answer(204)
            case "POST", "rotate":
                return _done(owner.rotate())
            case "POST", "poll":
                return self._poll(owner)
            case "POST", "wipe":
                owner.lose()
                self._drawer.changed(owner.phone)
                return Answer(204)
            case _:
                return Answer(405)

    async def _add(self, owner: Owner, request: Request) -> Answer:
        """Add to Wallet: the file itself, or where it is."""
        try:
            data = request.body if request.body[:2] == b"PK" else await self._download(request.body)
            card = await owner.add(data)
        except Refusal as refusal:
            return Answer.json({"message": str(refusal)}, 422)
        except (msgspec.DecodeError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer.json({"message": f"no pass was to be had: {str(error) or type(error).__name__}"}, 422)
        return Answer.json(shown_card(owner.phone, card), 201)

    async def _download(self, body: bytes) -> bytes:
        url = msgspec.json.decode(body, type=_Link).url.strip()
        if re.fullmatch(r"/c/[^/]+/?", urlsplit(url).path):
            url = f"{url.partition('?')[0].rstrip('/')}/apple"
        answer = await self._client.get(url)
        kind = answer.headers.get("content-type", "no type")
        if answer.status_code != 200 or kind != PKPASS:
            raise Refusal(f"{urlsplit(url).path} answered {answer.status_code} with {kind}")
        return answer.content

    async def _change(self, owner: Owner, body: bytes) -> Answer:
        try:
            change = msgspec.json.decode(body or b"{}", type=_Change)
        except msgspec.DecodeError as error:
            return Answer.json({"message": str(error)}, 422)
        phone = owner.phone
        phone.language = change.language or phone.language
        if change.on is not None:
            phone.on = change.on
            for topic in sorted(phone.waiting) if phone.on else ():
                self._drawer.look(owner, topic, why="push")
        if change.updates is not None and change.updates != phone.updates:
            await owner.set_updates(change.updates)
        self._drawer.changed(phone)
        return Answer.json(shown_phone(phone))

    async def _poll(self, owner: Owner) -> Answer:
        """It looks by itself, as phones do about once a day, also when nobody may tell it anything."""
        for topic in sorted({key[0] for key in owner.phone.cards}):
            await owner.look(topic, why="poll")
        return Answer.json(shown_phone(owner.phone))

    def _pass(self, request: Request, name: str, key: tuple[str, str], part: str) -> Answer | Awaiting:
        owner = self._drawer.find(name)
        card = owner.phone.cards.get(key) if owner is not None else None
        if owner is None or card is None:
            return Answer(404)
        match request.method, part:
            case "GET", "":
                return Answer.json(shown_card(owner.phone, card))
            case "DELETE", "":
                return _done(owner.remove(key))
            case "GET", "pass":
                return Answer(200, card.data, PKPASS)
            case "GET", "code.svg":
                return _code(card)
            case "GET", _ if (picture := card.found.picture(part.removesuffix(".png"))) is not None:
                return Answer(200, picture, "image/png", (("cache-control", "no-store"),))
            case _:
                return Answer(404)

    # ---------------------------------------------------------------- switches

    def _put_switches(self, body: bytes) -> Answer:
        try:
            self._switch(msgspec.json.decode(body, type=Switches))
        except msgspec.DecodeError as error:
            return Answer.json({"message": str(error)}, 422)
        return Answer.json(self.service.fate.switches)

    def _switch(self, switches: Switches) -> None:
        self.service.fate = Fate(switches)
        self._drawer.notice_seconds = switches.notice_ms / 1000

    def _tell(self, topic: str, token: str) -> None:
        self._drawer.tell(topic, token)

    async def _drain(self) -> Answer:
        """Once no phone is at work."""
        async with asyncio.timeout(_DRAIN_SECONDS):
            while self._drawer.busy:  # noqa: ASYNC110  # tasks end, and none tells
                await asyncio.sleep(0.01)
        return Answer(204)

    def _root(self) -> x509.Certificate:
        """Read each time: the installation makes it on its first start, perhaps after ours."""
        return x509.load_pem_x509_certificate(self._root_file.read_bytes())


def _page(path: str) -> Answer:
    name, kind = _PAGES[path]
    headers = (
        ("content-security-policy", _POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    )
    return Answer(200, (_PAGE / name).read_bytes(), f"{kind}; charset=utf-8", headers)


async def _done(doing: Coroutine[Any, Any, None]) -> Answer:
    await doing
    return Answer(204)


def _code(card: Card) -> Answer:
    """The pass's code, drawn by us as the phone would."""
    content = card.found.content
    codes = content.barcodes or ([content.barcode] if content.barcode is not None else [])
    if not codes or codes[0].format != "PKBarcodeFormatQR":
        return Answer(404)
    out = io.BytesIO()
    segno.make_qr(codes[0].message, error="m").save(out, kind="svg", border=4, scale=4, dark="#000", light="#fff")
    return Answer(200, out.getvalue(), "image/svg+xml", (("cache-control", "no-store"),))


def _same_origin(request: Request) -> bool:
    """Whether no page of somebody else asks: a browser names the page's origin, and the host is this machine."""
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] or host
    if name not in ("127.0.0.1", "localhost", "[::1]"):
        return False
    return request.headers.get("origin", f"http://{host}") == f"http://{host}"
