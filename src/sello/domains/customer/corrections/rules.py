"""What may be corrected, and when a new phone counts. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sello.domains.customer.rules import Birthday
from sello.shared.errors import Refused
from sello.shared.ids import CustomerId

PHONE_WAITS = timedelta(days=30)  # then a new number that nobody said at the counter is asked for again

Field = Literal["name", "birthday", "phone"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be written instead; None leaves a field, `forget_birthday` empties that one."""

    name: str | None = None
    birthday: Birthday | None = None
    forget_birthday: bool = False
    phone: str | None = None

    @property
    def fields(self) -> list[Field]:
        """The names of what is touched: what the audit log and the fact may say."""
        touched: list[Field] = []
        if self.name is not None:
            touched.append("name")
        if self.birthday is not None or self.forget_birthday:
            touched.append("birthday")
        if self.phone is not None:
            touched.append("phone")
        return touched


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's row as a correction needs it, locked; `now` is the database's clock."""

    id: CustomerId
    phone: str | None
    new_phone: str | None
    new_phone_at: datetime | None
    confirmed_at: datetime | None
    merged_into: CustomerId | None
    erased_at: datetime | None
    now: datetime


def check_correctable(standing: Standing | None) -> Standing:
    """The row, when it is a confirmed customer's own; refuses customer_not_found.

    A pending card's holder corrects by enrolling again: nothing has been confirmed yet that could be wrong.
    """
    if standing is None or standing.erased_at is not None or standing.confirmed_at is None:
        raise Refused("customer_not_found")
    return standing


def new_phone_said(standing: Standing, digits: str) -> str:
    """The new phone, when it still waits and ends in what the customer said.

    Refuses phone_not_waiting and confirmation_mismatch.
    """
    waits = standing.new_phone_at is not None and standing.now - standing.new_phone_at <= PHONE_WAITS
    if standing.new_phone is None or not waits:
        raise Refused("phone_not_waiting")
    if standing.new_phone[-3:] != digits:
        raise Refused("confirmation_mismatch")
    return standing.new_phone
