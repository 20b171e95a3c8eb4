"""Cards, stamps and rewards.

Owns the tables cards, stamp_events, rewards, redemptions, staff_days, fraud_signals, gifts, nights, card_merges,
import_salts, imports, import_problems, duplicate_dismissals, proof_tries, wallet_passes, wallet_devices,
wallet_registrations, wallet_events, wallet_tags, wallet_logs and google_classes. Noun packages: `stamps` (given),
`rewards` (handed over), `voids` (taken back), `adjustments` (put right by hand), `ledger` (shown and proven), `cards`
(the customer's own page), `lookups` (found at the counter), `roster` (kept by a till), `enrollments` (handed out,
confirmed), `merges` (two cards of one person), `duplicates` (who may be one), `expiry` (what runs out), `gifts`
(welcome and birthday), `nights` (what begins with a shop's midnight), `obligations` (what the shop owes), `fraud`
(odd patterns), `happenings` (the feed), `sheets`, `cells` and `imports` (files that a shop brings along), `history`
(what they come to), `passes` (cards in Apple's Wallet), `strips` (their pictures), `phones` (what phones ask of them),
`refreshes` (what changed and who is told), `googlecards` (cards in Google's), `walletviews` (what a shop is told of
them). The root files hold what they share: the card and the ledger's way to grow, one entry at a time.
Others use the names below and nothing else.
"""

from sello.domains.loyalty.cards.actions import HeldCard, held_card, open_card
from sello.domains.loyalty.cards.rules import card_address
from sello.domains.loyalty.enrollments.actions import confirm_by_message, confirm_card, enrol
from sello.domains.loyalty.enrollments.rules import Confirmation, Enrolment, names_card, proof_code
from sello.domains.loyalty.history.actions import ground_of
from sello.domains.loyalty.imports.actions import Brief, carry_out, forecast, open_import, read
from sello.domains.loyalty.imports.rules import Forecast, Import, ImportKind, Order, Reading
from sello.domains.loyalty.ledger.actions import replay
from sello.domains.loyalty.ledger.rules import Difference
from sello.domains.loyalty.lookups.rules import ByDigits, ByWords, search_of
from sello.domains.loyalty.merges.actions import merge_customers
from sello.domains.loyalty.nights.actions import work_night
from sello.domains.loyalty.passes.actions import Forge
from sello.domains.loyalty.persons.actions import PART as LOYALTY_PART
from sello.domains.loyalty.phones.actions import add_to_phone
from sello.domains.loyalty.rewards.actions import confirm_redemption, reserve_reward
from sello.domains.loyalty.stamps.actions import Rulebook, Stamped, add_stamp
from sello.domains.loyalty.stamps.rules import StampOrder
from sello.domains.loyalty.strips.actions import Strips
from sello.domains.loyalty.voids.actions import void_stamp

__all__ = [
    "LOYALTY_PART",
    "Brief",
    "ByDigits",
    "ByWords",
    "Confirmation",
    "Difference",
    "Enrolment",
    "Forecast",
    "Forge",
    "HeldCard",
    "Import",
    "ImportKind",
    "Order",
    "Reading",
    "Rulebook",
    "StampOrder",
    "Stamped",
    "Strips",
    "add_stamp",
    "add_to_phone",
    "card_address",
    "carry_out",
    "confirm_by_message",
    "confirm_card",
    "confirm_redemption",
    "enrol",
    "forecast",
    "ground_of",
    "held_card",
    "merge_customers",
    "names_card",
    "open_card",
    "open_import",
    "proof_code",
    "read",
    "replay",
    "reserve_reward",
    "search_of",
    "void_stamp",
    "work_night",
]
