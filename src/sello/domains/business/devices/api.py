"""Tills over HTTP.

A browser keeps the till's credential in a cookie that its scripts cannot read and that travels to
/api/v1/auth/devices alone; every other client sends `X-Client: api` and gets it in the body.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints, model_validator

from sello.domains.business.credentials.api import TheKeys, check_origin, keeps_its_token
from sello.domains.business.devices import actions, queries
from sello.domains.business.devices.actions import Enrolled
from sello.domains.business.devices.rules import Till
from sello.domains.business.sessions.api import TheTokens
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth.api import Anyone, Member, Owner, open_to
from sello.shared.auth.api import Till as TillCaller
from sello.shared.auth.tokens import LIFETIME
from sello.shared.errors import Refused, refusals
from sello.shared.ids import BranchId, DeviceId
from sello.shared.validation import Body, Name

router = APIRouter(prefix="/api/v1", tags=["devices"])

COOKIE = "__Secure-sello_device"
_COOKIE_PATH = "/api/v1/auth/devices"
_COOKIE_SECONDS = 90 * 24 * 3600

EnrolmentCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z\s-]{10,20}$")]
DeviceToken = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NewTill(Body):
    """The machine to enrol; it makes its id (UUIDv7) itself."""

    id: UUID
    name: Name
    branch_id: UUID | None = None


class TillAnswer(Body):
    """A till. `branch_closed` asks for it to be moved; without `has_credential` it needs a new code."""

    id: UUID
    name: str
    branch_id: UUID | None
    branch_name: str | None
    branch_closed: bool
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
    has_credential: bool


class CurrentTillAnswer(TillAnswer):
    """The till that asks, with its shop's name and time zone: what it shows before anybody has signed in."""

    shop_name: str
    shop_zone: str


class TillTokens(Body):
    """What a till proves itself with: an access token for 15 minutes, and a credential for 90 days that is good once.

    `device_token` is there for clients that sent `X-Client: api`.
    """

    device_id: UUID
    business_id: UUID
    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    device_token: str | None = None


class NewCode(Body):
    """The till to be enrolled with the code; `replaces` names one that moves to another machine instead."""

    name: Name
    branch_id: UUID | None = None
    replaces: UUID | None = None


class TillCode(Body):
    """A code for one till, shown once; `url` is what its QR code says."""

    id: UUID
    code: str
    url: str
    expires_at: datetime


class TillCodeStanding(Body):
    """`waiting` until a machine shows the code; `used`: `device_id` is the till now; `over`: nobody came in time."""

    id: UUID
    state: Literal["waiting", "used", "over"]
    device_id: UUID | None
    expires_at: datetime


class TillCodeBody(Body):
    """The code, and the id (UUIDv7) the machine made for itself."""

    code: EnrolmentCode
    id: UUID


class RenewalBody(Body):
    """The credential of a client that keeps it itself; browsers send none."""

    device_token: DeviceToken | None = None


class TillChange(Body):
    """What changes; at least one of the two. A branch of null is none."""

    name: Name | None = None
    branch_id: UUID | None = Field(None)

    @model_validator(mode="after")
    def _changes_something(self) -> "TillChange":
        if not self.model_fields_set or ("name" in self.model_fields_set and self.name is None):
            raise ValueError("name at least one field; a name cannot be null")
        return self


@router.get("/devices", responses=refusals(for_a_shop=True))
async def list_devices(caller: Member, db: Tenant) -> list[TillAnswer]:
    """The shop's tills, the newest first, and when each was last seen."""
    return [_till(till) for till in await queries.tills_of(db, caller.business_id)]


@router.get("/devices/current", responses=refusals("device_ended", "not_found", "forbidden", signed_in=True))
@open_to(device=True)
async def get_device(till: TillCaller, db: Tenant) -> CurrentTillAnswer:
    """The till that asks, and where it stands."""
    business_id, device_id = actions.till_of_claims(till)
    found = await queries.till_of(db, business_id, device_id)
    shop = await queries.shop_of(db, business_id)
    if found is None or shop is None:
        raise Refused("not_found")
    return CurrentTillAnswer(**_till(found).model_dump(), shop_name=shop.name, shop_zone=shop.zone)


@router.post(
    "/devices", status_code=201, responses=refusals("id_reused", "id_not_plausible", "branch_unknown", for_a_shop=True)
)
async def post_device(
    body: NewTill, request: Request, response: Response, caller: Owner, db: Tenant, keys: TheKeys, tokens: TheTokens
) -> TillTokens:
    """Enrol the machine the owner holds. Elsewhere, let it show a code."""
    enrolled = await actions.enrol_till(
        db, keys, tokens, caller, body.id, name=body.name, branch_id=_branch(body.branch_id)
    )
    return _tokens(request, response, enrolled)


