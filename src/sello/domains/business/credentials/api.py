"""The second factor over HTTP, and what every endpoint about credentials reads from its request."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from pydantic import StringConstraints

from sello.domains.business.credentials import actions
from sello.infrastructure.database.api import Platform
from sello.shared.auth import Keys, Passwords
from sello.shared.auth.api import Person
from sello.shared.auth.networks import network_of
from sello.shared.errors import Refused, refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


async def _keys(request: Request) -> Keys:
    return request.app.state.keys  # type: ignore[no-any-return]


async def _passwords(request: Request) -> Passwords:
    return request.app.state.passwords  # type: ignore[no-any-return]


async def _network(request: Request) -> str:
    return network_of(request.client.host if request.client else "")


TheKeys = Annotated[Keys, Depends(_keys)]
ThePasswords = Annotated[Passwords, Depends(_passwords)]
Network = Annotated[str, Depends(_network)]

# Taken as typed: a space at either end is part of it. The length in bytes is judged where it is set.
Password = Annotated[str, StringConstraints(strip_whitespace=False)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


def keeps_its_token(request: Request) -> bool:
    """A client with storage of its own. Another origin's page cannot set this header without our leave."""
    return request.headers.get("x-client") == "api"


def check_origin(request: Request, *, needed: bool) -> None:
    """Refuse a cookie that another site's page made the browser send. Browsers add Origin to every POST."""
    origin = request.headers.get("origin")
    ours = urlsplit(request.app.state.settings.public_base_url)
    if origin != f"{ours.scheme}://{ours.netloc}" and (needed or origin is not None):
        raise Refused("origin_refused")
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Refused("origin_refused")


_GUESSES = ("credentials_wrong", "slow_down")


class PasswordBody(Body):
    """The present password, as proof."""

    password: Password


class CodeBody(Body):
    """Six digits of the authenticator app."""

    code: Code


class SecretAnswer(Body):
    """A second-factor secret, shown once: as text to type and as the address in a QR code."""

    secret: str
    otpauth_uri: str


@router.post("/totp", status_code=201, responses=refusals("second_factor_exists", *_GUESSES, signed_in=True))
async def post_totp(
    body: PasswordBody,
    person: Person,
    db: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> SecretAnswer:
    """A fresh second-factor secret; it counts once `PUT /auth/totp` confirms it by a code."""
    secret, uri = await actions.propose_second_factor(
        db, passwords, keys, person, password=body.password, network=network
    )
    return SecretAnswer(secret=secret, otpauth_uri=uri)


@router.put(
    "/totp",
    status_code=204,
    responses=refusals("second_factor_exists", "second_factor_missing", "second_factor_wrong", signed_in=True),
)
async def put_totp(body: CodeBody, person: Person, db: Platform, keys: TheKeys) -> None:
    """Turn the second factor on: the app shows this code."""
    await actions.confirm_second_factor(db, keys, person, code=body.code)


@router.delete(
    "/totp",
    status_code=204,
    responses=refusals("second_factor_missing", "forbidden", *_GUESSES, signed_in=True),
)
async def delete_totp(
    body: PasswordBody,
    person: Person,
    db: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    network: Network,
) -> None:
    """Turn the second factor off. Platform admins keep theirs."""
    await actions.end_second_factor(db, passwords, keys, person, password=body.password, network=network)
