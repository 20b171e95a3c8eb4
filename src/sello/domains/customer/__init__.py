"""Customers of a shop: who they are there, and what they agreed to.

Owns the tables customers, consent_events, privacy_requests and erasures. A customer is pending until the phone was
proven; a pending one whose phone is a known customer's is merged into that one. Noun packages: `corrections` (put
right), `arrivals` (brought along), `consents` (said to marketing), `requests` (rights of Ley 29733, with their clock),
`persons` (everything about somebody: handed out, erased), `notices` (the privacy notice as a page). Others use the
names below and nothing else.
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
from sello.domains.customer.arrivals.actions import add_people, complete_people, people_by_phone
from sello.domains.customer.arrivals.rules import Arrival, arrival_of, stand_in
from sello.domains.customer.notices.rules import notice_address
from sello.domains.customer.persons.actions import PART as CUSTOMER_PART
from sello.domains.customer.persons.actions import Ground, Part, Persons, lines_of
from sello.domains.customer.persons.queries import Row
from sello.domains.customer.persons.rules import Line, Lines, Table, csv_of, json_of, zip_of
from sello.domains.customer.requests.actions import Opened, open_request
from sello.domains.customer.requests.queries import requests_of
from sello.domains.customer.requests.rules import PrivacyRequest, RequestKind, RequestState
from sello.domains.customer.rules import (
    CONSENT_TEXTS,
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
    "CONSENT_TEXTS",
    "CUSTOMER_PART",
    "TEXT_VERSION",
    "Arrival",
    "Birthday",
    "Consent",
    "ConsentKind",
    "ConsentSource",
    "Customer",
    "Ground",
    "Language",
    "Line",
    "Lines",
    "Opened",
    "Part",
    "Person",
    "Persons",
    "PrivacyRequest",
    "Receipt",
    "RequestKind",
    "RequestState",
    "Row",
    "Source",
    "Table",
    "add_people",
    "arrival_of",
    "complete_people",
    "confirm_customer",
    "confirmed_by_phone",
    "csv_of",
    "customer_of",
    "enrol_confirmed",
    "enrol_pending",
    "json_of",
    "language_of",
    "last_consent",
    "lines_of",
    "merge_customer",
    "merge_duplicate",
    "network_hash",
    "notice_address",
    "open_request",
    "people_by_phone",
    "read_text",
    "requests_of",
    "set_consent",
    "stand_in",
    "zip_of",
]
