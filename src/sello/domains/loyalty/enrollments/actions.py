"""Hand out a pending card, confirm one at the counter or by a message, make one at the till."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from psycopg.errors import UniqueViolation

from sello.domains.business import current_rules, open_business
from sello.domains.customer import (
    Customer,
    Person,
    confirm_customer,
    confirmed_by_phone,
    customer_of,
    enrol_confirmed,
    enrol_pending,
    merge_customer,
)
from sello.domains.loyalty.cards.rules import LINK_LENGTH, SCAN_CODE_LENGTH
from sello.domains.loyalty.enrollments import queries
from sello.domains.loyalty.enrollments.rules import Confirmation, Enrolment, content_of, is_same_name, names_card
from sello.domains.loyalty.gifts.actions import give_welcome
from sello.domains.loyalty.queries import card_of
from sello.domains.loyalty.rules import Card
from sello.events import CardConfirmed, CardMerged, CustomerEnrolled
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.infrastructure.database.idempotency import claim
from sello.shared import metrics
from sello.shared.auth import Caller, Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, CardId, CustomerId, new_id, random_code
from sello.shared.validation import last_three, plausible_id

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A pending card's link; `new` is False when the same request had made it before."""

    link: str
    new: bool


@dataclass(frozen=True, slots=True)
class TillCard:
    """A customer at the till with their card; `own` when it was made by this id, now (`new`) or before."""

    customer: Customer
    card: Card
    own: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """The shop as an answer at the counter needs it: the code of its links, how many stamps fill a card."""

    code: str
    required: int


async def enrol(db: Db, keys: Keys, business_id: BusinessId, order: Enrolment, *, key: str | None) -> Enrolled:
    """A pending card for whoever asks, the same for a known phone as for an unknown one.

    One transaction: key, customer, receipt, card, fact. Refuses rules_missing, key_reused, too_many_requests.
    """
    if await current_rules(db, business_id) is None:
        raise Refused("rules_missing")
    card_id = CardId(new_id())

    async def work(tx: Db) -> Enrolled:
        if key is not None:
            request_hash = keys.mac("idempotency", content_of(order))
            made = await claim(tx, business_id, key, request_hash=request_hash, resource_id=card_id)
            if made != card_id:
                return Enrolled(await _link_of(tx, business_id, CardId(made)), new=False)
        customer_id = await enrol_pending(
            tx,
            business_id,
            order.person,
            source="poster",
            network_hash=order.network_hash,
            receipt=order.opt_in,
        )
        link = await _issue(tx, business_id, card_id, customer_id, confirmed=False)
        enrolled = CustomerEnrolled(card_id=card_id, customer_id=customer_id, source="poster")
        await facts.record(tx, business_id, enrolled)
        return Enrolled(link, new=True)

    enrolled = await db.transact(business_id, work)
    if enrolled.new:
        metrics.count_enrolment(business_id)
    return enrolled


async def counter_of(db: Db, business_id: BusinessId) -> Counter:
    """The shop, when it may act; refuses business_closed, business_suspended, rules_missing."""
    business = await open_business(db, business_id)
    rules = await current_rules(db, business_id)
    if rules is None:
        raise Refused("rules_missing")
    return Counter(business.code, rules.stamps_required)


