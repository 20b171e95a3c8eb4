"""One iPhone: its cards, its names, and what it does when it is told, looks by itself, is switched off or forgets."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from cryptography import x509

from sello.infrastructure.passkit.simulator.content import Field
from sello.infrastructure.passkit.simulator.reading import Pass, read_pass
from sello.infrastructure.passkit.simulator.service import Address
from sello.infrastructure.passkit.simulator.shop import Shop, Unanswered
from sello.infrastructure.passkit.simulator.signature import Refusal
from sello.infrastructure.playing.ledger import Ledger
from sello.shared import clock

_NOTICES: Final = 50
_SEVERAL: Final = {"es": "Tu tarjeta ha cambiado", "en": "Your card has changed"}


@dataclass(slots=True)
class Card:
    """A pass in the phone. `fetches` counts how often it was replaced by a newer one."""

    found: Pass
    data: bytes
    last_modified: str | None = None
    registered: bool = False
    fetches: int = 0
    updated: float = 0.0
    error: str = ""


@dataclass(slots=True)
class Phone:
    """What would survive a restart of the phone. `tokens` and `tags` are by pass type."""

    name: str
    device: str
    language: str = "es"
    on: bool = True
    updates: bool = True
    tokens: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    cards: dict[tuple[str, str], Card] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)


class World:
    """What phones share: the push service's addresses, the way to shops, the root they trust, the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        addresses: dict[str, Address],
        client: httpx.AsyncClient,
        root: Callable[[], x509.Certificate],
        changed: Callable[[Phone], None],
    ) -> None:
        self.ledger = ledger
        self.addresses = addresses
        self.client = client
        self.root = root
        self.changed = changed

    def read(self, data: bytes) -> Pass:
        """Read a pass, or refuse it (Refusal)."""
        return read_pass(data, root=self.root(), now=clock.now())


