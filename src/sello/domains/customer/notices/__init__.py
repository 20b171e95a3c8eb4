"""The privacy notice as a public page of each shop, one for each version of the text.

A receipt of a consent names the version that was read (`CONSENT_TEXTS`); its page shows those very words, and below
them what the law asks to be told at length.
"""

from sello.domains.customer.notices.rules import notice_address

__all__ = ["notice_address"]
