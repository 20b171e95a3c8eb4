"""The relay: takes facts nobody has told yet and turns them into jobs and live messages.

One platform transaction marks a batch of facts and inserts the jobs of their reactions, so that a fact is told
exactly once or, after a crash, not at all and then once. Which facts are due is asked by `relayed_at IS NULL`,
never by a cursor on the id: ids are made before the commit, and a late commit would lie behind the cursor. Several
relays share the work (SKIP LOCKED), so facts may be told out of order; reactions commute and may run twice.

The relay asks five times a second instead of being notified: a NOTIFY in the statement of a stamp takes a lock of
the whole server at its commit, which cost two thirds of the commits (16 clients on PostgreSQL 15: 9,000 a second
without, 3,100 with).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from sello.events import FACTS, Fact
from sello.infrastructure.database.db import PlatformDb
from sello.infrastructure.database.jobs import REACTION, NewJob, enqueue_all
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId

log = structlog.get_logger(__name__)

BATCH: Final = 200
PAUSE: Final = 0.2
_PAUSE_WHEN_AWAY: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A job that a fact sets going, with the fact's fields, its `event_id` and `business_id` as payload.

    `per` names a field of the fact: while a reaction with the same value waits, no second one is queued. Together
    with `delay` that turns a burst of facts into one job.
    """

    entrypoint: str
    priority: int = REACTION
    delay: timedelta = timedelta(0)
    per: str | None = None


Reactions = Mapping[type[Fact], Sequence[Reaction]]


@dataclass(frozen=True, slots=True)
class Event:
    """A fact's row."""

    id: UUID
    business_id: BusinessId
    kind: str
    payload: dict[str, Any]
    recorded_at: datetime


Publish = Callable[[Event], None]
"""Tells browsers of a committed live fact; must neither wait nor raise."""

# Facts of a newer release stay for its workers: only known kinds are taken.
_TAKE = """
    UPDATE events SET relayed_at = app_now()
    WHERE id = ANY(ARRAY(
      SELECT id FROM events WHERE relayed_at IS NULL AND kind = ANY(%(kinds)s)
      ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ))
    RETURNING id, business_id, kind, payload, recorded_at
"""


def _unharmed(point: str) -> None:
    """No crash point is set."""


async def relay_batch(
    db: PlatformDb, reactions: Reactions, *, most: int = BATCH, crash: Callable[[str], None] = _unharmed
) -> list[Event]:
    """Tell at most `most` facts in one transaction; those told, oldest first.

    Locks the facts' rows, skipping those of other relays. `crash` is called with the name of a crash point.
    """

    async def tell(inside: PlatformDb) -> list[Event]:
        events = await inside.fetch_all(Event, _TAKE, kinds=list(FACTS), most=most)
        events.sort(key=lambda event: event.id)
        await enqueue_all(inside, [job for event in events for job in _jobs_of(event, reactions)])
        if events:
            crash("relay.before_commit")
        return events

    events = await db.transact(tell)
    if events:
        crash("relay.after_commit")
    return events


async def run_relay(
    db: PlatformDb,
    reactions: Reactions,
    *,
    publish: Publish,
    stop: asyncio.Event,
    crash: Callable[[str], None] = _unharmed,
    beat: Callable[[], None] = lambda: None,
) -> None:
    """Relay until `stop` is set, through any absence of the database; `beat` is called after every round."""
    while not stop.is_set():
        pause = PAUSE
        try:
            events = await relay_batch(db, reactions, crash=crash)
            beat()
            for event in events:
                if FACTS[event.kind].live:
                    publish(event)
            if len(events) == BATCH:
                continue
        except Unavailable:
            pause = _PAUSE_WHEN_AWAY
        except Exception as error:
            # Whatever it is, the facts are still there; the relay of every shop must not end with one of them.
            log.error("relay_failed", exc_info=error)
            pause = _PAUSE_WHEN_AWAY
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


def _jobs_of(event: Event, reactions: Reactions) -> list[NewJob]:
    payload = {**event.payload, "business_id": event.business_id, "event_id": event.id}
    return [
        NewJob(
            entrypoint=reaction.entrypoint,
            payload=payload,
            priority=reaction.priority,
            delay=reaction.delay,
            dedupe=_dedupe(event, reaction),
        )
        for reaction in reactions.get(FACTS[event.kind], ())
    ]


def _dedupe(event: Event, reaction: Reaction) -> str:
    # Without `per` the fact itself is the key.
    value = event.payload.get(reaction.per) if reaction.per else event.id
    return f"{reaction.entrypoint}:{event.business_id}:{value}"
