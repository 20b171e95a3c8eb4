"""Where a request is going, known before the router looks: its path template and what follows from it.

Templates label metrics and log lines (an address holds ids and codes), choose the load class and the body's limits.
"""

from typing import Final, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from prometheus_client import Counter, Histogram
from starlette.routing import Mount, WebSocketRoute
from starlette.routing import Route as PlainRoute

from sello.entry.load_classes import LoadClass, class_of
from sello.shared.metrics import api_request_duration, api_requests

UNMATCHED: Final = "/unmatched"
KILOBYTE: Final = 1024
BODY_BYTES: Final = 64 * KILOBYTE
LOGO: Final = ("PUT", "/api/v1/businesses/{business_id}/logo")
IMPORT: Final = ("POST", "/api/v1/imports")
BODY_BYTES_OF: Final = {
    ("POST", "/api/v1/stamps/batches"): 256 * KILOBYTE,
    # A list of 10,000 customers by their ids.
    ("POST", "/api/v1/campaigns"): 512 * KILOBYTE,
    LOGO: 1024 * KILOBYTE,
    IMPORT: 8 * 1024 * KILOBYTE,
}
RAW_BODIES: Final = frozenset({LOGO, IMPORT})  # whatever they say they are, their endpoint looks for itself

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


class Route(NamedTuple):
    """One route of the application: its template, its methods (none for a mounted application: any).

    `open_ended`: its last step takes the rest of the path, slashes included. `hot`: a plain route whose endpoint names
    its caller itself and answers with a whole `Response`, so that the edge may call it without the router. `route`:
    what the router would find for it.
    """

    template: str
    methods: frozenset[str]
    open_ended: bool = False
    hot: PlainRoute | None = None
    route: PlainRoute | None = None


def routes_of(app: FastAPI) -> list[Route]:
    """Every HTTP route of the application, included routers and mounted applications too."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, Mount):
            found.append(Route(f"{route.path}/{{rest}}", frozenset(), open_ended=True))
        elif not isinstance(route, WebSocketRoute) and context.path_format and context.methods:
            open_ended = (context.path or "").endswith(":path}")
            methods = frozenset(context.methods)
            plain = route if isinstance(route, PlainRoute) else None
            found.append(Route(context.path_format, methods, open_ended=open_ended, hot=_hot(route), route=plain))
    return found


def _hot(route: object) -> PlainRoute | None:
    if not isinstance(route, PlainRoute) or isinstance(route, APIRoute):
        return None
    return route if hasattr(route.endpoint, "caller") else None


class Place:
    """One (method, template): what the edge needs to know about it, and its counters."""

    __slots__ = (
        "_counts", "_duration", "allowed", "body_bytes", "hot", "is_raw", "is_refused", "load_class", "method",
        "private", "route", "template",
    )  # fmt: skip

    def __init__(
        self,
        method: str,
        template: str,
        *,
        allowed: frozenset[str] = frozenset(),
        hot: PlainRoute | None = None,
        route: PlainRoute | None = None,
    ) -> None:
        self.method = method
        self.template = template
        self.allowed = allowed
        self.hot = hot
        self.route = route
        # The most exact template decides: the router would let `/staff/invitations` pass for a `/staff/{account_id}`
        # that takes the method. Where nothing is, every method finds nothing.
        self.is_refused = method in ("TRACE", "OTHER") or bool(allowed and method not in allowed)
        self.load_class: LoadClass = class_of(method, template) or "normal"
        self.is_raw = (method, template) in RAW_BODIES
        self.body_bytes = BODY_BYTES_OF.get((method, template), BODY_BYTES)
        self.private = template.startswith(("/api/", "/health/", "/metrics"))
        self._counts: dict[int, Counter] = {}
        self._duration: Histogram = api_request_duration.labels(method, template)

    def count(self, status: int, seconds: float) -> None:
        """One more request was answered with `status` after `seconds`."""
        count = self._counts.get(status)
        if count is None:
            count = self._counts[status] = api_requests.labels(self.method, self.template, str(status))
        count.inc()
        self._duration.observe(seconds)


class _Node:
    """One step of a path: what may follow, and the template that ends here."""

    __slots__ = ("any", "hot", "methods", "rest", "routes", "steps", "template")

    def __init__(self) -> None:
        self.steps: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.rest: _Node | None = None
        self.template = ""
        self.methods: frozenset[str] = frozenset()
        self.hot: dict[str, PlainRoute] = {}
        self.routes: dict[str, PlainRoute] = {}


_NOWHERE: Final = _Node()
_NOWHERE.template = UNMATCHED


class Places:
    """Finds the place of a request in a few dictionary look-ups."""

    def __init__(self, routes: list[Route]) -> None:
        self._root = _Node()
        self._known: dict[tuple[str, str], Place] = {}
        self._exact: dict[tuple[str, str], Place] = {}  # of templates without a parameter: no step has to be taken
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        steps = route.template[1:].split("/")
        for at, step in enumerate(steps):
            if route.open_ended and at == len(steps) - 1:
                node.rest = node.rest or _Node()
                node = node.rest
            elif "{" in step:
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.steps.setdefault(step, _Node())
        node.template = node.template or route.template
        node.methods |= route.methods
        if route.route is not None:
            node.routes = dict.fromkeys(route.methods, route.route) | node.routes  # the first of two, as in the router
        if route.hot is not None:
            node.hot.update(dict.fromkeys(route.methods - {"HEAD"}, route.hot))

    def find(self, method: str, path: str) -> Place:
        """The place of a request; unknown paths share one, so that nobody can invent labels."""
        if (known := self._exact.get((method, path))) is not None:
            return known
        node = self._walk(self._root, path[1:].split("/"), 0) if path[:1] == "/" and len(path) < 1000 else None
        node = node or _NOWHERE
        if method not in METHODS:
            method = "OTHER"
        place = self._known.get((method, node.template))
        if place is None:
            place = Place(
                method, node.template, allowed=node.methods, hot=node.hot.get(method), route=node.routes.get(method)
            )
            self._known[(method, node.template)] = place
        if path == node.template:
            self._exact[(method, path)] = place
        return place

    def _walk(self, node: _Node, steps: list[str], at: int) -> _Node | None:
        if at == len(steps):
            return node if node.template else node.rest  # a mounted application answers to its bare name too
        step = node.steps.get(steps[at])
        found = self._walk(step, steps, at + 1) if step is not None else None
        if found is None and node.any is not None and steps[at]:
            found = self._walk(node.any, steps, at + 1)
        return found or node.rest
