"""One shop's people never reach another's: every route, every place an id can stand, every kind of caller.

The attackers work at one shop and name things of another (the victim), things that do not exist and things that are
no ids. The answers about the victim's things are those about nothing at all, no row of the victim changes, and nothing
that marks the victim is ever answered.

Then once more with the application's own checks switched off: it takes the victim's business id wherever it says
`business_id`, and row-level security alone stands between. A control without that wall shows that the test would see.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.sql import SQL, Identifier
from starlette.requests import Request

from sello.entry.http import create_app
from sello.entry.settings import Settings
from sello.infrastructure.database.db import SET_TENANT, Db, TenantPool, within
from sello.shared.auth import Caller, Claims
from sello.shared.auth.api import Authenticator
from sello.shared.ids import BusinessId
from tests.promises.matrix import Ask, Endpoint, asks, thing_at, unknown_like
from tests.promises.stage import Stage, checksum
from tests.promises.test_routes import (
    ENDPOINTS,
    ROWS,
    MakeStage,
    answered,
    api,
    promised,
    said,
    stages,
)
from tests.support.servers import TestDatabase

__all__ = ["api", "promised", "stages"]

Row = TypeVar("Row")
Result = TypeVar("Result")

ATTACKERS = ("none", "staff", "owner", "dismissed", "admin")
MALFORMED = ("no-id", "00000000-0000-0000-0000-00000000000g", "' OR 1=1 --", "%00")
VOLATILE = re.compile(r'"(request_id|recorded_at|expires_at|oldest|created_at|seq|occurred_at)":("[^"]*"|\d+)')

# Routes that name a thing of a shop: a shop's public address and a card's link are not such things.
# Nor are those that a platform admin alone may name, who stands above the shops: the matrix shows nobody else may.
NAMING = [e for e in ROWS if "admin" not in e.callers and any(ask.places() for ask in asks(e))]


@pytest.fixture(scope="module")
def attackers(stages: MakeStage) -> Stage:
    """The shop whose people try."""
    return stages()


@pytest.fixture(scope="module")
def victim(stages: MakeStage) -> Stage:
    """The shop that notices nothing."""
    return stages()


def rows_of(database: TestDatabase, stage: Stage) -> dict[str, Any]:
    """A digest of every row of a shop."""
    with psycopg.connect(database.url("sello_owner"), autocommit=True) as owner:
        return checksum(owner, stage.shop.business_id)


def told(answer: httpx.Response, sent: Mapping[str, Any]) -> str:
    """A refusal without what differs between any two: times, the request's id, and the ids that were sent.

    Of a batch the refusals in it, of any other success the status alone.
    """
    text = answer.text if answer.is_error else ""
    if not answer.is_error and '"outcomes":' in answer.text:
        text = json.dumps([(one["outcome"], one["refusal"]) for one in answer.json()["outcomes"]])
    text = VOLATILE.sub(r'"\1":…', text)
    for value in sent.values():
        text = text.replace(str(value), "<sent>")
    return f"{answer.status_code} {text}"


def leaked(answer: httpx.Response, victim: Stage, sent: Mapping[str, Any]) -> set[str]:
    """What marks the victim in an answer's headers or body; what was sent may come back."""
    text = f"{answer.text} {answer.headers}"
    return {mark for mark in victim.canaries - {str(value) for value in sent.values()} if mark in text}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("endpoint", NAMING, ids=lambda endpoint: endpoint.name)
async def test_another_shops_things_are_nothing(
    api: httpx.AsyncClient, promised: Any, stages: MakeStage, attackers: Stage, victim: Stage, endpoint: Endpoint
) -> None:
    before = rows_of(promised[0], victim)
    for ask, places in [(one, places) for one in asks(endpoint) for places in swaps(one)]:
        theirs = {place: thing_at(text, victim.things) for place, text in places.items()}
        nobodys = {place: unknown_like(thing) for place, thing in theirs.items()}
        # The id of a new thing may be one that another shop has: it is made, at the attackers' shop, each time anew.
        makes = all(text.startswith("$new") for text in places.values())
        for role in ("owner",) if makes else ATTACKERS:
            own = [stages(), stages()] if makes else [attackers] * 2
            about_theirs = await answered(api, ask, role, own[0], victim, swapped=theirs)
            about_nobodys = await answered(api, ask, role, own[1], victim, swapped=nobodys)
            assert told(about_theirs, theirs) == told(about_nobodys, nobodys), (role, list(places))
            assert leaked(about_theirs, victim, theirs) == set()
            assert about_theirs.status_code < 500
    assert rows_of(promised[0], victim) == before


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("endpoint", NAMING, ids=lambda endpoint: endpoint.name)
async def test_what_is_no_id_is_refused(
    api: httpx.AsyncClient, attackers: Stage, victim: Stage, endpoint: Endpoint
) -> None:
    for ask in asks(endpoint):
        for place in ask.places():
            for nonsense in MALFORMED:
                if place.startswith("path.") and not nonsense.isprintable():
                    continue
                answer = await answered(api, ask, "owner", attackers, victim, swapped={place: nonsense})
                refused_alone = answer.status_code == 200 and endpoint.path.endswith("/batches")
                assert 400 <= answer.status_code < 500 or refused_alone, f"{place}={nonsense}: {said(answer)}"


