"""Knowing what works.

Owns the tables customer_days, customer_stats, daily_stats and shop_statistics. Noun packages: `counts` (what the
ledger comes to, kept by reactions), `closings` (each shop's midnight), `dashboard` (the numbers of the home page),
`days` (its lines and hours, and who is missed), `directory` (the shop's customers, looked through by their owner).
Nothing here is a source: all of it follows from the ledger. Others use the names below and nothing else.
"""

from sello.domains.analytics.closings.actions import close_days
from sello.domains.analytics.closings.queries import counted_shops
from sello.domains.analytics.counts import Corrected, count_shop
from sello.domains.analytics.dashboard.actions import standing_as_of
from sello.domains.analytics.dashboard.rules import Standing
from sello.domains.analytics.persons.actions import PART as ANALYTICS_PART

__all__ = [
    "ANALYTICS_PART",
    "Corrected",
    "Standing",
    "close_days",
    "count_shop",
    "counted_shops",
    "standing_as_of",
]
