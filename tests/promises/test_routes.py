"""Every route says who may call it, and answers each kind of caller as the matrix says.

A route without a row fails with the row to add. `stranger` is the owner of another shop, who names this shop's things;
`dismissed` used to work here; `admin` names the shop and a reason, as platform admins do.
"""

import inspect
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any

import httpx
import psycopg
import pytest
import pytest_asyncio
from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from pwdlib.hashers.bcrypt import BcryptHasher
from starlette.routing import Route

from sello.entry.http import create_app
from sello.entry.settings import Settings
from tests.promises.matrix import MATRIX, Ask, Endpoint, asks, endpoints, matrix
from tests.promises.stage import ROLES, Stage, make_stage
from tests.support.servers import Servers, TestDatabase

# Routes without a caller in their signature, and who looks after them.
SPOKEN_FOR = {
    "GET /openapi.json": "the contract is for everybody",
    "MOUNT /socket.io": "asks for the token in its handshake",
    "POST /webhooks/twilio/status": "asks for the provider's signature",
}

ROW_TO_ADD = """
add to {matrix}:

  {name}:
    caller: {caller}
    answers: {{{answers}}}
"""

MakeStage = Callable[[], Stage]


def unopened() -> FastAPI:
    """The application, to read its routes; nothing is connected."""
    nowhere = "postgresql://nobody:nothing@127.0.0.1:1/none"
    return create_app(
        Settings(
            database_url=nowhere,
            database_platform_url=nowhere,
            redis_url="redis://127.0.0.1:1",
            jwt_secret="a secret of at least thirty-two characters",
            data_key="a key of at least thirty-two characters",
            sello_test=True,
        )
    )


ENDPOINTS = {endpoint.name: endpoint for endpoint in endpoints(unopened())}
ROWS = [ENDPOINTS[name] for name in matrix() if name in ENDPOINTS]


def threaded(app: FastAPI) -> set[str]:
    """Endpoints and dependencies without `async`: each would be handed to a thread and back, for every request."""
    waiting = [
        dependant
        for context in iter_route_contexts(app.routes)
        if (dependant := getattr(context.original_route, "dependant", None)) is not None
    ]
    found = set()
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        if not (inspect.iscoroutinefunction(dependant.call) or inspect.isasyncgenfunction(dependant.call)):
            found.add(dependant.call.__qualname__)
    return found


