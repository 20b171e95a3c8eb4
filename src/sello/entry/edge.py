"""The edge: everything that happens to a request before and after its endpoint, in one pass.

    request id -> place -> method -> limits -> body -> load class -> deadline -> endpoint
    answer <- security headers <- counted, measured, one line in the log

Pure ASGI in one class, because every layer costs each stamp. Nothing in here waits for Redis.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import lru_cache
from time import perf_counter
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sello.entry import bodies, refusals, reporting, watching
from sello.entry.clients import Clients, claims_of, key_bucket
from sello.entry.deadlines import Deadlines, TookTooLong
from sello.entry.exchange import Exchange, call
from sello.entry.headers import SecurityHeaders
from sello.entry.health import Probe
from sello.entry.limits import NETWORK_FACTOR, SharedCounting, SlidingLimit, Verdict
from sello.entry.load_classes import Lane, LoadClass, places
from sello.entry.places import Place, Places, routes_of
from sello.entry.serving import body_at_hand
from sello.entry.settings import Settings
from sello.shared import clock
from sello.shared.auth.api import VERIFIED
from sello.shared.logs import current_request

DEADLINE: Final = 10.0  # s from a complete body to the answer
ROUTE: Final = "sello.route"  # where the scope keeps the route that the edge found
HUNG_UP: Final = 499  # counted when the client left before its answer

_text: Final = lru_cache(maxsize=4096)(str)
Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]


def protect(app: FastAPI, settings: Settings) -> None:
    """Put the edge around a finished application: call it last, when every route and `app.state` are in place."""
    watching.set_up(level=settings.log_level, metrics_ids=settings.metrics_ids)
    refusals.register(app)
    app.state.draining = False
    app.router.redirect_slashes = False  # one address per thing, and no answer that repeats the Host header
    for pool in (getattr(app.state, "db", None), getattr(app.state, "platform_db", None)):
        if pool is not None:
            pool.observe = watching.observe_query
    limits = app.state.limits = Limits(settings)
    reports = reporting.from_settings(settings)
    app.add_middleware(Edge, owner=app, settings=settings, limits=limits, reports=reports)
    _put_outermost(app)
    app.router.middleware_stack = StraightRouter(app.router)
    app.router.lifespan_context = _with_background(app.router.lifespan_context, limits, reports)


def _put_outermost(app: FastAPI) -> None:
    """Nothing in front of the edge: what FastAPI puts there has nothing to do for us.

    (An answer to what nobody foresaw, telemetry that is off, and a limit for bodies that is not set.)
    """
    build = app.build_middleware_stack

    def built() -> ASGIApp:
        layer: Any = build()
        while not isinstance(layer, Edge):
            layer = layer.app
        return layer

    app.build_middleware_stack = built  # type: ignore[method-assign]


def _with_background(inner: Lifespan, limits: "Limits", reports: reporting.Reporting | None) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[Any]:
        async with inner(app) as state:
            limits.shared.start()
            yield state
            await limits.shared.stop()
            if isinstance(probe := getattr(app.state, "probe", None), Probe):
                await probe.close()
        if reports is not None:
            await asyncio.to_thread(reports.close)

    return lifespan


class Limits:
    """Requests per account and per network."""

    def __init__(self, settings: Settings) -> None:
        self.accounts = SlidingLimit("account", settings.requests_per_quarter)
        self.networks = SlidingLimit("network", settings.requests_per_quarter * NETWORK_FACTOR)
        self.shared = SharedCounting(settings.redis_url, (self.accounts, self.networks))

    def hit(self, account: str | None, network: str) -> Verdict:
        """Count one request; the verdict of the limit that refuses it, else the account's, else the network's."""
        now = clock.now().timestamp()
        verdict = self.networks.hit(network, now)
        if account is None or not verdict.allowed:
            return verdict
        return self.accounts.hit(account, now)


class StraightRouter:
    """The application's router for whoever already knows the route: the edge, which has looked for its limits anyway.

    The router asks one route after the other, 28,000 steps of the interpreter for the home page's numbers.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._usual = router.middleware_stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to its route; to the router when none is known, or it says that it is not for it."""
        route: Route | None = scope.get(ROUTE)
        if route is not None:
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope["router"] = self._router
                scope.update(found)
                await route.handle(scope, receive, send)
                return
        await self._usual(scope, receive, send)