def swaps(ask: Ask) -> list[dict[str, str]]:
    """Each place by itself, then all of them together."""
    places = ask.places()
    single = [{place: text} for place, text in places.items()]
    return [*single, places] if len(places) > 1 else single


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("endpoint", ROWS, ids=lambda endpoint: endpoint.name)
async def test_no_answer_to_one_shop_carries_the_mark_of_another(
    api: httpx.AsyncClient, stages: MakeStage, attackers: Stage, victim: Stage, endpoint: Endpoint
) -> None:
    """Lists, searches and pages too: whatever a shop asks about its own things."""
    above = "admin" in endpoint.callers  # of every shop, for whoever runs the platform
    for ask in asks(endpoint):
        reads = endpoint.method == "GET" or "anyone" in endpoint.callers
        for role in ("staff", "owner", "admin") if reads else ("owner",):
            own = attackers if reads else stages()
            answer = await answered(api, ask.without_cursors(), role, own, victim)
            assert (above and role == "admin") or leaked(answer, victim, {}) == set()


# ---------------------------------------------------------------- the wall itself


def tenant_tables(database: TestDatabase) -> list[tuple[str, str, bool, bool]]:
    """Tables that sello_app reads, with their tenant's column, and whether it may change rows and their tenant."""
    return database.rows(
        """
        SELECT c.relname::text, a.attname::text, has_any_column_privilege('sello_app', c.oid, 'UPDATE'),
          has_column_privilege('sello_app', c.oid, a.attnum, 'UPDATE')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
          AND a.attname = CASE WHEN c.relname = 'businesses' THEN 'id' ELSE 'business_id' END
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND has_column_privilege('sello_app', c.oid, a.attnum, 'SELECT')
        """
    )


def test_the_role_that_serves_shops_sees_its_tenant_and_nothing_without_one(
    promised: tuple[TestDatabase, Settings], attackers: Stage, victim: Stage
) -> None:
    database = promised[0]
    own, other = attackers.shop.business_id, victim.shop.business_id
    with psycopg.connect(database.url("sello_app"), autocommit=True) as app:
        for table, column, changeable, movable in tenant_tables(database):
            names = {"table": Identifier(table), "column": Identifier(column)}
            count = SQL("SELECT count({column}), count(DISTINCT {column}) FROM {table}").format(**names)
            assert app.execute(count).fetchone() == (0, 0), f"{table} without a tenant"
            with app.transaction(force_rollback=True):
                app.execute(SET_TENANT, (str(own),))
                seen = app.execute(count).fetchone()
                assert seen is not None
                assert seen[1] <= 1, table
                theirs = SQL("SELECT FROM {table} WHERE {column} = %s").format(**names)
                assert app.execute(theirs, (other,)).rowcount == 0, table
                if changeable and movable:
                    change = SQL("UPDATE {table} SET {column} = {column} WHERE {column} = %s").format(**names)
                    assert app.execute(change, (other,)).rowcount == 0, table
                    if seen[0]:
                        move = SQL("UPDATE {table} SET {column} = %s").format(**names)
                        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation)):
                            app.execute(move, (other,))
            assert app.execute(count).fetchone() == (0, 0), f"{table}: the tenant outlived its transaction"


# ---------------------------------------------------------------- with the application's own checks switched off


