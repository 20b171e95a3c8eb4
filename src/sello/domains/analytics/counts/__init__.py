"""A customer's numbers, counted anew from the ledger whenever something happened to their card."""

from sello.domains.analytics.counts.actions import Corrected, count_behind, count_cards, count_shop
from sello.domains.analytics.counts.queries import make_shop
from sello.domains.analytics.counts.rules import WHOLE_SHOP

__all__ = ["WHOLE_SHOP", "Corrected", "count_behind", "count_cards", "count_shop", "make_shop"]
