"""Hot endpoints: plain handlers over msgspec structs, described in OpenAPI from the same structs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec

from sello.shared.errors import Refused

Struct = TypeVar("Struct", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Operation:
    """One hot endpoint: what entry needs to route it and to describe it."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    endpoint: Callable[[Any], Awaitable[Any]]
    summary: str
    answers: Mapping[int, type[msgspec.Struct]]
    refusals: tuple[str, ...]
    body: type[msgspec.Struct] | None = None


def decode(struct: type[Struct], raw: bytes) -> Struct:
    """The body as `struct`; Refused `malformed` when it is not JSON and `invalid` when it does not fit."""
    try:
        return msgspec.json.decode(raw, type=struct)
    except msgspec.ValidationError as error:
        raise Refused("invalid", fields=[problem(error)]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("malformed") from error


def problem(error: msgspec.ValidationError) -> dict[str, str]:
    """Where and what: msgspec says `… - at `$.path``; values are never repeated."""
    text, _, path = str(error).partition(" - at `")
    return {"path": path.rstrip("`").removeprefix("$").removeprefix(".") or "body", "problem": text}