class WallOnly:
    """Db whose statements say `business_id = victim` while the connection's tenant is always the attackers' shop."""

    def __init__(self, pool: TenantPool, tenant: BusinessId) -> None:
        self._pool = pool
        self._tenant = tenant

    async def transact(self, business_id: BusinessId, work: Callable[[Db], Awaitable[Result]]) -> Result:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(SET_TENANT, (str(self._tenant),))
            return await work(within(connection, business_id))

    async def fetch_one(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> Row | None:
        return await self.transact(business_id, lambda tx: tx.fetch_one(row, business_id, sql, **values))

    async def fetch_all(
        self, row: type[Row], business_id: BusinessId, sql: LiteralString, /, **values: Any
    ) -> list[Row]:
        return await self.transact(business_id, lambda tx: tx.fetch_all(row, business_id, sql, **values))

    async def execute(self, business_id: BusinessId, sql: LiteralString, /, **values: Any) -> int:
        return await self.transact(business_id, lambda tx: tx.execute(business_id, sql, **values))


@dataclass
class Turncoat:
    """An authenticator that takes the attackers for people of the victim's shop, once it knows who they are."""

    honest: Authenticator
    victim: Stage

    async def claims(self, request: Request) -> Claims:
        person = self.victim.shop.rosa
        claims = await self.honest.claims(request)
        return replace(
            claims,
            business_id=person.business_id,
            account_id=person.account_id,
            role="owner",
            version=1,
            session_id=person.session_id,
        )

    async def person(self, request: Request) -> Claims:
        return await self.honest.person(request)

    async def caller(self, request: Request) -> Caller:
        person = self.victim.shop.rosa
        claims = await self.honest.person(request)
        return Caller(person.account_id, person.business_id, "owner", 1, claims.session_id)

    async def admin(self, request: Request) -> Claims:
        return await self.honest.admin(request)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def careless(
    promised: tuple[TestDatabase, Settings], attackers: Stage, victim: Stage
) -> AsyncIterator[Callable[[UUID], httpx.AsyncClient]]:
    """The application without its checks; its connections' tenant may be chosen."""
    app = create_app(promised[1])
    app.state.authenticator = Turncoat(app.state.authenticator, victim)
    pool = app.state.db
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=promised[1].public_base_url, headers={"X-Client": "api"}
        ) as client:

            def under(tenant: UUID) -> httpx.AsyncClient:
                app.state.db = WallOnly(pool, BusinessId(tenant))
                return client

            yield under
            app.state.db = pool


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("endpoint", [e for e in ROWS if set(e.callers) & {"member", "owner"}], ids=lambda e: e.name)
async def test_row_level_security_alone_holds(
    careless: Callable[[UUID], httpx.AsyncClient],
    promised: tuple[TestDatabase, Settings],
    attackers: Stage,
    victim: Stage,
    endpoint: Endpoint,
) -> None:
    before = rows_of(promised[0], victim)
    client = careless(attackers.shop.business_id)
    for ask in [*asks(endpoint), *(ask.without_cursors() for ask in asks(endpoint))]:
        sent = {place: thing_at(text, victim.things) for place, text in ask.places().items()}
        answer = await answered(client, ask, "owner", attackers, victim, swapped=sent)
        assert leaked(answer, victim, sent) == set()
    assert rows_of(promised[0], victim) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_without_the_wall_the_same_requests_leak(
    careless: Callable[[UUID], httpx.AsyncClient], attackers: Stage, victim: Stage
) -> None:
    """The control: the tenant is the victim's, so nothing protects it, and most reads show its marks."""
    client = careless(victim.shop.business_id)
    seen = {}
    for name, endpoint in ENDPOINTS.items():
        if endpoint.method == "GET" and set(endpoint.callers) & {"member", "owner"}:
            ask = asks(endpoint)[0].without_cursors()
            sent = {place: thing_at(text, victim.things) for place, text in ask.places().items()}
            answer = await answered(client, ask, "owner", attackers, victim, swapped=sent)
            seen[name] = leaked(answer, victim, sent)
    markless = {  # titles; not made yet; numbers alone; packed; everybody's
        "GET /api/v1/reward-rules",
        "GET /api/v1/businesses/{business_id}/rules/versions",
        "GET /api/v1/businesses/{business_id}/poster",
        "GET /api/v1/businesses/{business_id}/poster/designs/{design}",  # a picture
        "GET /api/v1/businesses/{business_id}/legal-identity",
        "GET /api/v1/archives/{archive_id}",
        "GET /api/v1/dashboard/metrics",
        "GET /api/v1/businesses/{business_id}/directory/counts",
        "GET /api/v1/dashboard/days",
        "GET /api/v1/dashboard/hours",
        "GET /api/v1/dashboard/at-risk",  # nobody of the stage is: test_home.py looks at a neighbour's
        "GET /api/v1/wallets",  # nor is a card of it late: test_walletviews.py looks at a neighbour's
        "GET /api/v1/customers/{customer_id}/erasure",
        "GET /api/v1/customers/{customer_id}/export.zip",
        "GET /api/v1/imports/{import_id}",
        "GET /api/v1/device-codes/{code_id}",
        "GET /api/v1/pin-tries",
        "GET /api/v1/template-starters",
        "GET /api/v1/campaigns/{campaign_id}/results",
        "GET /api/v1/campaign-results",
    }
    assert {name for name, marks in seen.items() if not marks} <= markless, json.dumps(
        {name: sorted(marks) for name, marks in seen.items()}
    )
