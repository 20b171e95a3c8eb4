"""The route table of the application and the authorisation matrix beside it, as requests that can be sent.

`authz_matrix.yaml` says for each route who may call it and with what body. Texts that begin with `$` name things of
a stage (`$card`), a fresh id of the client (`$new:stamp`; the tenancy tests put another shop's stamp there), `$now`,
or an `$email` or `$phone` that nobody used before.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import randrange
from typing import Any
from uuid import UUID, uuid4

import yaml
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from sello.shared import clock
from sello.shared.auth.api import CALLERS, opening_of
from sello.shared.ids import new_id, random_code
from tests.promises.stage import ROLES

MATRIX = Path(__file__).with_name("authz_matrix.yaml")

# What stands in a path, by the name of its parameter.
PARAMETERS = {
    "account_id": "$account",
    "alert_id": "$alert",
    "archive_id": "$archive",
    "branch_id": "$branch",
    "business_id": "$business",
    "campaign_id": "$campaign",
    "card_id": "$card",
    "code": "$scan_code",
    "code_id": "$till_code",
    "customer_id": "$customer",
    "device_id": "$device",
    "device_text": "$phone_id",
    "discount_code": "$discount_code",
    "import_id": "$import",
    "invitation_id": "$invitation",
    "job_id": "$job",
    "key_id": "$key",
    "pass_type": "$pass_type",
    "redemption_id": "$redemption",
    "request_id": "$request",
    "reward_id": "$reward",
    "serial": "$serial",
    "session_id": "$session",
    "short": "$short",
    "signal_id": "$signal",
    "slug": "$slug",
    "stamp_id": "$stamp",
    "template_id": "$template",
    "text": "$link",
    "token": "$picture",
    "version": "$version",
}

# Made up anew for each request.
MADE_UP: dict[str, Callable[[], str]] = {
    "$now": lambda: clock.now().isoformat(),
    "$email": lambda: f"{uuid4().hex}@example.pe",
    "$phone": lambda: f"+519{randrange(10**8):08}",
}
# Things that belong to no shop, or are public on purpose: whoever has a card's link or a shop's address may use it.
NOBODYS = (*MADE_UP, "$version", "$digits", "$job", "$slug", "$link", "$short", "$picture", "$pass_type", "$phone_id")


@dataclass(frozen=True)
class Endpoint:
    """One method of one route, the callers its signature names, and the scope that opens it to API keys."""

    method: str
    path: str
    callers: tuple[str, ...]
    scope: str | None = None

    @property
    def name(self) -> str:
        """`POST /api/v1/stamps`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Row:
    """What the matrix says of a route: its caller, the scope of keys, what to send, and the answer to each role."""

    caller: str
    answers: Mapping[str, str]
    key: str | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    bodies: tuple[Any, ...] = (None,)