class Owner:
    """The person with the phone, and the phone's own doings. One thing after the other, as on a phone."""

    def __init__(self, phone: Phone, world: World) -> None:
        self.phone = phone
        self._world = world
        self._one = asyncio.Lock()

    async def add(self, data: bytes) -> Card:
        """Take a pass into Wallet and register for it. Refuses (Refusal) what is no pass."""
        found = self._world.read(data)
        async with self._one:
            card = self._put(found, data)
            self._note("added", serial=found.key[1], pass_type=found.key[0])
            if self.phone.updates and found.content.web_service_url is not None:
                await self._register(card)
            self._world.changed(self.phone)
            return card

    async def remove(self, key: tuple[str, str]) -> None:
        """Throw a card away."""
        async with self._one:
            card = self.phone.cards.pop(key)
            if card.registered:
                await self._unregister(card)
            self._note("removed", serial=key[1])
            self._world.changed(self.phone)

    async def set_updates(self, updates: bool) -> None:
        """ "Automatic updates" on or off: off unregisters, and the cards stay."""
        async with self._one:
            self.phone.updates = updates
            for card in self.phone.cards.values():
                if updates and card.found.content.web_service_url is not None:
                    await self._register(card)
                elif not updates and card.registered:
                    await self._unregister(card)
            self._world.changed(self.phone)

    async def rotate(self) -> None:
        """Apple gives the phone other push tokens: it registers anew, and the old ones reach nobody."""
        async with self._one:
            before, self.phone.tokens = self.phone.tokens, {}
            for token in before.values():
                self._world.addresses[token].gone_at = clock.now().timestamp()
            for card in self.phone.cards.values():
                if card.registered:
                    await self._register(card)
            self._note("rotated")
            self._world.changed(self.phone)

    def lose(self) -> None:
        """The phone is wiped without a word to anybody: pushes to it are answered with 410."""
        for token in self.phone.tokens.values():
            self._world.addresses[token].gone_at = clock.now().timestamp()
        self.phone.cards.clear()
        self._note("wiped")

    async def look(self, topic: str, *, why: str) -> bool:
        """Ask the shops of this pass type what is new, and fetch it, pushed or by itself. Whether all went well."""
        async with self._one:
            self.phone.waiting.discard(topic)
            shops = {card.found.content.web_service_url: card for key, card in self._cards(topic)}
            went = [await self._look(topic, card, why) for url, card in shops.items() if url is not None]
            self._world.changed(self.phone)
            return all(went)

    def _cards(self, topic: str) -> list[tuple[tuple[str, str], Card]]:
        return [(key, card) for key, card in self.phone.cards.items() if key[0] == topic]

    async def _look(self, topic: str, card: Card, why: str) -> bool:
        shop = self._shop(card)
        try:
            found = await shop.list(self.phone.tags.get(topic))
            serials = found.serial_numbers if found is not None else []
            self._note("listed", topic=topic, why=why, serials=serials)
            failed = False
            for serial in serials:
                one = self.phone.cards.get((topic, serial))
                if one is not None:
                    failed = not await self._fetch(one) or failed
            if found is not None and not failed:  # else they are asked for again
                self.phone.tags[topic] = found.last_updated
        except Unanswered as error:
            await self._complain(card, shop, str(error))
            return False
        return not failed

    async def _fetch(self, card: Card) -> bool:
        shop, serial = self._shop(card), card.found.key[1]
        try:
            fetched = await shop.fetch(serial, card.last_modified)
            if fetched.data is None:
                self._note("fetched", serial=serial, status=304)
                return True
            found = self._world.read(fetched.data)
            if found.key != card.found.key:
                raise Unanswered("Get pass answered with another pass")
        except (Unanswered, Refusal) as error:
            await self._complain(card, shop, str(error))
            return False
        before = card.found
        card.found, card.data, card.last_modified, card.error = found, fetched.data, fetched.last_modified, ""
        card.fetches, card.updated = card.fetches + 1, clock.now().timestamp()
        self._note(
            "fetched", serial=serial, status=200,
            fields={field.key: field.value for field in found.content.store_card.fields()}, voided=found.content.voided,
        )  # fmt: skip
        self._announce(before, found)
        return True

    def _announce(self, before: Pass, after: Pass) -> None:
        """What the lock screen says: the words of the one field that changed, or that something did."""
        was = {field.key: field.value for field in before.content.store_card.fields()}
        changed = [field for field in after.content.store_card.fields() if self._tells(field, was)]
        if not changed:
            return
        language, title = self.phone.language, after.content.organization_name
        if len(changed) == 1:
            message = after.said(changed[0].change_message or "", language)
            text = message.replace("%@", after.said(str(changed[0].value), language))
        else:
            text = _SEVERAL.get(language, _SEVERAL["en"])
        self.phone.notices.append({"at": clock.now().timestamp(), "title": title, "text": text})
        del self.phone.notices[:-_NOTICES]
        self._note("notice", serial=after.key[1], text=text)

    @staticmethod
    def _tells(field: Field, was: dict[str, str | int | float]) -> bool:
        return field.change_message is not None and field.key in was and was[field.key] != field.value

    def _put(self, found: Pass, data: bytes) -> Card:
        card = self.phone.cards.get(found.key)
        if card is None:
            card = self.phone.cards[found.key] = Card(found, data)
        card.found, card.data, card.updated = found, data, clock.now().timestamp()
        return card

    async def _register(self, card: Card) -> None:
        topic = card.found.key[0]
        token = self.phone.tokens.get(topic)
        if token is None:
            token = self.phone.tokens[topic] = secrets.token_hex(32)
            self._world.addresses[token] = Address(topic)
        shop = self._shop(card)
        try:
            new = await shop.register(token)
            card.registered, card.error = True, ""
            self._note("registered", serial=card.found.key[1], new=new)
        except Unanswered as error:
            await self._complain(card, shop, str(error))

    async def _unregister(self, card: Card) -> None:
        shop = self._shop(card)
        try:
            await shop.unregister()
            self._note("unregistered", serial=card.found.key[1])
        except Unanswered as error:
            await self._complain(card, shop, str(error))
        card.registered = False

    def _shop(self, card: Card) -> Shop:
        return Shop(self._world.client, self.phone.device, card.found)

    async def _complain(self, card: Card, shop: Shop, text: str) -> None:
        card.error = text
        pass_type, serial = card.found.key
        self._note("complained", serial=serial, text=text)
        stamp = clock.now().strftime("%Y-%m-%d %H:%M:%S +0000")
        await shop.log(f"[{stamp}] {text} (for device {self.phone.device}, pass type {pass_type}, serial {serial})")

    def _note(self, what: str, **facts: Any) -> None:
        self._world.ledger.write(what, phone=self.phone.name, **facts)
