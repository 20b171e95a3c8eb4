"""The five calls of Apple's PassKit web service, version 1, and HEAD besides GET.

The address is the phone's to make: `webServiceURL` of the pass, `/v1/` and what follows. Whoever shows no token, or
another pass's, gets the same 401 and learns nothing; a token in the address is none. The list asks for no token, and
tells whoever knows a phone's own id serials that open nothing.
"""

from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response, status
from pydantic import ConfigDict, Field

from sello.domains.loyalty.passes.api import forge_of
from sello.domains.loyalty.passes.queries import Pass
from sello.domains.loyalty.phones import actions
from sello.domains.loyalty.phones.actions import Fetched
from sello.domains.loyalty.phones.rules import moment_in, token_in
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.passkit import MEDIA_TYPE
from sello.shared.auth.api import Anyone
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/passkit/v1", tags=["passkit"])

DeviceText = Annotated[str, Path(max_length=128, pattern=r"^[0-9A-Za-z._-]+$", description="The phone's own id")]
PassType = Annotated[str, Path(max_length=155, pattern=r"^[0-9A-Za-z.-]+$")]
Serial = Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z-]+$")]
_Since = Annotated[str | None, Query(alias="passesUpdatedSince", max_length=100, description="The last answer's tag")]
_IfModified = Annotated[str | None, Header(max_length=100)]
_OF_PHONES: Final = ConfigDict(extra="ignore", frozen=True)  # Apple's: a field more, one day, is no fault
_NOBODYS: Final = refusals("pass_unauthorized")


class NewPhone(Body):
    """Where pushes go. Apple says a hexadecimal text, and does not say how long it is."""

    model_config = _OF_PHONES

    push_token: Annotated[str, Field(alias="pushToken", min_length=8, max_length=512, pattern=r"^[0-9A-Za-z]+$")]


class SaidByPhone(Body):
    """What a phone says is wrong: as much as a body may hold, of which we keep the first lines."""

    model_config = _OF_PHONES

    logs: list[str]


class ChangedPasses(Body):
    """What has changed, and the tag to ask with the next time."""

    serial_numbers: Annotated[list[str], Field(serialization_alias="serialNumbers")]
    last_updated: Annotated[str, Field(serialization_alias="lastUpdated")]


@router.post(
    "/devices/{device_text}/registrations/{pass_type}/{serial}",
    responses={200: {"description": "It was registered; the push token is kept"}, **_NOBODYS},
    status_code=status.HTTP_201_CREATED,
    response_class=Response,
)
async def post_registration(
    device_text: DeviceText,
    pass_type: PassType,
    serial: Serial,
    phone: NewPhone,
    request: Request,
    caller: Anyone,
    platform: Platform,
) -> Response:
    """A phone wants to hear of a pass."""
    one = await _own(request, platform, pass_type, serial)
    new = await actions.register(platform, request.app.state.keys, one, device_text, phone.push_token)
    return Response(status_code=status.HTTP_201_CREATED if new else status.HTTP_200_OK)


@router.delete("/devices/{device_text}/registrations/{pass_type}/{serial}", response_class=Response, responses=_NOBODYS)
async def delete_registration(
    device_text: DeviceText,
    pass_type: PassType,
    serial: Serial,
    request: Request,
    caller: Anyone,
    platform: Platform,
) -> Response:
    """A phone does not want to hear of a pass any more."""
    one = await _own(request, platform, pass_type, serial)
    await actions.unregister(platform, one, device_text)
    return Response(status_code=status.HTTP_200_OK)


@router.get(
    "/devices/{device_text}/registrations/{pass_type}",
    responses={204: {"description": "Nothing has changed"}},
    response_model=ChangedPasses,
)
async def get_changed_passes(
    device_text: DeviceText, pass_type: PassType, caller: Anyone, platform: Platform, since: _Since = None
) -> ChangedPasses | Response:
    """What a phone shows that has changed."""
    found = await actions.changed(platform, device_text, pass_type, since)
    if found is None:
        return Response(status_code=status.HTTP_204_NO_CONTENT)
    return ChangedPasses(serial_numbers=found[0], last_updated=found[1])


_PASS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {}}},
    304: {"description": "The phone has this one"},
    **_NOBODYS,
}


@router.get("/passes/{pass_type}/{serial}", response_class=Response, responses=_PASS)
async def get_pass(
    pass_type: PassType,
    serial: Serial,
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    if_modified_since: _IfModified = None,
) -> Response:
    """The pass as its card is now, signed now."""
    one = await _own(request, platform, pass_type, serial)
    return _answer(await actions.fetch(db, forge_of(request), one, moment_in(if_modified_since)))


@router.head("/passes/{pass_type}/{serial}", response_class=Response, responses=_PASS)
async def head_pass(
    pass_type: PassType,
    serial: Serial,
    request: Request,
    caller: Anyone,
    db: Tenant,
    platform: Platform,
    if_modified_since: _IfModified = None,
) -> Response:
    """The same without the pass."""
    one = await _own(request, platform, pass_type, serial)
    return _answer(await actions.fetch(db, forge_of(request), one, moment_in(if_modified_since), head=True))


@router.post("/log", response_class=Response)
async def post_log(said: SaidByPhone, caller: Anyone, platform: Platform) -> Response:
    """What a phone says is wrong."""
    await actions.keep_logs(platform, said.logs)
    return Response(status_code=status.HTTP_200_OK)


async def _own(request: Request, platform: PlatformDb, pass_type: str, serial: str) -> Pass:
    token = token_in(request.headers.get("authorization"))
    return await actions.own_pass(platform, request.app.state.keys, pass_type, serial, token)


def _answer(fetched: Fetched) -> Response:
    headers = {"last-modified": _http_date(fetched.modified), "cache-control": "private, no-store"}
    if fetched.built is None:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(fetched.built.pkpass, media_type=MEDIA_TYPE, headers=headers)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
