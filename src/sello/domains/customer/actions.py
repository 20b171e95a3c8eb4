"""What happens to a customer: enrolled, confirmed, merged, heard on marketing.

`enrol_pending`, `enrol_confirmed`, `confirm_customer` and `merge_customer` are steps of a transaction that loyalty
opens, because a card belongs to each of them; loyalty has locked the cards concerned before it calls.
"""

from sello.domains.customer import queries
from sello.domains.customer.rules import (
    NETWORK_WINDOW,
    PHONE_WINDOW,
    Consent,
    ConsentKind,
    Customer,
    Person,
    Receipt,
    Source,
    check_waiting,
    later_word,
)
from sello.events import ConsentChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, CustomerId, new_id
from sello.shared.validation import fold


def network_hash(keys: Keys, network: str) -> bytes:
    """What is kept of a customer's network: nothing that could be read back or matched with staff's log-ins."""
    return keys.mac("customer-network", network.encode())


async def enrol_pending(
    tx: Db,
    business_id: BusinessId,
    person: Person,
    *,
    source: Source,
    network_hash: bytes,
    receipt: Receipt | None,
) -> CustomerId:
    """Add a pending customer, with an opt-in when there is a receipt for one.

    Does the same for a phone that is known as for one that is not. Refuses too_many_requests. Takes the advisory locks
    of the phone and of the network.
    """
    customer_id = CustomerId(new_id())
    await queries.take_turn(tx, business_id, person.phone, network_hash)
    check_waiting(
        await queries.waiting(
            tx,
            business_id,
            phone=person.phone,
            phone_window=PHONE_WINDOW,
            network_hash=network_hash,
            network_window=NETWORK_WINDOW,
        )
    )
    await queries.insert_customer(
        tx,
        business_id,
        customer_id,
        phone=person.phone,
        name=person.name,
        name_folded=fold(person.name),
        birthday=person.birthday,
        source=source,
        network_hash=network_hash,
        confirmed=False,
        confirmed_by=None,
    )
    if receipt is not None:
        await _record_consent(tx, business_id, customer_id, "opt_in", receipt)
    return customer_id


async def enrol_confirmed(
    tx: Db,
    business_id: BusinessId,
    customer_id: CustomerId,
    person: Person,
    *,
    source: Source,
    confirmed_by: AccountId | None,
) -> None:
    """Add a customer whom staff have in front of them.

    Raises UniqueViolation when the phone or the id is somebody's: undo everything, look again.
    """
    await queries.insert_customer(
        tx,
        business_id,
        customer_id,
        phone=person.phone,
        name=person.name,
        name_folded=fold(person.name),
        birthday=person.birthday,
        source=source,
        network_hash=None,
        confirmed=True,
        confirmed_by=confirmed_by,
    )


async def confirm_customer(
    tx: Db, business_id: BusinessId, customer_id: CustomerId, *, confirmed_by: AccountId | None
) -> None:
    """Make a pending customer the shop's customer with this phone.

    Raises UniqueViolation when another one became it at this moment: undo everything, look again, merge.
    """
    if await queries.confirm_pending(tx, business_id, customer_id, confirmed_by=confirmed_by) == 0:
        raise Refused("card_not_found")


async def merge_customer(tx: Db, business_id: BusinessId, customer_id: CustomerId, *, into: CustomerId) -> None:
    """Lead a pending customer to the known one with the same phone; the later word on marketing is the one that counts.

    The pending card's receipt stays where it is, and is written again for the known customer. Locks both customers, in
    the order of their ids.
    """
    await queries.locked_customers(tx, business_id, [customer_id, into])
    if await queries.merge_pending(tx, business_id, customer_id, into) == 0:
        raise Refused("card_not_found")
    await _repeat_later_word(tx, business_id, customer_id, into)


async def merge_duplicate(tx: Db, business_id: BusinessId, customer_id: CustomerId, *, into: CustomerId) -> None:
    """Lead a confirmed customer to another one who is the same person; the later word on marketing counts.

    A birthday that the other one lacks comes along; name and phone stay theirs. Refuses customer_not_found. Locks both
    customers, in the order of their ids.
    """
    await queries.locked_customers(tx, business_id, [customer_id, into])
    if await queries.merge_confirmed(tx, business_id, customer_id, into) == 0:
        raise Refused("customer_not_found")
    await queries.lead_on(tx, business_id, customer_id, into)
    await queries.lend_birthday(tx, business_id, customer_id, into)
    await _repeat_later_word(tx, business_id, customer_id, into)


async def _repeat_later_word(tx: Db, business_id: BusinessId, customer_id: CustomerId, into: CustomerId) -> None:
    word = later_word(
        await queries.last_consent(tx, business_id, customer_id),
        await queries.last_consent(tx, business_id, into),
    )
    if word is not None:
        receipt = Receipt(word.source, word.text_version, word.poster_id, word.network_hash)
        await _record_consent(tx, business_id, into, word.kind, receipt)


async def set_consent(
    db: Db, business_id: BusinessId, customer_id: CustomerId, kind: ConsentKind, receipt: Receipt
) -> Consent:
    """Hear a customer on marketing; saying the same of the same text again writes nothing.

    Refuses card_not_found for somebody who is erased or not there. Locks the customer.
    """

    async def work(tx: Db) -> Consent | CustomerId:
        found = await queries.locked_customers(tx, business_id, [customer_id])
        if not found or found[0].erased_at is not None:
            raise Refused("card_not_found")
        if found[0].merged_into is not None:
            return found[0].merged_into
        said = await queries.last_consent(tx, business_id, customer_id)
        if said is None or (said.kind, said.text_version) != (kind, receipt.text_version):
            await _record_consent(tx, business_id, customer_id, kind, receipt)
            said = await queries.last_consent(tx, business_id, customer_id)
        assert said is not None  # noqa: S101  # written just above under the lock
        return said

    outcome = await db.transact(business_id, work)
    if isinstance(outcome, Consent):
        return outcome
    return await set_consent(db, business_id, outcome, kind, receipt)  # merged while we waited


async def customer_of(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Customer | None:
    """The customer with this id, pending, merged and erased ones included."""
    return await queries.customer_of(db, business_id, customer_id)


async def confirmed_by_phone(db: Db, business_id: BusinessId, phone: str) -> Customer | None:
    """The customer whose phone this was proven to be."""
    return await queries.confirmed_by_phone(db, business_id, phone)


async def last_consent(db: Db, business_id: BusinessId, customer_id: CustomerId) -> Consent | None:
    """The customer's last word on marketing, with its receipt."""
    return await queries.last_consent(db, business_id, customer_id)


async def _record_consent(
    tx: Db, business_id: BusinessId, customer_id: CustomerId, kind: ConsentKind, receipt: Receipt
) -> None:
    await queries.insert_consent(tx, business_id, customer_id, kind=kind, receipt=receipt)
    await facts.record(tx, business_id, ConsentChanged(customer_id=customer_id, kind=kind))
