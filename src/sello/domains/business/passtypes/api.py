"""Apple's pass types over HTTP: which certificates are here and whose they are; and a shop's own."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from sello.domains.business.passtypes import actions, queries
from sello.domains.business.passtypes.rules import Urgency, urgency_of
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.passkit import Certificates
from sello.shared import clock
from sello.shared.auth.api import Admin, Owner
from sello.shared.errors import refusals
from sello.shared.ids import BusinessId
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1", tags=["business"])

PassTypeId = Annotated[
    str, StringConstraints(pattern=r"^pass\.[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", min_length=6, max_length=155)
]


class PassCertificate(Body):
    """A certificate that signs cards. `ours`: the platform's own. `development`: no real phone takes its cards.

    `ends_at` is null where a shop's own is not installed.
    """

    pass_type_id: str
    ends_at: datetime | None
    urgency: Urgency
    ours: bool
    development: bool
    business_id: UUID | None
    business_name: str | None


class PassCertificates(Body):
    """Certificates that are installed or missing, whichever ends first at the top. `on`: iPhones are offered cards."""

    on: bool
    certificates: list[PassCertificate]


class ShopPassType(Body):
    """The id under which a shop's cards go out, its own or the platform's, and the certificate it rests on.

    `ends_at` is null while no certificate of it is installed. `on`: cards are offered to iPhones.
    """

    on: bool
    pass_type_id: str
    own: bool
    development: bool
    ends_at: datetime | None
    urgency: Urgency


class NewPassType(Body):
    """The shop's own id; null: the platform's."""

    pass_type_id: PassTypeId | None


@router.get("/admin/pass-types", responses=refusals("forbidden", signed_in=True))
async def get_pass_types(_: Admin, request: Request, db: Platform) -> PassCertificates:
    """Every certificate that signs cards, and which shop's it is."""
    passkit: Certificates = request.app.state.passkit
    shops = {one.pass_type_id: one for one in await queries.holders(db)}
    names = {one.pass_type_id for one in passkit.certificates()} | shops.keys()
    now, far = clock.now(), datetime.max.replace(tzinfo=UTC)
    certificates = [_certificate(name, passkit, shops.get(name), now) for name in sorted(names)]
    return PassCertificates(
        on=request.app.state.settings.apple_wallet_on,
        certificates=sorted(certificates, key=lambda one: (one.ends_at is not None, one.ends_at or far)),
    )


@router.put(
    "/admin/businesses/{business_id}/pass-type",
    status_code=204,
    responses=refusals("forbidden", "not_found", "pass_type_unknown", "pass_type_taken", signed_in=True),
)
async def put_pass_type(business_id: UUID, body: NewPassType, admin: Admin, request: Request, db: Platform) -> None:
    """Let a shop's new cards go out under an id of its own. Cards that are in phones keep theirs."""
    passkit: Certificates = request.app.state.passkit
    await actions.set_pass_type(
        db,
        admin,
        BusinessId(business_id),
        body.pass_type_id,
        is_installed=lambda name: passkit.signer(name) is not None,
    )


@router.get("/businesses/{business_id}/pass-type", responses=refusals(for_a_shop=True))
async def get_pass_type(business_id: UUID, caller: Owner, request: Request, db: Tenant) -> ShopPassType:
    """Under which id the shop's cards go to iPhones, and until when they can be signed."""
    passkit: Certificates = request.app.state.passkit
    own = await queries.own_pass_type(db, caller.business_id)
    wanted = (own.pass_type_id if own else None) or passkit.default_pass_type_id
    signer = passkit.signer(wanted)
    ends_at = signer.certificate.not_valid_after_utc if signer else None
    return ShopPassType(
        on=request.app.state.settings.apple_wallet_on,
        pass_type_id=wanted,
        own=bool(own and own.pass_type_id),
        development=passkit.development,
        ends_at=ends_at,
        urgency=urgency_of(ends_at, clock.now()) if ends_at else "over",
    )


def _certificate(name: str, passkit: Certificates, shop: queries.Holder | None, now: datetime) -> PassCertificate:
    signer = passkit.signer(name)
    ends_at = signer.certificate.not_valid_after_utc if signer else None
    return PassCertificate(
        pass_type_id=name,
        ends_at=ends_at,
        urgency=urgency_of(ends_at, now) if ends_at else "over",
        ours=name == passkit.default_pass_type_id,
        development=passkit.development,
        business_id=shop.id if shop else None,
        business_name=shop.name if shop else None,
    )
