"""PINs over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from sello.domains.business.credentials.api import TheKeys
from sello.domains.business.devices.actions import till_of_claims
from sello.domains.business.pins import actions, queries
from sello.domains.business.pins.rules import MOST_AT_SHOP
from sello.domains.business.sessions.api import TheTokens, TokenAnswer, token_answer
from sello.domains.business.sessions.rules import agent_of
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth.api import Member, Owner, Till, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.ids import AccountId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["devices"])

Pin = Annotated[str, StringConstraints(max_length=20)]


class PinBody(Body):
    """Four to six digits."""

    pin: Pin


class SwitchBody(Body):
    """Who stands at the till now, and their PIN."""

    account_id: UUID
    pin: Pin


class Switcher(Body):
    """Somebody who may switch to themselves on a shared till."""

    account_id: UUID
    name: str


class LockedMember(Body):
    """Five wrong PINs in a row: none of theirs is taken on this till until then."""

    account_id: UUID
    device_id: UUID
    until: datetime


class PinTries(Body):
    """Wrong PINs of anybody on all tills within an hour; with `most` of them no PIN is taken until `locked_until`."""

    tries: int
    most: int
    locked_until: datetime | None
    members: list[LockedMember]


@router.get("/devices/current/members", responses=refusals("device_ended", "forbidden", signed_in=True))
@open_to(device=True)
async def get_members(till: Till, db: Tenant) -> list[Switcher]:
    """Who may switch to themselves on this till by PIN: names and nothing else."""
    business_id, _ = till_of_claims(till)
    return [Switcher(account_id=one.account_id, name=one.name) for one in await queries.switchers(db, business_id)]


@router.post(
    "/auth/pin",
    responses=refusals("pin_wrong", "pin_locked", "pin_shop_locked", "device_ended", "forbidden", signed_in=True),
)
@open_to(device=True)
async def post_pin(
    body: SwitchBody,
    request: Request,
    response: Response,
    till: Till,
    db: Platform,
    keys: TheKeys,
    tokens: TheTokens,
) -> TokenAnswer:
    """Switch to a member on this till. Whoever stood there by PIN is signed out; the role is staff, whoever it is."""
    signed_in = await actions.switch(
        db,
        keys,
        tokens,
        till,
        AccountId(body.account_id),
        body.pin,
        agent=agent_of(request.headers.get("user-agent")),
    )
    return token_answer(request, response, signed_in)


@router.put("/auth/pin", status_code=204, responses=refusals("pin_form", "pin_weak", "pin_not_enough", for_a_shop=True))
async def put_pin(body: PinBody, caller: Member, db: Tenant, keys: TheKeys) -> None:
    """Set one's own PIN at this shop. Needs a sign-in with the password."""
    _with_password(caller.means)
    await actions.set_pin(db, keys, caller, body.pin)


@router.delete("/auth/pin", status_code=204, responses=refusals("pin_not_enough", for_a_shop=True))
async def delete_own_pin(caller: Member, db: Tenant) -> None:
    """Do without a PIN."""
    _with_password(caller.means)
    await actions.clear_pin(db, caller, caller.account_id)


@router.delete("/staff/{account_id}/pin", status_code=204, responses=refusals(for_a_shop=True))
async def delete_pin(account_id: UUID, caller: Owner, db: Tenant) -> None:
    """Take somebody's PIN away; they set a new one themselves. Nobody can read one."""
    await actions.clear_pin(db, caller, AccountId(account_id))


@router.get("/pin-tries", responses=refusals(for_a_shop=True))
async def get_pin_tries(caller: Owner, db: Tenant) -> PinTries:
    """Wrong PINs of the last hour, whether they lock the whole shop, and who is locked on which till."""
    found = await actions.tries_of(db, caller.business_id)
    return PinTries(
        tries=found.tries,
        most=MOST_AT_SHOP,
        locked_until=found.locked_until,
        members=[
            LockedMember(account_id=one.account_id, device_id=one.device_id, until=one.until) for one in found.members
        ],
    )


@router.delete("/pin-tries", status_code=204, responses=refusals(for_a_shop=True))
async def delete_pin_tries(caller: Owner, db: Tenant) -> None:
    """Forgive the wrong PINs that lock the whole shop: the right ones are taken again at once."""
    await actions.forgive_tries(db, caller)


def _with_password(means: str) -> None:
    if means != "password":
        raise Refused("pin_not_enough")
