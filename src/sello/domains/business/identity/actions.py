"""Name who answers for a shop; hang its sign over a public page."""

from dataclasses import dataclass, fields

from sello.domains.business.audit import write_audit
from sello.domains.business.files import File, present_file
from sello.domains.business.identity import queries
from sello.domains.business.identity.rules import IdentityVersion, LegalIdentity
from sello.domains.business.profile.queries import profile_of
from sello.domains.business.profile.rules import Colours, colours_of
from sello.domains.business.queries import Business
from sello.domains.business.shops import known_shop
from sello.domains.business.staff.queries import lock_shop
from sello.events import BusinessChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.auth import Caller
from sello.shared.errors import Refused


@dataclass(frozen=True, slots=True)
class Signboard:
    """A shop as its public pages show it. `logo`: its file; `identities`: who answered for it, the newest first."""

    business: Business
    colours: Colours
    logo: File | None
    identities: tuple[IdentityVersion, ...]


async def signboard_of(db: Db, platform_db: PlatformDb, slug: str) -> Signboard | None:
    """The sign of the shop that has or had this address, suspended and closed ones included; None for no shop."""
    business = await known_shop(platform_db, slug)
    if business is None:
        return None
    profile = await profile_of(db, business.id)
    if profile is None:
        return None
    return Signboard(
        business=business,
        colours=colours_of(profile.colour_light, profile.colour_dark),
        logo=await present_file(db, business.id, "logo"),
        identities=tuple(await queries.identities_of(db, business.id)),
    )


async def put_identity(db: Db, caller: Caller, identity: LegalIdentity) -> IdentityVersion:
    """Name who answers for the shop from now on; the same again changes nothing. Locks the shop's row."""
    business_id = caller.business_id

    async def work(tx: Db) -> IdentityVersion:
        await lock_shop(tx, business_id)
        present = next(iter(await queries.identities_of(tx, business_id)), None)
        if present is not None and _same(present, identity):
            return present
        named = await queries.insert_identity(tx, business_id, identity)
        if named is None:
            raise Refused("not_found")
        await facts.record(tx, business_id, BusinessChanged(fields=["legal_identity"]))
        await write_audit(
            tx,
            business_id,
            account_id=caller.account_id,
            action="business.changed",
            subject_id=business_id,
            details={"fields": ["legal_identity"], "version": named.version},
        )
        return named

    return await db.transact(business_id, work)


def _same(present: LegalIdentity, wanted: LegalIdentity) -> bool:
    return all(getattr(present, field.name) == getattr(wanted, field.name) for field in fields(LegalIdentity))