@pytest.fixture(scope="module")
def promised(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> tuple[TestDatabase, Settings]:
    """A database of these tests' own, so that other tests' pages and limits are not theirs."""
    database = servers.database("routes")
    return database, Settings(**database.environment(servers, home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def stages(promised: tuple[TestDatabase, Settings]) -> Iterator[MakeStage]:
    """Makes stages."""
    database, settings = promised
    password_hash = BcryptHasher(rounds=4).hash("what everybody here chose")
    with psycopg.connect(
        database.url("sello_owner"), autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        yield lambda: make_stage(settings, connection, password_hash=password_hash)


@pytest.fixture(scope="module")
def standing(stages: MakeStage) -> Stage:
    """A stage that no request is expected to change."""
    return stages()


@pytest.fixture(scope="module")
def stranger(stages: MakeStage) -> Stage:
    """The shop whose owner is the stranger."""
    return stages()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def api(promised: tuple[TestDatabase, Settings]) -> AsyncIterator[httpx.AsyncClient]:
    """The application."""
    app = create_app(promised[1])
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=promised[1].public_base_url, headers={"X-Client": "api"}
        ) as client:
            yield client


async def answered(
    api: httpx.AsyncClient, ask: Ask, role: str, stage: Stage, stranger: Stage, *, swapped: Any = None
) -> httpx.Response:
    """What the application answers to somebody who names things of `stage`."""
    headers = stranger.headers("owner") if role == "stranger" else stage.headers(role)
    api.cookies.clear()
    return await api.request(**ask.sent(stage.things_of(role), swapped), headers=headers)


def said(answer: httpx.Response) -> str:
    """`201`, or `404 card_not_found`."""
    if not answer.is_error:
        return str(answer.status_code)
    spoken = answer.headers.get("content-type", "").startswith("application/json")
    return f"{answer.status_code} {answer.json().get('code') if spoken else answer.text[:80]}"


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of an operation's JSON body."""
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def parts(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema, or those it stands for: the one it refers to, its alternatives."""
    if "$ref" in schema:
        yield from parts(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from parts(document, one)
    else:
        yield schema


def objects(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object in a body."""
    for part in parts(document, schema):
        if part.get("type") == "object":
            yield part
        for inner in [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]:
            yield from objects(document, inner)


def ids_in(document: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    """The places of UUIDs in a schema: `body.stamp_ids.*`."""
    for part in parts(document, schema):
        if part.get("format") == "uuid":
            yield place
        for name, inner in part.get("properties", {}).items():
            yield from ids_in(document, inner, f"{place}.{name}")
        if "items" in part:
            yield from ids_in(document, part["items"], f"{place}.*")


def id_places(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    """The places of UUIDs in an operation's parameters and body."""
    for parameter in operation.get("parameters", ()):
        yield from ids_in(document, parameter["schema"], f"{parameter['in']}.{parameter['name']}")
    yield from ids_in(document, body_of(operation), "body")


def missing_row(endpoint: Endpoint) -> str:
    """The row to add, its answers to be filled in."""
    answers = ", ".join(f"{role}: ?" for role in ROLES)
    caller = endpoint.callers[0] if endpoint.callers else "anyone"
    return ROW_TO_ADD.format(matrix=MATRIX.name, name=endpoint.name, caller=caller, answers=answers)


def test_every_route_names_one_caller() -> None:
    silent = {name for name, endpoint in ENDPOINTS.items() if len(set(endpoint.callers)) != 1}
    assert silent == set(SPOKEN_FOR)


def test_every_route_has_its_row() -> None:
    """Rows of routes that are gone go too."""
    served = {name: endpoint for name, endpoint in ENDPOINTS.items() if endpoint.method != "MOUNT"}
    missing = [missing_row(endpoint) for name, endpoint in served.items() if name not in matrix()]
    assert missing == [], "".join(missing)
    assert set(matrix()) - set(served) == set()


def test_the_rows_say_what_the_code_says() -> None:
    said_by_code = {endpoint.name: endpoint.callers[0] if endpoint.callers else "anyone" for endpoint in ROWS}
    assert {name: row.caller for name, row in matrix().items()} == said_by_code


def test_the_rows_say_which_scope_opens_a_route_to_keys() -> None:
    """And that no other does: a key meets `forbidden` there, as the answers to `api_key` say."""
    assert {name: row.key for name, row in matrix().items()} == {endpoint.name: endpoint.scope for endpoint in ROWS}


def test_the_rows_name_every_id_that_a_request_can_hold() -> None:
    """What a row does not name, no tenancy test swaps for another shop's."""
    document = unopened().openapi()
    unnamed = []
    for endpoint in ROWS:
        operation = document["paths"].get(endpoint.path, {}).get(endpoint.method.lower(), {})
        named = {re.sub(r"\.\d+", ".*", place) for ask in asks(endpoint) for place in ask.places()}
        unnamed += [f"{endpoint.name}: {place}" for place in id_places(document, operation) if place not in named]
    assert unnamed == []


def test_no_body_takes_a_field_it_does_not_know() -> None:
    """Otherwise a role, a balance or a business could be slipped in."""
    document = unopened().openapi()
    open_bodies = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for schema in objects(document, body_of(operation))
        if schema.get("additionalProperties") is not False
        and not path.startswith("/passkit/v1/")  # Apple's to extend: a phone of next year is not refused
    ]
    assert open_bodies == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("endpoint", ROWS, ids=lambda endpoint: endpoint.name)
async def test_the_answers_are_those_of_the_matrix(
    api: httpx.AsyncClient, stages: MakeStage, standing: Stage, stranger: Stage, endpoint: Endpoint
) -> None:
    expected = dict(matrix()[endpoint.name].answers)
    found = dict.fromkeys(ROLES, "")
    for role in ROLES:
        changes = endpoint.method != "GET" and expected[role].startswith("2") and "anyone" not in endpoint.callers
        answers = [
            await answered(api, ask, role, stages() if changes else standing, stages() if changes else stranger)
            for ask in asks(endpoint)
        ]
        found[role] = " | ".join(dict.fromkeys(said(answer) for answer in answers))
    assert found == expected


def test_a_route_that_names_nobody_is_seen() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.append(Route("/plain", lambda _: None))
    inside = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    inside.get("/deep")(lambda: None)
    app.mount("/mounted", inside)
    assert [(endpoint.name, endpoint.callers) for endpoint in endpoints(app)] == [
        ("GET /plain", ()),
        ("GET /mounted/deep", ()),
    ]
    assert "  GET /mounted/deep:\n    caller: anyone\n" in missing_row(endpoints(app)[1])


def test_no_request_is_handed_to_a_thread() -> None:
    assert threaded(unopened()) == set()


def test_what_is_handed_to_a_thread_is_found() -> None:
    planted = FastAPI()

    def slow() -> int:
        return 1

    @planted.get("/quick")
    async def quick(number: Annotated[int, Depends(slow)]) -> int:
        return number

    @planted.get("/dull")
    def dull() -> int:
        return 1

    assert {name.rpartition(".")[2] for name in threaded(planted)} == {"slow", "dull"}
