"""Analytics' part of a person. Numbers under an id that nobody stands behind any more are the shop's totals: kept."""

from sello.domains.analytics.persons import queries
from sello.domains.customer import Ground, Lines, Part, Table, lines_of
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def _load(db: Db, business_id: BusinessId, ids: list[CustomerId], most: int) -> Lines:
    return {
        "customer_days": lines_of(await queries.day_lines(db, business_id, ids, most=most)),
        "customer_stats": lines_of(await queries.summary_lines(db, business_id, ids, most=most)),
    }


async def _nothing_to_lock(tx: Db, business_id: BusinessId, ids: list[CustomerId]) -> None:
    """Nothing here is written by an erasure."""


async def _nothing_to_blank(tx: Db, business_id: BusinessId, ids: list[CustomerId], ground: Ground) -> None:
    """Ids and numbers alone."""


_ID = "names the row, not the person"
_OWN = "how far the counting has come"

PART = Part(
    {
        "customer_days": Table(
            shown=(
                "card_id", "day", "branch_id", "purchases", "stamps", "stamps_expired", "amount_centimos",
                "rewards_issued", "rewards_redeemed",
            ),
            hidden={"business_id": _ID},
        ),
        "customer_stats": Table(
            shown=(
                "card_id", "enrolled_day", "visits", "purchases", "stamps", "amount_centimos", "rewards_issued",
                "rewards_redeemed", "first_day", "last_day", "median_gap", "at_risk_from", "lost_from",
            ),
            hidden={"business_id": _ID, "counted_seq": _OWN, "counted_into": _OWN, "threshold_days": _OWN},
        ),
    },
    _load,
    _nothing_to_lock,
    _nothing_to_blank,
)  # fmt: skip
