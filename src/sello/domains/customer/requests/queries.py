"""Privacy requests, one statement each."""

from dataclasses import dataclass
from datetime import date
from typing import LiteralString
from uuid import UUID

from sello.domains.customer.requests.rules import Outcome, PrivacyRequest, RequestKind, RequestSource
from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import AccountId, BusinessId, CustomerId

_LAST = UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")

_REQUEST: LiteralString = """
    SELECT r.id, r.customer_id, u.name AS customer_name, r.kind, r.source, r.wish, r.opened_by, r.opened_at, r.due_on,
      r.answered_at, r.outcome, r.answer, (app_now() AT TIME ZONE b.zone)::date AS today
    FROM privacy_requests r
    JOIN customers u ON u.business_id = r.business_id AND u.id = r.customer_id
    JOIN businesses b ON b.id = r.business_id
    WHERE r.business_id = %(business_id)s
"""


@dataclass(frozen=True, slots=True)
class Today:
    """The day in the shop's zone."""

    day: date


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many requests nobody answered in time."""

    requests: int


async def today(db: Db, business_id: BusinessId) -> Today | None:
    """The shop's day now."""
    return await db.fetch_one(
        Today,
        business_id,
        "SELECT (app_now() AT TIME ZONE zone)::date AS day FROM businesses WHERE id = %(business_id)s",
    )


async def insert_request(
    db: Db,
    business_id: BusinessId,
    request_id: UUID,
    customer_id: CustomerId,
    *,
    kind: RequestKind,
    source: RequestSource,
    wish: str | None,
    opened_by: AccountId | None,
    due: date,
) -> int:
    """Open a request; 0 rows when one of the kind is open already."""
    return await db.execute(
        business_id,
        """
        INSERT INTO privacy_requests (business_id, id, customer_id, kind, source, wish, opened_by, due_on)
        VALUES (%(business_id)s, %(request_id)s, %(customer_id)s, %(kind)s, %(source)s, %(wish)s, %(opened_by)s,
          %(due)s)
        ON CONFLICT (business_id, customer_id, kind) WHERE answered_at IS NULL DO NOTHING
        """,
        request_id=request_id,
        customer_id=customer_id,
        kind=kind,
        source=source,
        wish=wish,
        opened_by=opened_by,
        due=due,
    )


async def open_request_of(
    db: Db, business_id: BusinessId, customer_id: CustomerId, kind: RequestKind
) -> PrivacyRequest | None:
    """The customer's open request of this kind."""
    return await db.fetch_one(
        PrivacyRequest,
        business_id,
        _REQUEST + "AND r.customer_id = %(customer_id)s AND r.kind = %(kind)s AND r.answered_at IS NULL",
        customer_id=customer_id,
        kind=kind,
    )


async def request_of(db: Db, business_id: BusinessId, request_id: UUID) -> PrivacyRequest | None:
    """One request."""
    return await db.fetch_one(
        PrivacyRequest, business_id, _REQUEST + "AND r.id = %(request_id)s", request_id=request_id
    )


async def requests_of(
    db: Db, business_id: BusinessId, customer_ids: list[CustomerId], *, most: int
) -> list[PrivacyRequest]:
    """The requests of a person, the newest first."""
    return await db.fetch_all(
        PrivacyRequest,
        business_id,
        _REQUEST + "AND r.customer_id = ANY (%(customer_ids)s) ORDER BY r.opened_at DESC, r.id DESC LIMIT %(most)s",
        customer_ids=customer_ids,
        most=most,
    )


async def requests_page(
    db: Db, business_id: BusinessId, *, customer_id: CustomerId | None, waiting: bool, before: UUID | None, limit: int
) -> list[PrivacyRequest]:
    """The shop's requests or one customer's, the newest first; `waiting`: only those not answered yet."""
    return await db.fetch_all(
        PrivacyRequest,
        business_id,
        _REQUEST
        + """
        AND (r.answered_at IS NULL OR NOT %(waiting)s::boolean) AND r.id < %(before)s::uuid
        AND (%(customer_id)s::uuid IS NULL OR r.customer_id = %(customer_id)s::uuid)
        ORDER BY r.id DESC LIMIT %(limit)s
        """,
        customer_id=customer_id,
        waiting=waiting,
        before=before or _LAST,
        limit=limit,
    )


async def answer_request(
    db: Db,
    business_id: BusinessId,
    request_id: UUID,
    *,
    outcome: Outcome,
    answer: str | None,
    answered_by: AccountId | None,
) -> int:
    """Answer an open request; 0 rows when it was answered before."""
    return await db.execute(
        business_id,
        """
        UPDATE privacy_requests SET answered_at = app_now(), outcome = %(outcome)s, answer = %(answer)s,
          answered_by = %(answered_by)s
        WHERE business_id = %(business_id)s AND id = %(request_id)s AND answered_at IS NULL
        """,
        request_id=request_id,
        outcome=outcome,
        answer=answer,
        answered_by=answered_by,
    )


async def count_overdue(db: PlatformDb) -> Overdue | None:
    """Open requests of all shops whose last day is over, by Lima's day."""
    return await db.fetch_one(
        Overdue,
        """
        SELECT count(*) AS requests FROM privacy_requests
        WHERE answered_at IS NULL AND due_on < (SELECT (app_now() AT TIME ZONE 'America/Lima')::date)
        """,
    )
