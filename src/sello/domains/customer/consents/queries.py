"""The consent log as the owner reads it."""

from sello.domains.customer.rules import Consent
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def consents_of(db: Db, business_id: BusinessId, customer_id: CustomerId, *, most: int) -> list[Consent]:
    """Every word of the customer and of those merged into them, the newest first."""
    return await db.fetch_all(
        Consent,
        business_id,
        """
        SELECT k.kind, k.source, k.text_version, k.poster_id, k.network_hash, k.recorded_at FROM consent_events k
        WHERE k.business_id = %(business_id)s AND k.customer_id = ANY (ARRAY(
          SELECT u.id FROM customers u WHERE u.business_id = %(business_id)s AND u.id = %(customer_id)s
          UNION ALL
          SELECT u.id FROM customers u WHERE u.business_id = %(business_id)s AND u.merged_into = %(customer_id)s))
        ORDER BY k.recorded_at DESC, k.id DESC LIMIT %(most)s
        """,
        customer_id=customer_id,
        most=most,
    )
