"""The contract: hot operations routed and described beside FastAPI's own, every refusal with its status."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Route

from sello.shared.auth.api import CALLERS
from sello.shared.errors import CATALOGUE
from sello.shared.validation.hot import Operation

_REF = "#/components/schemas/{name}"
_REFUSAL = {
    "type": "object",
    "required": ["code", "message", "details", "request_id"],
    "properties": {
        "code": {"type": "string", "enum": sorted(CATALOGUE), "description": "What to act on; never renamed"},
        "message": {"type": "string", "description": "A sentence for people, Spanish or English by Accept-Language"},
        "details": {"type": "object", "description": "Facts behind the sentence: times, counts, ids, field problems"},
        "request_id": {"type": "string"},
    },
}
_LIMITS = (
    ("minimum", "min"), ("maximum", "max"), ("minLength", "min"), ("maxLength", "max"), ("minItems", "min"),
    ("maxItems", "max"),
)  # fmt: skip
# What the edge may answer to any request, before or instead of the endpoint.
_EDGE = {400, 408, 413, 415, 422, 429, 503}


def add_operations(app: FastAPI, operations: Iterable[Operation]) -> None:
    """Route the hot operations and describe them in OpenAPI."""
    operations = tuple(operations)
    # In front of everything: the router asks one route after the other, a tenth of a millisecond for all of them.
    app.router.routes[:0] = [Route(one.path, one.endpoint, methods=[one.method]) for one in operations]
    _describe(app, operations)


def limits_of(document: dict[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    """What the pages' forms have to keep to: by shape and field, `min` and `max` of a number, of a text's letters, or
    of a list's places.
    """
    limits = dict[str, dict[str, dict[str, int]]]()
    for shape, described in sorted(document["components"]["schemas"].items()):
        for field, rule in sorted(described.get("properties", {}).items()):
            said = {
                name: int(one[key]) for one in (rule, *rule.get("anyOf", ())) for key, name in _LIMITS if key in one
            }
            if said:
                limits.setdefault(shape, {})[field] = said
    return limits


def _describe(app: FastAPI, operations: tuple[Operation, ...]) -> None:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Refusal"] = _REFUSAL
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            _add_bearer(document)
            for context in iter_route_contexts(app.routes):
                if isinstance(context.original_route, APIRoute) and context.include_in_schema:
                    for method in context.methods or ():
                        _add_refusals(document["paths"][context.path_format][method.lower()], context)
            _add_hot(document, schemas, operations)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _add_bearer(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def _add_refusals(described: dict[str, Any], context: RouteContext) -> None:
    """What the edge adds to the refusals an endpoint lists, and its sign-in."""
    for status in sorted(_EDGE):
        if status == 422 or str(status) not in described["responses"]:
            described["responses"][str(status)] = _refused()
    if any(CALLERS.get(dependency.call) not in (None, "anyone") for dependency in context.dependant.dependencies):
        described["security"] = [{"bearer": []}]


def _refused(codes: Iterable[str] = ()) -> dict[str, Any]:
    named = ", ".join(sorted(codes))
    return {
        "description": f"Refused: {named}" if named else "Refused",
        "content": {"application/json": {"schema": {"$ref": _REF.format(name="Refusal")}}},
    }


def _add_hot(document: dict[str, Any], schemas: dict[str, Any], operations: tuple[Operation, ...]) -> None:
    structs = [struct for o in operations for struct in (*o.answers.values(), *([o.body] if o.body else []))]
    _, components = msgspec.json.schema_components(structs, ref_template=_REF)
    schemas.update(components)
    for operation in operations:
        responses: dict[str, Any] = {
            str(status): {
                "description": (struct.__doc__ or "").strip(),
                "content": {"application/json": {"schema": {"$ref": _REF.format(name=struct.__name__)}}},
            }
            for status, struct in operation.answers.items()
        }
        for status in sorted(_EDGE | {CATALOGUE[code].status for code in operation.refusals}):
            responses[str(status)] = _refused(c for c in operation.refusals if CATALOGUE[c].status == status)
        described: dict[str, Any] = {
            "summary": operation.summary,
            "description": (operation.endpoint.__doc__ or "").strip(),
            "operationId": getattr(operation.endpoint, "__name__", operation.path),
            "security": [{"bearer": []}],
            "responses": responses,
        }
        named = re.findall(r"{(\w+)}", operation.path)
        if named:
            described["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in named
            ]
        if operation.body:
            described["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": _REF.format(name=operation.body.__name__)}}},
            }
        document["paths"].setdefault(operation.path, {})[operation.method.lower()] = described