async def confirm_card(db: Db, caller: Caller, card_id: CardId, *, digits: str) -> Confirmation:
    """Staff heard the name and the last three digits: the pending card becomes the card, or leads to the known one.

    Confirming again says the same again. Refuses card_not_found, confirmation_mismatch, and to staff name_differs when
    the phone is known under another first name. Two pending cards of one phone
    confirmed at once: the unique index lets one through, the other one looks again and is merged.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> Confirmation:
        pending = await card_of(tx, business_id, card_id)
        holder = await customer_of(tx, business_id, pending.customer_id) if pending else None
        if pending is None or holder is None or holder.phone is None:
            raise Refused("card_not_found")
        if last_three(holder.phone) != digits:
            raise Refused("confirmation_mismatch")
        known = await confirmed_by_phone(tx, business_id, holder.phone)
        if known is not None and caller.role == "staff" and not is_same_name(holder.name, known.name):
            raise Refused("name_differs")  # knowing somebody's number must not be enough to get their card
        confirmed = await _settle(tx, business_id, pending, known, by=_staff(caller))
        return confirmed or await work(tx)

    return await _judged_by_index(db, business_id, work)


async def confirm_by_message(
    db: Db, keys: Keys, business_id: BusinessId, customer_id: CustomerId, *, phone: str, words: str
) -> Confirmation | None:
    """A message came from this phone: confirm the pending card whose code is among its words.

    The phone proves itself, so nobody has to hear a name, and nobody else's words can confirm it. None when the card is
    not theirs, or the words name another one; confirming again says the same again.
    """

    async def work(tx: Db) -> Confirmation | None:
        holder = await customer_of(tx, business_id, customer_id)
        card = await queries.card_of_customer(tx, business_id, customer_id)
        if card is None or holder is None or holder.phone != phone or not names_card(keys, card.id, words):
            return None
        known = await confirmed_by_phone(tx, business_id, phone)
        return await _settle(tx, business_id, card, known, by=None) or await work(tx)

    return await _judged_by_index(db, business_id, work)


async def enrol_at_till(db: Db, caller: Caller, id: CustomerId, person: Person) -> TillCard:
    """A confirmed customer with a card, or the one who has this phone already (untouched).

    Refuses id_not_plausible, id_reused.
    """
    plausible_id(id)
    business_id = caller.business_id

    async def work(tx: Db) -> TillCard:
        known = await customer_of(tx, business_id, id)
        if known is not None and (known.phone != person.phone or known.source != "till"):
            raise Refused("id_reused")
        if known is not None and known.merged_into is not None:
            known = await customer_of(tx, business_id, known.merged_into)
        known = known or await confirmed_by_phone(tx, business_id, person.phone)
        if known is not None:
            return await _at_till(tx, business_id, known, own=known.id == id, new=False)
        await enrol_confirmed(tx, business_id, id, person, source="till", confirmed_by=_staff(caller))
        card_id = CardId(new_id())
        await _issue(tx, business_id, card_id, id, confirmed=True)
        enrolled = CustomerEnrolled(card_id=card_id, customer_id=id, source="till")
        await facts.record(tx, business_id, enrolled)
        await facts.record(tx, business_id, CardConfirmed(card_id=card_id, customer_id=id))
        await give_welcome(tx, business_id, card_id, id, account_id=_staff(caller))
        made = await customer_of(tx, business_id, id)
        assert made is not None  # noqa: S101  # inserted above
        return await _at_till(tx, business_id, made, own=True, new=True)

    enrolled = await _judged_by_index(db, business_id, work)
    if enrolled.new:
        metrics.count_enrolment(business_id)
    return enrolled


async def _judged_by_index(db: Db, business_id: BusinessId, work: Callable[[Db], Awaitable[Result]]) -> Result:
    """Run `work`; once more when a unique index refused it, for then the other row is committed and will be seen."""
    try:
        return await db.transact(business_id, work)
    except UniqueViolation:
        return await db.transact(business_id, work)


async def _settle(
    tx: Db, business_id: BusinessId, pending: Card, known: Customer | None, *, by: AccountId | None
) -> Confirmation | None:
    """Lock the cards and decide; None when the known one was merged while we waited: look again whose the phone is."""
    target = await queries.card_of_customer(tx, business_id, known.id) if known else None
    wanted = [pending.id] if target is None else [pending.id, target.id]
    locked = {card.id: card for card in await queries.locked_cards(tx, business_id, wanted)}
    if target is not None and locked[target.id].merged_into is not None:
        return None
    return await _decide(tx, business_id, locked[pending.id], locked[target.id] if target else None, by=by)


async def _decide(
    tx: Db, business_id: BusinessId, card: Card, target: Card | None, *, by: AccountId | None
) -> Confirmation:
    """What the locked card becomes, or became while its lock was waited for."""
    if card.merged_into is not None:
        target = await card_of(tx, business_id, card.merged_into)
        assert target is not None  # noqa: S101  # a foreign key says so
    elif card.confirmed_at is None and target is None:
        await queries.confirm_card(tx, business_id, card.id)
        await confirm_customer(tx, business_id, card.customer_id, confirmed_by=by)
        await facts.record(tx, business_id, CardConfirmed(card_id=card.id, customer_id=card.customer_id))
        await give_welcome(tx, business_id, card.id, card.customer_id, account_id=by)
    elif card.confirmed_at is None and target is not None:
        await queries.merge_card(tx, business_id, card.id, target.id)
        await merge_customer(tx, business_id, card.customer_id, into=target.customer_id)
        merged = CardMerged(card_id=card.id, into_card_id=target.id, customer_id=target.customer_id)
        await facts.record(tx, business_id, merged)
    now = target or await card_of(tx, business_id, card.id) or card  # with what it was given
    return Confirmation(now.id, now.customer_id, merged=now.id != card.id, balance=now.balance)


async def _issue(tx: Db, business_id: BusinessId, card_id: CardId, customer_id: CustomerId, *, confirmed: bool) -> str:
    scan_code, link = random_code(SCAN_CODE_LENGTH), random_code(LINK_LENGTH)
    await queries.insert_card(
        tx, business_id, card_id, customer_id, scan_code=scan_code, link=link, confirmed=confirmed
    )
    return link


async def _link_of(tx: Db, business_id: BusinessId, card_id: CardId) -> str:
    card = await card_of(tx, business_id, card_id)
    assert card is not None  # noqa: S101  # key and card were committed together, and cards stay
    return card.link


async def _at_till(tx: Db, business_id: BusinessId, customer: Customer, *, own: bool, new: bool) -> TillCard:
    card = await queries.card_of_customer(tx, business_id, customer.id)
    assert card is not None  # noqa: S101  # customer and card were committed together
    return TillCard(customer, card, own=own, new=new)


def _staff(caller: Caller) -> AccountId | None:
    """Who confirmed; a platform admin is no member of the shop and stands in the audit log."""
    return None if caller.role == "admin" else caller.account_id
