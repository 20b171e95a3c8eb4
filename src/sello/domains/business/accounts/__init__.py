"""People with a password: registration, the e-mail that proves them, and the password itself.

Owns the tables accounts, account_tokens and platform_admins, and writes the first row of a shop and its owner's
membership, because a registration is one transaction.
"""

from sello.domains.business.accounts.actions import create_admin, register_shop, send_first_link
from sello.domains.business.accounts.queries import account_by_email, admins, insert_account, mark_verified
from sello.domains.business.accounts.rules import NewShop, RegisteredShop

__all__ = [
    "NewShop",
    "RegisteredShop",
    "account_by_email",
    "admins",
    "create_admin",
    "insert_account",
    "mark_verified",
    "register_shop",
    "send_first_link",
]
