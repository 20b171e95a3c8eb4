"""All the phones: found by name or by push token, told of pushes, kept over a restart of the simulator."""

import asyncio
import re
import secrets
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

import msgspec

from sello.infrastructure.passkit.simulator.phone import Card, Owner, Phone, World
from sello.infrastructure.passkit.simulator.service import Address
from sello.infrastructure.passkit.simulator.signature import Refusal
from sello.shared import clock

_PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class _Kept(msgspec.Struct):
    """A card in a phone's file."""

    data: bytes
    last_modified: str | None
    registered: bool
    fetches: int
    updated: float
    error: str


class _File(msgspec.Struct):
    """A phone's file."""

    device: str
    language: str
    on: bool
    updates: bool
    tokens: dict[str, str]
    gone: dict[str, tuple[str, float]]  # tokens it once had: of which topic, until when
    tags: dict[str, str]
    waiting: list[str]
    notices: list[dict[str, Any]]
    cards: list[_Kept]


def lay_in(folder: Path, name: str, *, device: str, topic: str, token: str, pkpass: bytes) -> None:
    """Put a phone with one card, which it is registered for, where the next start of the simulator finds it."""
    card = _Kept(pkpass, None, registered=True, fetches=0, updated=clock.now().timestamp(), error="")
    phone = _File(device, "es", True, True, {topic: token}, {}, {}, [], [], [card])
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    (folder / "phones" / f"{name}.json").write_bytes(msgspec.json.encode(phone))


class Drawer:
    """Where the phones lie."""

    def __init__(self, folder: Path, addresses: dict[str, Address]) -> None:
        self._folder = folder / "phones"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._addresses = addresses
        self._owners: dict[str, Owner] = {}
        self._by_token: dict[str, str] = {}  # token -> the phone's name, also of tokens that are gone
        self._looking: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.notice_seconds = 0.0
        self.version = secrets.randbelow(1_000_000)  # pages of an earlier run ask anew

    @property
    def busy(self) -> bool:
        """Whether a phone is at work or about to be."""
        return bool(self._tasks)

    def phones(self) -> list[Phone]:
        """All of them, by name."""
        return [self._owners[name].phone for name in sorted(self._owners)]

    def find(self, name: str) -> Owner | None:
        """The phone of this name."""
        return self._owners.get(name)

    def get(self, name: str, world: World, *, language: str = "es") -> Owner:
        """The phone of this name, unpacked now if there was none."""
        owner = self._owners.get(name)
        if owner is None:
            phone = Phone(name, device=secrets.token_hex(16), language=language)
            owner = self._owners[name] = Owner(phone, world)
            self.changed(phone)
        return owner

    def drop(self, name: str) -> None:
        """The phone is thrown away; its pushes are answered with 410."""
        owner = self._owners.pop(name)
        owner.lose()
        self.version += 1
        self._path(name).unlink(missing_ok=True)

    def tell(self, topic: str, token: str) -> None:
        """A push has come for the phone of this token: it looks at once, or when it is switched on."""
        owner = self._owners.get(self._by_token.get(token, ""))
        if owner is None:
            return
        if owner.phone.on:
            self.look(owner, topic, why="push", wait=self.notice_seconds)
        else:
            owner.phone.waiting.add(topic)
            self.changed(owner.phone)

    def look(self, owner: Owner, topic: str, *, why: str, wait: float = 0.0) -> None:
        """Let the phone ask what is new. While it has yet to begin, another push changes nothing, as on a phone."""
        key = (owner.phone.name, topic)
        if key not in self._looking:
            self._looking.add(key)
            self.begin(self._look(owner, topic, why, wait))

    def begin(self, doing: Coroutine[Any, Any, None]) -> None:
        """Let something happen beside everything else."""
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """What would have happened does not."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self, owner: Owner, topic: str, why: str, wait: float) -> None:
        await asyncio.sleep(wait)
        self._looking.discard((owner.phone.name, topic))
        if await owner.look(topic, why=why):
            return
        for pause in _PAUSES:  # a shop that is busy is asked again
            await asyncio.sleep(pause)
            if self._owners.get(owner.phone.name) is not owner or await owner.look(topic, why="again"):
                return

    # ---------------------------------------------------------------- over a restart

    def changed(self, phone: Phone) -> None:
        """Keep the phone as it is now."""
        self.version += 1
        for token in phone.tokens.values():
            self._by_token[token] = phone.name
        if self._owners.get(phone.name) is None:
            return
        gone = {
            token: (address.topic, address.gone_at)
            for token, address in self._addresses.items()
            if address.gone_at is not None and self._by_token.get(token) == phone.name
        }
        kept = _File(
            phone.device, phone.language, phone.on, phone.updates, phone.tokens, gone, phone.tags,
            sorted(phone.waiting), phone.notices,
            [
                _Kept(card.data, card.last_modified, card.registered, card.fetches, card.updated, card.error)
                for card in phone.cards.values()
            ],
        )  # fmt: skip
        draft = self._path(phone.name).with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(kept))
        draft.replace(self._path(phone.name))

    def recall(self, world: World) -> None:
        """Find the phones of an earlier run again. A card that no longer holds is left out."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                kept = msgspec.json.decode(path.read_bytes(), type=_File)
            except msgspec.DecodeError:
                continue
            phone = Phone(
                path.stem, kept.device, kept.language, kept.on, kept.updates, kept.tokens, kept.tags,
                set(kept.waiting), notices=kept.notices,
            )  # fmt: skip
            for one in kept.cards:
                try:
                    found = world.read(one.data)
                except (Refusal, OSError, ValueError):
                    continue
                phone.cards[found.key] = Card(
                    found, one.data, one.last_modified, one.registered, one.fetches, one.updated, one.error
                )
            for topic, token in kept.tokens.items():
                self._addresses[token], self._by_token[token] = Address(topic), phone.name
            for token, (topic, at) in kept.gone.items():
                self._addresses[token], self._by_token[token] = Address(topic, at), phone.name
            self._owners[phone.name] = Owner(phone, world)

    def forget(self) -> None:
        """No phone, no file."""
        for name in list(self._owners):
            self.drop(name)
        self._by_token.clear()
        self._addresses.clear()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
