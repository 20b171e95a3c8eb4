"""Customers of a shop: who they are there, and what they agreed to.

Owns the tables customers, consent_events and privacy_requests. A customer is pending until the phone was
proven; a pending one whose phone is a known customer's is merged into that one. Noun packages: `corrections` (put
right), `consents` (said to marketing), `requests` (rights of Ley 29733, with their clock). Others use the names below
and nothing else.
"""

from sello.domains.customer.actions import (
    confirm_customer,
    confirmed_by_phone,
    customer_of,
    enrol_confirmed,
    enrol_pending,
    last_consent,
    merge_customer,
    merge_duplicate,
    network_hash,
    set_consent,
)
from sello.domains.customer.rules import (
    TEXT_VERSION,
    Birthday,
    Consent,
    ConsentKind,
    ConsentSource,
    Customer,
    Language,
    Person,
    Receipt,
    Source,
    language_of,
    read_text,
)

__all__ = [
    "TEXT_VERSION",
    "Birthday",
    "Consent",
    "ConsentKind",
    "ConsentSource",
    "Customer",
    "Language",
    "Person",
    "Receipt",
    "Source",
    "confirm_customer",
    "confirmed_by_phone",
    "customer_of",
    "enrol_confirmed",
    "enrol_pending",
    "language_of",
    "last_consent",
    "merge_customer",
    "merge_duplicate",
    "network_hash",
    "read_text",
    "set_consent",
]