@dataclass(frozen=True)
class Ask:
    """A request to an endpoint, its places not filled in yet."""

    endpoint: Endpoint
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any

    def places(self) -> dict[str, str]:
        """Where a thing of a shop is named, and which: `body.device_id: $device`."""
        named = {"path": dict(self.path), "query": dict(self.query), "body": self.body}
        return {
            place: text
            for place, text in _texts(named, "")
            if text.startswith("$") and text not in NOBODYS and text != "$new"
        }

    def without_cursors(self) -> "Ask":
        """The same from the beginning of a list on."""
        named = {name for name, value in self.query.items() if any(t.startswith("$") for _, t in _texts(value, ""))}
        return replace(self, query={name: value for name, value in self.query.items() if name not in named})

    def sent(self, things: Mapping[str, Any], swapped: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The keywords of httpx, every place filled from `things` or, by its name, from `swapped`."""
        named = {"path": dict(self.path), "query": dict(self.query), "body": self.body}
        filled = _filled(named, "", things, swapped or {})
        request = {
            "method": self.endpoint.method,
            "url": self.endpoint.path.replace(":path}", "}").format(**filled["path"]),
        }
        return request | {"params": filled["query"], **({"json": filled["body"]} if self.body is not None else {})}


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}".strip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}.{number}")
    elif isinstance(value, str):
        yield place, value


def _filled(value: Any, place: str, things: Mapping[str, Any], swapped: Mapping[str, Any]) -> Any:
    if place in swapped:
        return str(swapped[place])
    if isinstance(value, dict):
        return {key: _filled(inner, f"{place}.{key}".strip("."), things, swapped) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, f"{place}.{number}", things, swapped) for number, inner in enumerate(value)]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    if value.startswith("$new"):
        return str(new_id())
    if value in MADE_UP:
        return MADE_UP[value]()
    return str(things[value.removeprefix("$")])


def thing_at(text: str, things: Mapping[str, Any]) -> Any:
    """The thing a place names; of a fresh id, the thing of that kind that exists."""
    return things[text.removeprefix("$").removeprefix("new:")]


def unknown_like(thing: Any) -> Any:
    """Something of the same form that nobody has."""
    return new_id() if isinstance(thing, UUID) else random_code(len(str(thing)))


def endpoints(app: FastAPI) -> list[Endpoint]:
    """Every method of every route, those of mounted applications included."""
    return list(_endpoints(app.router.routes, ""))


def _endpoints(routes: list[BaseRoute], prefix: str) -> Iterator[Endpoint]:
    for context in iter_route_contexts(routes):
        route = context.original_route
        if isinstance(route, Mount):
            inside = _application(route.app)
            if inside is None:
                yield Endpoint("MOUNT", prefix + route.path, ())
            else:
                yield from _endpoints(inside.router.routes, prefix + route.path)
            continue
        for method in sorted(set(context.methods or ()) - {"HEAD"}):
            path = prefix + str(context.path or getattr(route, "path", ""))
            scope = opening_of(getattr(context, "endpoint", None)).scope
            yield Endpoint(method, path, tuple(_callers(context)), scope)


def _callers(context: Any) -> Iterator[str]:
    """The callers named by dependencies, at any depth, or by the mark of a plain endpoint."""
    marked = getattr(getattr(context, "endpoint", None), "caller", None)
    if marked is not None:
        yield marked
    dependant = getattr(context, "dependant", None)
    for dependency in dependant.dependencies if dependant else ():
        if dependency.call in CALLERS:
            yield CALLERS[dependency.call]
        elif dependency.call.__qualname__ == "mount.<locals>.admin_only":
            yield "admin"


def _application(app: Any) -> FastAPI | None:
    """The FastAPI application inside a mount and what is wrapped around it."""
    while app is not None and not isinstance(app, FastAPI):
        app = next((inner for inner in vars(app).values() if callable(inner) and hasattr(inner, "__dict__")), None)
    return app


@cache
def matrix() -> dict[str, Row]:
    """The rows of authz_matrix.yaml by `METHOD path`."""
    written = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return {name: _row(row, written["defaults"][row["caller"]]) for name, row in written["routes"].items()}


def _row(row: dict[str, Any], defaults: dict[str, Any]) -> Row:
    said = row["answers"]
    answers = dict.fromkeys(ROLES, said.get("everybody")) | defaults | said
    answers.pop("everybody", None)
    if row["caller"] == "member" and "pin" not in said:
        answers["pin"] = answers["staff"]  # the owner's PIN is worth no more
    bodies = row.get("bodies", [row.get("body")])
    return Row(
        row["caller"],
        {role: str(answers[role]) for role in answers},
        row.get("key"),
        row.get("path", {}),
        row.get("query", {}),
        tuple(bodies),
    )


def asks(endpoint: Endpoint) -> list[Ask]:
    """The requests the matrix makes of a route: one for each of its bodies."""
    row = matrix()[endpoint.name]
    names = [part[1:-1].removesuffix(":path") for part in endpoint.path.split("/") if part.startswith("{")]
    path = {name: row.path.get(name, PARAMETERS.get(name, f"no parameter {name} in matrix.py")) for name in names}
    return [Ask(endpoint, path, row.query, body) for body in row.bodies]
