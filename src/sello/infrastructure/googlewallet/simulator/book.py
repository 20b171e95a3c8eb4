"""What the simulator knows: classes, objects, who saved them, what they were told. All follows from its ledger."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sello.infrastructure.playing.ledger import Ledger
from sello.shared import clock

DAY: Final = 24 * 3600.0
Resource = dict[str, Any]
Shelf = Literal["loyaltyClass", "loyaltyObject"]


@dataclass(slots=True)
class Phone:
    """What the phone that saved an object shows beside it: when it was told something (and of what), newest last."""

    saved_at: float | None = None
    notices: list[tuple[float, str]] = field(default_factory=list)
    version: int = 0


class Book:
    """All of it in memory; a new process reads it back from the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.forget()
        for line in ledger.lines():
            self._recall(line)

    def forget(self) -> None:
        """Know nothing."""
        self.version = 0
        self.shelves: dict[Shelf, dict[str, Resource]] = {"loyaltyClass": {}, "loyaltyObject": {}}
        self.phones: dict[str, Phone] = {}
        self.images: dict[str, dict[str, Any]] = {}

    def keep(self, shelf: Shelf, how: str, resource: Resource) -> None:
        """Put a resource there as it is from now on."""
        self.ledger.write(how, kind=shelf, resource=resource)
        self._place(shelf, resource)

    def save(self, id_: str, *, saved: bool) -> None:
        """Somebody saved an object in a phone, or took it out."""
        self.ledger.write("saved" if saved else "removed", id=id_)
        self._mark(id_, clock.now().timestamp() if saved else None)

    def tell(self, id_: str, what: str) -> None:
        """The person is told of an object; nobody is where nobody saved it, yet Google counts."""
        now = clock.now().timestamp()
        phone = self.phones.setdefault(id_, Phone())
        self.ledger.write("notice", id=id_, of=what, seen=phone.saved_at is not None)
        phone.notices.append((now, what))
        self.version += 1

    def told_today(self, id_: str) -> int:
        """How often the person was told of this object in the last 24 hours."""
        since = clock.now().timestamp() - DAY
        return sum(at > since for at, _ in self.phones.get(id_, Phone()).notices)

    def fetched(self, uri: str, **facts: Any) -> None:
        """A picture was asked for."""
        self.ledger.write("image", uri=uri, **facts)
        self.images[uri] = facts
        self.version += 1

    def _place(self, shelf: Shelf, resource: Resource) -> None:
        self.shelves[shelf][resource["id"]] = resource
        self.version += 1
        if shelf == "loyaltyObject":
            self.phones.setdefault(resource["id"], Phone()).version += 1

    def _mark(self, id_: str, saved_at: float | None) -> None:
        self.phones.setdefault(id_, Phone()).saved_at = saved_at
        self.shelves["loyaltyObject"][id_]["hasUsers"] = saved_at is not None
        self.version += 1

    def _recall(self, line: dict[str, Any]) -> None:
        match line["what"]:
            case "inserted" | "patched" | "updated" | "messaged":
                self._place(line["kind"], line["resource"])
            case "saved":
                self._mark(line["id"], line["at"])
            case "removed":
                self._mark(line["id"], None)
            case "notice":
                self.phones.setdefault(line["id"], Phone()).notices.append((line["at"], line["of"]))
            case "image":
                self.images[line["uri"]] = {name: line[name] for name in ("http", "bytes", "width", "height")}
            case _:
                pass  # requests: they change nothing
