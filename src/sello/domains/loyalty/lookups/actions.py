"""Look a card or a customer up at the counter."""

from dataclasses import dataclass

from sello.domains.business import current_rules
from sello.domains.customer import Consent, last_consent
from sello.domains.loyalty.cards.rules import CardView
from sello.domains.loyalty.lookups import queries
from sello.domains.loyalty.lookups.rules import ByDigits, ByWords, Found, History, is_scan_code, search_of
from sello.domains.loyalty.persons.actions import refuse_erased
from sello.domains.loyalty.stamps.actions import Rulebook
from sello.domains.loyalty.stamps.rules import CompiledRules
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.auth import Claims, Keys, read_code
from sello.shared.auth.codes import is_rotating
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CustomerId


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Customers found, how many stamps fill a card (None before the first rules), and where the next page begins."""

    customers: list[Found]
    of: int | None
    next: CustomerId | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer with their last word on marketing and what their ledger comes to."""

    customer: Found
    of: int | None
    consent: Consent | None
    history: History


async def look_up_scan(
    db: Db, rulebook: Rulebook, keys: Keys, business_id: BusinessId, claims: Claims, code: str
) -> tuple[CardView, CompiledRules]:
    """The card behind a static or rotating code, for a member of its shop, with the rules in force.

    Refuses code_invalid, code_expired, card_not_found (another shop's card too), customer_erased, membership_ended,
    session_ended, business_closed, business_suspended, rules_missing.
    """
    row = await _scanned(db, keys, business_id, claims, code)
    if row is None:
        raise Refused("membership_ended")
    if row.refusal == "card_not_found":
        rotating = is_rotating(code)
        card_id = read_code(keys, code, clock.now())[0] if rotating else None
        await refuse_erased(db, keys, business_id, scan_code=None if rotating else code, card_id=card_id)
    if row.refusal is not None:
        raise Refused(row.refusal)
    rules = await rulebook.of(db, business_id)
    if rules.version != row.rule_version:
        rulebook.forget(business_id)
        rules = await rulebook.of(db, business_id)
    return row, rules


async def _scanned(
    db: Db, keys: Keys, business_id: BusinessId, claims: Claims, code: str
) -> queries.ScannedCard | None:
    account_id, version, session_id = claims.account_id, claims.version, claims.session
    if is_rotating(code):
        card_id, _ = read_code(keys, code, clock.now())
        return await queries.scan_of_card(
            db, business_id, card_id, account_id=account_id, version=version, session_id=session_id
        )
    if is_scan_code(code):
        return await queries.scan_of_code(
            db, business_id, code, account_id=account_id, version=version, session_id=session_id
        )
    raise Refused("code_invalid")


async def find_customers(
    db: Db, business_id: BusinessId, q: str | None, *, before: CustomerId | None, limit: int
) -> FoundPage:
    """Confirmed customers by last digits or name, the newest first; all of them without `q`. Refuses invalid."""
    search = ByWords([]) if q is None else search_of(q)
    if isinstance(search, ByDigits):
        found = await queries.customers_by_digits(
            db, business_id, digits=search.digits, endings=search.endings, before=before, limit=limit + 1
        )
    else:
        found = await queries.customers_by_words(db, business_id, words=search.words, before=before, limit=limit + 1)
    shown = found[:limit]
    return FoundPage(shown, await _required(db, business_id), shown[-1].id if len(found) > limit else None)


async def profile_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Profile:
    """A confirmed customer, also by the id of a pending one merged into it; refuses customer_not_found."""
    found = await queries.customer_found(db, business_id, customer_id)
    if found is None:
        raise Refused("customer_not_found")
    consent = await last_consent(db, business_id, found.id)
    history = await queries.history_of(db, business_id, found.card_id)
    assert history is not None  # noqa: S101  # sums have a row
    return Profile(found, await _required(db, business_id), consent, history)


async def _required(db: Db, business_id: BusinessId) -> int | None:
    rules = await current_rules(db, business_id)
    return rules.stamps_required if rules else None
