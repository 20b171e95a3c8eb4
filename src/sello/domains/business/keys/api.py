"""API keys over HTTP. How to use one is told in docs/integrators.md."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from sello.domains.business.keys import actions, queries
from sello.infrastructure.database.api import Platform, Tenant
from sello.shared.auth import Scope
from sello.shared.auth.api import Owner
from sello.shared.errors import refusals
from sello.shared.ids import AccountId
from sello.shared.validation import Body, Moment, Name

router = APIRouter(prefix="/api/v1", tags=["api keys"])

Scopes = Annotated[list[Scope], Field(min_length=1, max_length=10)]


class NewKeyBody(Body):
    """What the key is called, what it may do, and until when; without an end it holds until it is revoked."""

    name: Name
    scopes: Scopes
    expires_at: Moment | None = None


class KeyAnswer(Body):
    """A key; `prefix` is the part of it that may be shown."""

    id: UUID
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class NewKeyAnswer(Body):
    """The key itself. It is shown this once: keep it where passwords are kept."""

    id: UUID
    key: str


@router.get("/api-keys", responses=refusals(for_a_shop=True))
async def list_keys(caller: Owner, db: Tenant) -> list[KeyAnswer]:
    """The shop's keys, the newest first."""
    return [
        KeyAnswer(
            id=key.id,
            name=key.name,
            prefix=f"sello_{key.prefix}",
            scopes=key.scopes,
            created_at=key.created_at,
            created_by=key.created_by,
            expires_at=key.expires_at,
            used_at=key.used_at,
            revoked_at=key.revoked_at,
        )
        for key in await queries.keys_of(db, caller.business_id)
    ]


@router.post("/api-keys", status_code=201, responses=refusals("too_many_keys", for_a_shop=True))
async def post_key(body: NewKeyBody, caller: Owner, db: Tenant, platform: Platform) -> NewKeyAnswer:
    """Make a key. Its stamps stand in the ledger under the key's own id and name."""
    made = await actions.make_key(db, platform, caller, name=body.name, scopes=body.scopes, expires_at=body.expires_at)
    return NewKeyAnswer(id=made.id, key=made.text)


@router.delete("/api-keys/{key_id}", status_code=204, responses=refusals(for_a_shop=True))
async def delete_key(key_id: UUID, caller: Owner, db: Tenant) -> None:
    """Revoke a key."""
    await actions.end_key(db, caller, AccountId(key_id))
