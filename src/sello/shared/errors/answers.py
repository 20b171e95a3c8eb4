"""Refusals in OpenAPI: `responses=refusals("not_found")` documents what an endpoint may answer."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from sello.shared.errors.catalogue import CATALOGUE

# What the edge may say to any request, and what it says besides to one that carries a token.
_ANYBODY = (
    "invalid", "malformed", "unsupported_media", "too_large", "too_many_requests", "unavailable", "busy",
)  # fmt: skip
_SIGNED_IN = ("unauthenticated", "session_ended", "membership_ended", "business_suspended", "business_closed")
_FOR_A_SHOP = ("forbidden", "not_found", "business_required")


class ErrorAnswer(BaseModel):
    """The body of every refusal."""

    code: str
    message: str
    details: dict[str, Any]
    request_id: str


def refusals(
    *codes: str, signed_in: bool = False, for_a_shop: bool = False
) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these codes of the catalogue, with those that its caller may meet anyway.

    `signed_in`: the endpoint asks for a token; `for_a_shop`: and acts for a business.
    """
    named: list[str] = [*codes, *_ANYBODY]
    if signed_in or for_a_shop:
        named += _SIGNED_IN
    if for_a_shop:
        named += _FOR_A_SHOP
    return _by_status(dict.fromkeys(named))


def _by_status(codes: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        entry = CATALOGUE[code]
        answer = found.setdefault(entry.status, {"model": ErrorAnswer, "description": ""})
        answer["description"] = f"{answer['description']}\n`{code}`: {entry.en}".strip()
    return dict(sorted(found.items(), key=lambda item: str(item[0])))
