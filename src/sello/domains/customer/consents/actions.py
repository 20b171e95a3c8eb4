"""Hear a customer at the counter."""

from sello.domains.business import write_audit
from sello.domains.customer.actions import customer_of, set_consent
from sello.domains.customer.rules import Consent, ConsentKind, Language, Receipt, read_text
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import CustomerId


async def hear_at_counter(
    db: Db, caller: Caller, customer_id: CustomerId, *, marketing: bool, text_version: str, language: Language
) -> Consent:
    """Record what somebody said face to face, of the text that was read out to them.

    No is heard from anybody, yes of confirmed customers alone: a pending card may carry another person's phone. The
    audit log keeps who heard it. Refuses customer_not_found, text_version_unknown.
    """

    async def work(tx: Db) -> Consent:
        customer = await customer_of(tx, caller.business_id, customer_id)
        if customer is None or customer.erased_at is not None:
            raise Refused("customer_not_found")
        if marketing and customer.confirmed_at is None and customer.merged_into is None:
            raise Refused("customer_not_found")
        receipt = Receipt("counter", read_text(text_version, language))
        kind: ConsentKind = "opt_in" if marketing else "opt_out"
        said = await set_consent(tx, caller.business_id, customer.id, kind, receipt)
        await write_audit(
            tx,
            caller.business_id,
            account_id=caller.account_id,
            action="consent.heard",
            subject_id=customer.merged_into or customer.id,
            details={"kind": kind, "text_version": receipt.text_version},
        )
        return said

    return await db.transact(caller.business_id, work)
