"""Shops and their people.

Owns the tables businesses, branches, accounts, memberships, invitations, account_tokens, platform_admins, devices,
sessions, login_failures, reward_rules, audit_log, files, posters, slugs, device_credentials, device_codes,
device_sign_ins, pins, pin_tries, pin_shop_tries, api_keys, legal_identities.
Noun packages: `accounts` (who signs in), `staff` (who works where), `shops` (found by strangers), `profile` (how a
shop presents itself), `files` and `poster` (what it shows), `branches`, `devices` (tills), `pins` (who stands at one),
`keys` (programmes), `closures` (when a shop stops), `access` (who may ask), `wording` (rules in words), `identity`
(who a shop is before the law), `terms` (what it promises, as a page).
Others use the names below and nothing else.
"""

from sello.domains.business.accounts import NewShop, create_admin, insert_account, register_shop
from sello.domains.business.actions import current_rules, open_business, set_rules
from sello.domains.business.audit import write_audit
from sello.domains.business.devices import enrol_till
from sello.domains.business.identity import (
    LegalIdentity,
    Signboard,
    former_in_words,
    put_identity,
    signboard_of,
    who_in_words,
)
from sello.domains.business.keys import make_key
from sello.domains.business.pins import set_pin
from sello.domains.business.profile import Colours, Profile, change_profile, logo_link, profile_of, put_logo
from sello.domains.business.queries import Business
from sello.domains.business.rules import BirthdayReward, HappyHour, RewardRules, RulesInForce, Step, Welcome
from sello.domains.business.shops import open_shop, shop_by_code, shop_by_slug
from sello.domains.business.staff import add_member
from sello.domains.business.terms import sign_of, terms_address
from sello.domains.business.wording import rules_in_words, soles, stamps_in_words

__all__ = [
    "BirthdayReward",
    "Business",
    "Colours",
    "HappyHour",
    "LegalIdentity",
    "NewShop",
    "Profile",
    "RewardRules",
    "RulesInForce",
    "Signboard",
    "Step",
    "Welcome",
    "add_member",
    "change_profile",
    "create_admin",
    "current_rules",
    "enrol_till",
    "former_in_words",
    "insert_account",
    "logo_link",
    "make_key",
    "open_business",
    "open_shop",
    "profile_of",
    "put_identity",
    "put_logo",
    "register_shop",
    "rules_in_words",
    "set_pin",
    "set_rules",
    "shop_by_code",
    "shop_by_slug",
    "sign_of",
    "signboard_of",
    "soles",
    "stamps_in_words",
    "terms_address",
    "who_in_words",
    "write_audit",
]
