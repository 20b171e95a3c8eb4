"""Correct what is known of a customer, and confirm a new phone at the counter."""

from psycopg.errors import UniqueViolation

from sello.domains.business import Action, write_audit
from sello.domains.customer.actions import confirmed_by_phone
from sello.domains.customer.corrections import queries
from sello.domains.customer.corrections.rules import Correction, Field, Standing, check_correctable, new_phone_said
from sello.events import CustomerChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import CustomerId
from sello.shared.validation import fold


async def correct(db: Db, caller: Caller, customer_id: CustomerId, correction: Correction) -> CustomerId:
    """Write name and birthday, and note a new phone; the customer's id (another one after a merge).

    The audit log names the fields, never what stood or stands in them. Refuses customer_not_found, phone_taken (whose
    details name the other customer to an owner, who may merge the two, and to nobody else), and forbidden to staff for
    anything but a phone. Locks the customer.
    """
    if caller.role == "staff" and correction.fields != ["phone"]:
        raise Refused("forbidden")

    async def work(tx: Db) -> Standing:
        standing = check_correctable(await queries.locked_standing(tx, caller.business_id, customer_id))
        if standing.merged_into is None:
            await _write(tx, caller, standing, correction)
        return standing

    standing = await db.transact(caller.business_id, work)
    if standing.merged_into is not None:
        return await correct(db, caller, standing.merged_into, correction)
    return standing.id


async def confirm_phone(db: Db, caller: Caller, customer_id: CustomerId, *, digits: str) -> CustomerId:
    """The customer said the last three digits of the new phone at the counter: from now on it is theirs.

    Refuses customer_not_found, phone_not_waiting, confirmation_mismatch and phone_taken as `correct`. Locks the
    customer.
    """

    async def work(tx: Db) -> Standing:
        standing = check_correctable(await queries.locked_standing(tx, caller.business_id, customer_id))
        if standing.merged_into is None:
            phone = new_phone_said(standing, digits)
            await _check_free(tx, caller, standing, phone)
            await queries.take_new_phone(tx, caller.business_id, standing.id)
            await _tell(tx, caller, standing.id, "customer.phone_confirmed", ["phone"])
        return standing

    try:
        standing = await db.transact(caller.business_id, work)
    except UniqueViolation:  # somebody else was given it at this moment: look again, now it is seen
        standing = await db.transact(caller.business_id, work)
    if standing.merged_into is not None:
        return await confirm_phone(db, caller, standing.merged_into, digits=digits)
    return standing.id


async def _write(tx: Db, caller: Caller, standing: Standing, correction: Correction) -> None:
    business_id = caller.business_id
    if correction.name is not None:
        await queries.set_name(tx, business_id, standing.id, name=correction.name, name_folded=fold(correction.name))
    if correction.birthday is not None or correction.forget_birthday:
        birthday = correction.birthday
        await queries.set_birthday(
            tx,
            business_id,
            standing.id,
            day=birthday.day if birthday else None,
            month=birthday.month if birthday else None,
        )
    if correction.phone is not None:
        await _check_free(tx, caller, standing, correction.phone)
        await queries.propose_phone(tx, business_id, standing.id, phone=correction.phone)
    if correction.fields:
        await _tell(tx, caller, standing.id, "customer.corrected", correction.fields)


async def _check_free(tx: Db, caller: Caller, standing: Standing, phone: str) -> None:
    """A number of somebody else's at this shop is a duplicate to merge, which the owner decides."""
    other = await confirmed_by_phone(tx, caller.business_id, phone)
    if other is None or other.id == standing.id:
        return
    if caller.role == "staff":
        raise Refused("phone_taken")
    raise Refused("phone_taken", customer_id=str(other.id))


async def _tell(tx: Db, caller: Caller, customer_id: CustomerId, action: Action, fields: list[Field]) -> None:
    await write_audit(
        tx,
        caller.business_id,
        account_id=caller.account_id,
        action=action,
        subject_id=customer_id,
        details={"fields": fields},
    )
    await facts.record(tx, caller.business_id, CustomerChanged(customer_id=customer_id, fields=list[str](fields)))