class Edge:
    """The middleware."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        owner: FastAPI,
        settings: Settings,
        limits: Limits,
        reports: reporting.Reporting | None = None,
        seconds: float = DEADLINE,
        arrival_seconds: float = bodies.ARRIVAL_SECONDS,
    ) -> None:
        self.app = app
        self._seconds = seconds
        self._arrival_seconds = arrival_seconds
        self._owner = owner
        self._places: Places | None = None
        self._clients = Clients(settings.keys, settings.trusted_proxies)
        self._headers = SecurityHeaders(
            https=settings.public_base_url.startswith("https://"), cors_origins=settings.cors_origins
        )
        self._limits = limits
        self._deadlines = Deadlines()
        self._lanes: dict[LoadClass, Lane] = {name: Lane(most) for name, most in places(settings.database_pool).items()}
        self._reports = reports
        self._level = settings.log_level

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send, headers=self._headers)
        scope[refusals.REQUEST_ID] = exchange.facts.request_id
        if self._places is None:  # not before the first request: until then routes may be added
            self._places = Places(routes_of(self._owner))
        exchange.place = self._places.find(scope["method"], scope["path"])
        if self._owner.state.draining:
            exchange.extra.append((b"connection", b"close"))  # the next request goes to a process that stays
        token = current_request.set(exchange.facts)
        end = self._begin(exchange.place)
        try:
            with suppress(bodies.ClientGone):
                await self._answer(exchange)
        finally:
            self._finish(exchange)
            if end is not None:
                end(exchange.status or HUNG_UP)
            current_request.reset(token)

    def _begin(self, place: Place) -> reporting.Ending | None:
        if self._reports is None or place.load_class == "exempt":
            return None
        return self._reports.begin("http.server", f"{place.method} {place.template}")

    async def _answer(self, exchange: Exchange) -> None:
        scope = exchange.scope
        refusal = self._at_the_door(exchange)
        if refusal is None and scope["method"] in bodies.METHODS:
            body = body_at_hand(scope)
            if body is None:
                body, refusal = await self._arrived(exchange)
            else:
                most, is_raw = exchange.place.body_bytes, exchange.place.is_raw
                refusal = bodies.objection(scope, body, exchange.fields, most=most, is_raw=is_raw)
            exchange.give_body(body)
        if refusal is not None:
            await exchange.answer(refusal)
            return
        lane = self._lanes.get(exchange.place.load_class)
        if lane is None:
            await self._run(exchange)
        elif lane.enter_at_once() or await lane.wait():
            try:
                await self._run(exchange)
            finally:
                lane.leave(away=scope.get(refusals.CODE) == "unavailable")
        else:
            await exchange.answer(refusals.busy(scope))

    async def _arrived(self, exchange: Exchange) -> tuple[bytes, Response | None]:
        place = exchange.place
        whole = bodies.arrive(
            exchange.scope, exchange.receive, exchange.fields, most=place.body_bytes, is_raw=place.is_raw
        )
        try:
            return await self._deadlines.within(self._arrival_seconds, whole)
        except TookTooLong:
            refusal = refusals.answer(exchange.scope, "body_too_slow")
            refusal.headers["connection"] = "close"  # the rest of it is not waited for
            return b"", refusal

    def _at_the_door(self, exchange: Exchange) -> Response | None:
        """Whatever can be refused without reading a body or waiting for anybody."""
        scope, fields, place = exchange.scope, exchange.fields, exchange.place
        address = self._clients.address(scope, fields)
        scope["client"] = (address, 0)  # endpoints see the client and not the proxy
        exchange.network = self._clients.network(address)
        if place.method == "OPTIONS":
            asked = fields.get(b"access-control-request-method")
            if (preflight := self._headers.preflight(fields.get(b"origin"), asked)) is not None:
                return preflight
        if place.is_refused:
            refused = refusals.answer(scope, "method_not_allowed")
            refused.headers["allow"] = ", ".join(sorted(place.allowed)) or "GET"
            return refused
        if place.load_class in ("exempt", "webhook"):
            return None
        claims = claims_of(getattr(self._owner.state, "tokens", None), fields.get(b"authorization"))
        if claims is not None:
            scope[VERIFIED] = claims
            exchange.facts.account_id = claims.account_id
            exchange.facts.business_id = claims.business_id
        return self._over_the_limit(exchange)

    def _over_the_limit(self, exchange: Exchange) -> Response | None:
        account = exchange.facts.account_id
        named = _text(account) if account is not None else key_bucket(exchange.fields.get(b"authorization"))
        verdict = self._limits.hit(named, exchange.network)
        exchange.extra += (
            (b"ratelimit-limit", b"%d" % verdict.limit),
            (b"ratelimit-remaining", b"%d" % verdict.remaining),
            (b"ratelimit-reset", b"%d" % verdict.seconds),
        )
        if verdict.allowed:
            return None
        return refusals.answer(exchange.scope, "too_many_requests", after=verdict.seconds)

    async def _run(self, exchange: Exchange) -> None:
        """The endpoint, for at most 10 s; whatever it raises and nobody answered becomes an answer here."""
        scope = exchange.scope
        scope[ROUTE] = exchange.place.route
        hot = self._hot(exchange)
        work = self.app(scope, exchange.receive, exchange.send) if hot is None else call(hot, exchange)
        try:
            await self._deadlines.within(self._seconds, work)
            return
        except TookTooLong:
            refusal = refusals.busy(scope, "took_too_long")
        except Exception as error:
            refusal = refusals.internal(scope, error)
            if self._reports is not None:
                self._reports.error(error)
        if not exchange.is_begun:  # else the server cuts the connection, which no client takes for success
            await exchange.answer(refusal)

    def _hot(self, exchange: Exchange) -> Route | None:
        """The hot endpoint this request is for: called without the layers and routers that would find it again.

        They took a thousand steps of the interpreter for a stamp; what they do for it is done here and in `call`.
        """
        route = exchange.place.hot
        if route is None:
            return None
        found: Mapping[str, Any] = {"endpoint": route.endpoint, "path_params": {}}
        if "{" in route.path:
            match, found = route.matches(exchange.scope)
            if match is not Match.FULL:
                return None
        exchange.scope["app"] = self._owner
        exchange.scope.update(found)
        return route

    def _finish(self, exchange: Exchange) -> None:
        """Count, measure, and write the request's line (made of known parts alone, so it needs no scrubbing)."""
        seconds = perf_counter() - exchange.started
        status = exchange.status or HUNG_UP
        place, facts = exchange.place, exchange.facts
        place.count(status, seconds)
        if not self._is_told(place, status):
            return
        line: dict[str, Any] = {
            "timestamp": watching.timestamp(),
            "level": "error" if status == 500 else "info",
            "event": "request",
            "method": place.method,
            "path": place.template,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "request_id": facts.request_id,
            "network": exchange.network,
        }
        if facts.account_id is not None:
            line["account_id"] = facts.account_id
            line["business_id"] = facts.business_id
        if (code := exchange.scope.get(refusals.CODE)) is not None:
            line["code"] = code
        watching.write_line(watching.encode(line))

    def _is_told(self, place: Place, status: int) -> bool:
        if self._level in ("warning", "error"):
            return status == 500
        return place.load_class != "exempt" or status >= 400 or self._level == "debug"
