"""Open a privacy request and answer it."""

from dataclasses import dataclass
from uuid import UUID

from sello.domains.business import write_audit
from sello.domains.customer.actions import customer_of, last_consent, set_consent
from sello.domains.customer.requests import queries
from sello.domains.customer.requests.rules import Outcome, PrivacyRequest, RequestKind, RequestSource, due_on
from sello.domains.customer.rules import TEXT_VERSION, Receipt, read_text
from sello.events import PrivacyRequestAnswered, PrivacyRequestOpened
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, CustomerId, new_id


@dataclass(frozen=True, slots=True)
class Opened:
    """A request and whether this call opened it."""

    request: PrivacyRequest
    new: bool


async def open_request(
    db: Db,
    business_id: BusinessId,
    customer_id: CustomerId,
    kind: RequestKind,
    *,
    source: RequestSource,
    wish: str | None,
    by: Caller | None,
    working_days: int,
) -> Opened:
    """Open a request, or find the one of this kind that is open already; it is due after `working_days` working days.

    An objection is also the person's no to marketing, at once. Without `by` it was the person, on the card. Refuses
    customer_not_found.
    """
    request_id = new_id()

    async def work(tx: Db) -> Opened:
        subject = await _subject(tx, business_id, customer_id)
        today = await queries.today(tx, business_id)
        assert today is not None  # noqa: S101  # a customer has a shop
        made = await queries.insert_request(
            tx,
            business_id,
            request_id,
            subject,
            kind=kind,
            source=source,
            wish=wish,
            opened_by=_member(by),
            due=due_on(today.day, working_days),
        )
        if made:
            await _tell_opened(tx, business_id, subject, request_id, kind, by)
        request = await queries.open_request_of(tx, business_id, subject, kind)
        if request is None:  # answered in this very moment, between the two statements
            raise Refused("busy")
        return Opened(request, new=made == 1)

    return await db.transact(business_id, work)


async def answer_request(
    db: Db, caller: Caller, request_id: UUID, *, outcome: Outcome, answer: str | None
) -> PrivacyRequest:
    """Say what became of a request; a refusal needs its reason. Said again alike, it changes nothing.

    Erasing is its own act: an erasure is granted by erasing the person, which answers the request. Refuses not_found,
    request_answered, answer_needed, erasure_by_erasing.
    """

    async def work(tx: Db) -> PrivacyRequest:
        request = await queries.request_of(tx, caller.business_id, request_id)
        if request is None:
            raise Refused("not_found")
        if (request.outcome, request.answer) == (outcome, answer):
            return request
        if request.outcome is not None:
            raise Refused("request_answered")
        if outcome == "refused" and answer is None:
            raise Refused("answer_needed")
        if outcome == "granted" and request.kind == "erasure":
            raise Refused("erasure_by_erasing")
        await _answer(tx, caller, request, outcome, answer)
        answered = await queries.request_of(tx, caller.business_id, request_id)
        assert answered is not None  # noqa: S101  # requests stay
        return answered

    return await db.transact(caller.business_id, work)


async def _answer(tx: Db, caller: Caller, request: PrivacyRequest, outcome: Outcome, answer: str | None) -> None:
    business_id = caller.business_id
    changed = await queries.answer_request(
        tx, business_id, request.id, outcome=outcome, answer=answer, answered_by=_member(caller)
    )
    if changed == 0:  # somebody else was quicker
        raise Refused("request_answered")
    await write_audit(
        tx,
        business_id,
        account_id=caller.account_id,
        action="privacy.request_answered",
        subject_id=request.id,
        details={"kind": request.kind, "outcome": outcome},
    )
    await facts.record(
        tx,
        business_id,
        PrivacyRequestAnswered(request_id=request.id, customer_id=request.customer_id, outcome=outcome),
    )


async def _tell_opened(
    tx: Db, business_id: BusinessId, subject: CustomerId, request_id: UUID, kind: RequestKind, by: Caller | None
) -> None:
    if kind == "opposition":
        said = await last_consent(tx, business_id, subject)
        if said is not None and said.kind == "opt_in":
            receipt = Receipt("counter" if by else "card", read_text(TEXT_VERSION, "es"))
            await set_consent(tx, business_id, subject, "opt_out", receipt)
    await write_audit(
        tx,
        business_id,
        account_id=by.account_id if by else None,
        action="privacy.request_opened",
        subject_id=request_id,
        details={"kind": kind, "customer_id": str(subject)},
    )
    await facts.record(
        tx, business_id, PrivacyRequestOpened(request_id=request_id, customer_id=subject, request_kind=kind)
    )


async def _subject(tx: Db, business_id: BusinessId, customer_id: CustomerId) -> CustomerId:
    customer = await customer_of(tx, business_id, customer_id)
    if customer is None or customer.erased_at is not None:
        raise Refused("customer_not_found")
    return customer.merged_into or customer.id


def _member(by: Caller | None) -> AccountId | None:
    """Who did it, as the shop's rows may name them: nobody for a platform admin, whom the audit log names."""
    return by.account_id if by is not None and by.role != "admin" else None