@router.post("/device-codes", status_code=201, responses=refusals("branch_unknown", for_a_shop=True))
async def post_code(body: NewCode, request: Request, caller: Owner, db: Tenant, keys: TheKeys) -> TillCode:
    """A code for 15 minutes that enrols one till, so that no owner's password is typed on a shared machine."""
    made = await actions.make_code(
        db,
        keys,
        caller,
        name=body.name,
        branch_id=_branch(body.branch_id),
        replaces=DeviceId(body.replaces) if body.replaces else None,
    )
    # After the mark #, so that the code stands in no server's log.
    url = f"{request.app.state.settings.public_base_url}/stamp#code={made.code}"
    return TillCode(id=made.id, code=made.code, url=url, expires_at=made.expires_at)


@router.get("/device-codes/{code_id}", responses=refusals(for_a_shop=True))
async def get_code(code_id: UUID, caller: Owner, db: Tenant) -> TillCodeStanding:
    """Whether a machine has used the code. The code itself cannot be asked for again."""
    found = await actions.code_of(db, caller, code_id)
    state: Literal["waiting", "used", "over"] = "used" if found.device_id else ("over" if found.expired else "waiting")
    return TillCodeStanding(id=found.id, state=state, device_id=found.device_id, expires_at=found.expires_at)


@router.delete("/device-codes/{code_id}", status_code=204, responses=refusals(for_a_shop=True))
async def delete_code(code_id: UUID, caller: Owner, db: Tenant) -> None:
    """Let a code end that nobody has used."""
    await actions.end_code(db, caller, code_id)


@router.post(
    "/auth/devices",
    status_code=201,
    responses=refusals(
        "device_code_invalid", "id_reused", "id_not_plausible", "business_closed", "business_suspended",
        "origin_refused",
    ),
)  # fmt: skip
async def post_enrolment(
    body: TillCodeBody, request: Request, response: Response, _: Anyone, db: Platform, keys: TheKeys, tokens: TheTokens
) -> TillTokens:
    """Enrol this machine with a code of the owner's. The same machine may ask again while the code holds."""
    if not keeps_its_token(request):
        check_origin(request, needed=False)
    return _tokens(request, response, await actions.enrol_by_code(db, keys, tokens, body.code, body.id))


@router.post(
    "/auth/devices/renewals",
    responses=refusals("device_ended", "origin_refused", "business_closed", "business_suspended"),
)
async def post_renewal(
    request: Request,
    response: Response,
    _: Anyone,
    db: Platform,
    keys: TheKeys,
    tokens: TheTokens,
    body: RenewalBody | None = None,
) -> TillTokens:
    """The next credential and access token. A till whose answer was lost shows the old credential again."""
    if keeps_its_token(request):
        token = body.device_token if body else None
    else:
        check_origin(request, needed=True)
        token = request.cookies.get(COOKIE)
    if token is None:
        raise Refused("device_ended")
    return _tokens(request, response, await actions.renew_till(db, keys, tokens, token))


@router.patch("/devices/{device_id}", responses=refusals("branch_unknown", for_a_shop=True))
async def patch_device(device_id: UUID, body: TillChange, caller: Owner, db: Tenant) -> TillAnswer:
    """Rename a till or move it to another branch."""
    changed = await actions.change_till(
        db,
        caller,
        DeviceId(device_id),
        name=body.name,
        branch_id=_branch(body.branch_id),
        moves="branch_id" in body.model_fields_set,
    )
    return _till(changed)


@router.delete("/devices/{device_id}", status_code=204, responses=refusals(for_a_shop=True))
async def delete_device(device_id: UUID, caller: Owner, db: Tenant) -> None:
    """Revoke a till at once: its credential, everybody who is signed in on it, and the queue it still holds."""
    await actions.end_till(db, caller, DeviceId(device_id))


def _branch(id_: UUID | None) -> BranchId | None:
    return BranchId(id_) if id_ else None


def _till(till: Till) -> TillAnswer:
    values: dict[str, Any] = {name: getattr(till, name) for name in TillAnswer.model_fields}
    return TillAnswer(**values)


def _tokens(request: Request, response: Response, enrolled: Enrolled) -> TillTokens:
    own = keeps_its_token(request)
    if not own:
        response.set_cookie(
            COOKIE,
            enrolled.device_token,
            max_age=_COOKIE_SECONDS,
            path=_COOKIE_PATH,
            secure=True,
            httponly=True,
            samesite="strict",
        )
    return TillTokens(
        device_id=enrolled.device_id,
        business_id=enrolled.business_id,
        access_token=enrolled.access_token,
        expires_in=int(LIFETIME.total_seconds()),
        device_token=enrolled.device_token if own else None,
    )
