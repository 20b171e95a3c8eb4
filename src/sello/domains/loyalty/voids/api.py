"""Voids over HTTP: one stamp at the till, a batch from the owner's desk."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from sello.domains.loyalty.voids import actions
from sello.domains.loyalty.voids.actions import BatchItem, Voided
from sello.infrastructure.database.api import Tenant
from sello.shared.auth.api import Member, Owner, open_to
from sello.shared.errors import Refused, accepted_language, refusals, sentence
from sello.shared.ids import StampId
from sello.shared.validation import Body, Reason

router = APIRouter(prefix="/api/v1", tags=["loyalty"])


class NewStampVoid(Body):
    """A stamp to take back, under a void id (UUIDv7) the client made. Without a reason only for 60 seconds."""

    id: UUID
    reason: Reason | None = None


class StampVoidAnswer(Body):
    """The card afterwards. `revoked_rewards` are gone: the card no longer reaches their step."""

    card_id: UUID
    balance: int
    of: int | None
    seq: int
    revoked_rewards: list[UUID]


class NewVoids(Body):
    """Stamps to take back for one reason, each judged by itself."""

    stamp_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    reason: Reason


class VoidRefusal(Body):
    """Why one stamp of a batch was not taken back; `permanent` says that trying again cannot help."""

    code: str
    message: str
    permanent: bool
    details: dict[str, Any]


class VoidOutcome(Body):
    """What became of one stamp of a batch."""

    stamp_id: UUID
    outcome: Literal["voided", "refused"]
    void: StampVoidAnswer | None
    refusal: VoidRefusal | None


class VoidOutcomes(Body):
    """One outcome per stamp, in the order sent."""

    outcomes: list[VoidOutcome]


_VOID = refusals(
    "stamp_not_found", "not_voidable", "card_closed", "already_voided", "void_reason_needed", "void_reward_used",
    "void_reward_expired", "void_after_expiry",
    "void_would_go_negative", "id_reused", "id_not_plausible", for_a_shop=True,
)  # fmt: skip


@router.post("/stamps/{stamp_id}/void", responses=_VOID)
@open_to(scope="stamps:write")
async def post_stamp_void(stamp_id: UUID, body: NewStampVoid, caller: Member, db: Tenant) -> StampVoidAnswer:
    """Take a stamp back: within 60 seconds by the same person, later with a reason."""
    return _answer(await actions.void_stamp(db, caller, StampId(stamp_id), body.id, reason=body.reason))


@router.post("/voids", responses=refusals(for_a_shop=True))
async def post_voids(body: NewVoids, caller: Owner, db: Tenant, request: Request) -> VoidOutcomes:
    """Take a batch of stamps back; a refused one never stops its neighbours."""
    locale = accepted_language(request.headers.get("accept-language"))
    items = await actions.void_stamps(db, caller, [StampId(id) for id in body.stamp_ids], reason=body.reason)
    return VoidOutcomes(outcomes=[_outcome(item, locale) for item in items])


def _outcome(item: BatchItem, locale: str) -> VoidOutcome:
    return VoidOutcome(
        stamp_id=item.stamp_id,
        outcome="refused" if item.refused else "voided",
        void=_answer(item.voided) if item.voided else None,
        refusal=_refusal(item.refused, locale) if item.refused else None,
    )


def _refusal(refused: Refused, locale: str) -> VoidRefusal:
    return VoidRefusal(
        code=refused.code,
        message=sentence(refused.code, locale, refused.facts),
        permanent=refused.entry.permanent,
        details=refused.facts,
    )


def _answer(voided: Voided) -> StampVoidAnswer:
    return StampVoidAnswer(
        card_id=voided.card_id,
        balance=voided.balance,
        of=voided.of,
        seq=voided.seq,
        revoked_rewards=list(voided.revoked_rewards),
    )
