"""Shops and their people.

Owns the tables businesses, branches, accounts, memberships, invitations, account_tokens, platform_admins, devices,
sessions, login_failures, reward_rules, audit_log, files, posters, slugs, device_credentials, device_codes,
device_sign_ins, pins, pin_tries, pin_shop_tries, api_keys, legal_identities, archives,
arrivals.
Noun packages: `accounts` (who signs in), `staff` (who works where), `shops` (found by strangers), `profile` (how a
shop presents itself), `files`, `poster` and `preview` (what it shows), `branches`, `devices` (tills), `codes` (which
enrol one), `pins` (who is at one), `keys` (programmes), `closures` (when a shop stops), `archives` (a shop in one
file), `access` (who may ask), `wording` (rules in words), `passtypes` (what its cards are at Apple), `identity` (who a
shop is before the law), `terms` (what it promises, as a page).
Others use the names below and nothing else.
"""

from sello.domains.business.accounts import (
    NewShop,
    account_by_email,
    admins,
    create_admin,
    insert_account,
    register_shop,
    send_first_link,
)
from sello.domains.business.actions import current_rules, open_business, set_rules
from sello.domains.business.archives import note_arrival
from sello.domains.business.audit import Action, write_audit, write_audit_as_platform
from sello.domains.business.audit.rules import Place, cursor_of, place_of
from sello.domains.business.branches import branches_of
from sello.domains.business.devices import enrol_till
from sello.domains.business.files import PublicPicture, keep_logo, keep_picture, present_file, public_logo
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
from sello.domains.business.preview import Previews
from sello.domains.business.profile import Colours, Profile, change_profile, logo_link, profile_of, put_logo
from sello.domains.business.profile.rules import colours_of
from sello.domains.business.queries import Business
from sello.domains.business.rules import BirthdayReward, HappyHour, Picture, RewardRules, RulesInForce, Step, Welcome
from sello.domains.business.shops import known_shop, open_shop, shop_by_code, shop_by_slug
from sello.domains.business.staff import add_member
from sello.domains.business.terms import sign_of, terms_address
from sello.domains.business.wording import day_in_words, full_sentence, rules_in_words, soles, stamps_in_words

__all__ = [
    "Action",
    "BirthdayReward",
    "Business",
    "Colours",
    "HappyHour",
    "LegalIdentity",
    "NewShop",
    "Picture",
    "Place",
    "Previews",
    "Profile",
    "PublicPicture",
    "RewardRules",
    "RulesInForce",
    "Signboard",
    "Step",
    "Welcome",
    "account_by_email",
    "add_member",
    "admins",
    "branches_of",
    "change_profile",
    "colours_of",
    "create_admin",
    "current_rules",
    "cursor_of",
    "day_in_words",
    "enrol_till",
    "former_in_words",
    "full_sentence",
    "insert_account",
    "keep_logo",
    "keep_picture",
    "known_shop",
    "logo_link",
    "make_key",
    "note_arrival",
    "open_business",
    "open_shop",
    "place_of",
    "present_file",
    "profile_of",
    "public_logo",
    "put_identity",
    "put_logo",
    "register_shop",
    "rules_in_words",
    "send_first_link",
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
    "write_audit_as_platform",
]
