"""The save page: what a link's JWT carries is put there, and the person says yes."""

from collections.abc import Callable
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sello.infrastructure.googlewallet.simulator.book import Book, Resource, Shelf
from sello.infrastructure.googlewallet.simulator.contract import problems
from sello.infrastructure.googlewallet.simulator.resources import SCHEMAS, Resources
from sello.infrastructure.playing.serving import Answer

_MOST: Final = 1800
_CARRIED: Final[dict[str, Shelf]] = {"loyaltyClasses": "loyaltyClass", "loyaltyObjects": "loyaltyObject"}


class NotSaved(Exception):
    """A link that saves nothing, and why: Google's own page says little more than that something went wrong."""


class Saving:
    """Reads save links."""

    def __init__(self, book: Book, resources: Resources, key: Callable[[], tuple[RSAPublicKey, str]]) -> None:
        self._book = book
        self._resources = resources
        self._key = key

    def cards(self, token: str) -> list[Resource]:
        """The objects that a link is about, made where they were not there; raises NotSaved."""
        payload = self._payload(token)
        for name, shelf in _CARRIED.items():
            for asked in payload.get(name, ()):
                self._take(shelf, asked)
        named = [one["id"] for one in payload.get("loyaltyObjects", ())]
        if not named:
            raise NotSaved("The link names no object.")
        return [self._book.shelves["loyaltyObject"][id_] for id_ in named]

    def save(self, token: str) -> list[Resource]:
        """The person says yes."""
        cards = self.cards(token)
        for card in cards:
            self._book.save(card["id"], saved=True)
        return cards

    def _take(self, shelf: Shelf, asked: Any) -> None:
        # What is there stays as it is: a link changes nothing.
        if isinstance(asked, dict) and asked.get("id") in self._book.shelves[shelf]:
            return
        wrong = problems(SCHEMAS[shelf], asked, whole=True)
        if wrong:
            raise NotSaved("; ".join(wrong))
        answer: Answer = self._resources.make(shelf, asked)
        if answer.status != 200:
            raise NotSaved(answer.body.decode())

    def _payload(self, token: str) -> dict[str, Any]:
        key, email = self._key()
        if len(token) > _MOST:
            raise NotSaved(f"The link has {len(token)} characters: it would be cut.")
        try:
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=["RS256"], audience="google", issuer=email,
                options={"require": ["iss", "aud", "iat"], "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise NotSaved(f"The link is not the issuer's: {error}.") from error
        payload = claims.get("payload")
        if claims.get("typ") != "savetowallet" or not isinstance(payload, dict):
            raise NotSaved("The link saves nothing.")
        return payload
