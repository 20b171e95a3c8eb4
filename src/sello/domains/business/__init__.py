"""Shops and their people.

Owns the tables businesses, branches, accounts, memberships, invitations, account_tokens, platform_admins, devices,
sessions, login_failures, reward_rules, audit_log. Noun packages: `accounts` (who signs in), `staff` (who works where),
`shops` (found by strangers).
Others use the names below and nothing else.
"""

from sello.domains.business.actions import current_rules, open_business, set_rules
from sello.domains.business.audit import write_audit
from sello.domains.business.queries import Business
from sello.domains.business.rules import RewardRules, RulesInForce, Step
from sello.domains.business.shops import open_shop, shop_by_code, shop_by_slug

__all__ = [
    "Business",
    "RewardRules",
    "RulesInForce",
    "Step",
    "current_rules",
    "open_business",
    "open_shop",
    "set_rules",
    "shop_by_code",
    "shop_by_slug",
    "write_audit",
]
