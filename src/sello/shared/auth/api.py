"""What a route says about its caller: `Anyone`, `Person`, `Member`, `Owner`, `Admin` or `Till` stands in its signature.

A test walks the route table and fails on an endpoint without one. Hot endpoints (plain Starlette routes) declare the
same with `names_caller` and read the claims themselves, because their statement checks the membership anyway.

That is about people with a password. Tills, API keys and people with a PIN reach an endpoint of a shop or of an account
only if it says so with `open_to`, and a closed shop's owner likewise.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol, TypeVar

from fastapi import Depends, Request

from sello.shared.auth.callers import Caller, Claims, Scope
from sello.shared.errors import Refused

VERIFIED: Final = "sello.claims"  # where the edge leaves the claims of the token it has just verified
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Authenticator(Protocol):
    """Put on `app.state.authenticator` by entry."""

    async def claims(self, request: Request) -> Claims:
        """Claims of the bearer token by signature and expiry only, or of the API key as known within 2 seconds.

        Refuses whoever the endpoint is not open to.
        """
        ...

    async def caller(self, request: Request) -> Caller:
        """The caller with a membership that holds at this moment (or an audited admin acting for a business)."""
        ...

    async def person(self, request: Request) -> Claims:
        """The claims of anybody whose session holds at this moment."""
        ...

    async def admin(self, request: Request) -> Claims:
        """The claims of a platform admin."""
        ...

    async def till(self, request: Request) -> Claims:
        """The claims of a till whose credential holds at this moment."""
        ...


def _authenticator(request: Request) -> Authenticator:
    return request.app.state.authenticator  # type: ignore[no-any-return]


async def anyone(request: Request) -> None:
    """No sign-in needed; the endpoint protects itself."""


async def person(request: Request) -> Claims:
    """Anybody signed in, acting on their own account alone: no shop is touched."""
    return await _authenticator(request).person(request)


async def member(request: Request) -> Caller:
    """An owner or staff member of the business; a business id in the path must be theirs (404 otherwise)."""
    caller = await _authenticator(request).caller(request)
    named = request.path_params.get("business_id")
    if named is not None and str(named).lower() != str(caller.business_id):
        raise Refused("not_found")  # not 403: whether another business exists is nobody's concern
    return caller


async def owner(request: Request) -> Caller:
    """An owner of the business, or a platform admin acting for it."""
    caller = await member(request)
    if caller.role == "staff":
        raise Refused("forbidden")
    return caller


async def admin(request: Request) -> Claims:
    """A platform admin."""
    return await _authenticator(request).admin(request)


async def till(request: Request) -> Claims:
    """A till by its own access token, whoever stands at it."""
    return await _authenticator(request).till(request)


async def claims_of(request: Request) -> Claims:
    """For hot endpoints: verified claims of a member; the endpoint's statement must check the membership."""
    claims = await _authenticator(request).claims(request)
    if claims.business_id is None:
        raise Refused("forbidden")
    return claims


Anyone = Annotated[None, Depends(anyone)]
Person = Annotated[Claims, Depends(person)]
Member = Annotated[Caller, Depends(member)]
Owner = Annotated[Caller, Depends(owner)]
Admin = Annotated[Claims, Depends(admin)]
Till = Annotated[Claims, Depends(till)]

CALLERS: dict[Callable[..., Awaitable[Any]], str] = {
    anyone: "anyone",
    person: "person",
    member: "member",
    owner: "owner",
    admin: "admin",
    till: "till",
}


def names_caller(kind: str) -> Callable[[Endpoint], Endpoint]:
    """Declare the caller of a plain Starlette endpoint (`anyone`, `person`, `member`, `owner`, `admin` or `till`)."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, "caller", kind)  # noqa: B010  # a plain attribute, read by the route table's tests
        return endpoint

    return mark


@dataclass(frozen=True, slots=True)
class Opening:
    """Who besides people with a password may call an endpoint."""

    scope: Scope | None = None
    device: bool = False
    pin: bool = False
    closed: bool = False


_SHUT = Opening()


def open_to(
    *, scope: Scope | None = None, device: bool = False, pin: bool = False, closed: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Let API keys with this scope call the endpoint; tills; of endpoints of an account, people who signed in by PIN;
    the owner of a closed shop.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, "opening", Opening(scope, device, pin, closed))  # noqa: B010  # read by the authenticator
        return endpoint

    return mark


def opening_of(endpoint: object) -> Opening:
    """What an endpoint said with `open_to`."""
    return getattr(endpoint, "opening", _SHUT)
