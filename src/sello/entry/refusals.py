"""Every refusal on its way out: `{"code", "message", "details", "request_id"}`, Spanish unless English is asked for.

Whatever goes wrong ends here, once: our own refusals, bodies that do not fit, paths that do not exist, what the
database refuses, and what nobody foresaw. No answer repeats what was sent.
"""

import math
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled, SerializationFailure
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from sello.entry.watching import encode
from sello.shared.errors import CATALOGUE, Refused, Unavailable, accepted_language, sentence
from sello.shared.logs import log

CODE: Final = "sello.code"  # where the scope keeps the code of the refusal, for the line in the log
REQUEST_ID: Final = "sello.request_id"

_MOST_FIELDS: Final = 20
_BY_STATUS: Final = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media",
    422: "invalid",
    503: "unavailable",
}
_PASSING: Final = (QueryCanceled, LockNotAvailable, SerializationFailure, DeadlockDetected)


def answer(scope: Scope, code: str, facts: Mapping[str, Any] | None = None, *, after: float | None = None) -> Response:
    """The refusal `code` of the catalogue for this request, with Retry-After when `after` seconds are given."""
    details = dict(facts or {})
    scope[CODE] = code
    locale = accepted_language(_header(scope, b"accept-language"))
    headers = {"content-language": locale, "cache-control": "no-store"}
    if after is None:
        after = next((details[name] for name in ("after", "seconds") if _is_number(details.get(name))), None)
    if after is not None:
        details.setdefault("after", max(1, math.ceil(after)))
        headers["retry-after"] = str(max(1, math.ceil(after)))
    status = CATALOGUE[code].status
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    body = {
        "code": code,
        "message": sentence(code, locale, details),
        "details": {name: _plain(value) for name, value in details.items()},
        "request_id": scope.get(REQUEST_ID, ""),
    }
    return Response(encode(body), status, headers, media_type="application/json")


def busy(scope: Scope, code: str = "busy") -> Response:
    """A 503 whose Retry-After differs from one caller to the next, so that they do not all come back at once."""
    return answer(scope, code, after=1 + secrets.randbelow(3))


def internal(scope: Scope, error: BaseException) -> Response:
    """The 500 for what nobody foresaw: logged with where it happened, told without any detail."""
    log.error("unforeseen", exc_info=error)
    return answer(scope, "internal")


def register(app: FastAPI) -> None:
    """Let the application turn what its endpoints raise into refusals."""
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def response_to(request: Request, error: Exception) -> Response | None:
    """What the application would answer to an endpoint's exception; None when nobody foresaw it."""
    for kind, handler in _HANDLERS.items():  # the special ones stand first
        if isinstance(error, kind):
            return await handler(request, error)
    return None


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101  (registered for it)
    if isinstance(error, Unavailable):
        # Up to half as long again at random: everybody was told at the same moment.
        after = error.after * (1 + secrets.randbelow(51) / 100)
        return answer(request.scope, error.code, error.facts, after=after)
    return answer(request.scope, error.code, error.facts)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  (registered for it)
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return answer(request.scope, "malformed")
    fields = [_field(problem) for problem in problems[:_MOST_FIELDS]]
    return answer(request.scope, "invalid", {"fields": fields})


def _field(problem: Mapping[str, Any]) -> dict[str, str]:
    """Where and what, in pydantic's words where they come from our schema and not from the value."""
    path = ".".join(_clean(str(part)) for part in problem["loc"])
    kind, text = str(problem["type"]), str(problem["msg"])
    if kind.endswith("_parsing"):
        text = text.partition(",")[0]  # what follows quotes characters of the value
    elif kind in ("value_error", "assertion_error"):
        text = text.partition(", ")[2] or text
    return {"path": path[:200], "problem": _clean(text, 200)}


def _clean(text: str, most: int = 64) -> str:
    return "".join(char for char in text if char.isprintable())[:most]


async def _invalid_struct(request: Request, error: Exception) -> Response:
    text, _, path = str(error).partition(" - at `")
    path = path.rstrip("`").removeprefix("$").removeprefix(".") or "body"
    problem = "Invalid enum value" if text.startswith("Invalid enum value") else text
    return answer(request.scope, "invalid", {"fields": [{"path": _clean(path, 200), "problem": _clean(problem, 200)}]})


async def _malformed(request: Request, _: Exception) -> Response:
    return answer(request.scope, "malformed")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for it)
    code = _BY_STATUS.get(error.status_code)
    if code is None:
        code = "internal" if error.status_code >= 500 else "invalid"
    response = answer(request.scope, code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _database(request: Request, error: Exception) -> Response:
    """What slipped through the queries: the server is away or busy, a value no column can hold, or our mistake."""
    if isinstance(error, psycopg.DataError):
        log.warning("value_refused_by_database", exc_info=error)
        return answer(request.scope, "invalid", {"fields": []})
    if isinstance(error, _PASSING):
        return busy(request.scope)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return busy(request.scope, "unavailable")
    return internal(request.scope, error)


async def _unspeakable(request: Request, error: Exception) -> Response:
    """Text with half a surrogate pair: JSON can carry it, no database and no answer can."""
    if isinstance(error, UnicodeEncodeError) and "surrogates not allowed" in error.reason:
        return answer(request.scope, "invalid", {"fields": []})
    return internal(request.scope, error)


_HANDLERS: Final[dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]] = {
    Refused: _refused,
    RequestValidationError: _invalid,
    msgspec.ValidationError: _invalid_struct,
    msgspec.DecodeError: _malformed,
    HTTPException: _http,
    psycopg.Error: _database,
    UnicodeEncodeError: _unspeakable,
}


def _plain(value: Any) -> Any:
    """Facts as JSON: what msgspec cannot say becomes text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
