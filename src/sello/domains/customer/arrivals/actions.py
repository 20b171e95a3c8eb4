"""Adding the people of a list: steps of a transaction that loyalty opens, because a card belongs to each of them."""

from collections.abc import Mapping, Sequence

import msgspec

from sello.domains.customer.arrivals import queries
from sello.domains.customer.arrivals.rules import Arrival
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CustomerId


async def people_by_phone(db: Db, business_id: BusinessId, phones: Sequence[str]) -> Mapping[str, CustomerId]:
    """Whoever these phones were proven to be; unknown phones are left out."""
    return {found.phone: found.customer_id for found in await queries.people_by_phone(db, business_id, phones)}


async def add_people(tx: Db, business_id: BusinessId, people: Sequence[Arrival]) -> set[CustomerId]:
    """Add confirmed customers; the ids of those whose phone was nobody's. Nobody has said yes to marketing by this."""
    added = await queries.insert_people(tx, business_id, msgspec.json.encode(people).decode())
    return {person.id for person in added}


async def complete_people(tx: Db, business_id: BusinessId, people: Sequence[Arrival]) -> int:
    """Give known customers the birthday they lack, and a name to those who had none but a stand-in; how many.

    Their cards are locked.
    """
    return len(await queries.complete_people(tx, business_id, msgspec.json.encode(people).decode()))
