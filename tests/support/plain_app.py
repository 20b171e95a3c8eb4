"""A small application behind the real edge, for tests that need routes which misbehave in known ways."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import httpx
import msgspec
import psycopg
from fastapi import FastAPI, Query
from psycopg.errors import QueryCanceled, UniqueViolation
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sello.entry import edge, health
from sello.entry.settings import Settings
from sello.shared.auth import TokenIssuer
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import AccountId, BusinessId, SessionId, new_id
from sello.shared.validation import Body, Name

CANARY = "Ana Canario 987654321 ana@canario.pe"


class Struct(msgspec.Struct, forbid_unknown_fields=True):
    """A hot endpoint's body."""

    id: UUID


def _never(text: str) -> str:
    raise ValueError("never good enough")


class NewThing(Body):
    """A body with one field of each kind of trouble."""

    id: UUID
    name: Name
    count: int = 0
    never: Annotated[str, AfterValidator(_never)] = "unset"


def plain_settings(**changed: Any) -> Settings:
    """Settings that point at nothing."""
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    values: dict[str, Any] = {
        "database_url": nowhere,
        "database_platform_url": nowhere,
        "redis_url": "redis://127.0.0.1:1/0",
        "jwt_secret": "a secret of at least thirty-two characters",
        "data_key": "a key of at least thirty-two characters",
        "metrics_token": "a token for metrics",
    }
    return Settings(**{**values, **changed})


def plain_app(settings: Settings, *, protected: bool = True) -> FastAPI:
    """The application; `app.state.gate` (an Event) holds back POST /api/v1/stamps and GET /api/v1/reward-rules."""
    app = FastAPI()
    app.state.settings = settings
    app.state.tokens = TokenIssuer(settings.keys)
    app.state.gate = asyncio.Event()
    app.state.gate.set()
    app.state.called_off = 0
    app.include_router(health.router)
    app.router.routes += [
        Route("/api/v1/stamps", _gated, methods=["POST"]),
        Route("/api/v1/stamps/batches", _body_length, methods=["POST"]),
        Route("/api/v1/reward-rules", _gated, methods=["GET"]),
        Route("/api/v1/structs", _struct, methods=["POST"]),
        Route("/e/{slug}", _page, methods=["GET"]),
        Route("/api/v1/client", _client, methods=["GET"]),
    ]
    app.post("/api/v1/things")(_post_thing)
    app.get("/api/v1/things/{thing_id}")(_get_thing)
    for name, error in ERRORS.items():
        app.get(f"/api/v1/errors/{name}")(_raising(error))
    if protected:
        edge.protect(app, settings)
    return app


@asynccontextmanager
async def serving(app: FastAPI, *, address: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running application, calling from `address`."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, client=(address, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://sello.test") as client:
            yield client


def bearer(app: FastAPI) -> dict[str, str]:
    """The header of somebody new."""
    token = app.state.tokens.issue(
        account_id=AccountId(new_id()),
        business_id=BusinessId(new_id()),
        role="staff",
        version=1,
        session_id=SessionId(new_id()),
    )
    return {"Authorization": f"Bearer {token}"}


async def _gated(request: Request) -> Response:
    try:
        await request.app.state.gate.wait()
    except asyncio.CancelledError:
        request.app.state.called_off += 1
        raise
    return Response(b"{}", media_type="application/json")


async def _body_length(request: Request) -> Response:
    return Response(str(len(await request.body())), media_type="application/json")


async def _struct(request: Request) -> Response:
    msgspec.json.decode(await request.body(), type=Struct)
    return Response(b"{}", media_type="application/json")


async def _page(request: Request) -> Response:
    return Response("<h1>Café Luna</h1>", media_type="text/html", headers={"Cache-Control": "max-age=60"})


async def _client(request: Request) -> Response:
    return Response(request.client.host if request.client else "", media_type="text/plain")


async def _post_thing(body: NewThing) -> dict[str, str]:
    return {"name": body.name}


async def _get_thing(thing_id: UUID, most: Annotated[int, Query(le=10)] = 1) -> dict[str, int]:
    return {"most": most}


def _surrogate() -> Exception:
    try:
        "\ud800".encode()
    except UnicodeEncodeError as error:
        return error
    raise AssertionError


ERRORS: dict[str, Callable[[], Exception]] = {
    "unforeseen": lambda: KeyError(CANARY),
    "refused": lambda: Refused("slow_down", after=7),
    "reserved": lambda: Refused("reward_reserved", seconds=42, by="Diego"),
    "away": lambda: Unavailable(after=2),
    "unique": lambda: UniqueViolation(f"Key (email)=({CANARY}) already exists."),
    "data": lambda: psycopg.DataError(f"text fields cannot contain NUL: {CANARY}"),
    "closed": lambda: psycopg.OperationalError("the connection is closed"),
    "canceled": lambda: QueryCanceled("statement timeout"),
    "surrogate": _surrogate,
    "timeout": lambda: TimeoutError("of something inside"),
    "unauthenticated": lambda: Refused("unauthenticated"),
}


def _raising(make: Callable[[], Exception]) -> Callable[[], Any]:
    async def endpoint() -> None:
        raise make()

    return endpoint
