"""Knowing what works.

Owns the tables customer_days, customer_stats, daily_stats and shop_statistics. Noun packages: `counts` (what the
ledger comes to, kept by reactions), `closings` (each shop's midnight), `dashboard` (the numbers of the home page).
Nothing here is a source: all of it follows from the ledger. Others use the names below and nothing else.
"""

from sello.domains.analytics.counts.actions import Corrected, count_shop

__all__ = ["Corrected", "count_shop"]
