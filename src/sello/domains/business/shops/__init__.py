"""Shops as strangers reach them: by the slug of the enrolment page and by the code that begins a card's link.

Reads the table businesses as platform, because the shop is not known yet; everything after runs under its tenant.
"""

from sello.domains.business.shops.actions import known_shop, open_shop, shop_by_code, shop_by_slug

__all__ = ["known_shop", "open_shop", "shop_by_code", "shop_by_slug"]
