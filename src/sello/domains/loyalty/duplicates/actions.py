"""Say that two customers are two people, or take it back."""

from sello.domains.business import write_audit
from sello.domains.loyalty.duplicates import queries
from sello.domains.loyalty.duplicates.rules import pair_of
from sello.domains.loyalty.rewards.rules import member_of
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import CustomerId


async def tell_apart(db: Db, caller: Caller, customer_id: CustomerId, other: CustomerId, *, distinct: bool) -> None:
    """Dismiss the guess that the two are one person, for good; or let it be guessed again.

    The same again changes nothing. Merging them stays possible either way. Refuses same_customer, customer_not_found.
    """
    if customer_id == other:
        raise Refused("same_customer")
    newer, older = pair_of(customer_id, other)

    async def work(tx: Db) -> None:
        known = await queries.mergeable(tx, caller.business_id, [newer, older])
        if known is None or known.customers < 2:  # both
            raise Refused("customer_not_found")
        changed = await (
            queries.dismiss_pair(tx, caller.business_id, newer, older, account_id=member_of(caller))
            if distinct
            else queries.undo_dismissal(tx, caller.business_id, newer, older)
        )
        if changed:
            await write_audit(
                tx,
                caller.business_id,
                account_id=caller.account_id,
                action="customer.told_apart" if distinct else "customer.distinction_undone",
                subject_id=newer,
                details={"other": str(older)},
            )

    await db.transact(caller.business_id, work)
