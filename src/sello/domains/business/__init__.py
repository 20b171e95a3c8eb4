"""Shops and their people.

Owns the tables businesses, branches, accounts, memberships, invitations, account_tokens, platform_admins, devices,
sessions, login_failures, reward_rules, audit_log. Noun packages: `accounts` (who signs in), `staff` (who works where).
Others use the names below and nothing else.
"""

from sello.domains.business.actions import current_rules, open_business, set_rules
from sello.domains.business.audit import write_audit
from sello.domains.business.queries import Business
from sello.domains.business.rules import RewardRules, RulesInForce, Step

__all__ = [
    "Business",
    "RewardRules",
    "RulesInForce",
    "Step",
    "current_rules",
    "open_business",
    "set_rules",
    "write_audit",
]
