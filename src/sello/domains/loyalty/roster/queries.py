"""The latest customers of a shop."""

from sello.domains.loyalty.roster.rules import Listed
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def latest_customers(db: Db, business_id: BusinessId, *, lately: int, most: int) -> list[Listed]:
    """The customers of the last `lately` entries of the ledger and the newest ones, `most` in all, the latest first.

    Both ends are read from the primary keys, so it costs the same in a shop of a hundred and of a million customers.
    """
    return await db.fetch_all(
        Listed,
        business_id,
        """
        SELECT u.id, k.id AS card_id, u.name, u.last_three,
          CASE WHEN k.stamps_until < t.today THEN 0 ELSE k.balance END AS balance, latest.at
        FROM (
          SELECT x.card_id, max(x.at) AS at
          FROM (
            (SELECT e.card_id, e.occurred_at AS at FROM stamp_events e
             WHERE e.business_id = %(business_id)s ORDER BY e.id DESC LIMIT %(lately)s)
            UNION ALL
            (SELECT c.id, c.issued_at FROM cards c
             WHERE c.business_id = %(business_id)s ORDER BY c.id DESC LIMIT %(most)s)) x
          GROUP BY x.card_id) latest
        JOIN cards k ON k.business_id = %(business_id)s AND k.id = latest.card_id
        JOIN customers u ON u.business_id = %(business_id)s AND u.id = k.customer_id
        CROSS JOIN (SELECT (app_now() AT TIME ZONE z.zone)::date AS today FROM businesses z
                    WHERE z.id = %(business_id)s) t
        WHERE u.confirmed_at IS NOT NULL AND u.merged_into IS NULL AND u.erased_at IS NULL AND k.merged_into IS NULL
        ORDER BY latest.at DESC, k.id DESC
        LIMIT %(most)s
        """,
        lately=lately,
        most=most,
    )
