"""A shop's legal identity, version by version."""

from sello.domains.business.identity.rules import IdentityVersion, LegalIdentity
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def identities_of(db: Db, business_id: BusinessId) -> list[IdentityVersion]:
    """Every version, the newest first; a shop changes it a few times in its life."""
    return await db.fetch_all(
        IdentityVersion,
        business_id,
        """
        SELECT legal_name, ruc, address, email, version, since FROM legal_identities
        WHERE business_id = %(business_id)s ORDER BY version DESC
        """,
    )


async def insert_identity(db: Db, business_id: BusinessId, identity: LegalIdentity) -> IdentityVersion | None:
    """Add the next version, in a transaction that holds the shop's row locked."""
    return await db.fetch_one(
        IdentityVersion,
        business_id,
        """
        INSERT INTO legal_identities (business_id, version, legal_name, ruc, address, email)
        SELECT %(business_id)s, coalesce(max(i.version), 0) + 1, %(legal_name)s, %(ruc)s, %(address)s, %(email)s
        FROM legal_identities i WHERE i.business_id = %(business_id)s
        RETURNING legal_name, ruc, address, email, version, since
        """,
        legal_name=identity.legal_name,
        ruc=identity.ruc,
        address=identity.address,
        email=identity.email,
    )
