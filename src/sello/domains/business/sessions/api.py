"""Signing in and out over HTTP.

Browsers keep the refresh token in a cookie that their scripts cannot read and that travels to /api/v1/auth alone;
every other client sends `X-Client: api` and gets it in the body.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StringConstraints

from sello.domains.business.credentials.api import (
    Code,
    Network,
    Password,
    TheKeys,
    ThePasswords,
    check_origin,
    keeps_its_token,
)
from sello.domains.business.sessions import actions, queries, rules
from sello.domains.business.sessions.actions import LogIn, SignedIn
from sello.infrastructure.database.api import Platform
from sello.shared.auth import Claims, Role, TokenIssuer
from sello.shared.auth.api import Anyone, Person
from sello.shared.auth.tokens import LIFETIME
from sello.shared.errors import Refused, refusals
from sello.shared.ids import BusinessId, SessionId
from sello.shared.validation import Body, Email

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

COOKIE = "__Secure-sello_refresh"
_COOKIE_PATH = "/api/v1/auth"
_COOKIE_SECONDS = 7 * 24 * 3600
_SHOP_ENDED = ("membership_ended", "business_suspended", "business_closed")


async def _tokens(request: Request) -> TokenIssuer:
    return request.app.state.tokens  # type: ignore[no-any-return]


TheTokens = Annotated[TokenIssuer, Depends(_tokens)]
DeviceToken = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
RefreshToken = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class LogInBody(Body):
    """Who signs in; `business_id` picks a shop for somebody who works at several.

    `device_token` is the access token of the till they stand at: the session is one of that till, and ends with it.
    """

    email: Email
    password: Password
    totp_code: Code | None = None
    business_id: UUID | None = None
    device_token: DeviceToken | None = None


class RefreshBody(Body):
    """The refresh token of a client that keeps it itself; browsers send none."""

    refresh_token: RefreshToken | None = None


class TokenAnswer(Body):
    """An access token for 15 minutes. `refresh_token` is there for clients that sent `X-Client: api`."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    business_id: UUID | None
    role: Role
    refresh_token: str | None = None


class MembershipAnswer(Body):
    """A shop the person may sign in to."""

    business_id: UUID
    name: str
    role: Role


class LogInAnswer(TokenAnswer):
    """The same with every shop of the person."""

    memberships: list[MembershipAnswer]


class SessionAnswer(Body):
    """One open session of the caller; `used_at` is its last refresh."""

    id: UUID
    business_id: UUID | None
    business_name: str | None
    agent: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool


@router.post(
    "/login",
    responses=refusals(
        "credentials_wrong",
        "second_factor_required",
        "second_factor_wrong",
        "second_factor_missing",
        "email_not_verified",
        "no_membership",
        "origin_refused",
        "slow_down",
        "device_ended",
        *_SHOP_ENDED,
    ),
)
async def post_login(
    body: LogInBody,
    request: Request,
    response: Response,
    _: Anyone,
    db: Platform,
    passwords: ThePasswords,
    keys: TheKeys,
    tokens: TheTokens,
    network: Network,
) -> LogInAnswer:
    """Sign in. Unknown e-mails and wrong passwords get the same answer after the same time."""
    if not keeps_its_token(request):
        check_origin(request, needed=False)
    who = LogIn(
        email=body.email,
        password=body.password,
        code=body.totp_code,
        business_id=BusinessId(body.business_id) if body.business_id else None,
        network=network,
        agent=rules.agent_of(request.headers.get("user-agent")),
        device=_till(tokens, body),
    )
    signed_in, memberships = await actions.log_in(db, passwords, keys, tokens, who)
    return LogInAnswer(
        **token_answer(request, response, signed_in).model_dump(),
        memberships=[
            MembershipAnswer(business_id=m.business_id, name=m.business_name, role=m.role)
            for m in memberships
            if m.is_open
        ],
    )


@router.post("/refresh", responses=refusals("session_ended", "origin_refused", *_SHOP_ENDED))
async def post_refresh(
    request: Request,
    response: Response,
    _: Anyone,
    db: Platform,
    keys: TheKeys,
    tokens: TheTokens,
    body: RefreshBody | None = None,
) -> TokenAnswer:
    """The next tokens. The same token again within 20 seconds gets the same answer; later it ends the session."""
    token = _presented(request, body)
    if token is None:
        raise Refused("session_ended")
    return token_answer(request, response, await actions.refresh(db, keys, tokens, token))


@router.post("/logout", status_code=204, responses=refusals("origin_refused"))
async def post_logout(
    request: Request,
    response: Response,
    _: Anyone,
    db: Platform,
    keys: TheKeys,
    body: RefreshBody | None = None,
) -> None:
    """End the session of the refresh token; saying it twice does no harm."""
    await actions.log_out(db, keys, _presented(request, body))
    if not keeps_its_token(request):
        _drop_cookie(response)


@router.get("/sessions", responses=refusals(signed_in=True))
async def get_sessions(person: Person, db: Platform) -> list[SessionAnswer]:
    """Where the caller is signed in, the last used first."""
    return [
        SessionAnswer(
            id=session.id,
            business_id=session.business_id,
            business_name=session.business_name,
            agent=session.agent,
            created_at=session.created_at,
            used_at=session.used_at,
            expires_at=session.expires_at,
            current=session.id == person.session_id,
        )
        for session in await queries.open_sessions(db, person.account_id)
    ]


@router.delete("/sessions", status_code=204, responses=refusals(signed_in=True))
async def delete_sessions(response: Response, person: Person, db: Platform) -> None:
    """Sign out everywhere, here too."""
    await actions.log_out_everywhere(db, person.account_id)
    _drop_cookie(response)


@router.delete("/sessions/{session_id}", status_code=204, responses=refusals("not_found", signed_in=True))
async def delete_session(session_id: UUID, person: Person, db: Platform) -> None:
    """Sign out one of the caller's sessions."""
    await actions.end_own_session(db, person.account_id, SessionId(session_id))


def _presented(request: Request, body: RefreshBody | None) -> str | None:
    if keeps_its_token(request):
        return body.refresh_token if body else None
    check_origin(request, needed=True)
    return request.cookies.get(COOKIE)


def _till(tokens: TokenIssuer, body: LogInBody) -> Claims | None:
    if body.device_token is None:
        return None
    claims = tokens.verify(body.device_token)
    if claims.means != "device":
        raise Refused("device_ended")
    return claims


def token_answer(request: Request, response: Response, signed_in: SignedIn) -> TokenAnswer:
    """The tokens of a session: the refresh token in a browser's cookie, or in the body for everybody else."""
    own = keeps_its_token(request)
    if not own:
        response.set_cookie(
            COOKIE,
            signed_in.refresh_token,
            max_age=_COOKIE_SECONDS,
            path=_COOKIE_PATH,
            secure=True,
            httponly=True,
            samesite="strict",
        )
    return TokenAnswer(
        access_token=signed_in.access_token,
        expires_in=int(LIFETIME.total_seconds()),
        business_id=signed_in.business_id,
        role=signed_in.role,
        refresh_token=signed_in.refresh_token if own else None,
    )


def _drop_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path=_COOKIE_PATH, secure=True, httponly=True, samesite="strict")
