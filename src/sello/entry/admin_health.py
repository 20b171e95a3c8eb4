"""How the platform is, in one answer for whoever runs it."""

import asyncio
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends

from sello.entry.exposition import latest
from sello.entry.health import Probe, State, probe_of
from sello.infrastructure.database import jobs
from sello.infrastructure.database.api import Platform
from sello.shared.auth.api import Admin
from sello.shared.errors import refusals
from sello.shared.validation import Body

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])

_LATE_SECONDS: Final = 120.0


class HealthAnswer(Body):
    """What the platform stands on. `worker` is down when facts or schedules have waited for two minutes.

    `broken_laws`: at the last nightly look, `nights_due_seconds`: how long the first shop has waited for its night;
    null when this machine's processes have not counted them yet.
    """

    database: State
    redis: State
    worker: State
    facts_waiting: int
    oldest_fact_at: datetime | None
    last_schedule_at: datetime | None
    jobs_waiting: int
    jobs_running: int
    jobs_held: int
    broken_laws: int | None
    nights_due_seconds: int | None
    looked_at: datetime


@router.get("/health", responses=refusals("forbidden", signed_in=True))
async def get_health(_: Admin, db: Platform, probe: Annotated[Probe, Depends(probe_of)]) -> HealthAnswer:
    """Database, Redis, worker, queue and promises at this moment."""
    checks = await probe.look()
    work = await jobs.backlog(db)
    counted = await asyncio.to_thread(latest, ("broken_laws", "nights_due_seconds"))
    return HealthAnswer(
        database=checks.database,
        redis=checks.redis,
        worker="down" if work.late_seconds > _LATE_SECONDS else "ok",
        facts_waiting=work.facts,
        oldest_fact_at=work.oldest_fact_at,
        last_schedule_at=work.last_schedule_at,
        jobs_waiting=work.queued,
        jobs_running=work.picked,
        jobs_held=work.failed,
        broken_laws=counted.get("broken_laws"),
        nights_due_seconds=counted.get("nights_due_seconds"),
        looked_at=work.looked_at,
    )
