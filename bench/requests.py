"""The requests of a slice, written out before it begins, and what their answers have to say."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from bench.client import Answer
from bench.world import World, expected, id_of, scan_code_of
from sello.domains.customer import TEXT_VERSION
from sello.shared.auth import Keys, TokenIssuer
from sello.shared.ids import AccountId, BusinessId, SessionId, new_id

_TOKEN_SECONDS: Final = 600


class People:
    """Access tokens of everybody who stamps; new ones when those at hand grow old."""

    def __init__(self, keys: Keys, world: World) -> None:
        self._issuer = TokenIssuer(keys)
        self._world = world
        self._tokens: dict[int, str] = {}
        self._made = 0.0

    def token_of(self, account: int) -> str:
        """A token of this person."""
        if account not in self._tokens:
            self._tokens[account] = self._issuer.issue(
                account_id=AccountId(id_of("account", account)),
                business_id=BusinessId(id_of("shop", account // 2)),
                role="staff" if account % 2 else "owner",
                version=1,
                session_id=SessionId(id_of("session", account)),
            )
        return self._tokens[account]

    def renew(self) -> None:
        """Let everybody get a new token when the present ones have lived for ten of their fifteen minutes."""
        now = datetime.now(UTC).timestamp()
        if now - self._made > _TOKEN_SECONDS:
            self._tokens.clear()
            self._made = now


@dataclass
class Batch:
    """Requests as bytes and, by their number, what a right answer is."""

    requests: list[bytes] = field(default_factory=list)
    judges: list[Callable[[Answer], str | None]] = field(default_factory=list)

    def add(self, request: bytes, judge: Callable[[Answer], str | None]) -> None:
        self.requests.append(request)
        self.judges.append(judge)


def stamps(world: World, people: People, cards: list[int], path: str, *, exact: bool = True) -> Batch:
    """One stamp for each card, by its code, from its shop's network."""
    batch = Batch()
    for card in cards:
        stamp_id = new_id()
        body = {
            "id": str(stamp_id),
            "occurred_at": datetime.now(UTC).isoformat(),
            "scan_code": scan_code_of(card),
            "amount_centimos": 500 + card % 40 * 50,
        }
        account = world.account_of(card)
        request = _post(path, body, token=people.token_of(account), address=_address(world.shop_of(card)))
        batch.add(request, StampJudge(world, card, stamp_id, exact))
    return batch


@dataclass(frozen=True, slots=True)
class StampJudge:
    world: World
    card: int
    stamp_id: UUID
    exact: bool

    def __call__(self, answer: Answer) -> str | None:
        if answer.status != 201:
            return f"status {answer.status}: {answer.body[:200]!r}"
        said: dict[str, Any] = msgspec.json.decode(answer.body)
        want = expected(self.world, self.card)
        right = said["id"] == str(self.stamp_id) and said["card_id"] == str(id_of("card", self.card))
        if right and self.exact:
            right = (said["balance"], said["seq"], len(said["rewards"])) == (want.balance, want.seq, want.rewards)
        return None if right else f"card {self.card}: {said}, expected {want}"


def scans(world: World, people: People, cards: list[int], path: str) -> Batch:
    """A look-up of each card by its code."""
    batch = Batch()
    for card in cards:
        token = people.token_of(world.account_of(card))
        request = _request("GET", f"{path}/{scan_code_of(card)}", _headers(token, _address(world.shop_of(card))))
        batch.add(request, _ScanJudge(card))
    return batch


@dataclass(frozen=True, slots=True)
class _ScanJudge:
    card: int

    def __call__(self, answer: Answer) -> str | None:
        if answer.status != 200:
            return f"status {answer.status}: {answer.body[:200]!r}"
        said = msgspec.json.decode(answer.body)
        right = said["card_id"] == str(id_of("card", self.card)) and said["first_name"] == "Cliente"
        return None if right else f"card {self.card}: {said}"


def enrolments(world: World, chance: random.Random, numbers: range) -> Batch:
    """Somebody new with a phone of their own at a random shop, each from a network of their own."""
    batch = Batch()
    for number in numbers:
        body = {
            "slug": f"shop-{chance.randrange(world.shops)}",
            "name": f"Persona Nueva {number}",
            "phone": f"+519{90_000_000 + number:08d}",
            "marketing": True,
            "text_version": TEXT_VERSION,
        }
        key = str(new_id())
        request = _post("/api/v1/enrollments", body, address=_address(100_000 + number), key=key)
        batch.add(request, _was_created)
    return batch


def dashboards(people: People, shops: list[int]) -> Batch:
    """The home page's numbers, once per shop: nothing of it is in a cache."""
    batch = Batch()
    for shop in shops:
        headers = _headers(people.token_of(shop * 2), _address(shop))
        batch.add(_request("GET", "/api/v1/dashboard/metrics", headers), _was_answered)
    return batch


def campaigns(people: People, shops: range) -> Batch:
    """A draft for each of these shops, with the template that has the shop's id."""
    batch = Batch()
    for shop in shops:
        body = {
            "id": str(new_id()),
            "name": "Te extrañamos",
            "trigger": {"kind": "inactivity", "days_inactive": 14},
            "template_id": str(id_of("shop", shop)),
            "discount_percent": 20,
        }
        token = people.token_of(shop * 2)
        batch.add(_post("/api/v1/campaigns", body, token=token, address=_address(shop)), _was_created)
    return batch


def _was_created(answer: Answer) -> str | None:
    return None if answer.status == 201 else f"status {answer.status}: {answer.body[:200]!r}"


def _was_answered(answer: Answer) -> str | None:
    return None if answer.status == 200 else f"status {answer.status}: {answer.body[:200]!r}"


def _address(network: int) -> str:
    """An address of this network (a /24), as the proxy in front tells it."""
    return (
        f"10.{network >> 8 & 255}.{network & 255}.7"
        if network < 1 << 16
        else (f"{11 + (network >> 16)}.{network >> 8 & 255}.{network & 255}.7")
    )


def _headers(token: str | None, address: str) -> Iterator[str]:
    yield "Host: 127.0.0.1"
    yield "Accept-Language: es-PE"
    yield f"X-Forwarded-For: {address}"
    if token is not None:
        yield f"Authorization: Bearer {token}"


def _request(method: str, path: str, headers: Iterator[str], body: bytes = b"") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", *headers, "", "")).encode() + body


def _post(path: str, body: dict[str, Any], *, address: str, token: str | None = None, key: str | None = None) -> bytes:
    raw = json.dumps(body).encode()

    def headers() -> Iterator[str]:
        yield from _headers(token, address)
        yield "Content-Type: application/json"
        yield f"Content-Length: {len(raw)}"
        if key is not None:
            yield f"Idempotency-Key: {key}"

    return _request("POST", path, headers(), raw)
