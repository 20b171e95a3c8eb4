"""Refusals in OpenAPI: `responses=refusals("not_found")` documents what an endpoint may answer besides success."""

from typing import Any

from sello.shared.errors.catalogue import CATALOGUE

_SIGNED_IN = ("unauthenticated", "session_ended", "membership_ended", "business_suspended", "business_closed")
_FOR_A_SHOP = ("forbidden", "not_found", "business_required", "scope_missing", "key_ended")
_BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}


def refusals(*codes: str, signed_in: bool = False, for_a_shop: bool = False) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these codes of the catalogue; entry adds what the edge may say to anybody.

    `signed_in`: the endpoint asks for a token; `for_a_shop`: and acts for a business.
    """
    named = [*codes]
    if signed_in or for_a_shop:
        named += _SIGNED_IN
    if for_a_shop:
        named += _FOR_A_SHOP
    found: dict[int | str, dict[str, Any]] = {}
    for code in sorted(dict.fromkeys(named), key=lambda code: CATALOGUE[code].status):
        entry = CATALOGUE[code]
        answer = found.setdefault(entry.status, {"description": "", "content": _BODY})
        answer["description"] = f"{answer['description']}\n`{code}`: {entry.en}".strip()
    return found
