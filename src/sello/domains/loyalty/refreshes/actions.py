"""Note that cards in the phone are to be shown anew, and what became of telling the phones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sello.domains.loyalty.refreshes import queries
from sello.domains.loyalty.refreshes.queries import Noted, Owed
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.database.jobs import WALLET, NewJob, enqueue_all
from sello.infrastructure.passkit import Barred, Busy, Delivered, Gone, PushOutcome
from sello.shared.ids import BusinessId

PATCH: Final = "wallets.patch"
PUSH: Final = "wallets.push"


@dataclass(frozen=True, slots=True)
class Told:
    """A phone and what Apple answered."""

    owed: Owed
    outcome: PushOutcome


async def note(db: PlatformDb, business_id: BusinessId, pass_ids: Sequence[UUID], *, anew: bool) -> list[Noted]:
    """Give the passes that are to be shown anew a tag, and queue what Google is told of them, in one transaction."""

    async def work(tx: PlatformDb) -> list[Noted]:
        noted = await queries.note_passes(tx, business_id, pass_ids, anew=anew)
        await enqueue_all(tx, [patch_job(business_id, one.card_id) for one in noted if one.kind == "google"])
        return noted

    return await db.transact(work) if pass_ids else []


def patch_job(business_id: BusinessId, card_id: UUID) -> NewJob:
    """The job that brings a card's object at Google up to date."""
    return NewJob(
        entrypoint=PATCH,
        payload={"business_id": business_id, "card_id": card_id},
        priority=WALLET,
        dedupe=f"{PATCH}:{business_id}:{card_id}",
    )


def push_job(business_id: BusinessId, card_id: UUID) -> NewJob:
    """The job that tells a card's phones what they are owed."""
    return NewJob(
        entrypoint=PUSH,
        payload={"business_id": business_id, "card_id": card_id},
        priority=WALLET,
        dedupe=f"{PUSH}:{business_id}:{card_id}",
    )


async def settle(db: PlatformDb, told: Sequence[Told], *, on_time_line: bool = True) -> None:
    """Write down what became of pushes. Forgets phones that are gone; `on_time_line`: each failure stands there."""
    delivered = [one.owed for one in told if isinstance(one.outcome, Delivered)]
    if delivered:
        await queries.note_told(db, delivered)
    for retry in (True, False) if on_time_line else ():
        failed = [(one.owed, one.outcome) for one in told if isinstance(one.outcome, Busy if retry else Barred)]
        if failed:
            await queries.note_failures(
                db,
                [owed for owed, _ in failed],
                reasons=[_reason(outcome) for _, outcome in failed],
                statuses=[_status(outcome) for _, outcome in failed],
                retry=retry,
            )
    gone = {one.owed.device: (one.owed, one.outcome) for one in told if isinstance(one.outcome, Gone)}
    for device in sorted(gone):
        owed, outcome = gone[device]
        await _forget(db, owed, outcome)


async def _forget(db: PlatformDb, owed: Owed, outcome: PushOutcome) -> None:
    since = outcome.since if isinstance(outcome, Gone) else None

    async def work(tx: PlatformDb) -> None:
        if await queries.unregister_phone(tx, owed.device, sealed=owed.push_token_sealed, since=since):
            await queries.forget_phone(tx, owed.device)

    await db.transact(work)


def _reason(outcome: PushOutcome) -> str:
    return outcome.reason if isinstance(outcome, Busy | Barred) else ""


def _status(outcome: PushOutcome) -> int | None:
    return outcome.status if isinstance(outcome, Busy | Barred) else None
