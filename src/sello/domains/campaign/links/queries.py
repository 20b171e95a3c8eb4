"""Short links: where one leads, and that somebody went there."""

from uuid import UUID

from sello.domains.campaign.links.rules import Target
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def target_of(db: Db, business_id: BusinessId, token: str) -> Target | None:
    """Where the link leads: of a merged card, to the one it leads to."""
    return await db.fetch_one(
        Target,
        business_id,
        """
        SELECT l.send_id, (
          SELECT t.link FROM cards t
          WHERE t.business_id = k.business_id AND t.id = coalesce(k.merged_into, k.id) AND t.erased_at IS NULL
        ) AS card_link
        FROM short_links l
        JOIN campaign_sends s ON s.business_id = l.business_id AND s.id = l.send_id
        JOIN cards k ON k.business_id = s.business_id AND k.customer_id = s.customer_id
        WHERE l.business_id = %(business_id)s AND l.token = %(token)s
        """,
        token=token,
    )


async def count_click(db: Db, business_id: BusinessId, token: str, send_id: UUID) -> int:
    """Somebody touched the link: counted each time, its moment kept the first time, also on the send."""
    return await db.execute(
        business_id,
        """
        WITH clicked AS (
          UPDATE short_links SET clicks = least(clicks, 1000000) + 1, clicked_at = coalesce(clicked_at, app_now())
          WHERE business_id = %(business_id)s AND token = %(token)s
          RETURNING send_id, clicked_at
        )
        UPDATE campaign_sends s SET clicked_at = k.clicked_at FROM clicked k
        WHERE s.business_id = %(business_id)s AND s.id = %(send_id)s AND s.id = k.send_id AND s.clicked_at IS NULL
        """,
        token=token,
        send_id=send_id,
    )
