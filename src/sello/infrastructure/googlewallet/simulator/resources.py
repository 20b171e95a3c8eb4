"""Classes and objects over REST."""

import copy
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from sello.infrastructure.googlewallet.simulator.book import Book, Resource, Shelf
from sello.infrastructure.googlewallet.simulator.contract import issuer_of, problems
from sello.infrastructure.googlewallet.simulator.faults import Fate
from sello.infrastructure.googlewallet.simulator.refusals import refused
from sello.infrastructure.playing.serving import Answer, Request

SCHEMAS: Final[dict[Shelf, str]] = {"loyaltyClass": "LoyaltyClass", "loyaltyObject": "LoyaltyObject"}
_OURS: Final = ("hasUsers", "kind", "review", "version", "classReference")  # set by Google alone
_MOST_MESSAGES: Final = 10
_TOLD_OF: Final = ("loyaltyPoints", "secondaryLoyaltyPoints")  # what a NOTIFY_ON_UPDATE speaks of


class Resources:
    """One issuer's classes and objects."""

    def __init__(self, book: Book, issuer_id: str) -> None:
        self._book = book
        self._issuer_id = issuer_id
        self.fate: Fate

    def insert(self, shelf: Shelf, body: bytes) -> Answer:
        """POST: something new."""
        asked = self._read(SCHEMAS[shelf], body, whole=True)
        return asked if isinstance(asked, Answer) else self.make(shelf, asked)

    def make(self, shelf: Shelf, asked: Resource) -> Answer:
        """The same for what a save link carries."""
        if issuer_of(asked["id"]) != self._issuer_id:
            return refused(403, "permissionDenied", "The issuer may not use this id.")
        if asked["id"] in self._book.shelves[shelf]:
            return refused(409, "existingResource", f"{shelf} already exists.")
        wrong = self._unfit(shelf, asked)
        if wrong is not None:
            return wrong
        resource = self._kept(shelf, asked, {})
        self._book.keep(shelf, "inserted", resource)
        return Answer.json(self._with_class(shelf, resource))

    def fetch(self, shelf: Shelf, id_: str) -> Answer:
        """GET: as it stands, an object with its class."""
        found = self._book.shelves[shelf].get(id_)
        if found is None:
            return self._absent(shelf)
        return Answer.json(self._with_class(shelf, found))

    def change(self, shelf: Shelf, id_: str, body: bytes, *, whole: bool) -> Answer:
        """PUT or PATCH: lists are replaced, null removes, and an object's person may be told of it."""
        found = self._book.shelves[shelf].get(id_)
        if found is None:
            return self._absent(shelf)
        asked = self._read(SCHEMAS[shelf], body, whole=whole)
        if isinstance(asked, Answer):
            return asked
        if asked.get("id", id_) != id_:
            return refused(400, "invalid", "The id in the body is another.")
        notify = asked.pop("notifyPreference", None) == "NOTIFY_ON_UPDATE"  # good for this once
        changed = {**asked, "id": id_} if whole else _merged(found, asked)
        wrong = self._unfit(shelf, changed)
        if wrong is not None:
            return wrong
        tells = notify and shelf == "loyaltyObject" and any(changed.get(n) != found.get(n) for n in _TOLD_OF)
        if tells and self._too_often(id_):
            return self._exhausted()
        resource = self._kept(shelf, changed, found)
        self._book.keep(shelf, "updated" if whole else "patched", resource)
        if tells:
            self._book.tell(id_, "update")
        return Answer.json(self._with_class(shelf, resource))

    def add_message(self, shelf: Shelf, id_: str, body: bytes) -> Answer:
        """POST …/addMessage: the newest ten are kept."""
        found = self._book.shelves[shelf].get(id_)
        if found is None:
            return self._absent(shelf)
        asked = self._read("AddMessageRequest", body, whole=True)
        if isinstance(asked, Answer):
            return asked
        message = asked.get("message") or {}
        if not (message.get("body") or message.get("localizedBody")):
            return refused(400, "invalid", "A message needs a body.")
        tells = message.get("messageType") == "TEXT_AND_NOTIFY"
        if tells and self._too_often(id_):
            return self._exhausted()
        kept = {**message, "kind": "walletobjects#walletObjectMessage"}
        resource = {**found, "messages": [*found.get("messages", ()), kept][-_MOST_MESSAGES:]}
        self._book.keep(shelf, "messaged", resource)
        if tells:
            self._book.tell(id_, "message")
        return Answer.json({"resource": self._with_class(shelf, resource)})

    def _read(self, schema: str, body: bytes, *, whole: bool) -> Resource | Answer:
        try:
            asked = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return refused(400, "parseError", "Invalid JSON payload received.")
        wrong = problems(schema, asked, whole=whole)
        return refused(400, "invalid", "; ".join(wrong[:5])) if wrong else asked

    def _unfit(self, shelf: Shelf, resource: Resource) -> Answer | None:
        """What only the neighbours show: an object's class has to be there, and approved."""
        wrong = problems(SCHEMAS[shelf], resource, whole=True)
        if wrong:
            return refused(400, "invalid", "; ".join(wrong[:5]))
        if shelf == "loyaltyClass":
            return None
        card_class = self._book.shelves["loyaltyClass"].get(resource["classId"])
        if card_class is None:
            return refused(404, "classNotFound", "The class of this object does not exist.")
        if card_class["reviewStatus"] != "APPROVED":
            return refused(400, "invalid", "The class of this object is not approved.")
        return None

    def _kept(self, shelf: Shelf, asked: Resource, before: Resource) -> Resource:
        resource = {name: value for name, value in asked.items() if name not in _OURS and value is not None}
        resource.pop("notifyPreference", None)
        resource["kind"] = f"walletobjects#{shelf}"
        if shelf == "loyaltyClass":
            draft = resource["reviewStatus"] in ("DRAFT", "draft")
            verdict = {"approved": "APPROVED", "rejected": "REJECTED", "underReview": "UNDER_REVIEW"}
            resource["reviewStatus"] = "DRAFT" if draft else verdict[self.fate.switches.review]
        else:
            resource["hasUsers"] = before.get("hasUsers", False)
            resource["state"] = resource["state"].upper()
        return resource

    def _with_class(self, shelf: Shelf, resource: Resource) -> Resource:
        if shelf == "loyaltyClass":
            return resource
        return {**resource, "classReference": self._book.shelves["loyaltyClass"].get(resource["classId"], {})}

    def _too_often(self, id_: str) -> bool:
        return self._book.told_today(id_) >= self.fate.switches.notices

    @staticmethod
    def _absent(shelf: Shelf) -> Answer:
        name = "class" if shelf == "loyaltyClass" else "object"
        return refused(404, f"{name}NotFound", f"Loyalty {name} not found.")

    @staticmethod
    def _exhausted() -> Answer:
        return refused(403, "QuotaExceededException", "Too many notifications for this pass in 24 hours.")


def addresses(resource: Resource) -> Iterator[str]:
    """The pictures that a resource shows."""
    for name in ("programLogo", "wideProgramLogo", "heroImage"):
        source = (resource.get(name) or {}).get("sourceUri") or {}
        if source.get("uri"):
            yield str(source["uri"])


def _merged(old: Any, new: Any) -> Any:
    """RFC 7396: what is named replaces, null removes, objects are entered."""
    if not isinstance(new, dict):
        return copy.deepcopy(new)
    made = dict(old) if isinstance(old, dict) else {}
    for name, value in new.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = _merged(made.get(name), value)
    return made


def shelf_of(request: Request) -> tuple[Shelf, list[str]] | None:
    """Which shelf a REST address means, and what follows in it."""
    parts = request.path.removeprefix("/walletobjects/v1/").split("/")
    if parts[0] == "loyaltyClass":
        return "loyaltyClass", parts[1:]
    return ("loyaltyObject", parts[1:]) if parts[0] == "loyaltyObject" else None
