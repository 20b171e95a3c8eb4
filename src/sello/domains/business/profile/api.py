"""The shop's profile and logo over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from sello.domains.business.accounts.rules import SLUG
from sello.domains.business.profile import actions
from sello.domains.business.profile.queries import profile_of
from sello.domains.business.profile.rules import Profile, colours_of, is_zone
from sello.domains.business.rules import Design, Picture, SetupStep
from sello.infrastructure.database.api import Tenant
from sello.infrastructure.database.db import Db
from sello.infrastructure.pictures import Pictures
from sello.infrastructure.storage import Storage
from sello.infrastructure.storage.api import TheStorage
from sello.shared.auth.api import Member, Owner, open_to
from sello.shared.errors import Refused, refusals
from sello.shared.validation import Body, Name

router = APIRouter(prefix="/api/v1", tags=["business"])

_MAY_BE_NULL: Final = {"colour_light", "colour_dark"}


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("no such zone; use a name like America/Lima")
    return name


def _once_each(steps: list[SetupStep]) -> list[SetupStep]:
    return sorted(set(steps))


async def pictures(request: Request) -> Pictures:
    """What makes pictures harmless."""
    return request.app.state.pictures  # type: ignore[no-any-return]


ThePictures = Annotated[Pictures, Depends(pictures)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_lower=True)]
Slug = Annotated[str, StringConstraints(pattern=SLUG)]
Locale = Annotated[str, StringConstraints(pattern=r"^(es|en)(-[A-Z]{2})?$")]
Zone = Annotated[str, StringConstraints(max_length=60), AfterValidator(_known_zone)]


class ProfileAnswer(Body):
    """A shop as its people see it. The inks are the colours of text that can be read on the shop's two."""

    id: UUID
    slug: str
    name: str
    zone: str
    locale: str
    rule_version: int
    colour_light: str
    colour_dark: str
    ink_on_light: str
    ink_on_dark: str
    picture: Picture
    logo_url: str | None
    inactivity_threshold_days: int
    setup_done: list[SetupStep]
    poster_design: Design
    closed_at: datetime | None


class ProfileChange(Body):
    """What changes; at least one field. A colour of null is ours again. A former `slug` goes on leading to the shop."""

    name: Name | None = None
    slug: Slug | None = None
    colour_light: Colour | None = None
    colour_dark: Colour | None = None
    picture: Picture | None = None
    locale: Locale | None = None
    zone: Zone | None = None
    inactivity_threshold_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None
    setup_done: Annotated[list[SetupStep], AfterValidator(_once_each)] | None = None
    poster_design: Design | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ProfileChange":
        if not self.model_fields_set:
            raise ValueError("name at least one field")
        for name in self.model_fields_set - _MAY_BE_NULL:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self

    @property
    def said(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


@router.get("/businesses/{business_id}", responses=refusals(for_a_shop=True))
@open_to(closed=True)
async def get_business(business_id: UUID, caller: Member, db: Tenant, files: TheStorage) -> ProfileAnswer:
    """The caller's shop."""
    profile = await profile_of(db, caller.business_id)
    if profile is None:
        raise Refused("not_found")
    return await _answer(db, files, profile)


@router.patch("/businesses/{business_id}", responses=refusals("slug_taken", "zone_fixed", for_a_shop=True))
async def patch_business(
    business_id: UUID, body: ProfileChange, caller: Owner, db: Tenant, files: TheStorage
) -> ProfileAnswer:
    """Change the shop's profile. Its poster is made anew in the background."""
    return await _answer(db, files, await actions.change_profile(db, caller, body.said))


@router.put(
    "/businesses/{business_id}/logo",
    responses=refusals("logo_unreadable", "logo_too_many_pixels", for_a_shop=True),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The picture itself: PNG, JPEG or WebP, at most 1 MB and 4 million pixels",
            "content": {
                media: {"schema": {"type": "string", "format": "binary"}}
                for media in ("image/png", "image/jpeg", "image/webp")
            },
        }
    },
)
async def put_logo(
    business_id: UUID, request: Request, caller: Owner, db: Tenant, files: TheStorage, cleaner: ThePictures
) -> ProfileAnswer:
    """Make this picture the logo. Its pixels alone are kept, drawn anew as PNG, at most 512 pixels wide and high."""
    await actions.put_logo(db, files, cleaner, caller, await request.body())
    return await get_business(business_id, caller, db, files)


@router.delete("/businesses/{business_id}/logo", status_code=204, responses=refusals(for_a_shop=True))
async def delete_logo(business_id: UUID, caller: Owner, db: Tenant) -> None:
    """Do without a logo."""
    await actions.remove_logo(db, caller)


async def _answer(db: Db, files: Storage, profile: Profile) -> ProfileAnswer:
    colours = colours_of(profile.colour_light, profile.colour_dark)
    logo = await actions.logo_link(db, files, profile.id)
    return ProfileAnswer(
        id=profile.id,
        slug=profile.slug,
        name=profile.name,
        zone=profile.zone,
        locale=profile.locale,
        rule_version=profile.rule_version,
        colour_light=colours.light,
        colour_dark=colours.dark,
        ink_on_light=colours.ink_on_light,
        ink_on_dark=colours.ink_on_dark,
        picture=profile.picture,
        logo_url=logo.url if logo else None,
        inactivity_threshold_days=profile.inactivity_threshold_days,
        setup_done=profile.setup_done,
        poster_design=profile.poster_design,
        closed_at=profile.closed_at,
    )
