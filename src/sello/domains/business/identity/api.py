"""Who a shop is before the law, over HTTP; and its logo for public pages, at an address that lasts."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator

from sello.domains.business.identity import actions, queries
from sello.domains.business.identity.rules import IdentityVersion, LegalIdentity, is_ruc
from sello.infrastructure.database.api import Platform, Tenant
from sello.infrastructure.pages.api import unchanged
from sello.infrastructure.storage.api import TheStorage
from sello.shared.auth.api import Anyone, Member, Owner, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.validation import Body, Email, Name

router = APIRouter(tags=["business"])

_LOGO_SECONDS: Final = 3600  # until a page asks whether there is another logo


def _known_ruc(text: str) -> str:
    if not is_ruc(text):
        raise ValueError("no RUC: eleven digits, the last one follows from the others")
    return text


Ruc = Annotated[str, AfterValidator(_known_ruc)]


class NewIdentity(Body):
    """Who answers for the shop: a person's or a company's full name, RUC, address; an e-mail for privacy requests."""

    legal_name: Name
    ruc: Ruc | None = None
    address: Name
    email: Email | None = None


class IdentityAnswer(Body):
    """The legal identity in force, and since when; its privacy notice names it."""

    legal_name: str
    ruc: str | None
    address: str
    email: str | None
    version: int
    since: datetime


@router.get("/api/v1/businesses/{business_id}/legal-identity", responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def get_identity(business_id: UUID, caller: Member, db: Tenant) -> IdentityAnswer | None:
    """Who answers for the shop; null until the owner has said."""
    present = next(iter(await queries.identities_of(db, caller.business_id)), None)
    return _answer(present) if present else None


@router.put("/api/v1/businesses/{business_id}/legal-identity", responses=refusals(for_a_shop=True))
async def put_identity(business_id: UUID, body: NewIdentity, caller: Owner, db: Tenant) -> IdentityAnswer:
    """Say who answers for the shop from now on. Whoever did before stays readable on the privacy notice."""
    identity = LegalIdentity(body.legal_name, body.ruc, body.address, body.email)
    return _answer(await actions.put_identity(db, caller, identity))


@router.get(
    "/legal/{slug}/logo",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 304: {"description": "The same logo"}, **refusals("not_found")},
)
async def get_logo(
    slug: Annotated[str, Path()], request: Request, caller: Anyone, db: Tenant, platform: Platform, files: TheStorage
) -> Response:
    """The shop's logo."""
    sign = await actions.signboard_of(db, platform, slug)
    if sign is None or sign.logo is None:
        raise Refused("not_found")
    tag = f'"{sign.logo.sha256.hex()[:32]}"'
    headers = {"cache-control": f"public, max-age={_LOGO_SECONDS}", "etag": tag}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    data = await files.get(sign.logo.name)
    if data is None:
        raise Refused("not_found")
    return Response(data, media_type="image/png", headers=headers)


def _answer(identity: IdentityVersion) -> IdentityAnswer:
    return IdentityAnswer(
        legal_name=identity.legal_name,
        ruc=identity.ruc,
        address=identity.address,
        email=identity.email,
        version=identity.version,
        since=identity.since,
    )
