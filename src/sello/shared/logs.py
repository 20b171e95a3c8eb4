"""What is worth a line in the log beside the request itself: sign-ins, calls to the outside, jobs.

Lines carry ids, kinds and numbers, never personal data; `entry.watching` writes them as JSON, its last wall in front.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Literal
from uuid import UUID

import structlog

from sello.shared.metrics import background_job_duration

log: Final = structlog.get_logger("sello")


@dataclass(slots=True)
class RequestFacts:
    """What every line written during a request tells about it."""

    request_id: str
    account_id: UUID | None = None
    business_id: UUID | None = None


current_request: ContextVar[RequestFacts | None] = ContextVar("current_request", default=None)


def auth_event(kind: str, *, outcome: Literal["ok", "refused"], **facts: UUID | str | int | None) -> None:
    """A sign-in, sign-out, refresh, changed password and the like: `kind`, and ids in `facts`. Never an e-mail."""
    log.info("auth", kind=kind, outcome=outcome, **facts)


def observe_job(
    job_type: str, seconds: float, outcome: Literal["done", "retry", "held", "failed"], **facts: Any
) -> None:
    """One try of a background job has ended after `seconds`; counted and logged."""
    background_job_duration.labels(job_type).observe(seconds)
    write = log.info if outcome == "done" else log.warning
    write("job", job_type=job_type, outcome=outcome, duration_ms=round(seconds * 1000, 1), **facts)


@contextmanager
def external_call(service: str, operation: str, **facts: UUID | str | int | None) -> Generator[dict[str, Any]]:
    """Log one call to an outside service: how long it took and how it ended.

    What the block puts into the yielded dict (a status, a provider's id) joins the line. Errors pass through.
    """
    found: dict[str, Any] = dict(facts)
    started = perf_counter()
    outcome = "failed"
    try:
        yield found
        outcome = "ok"
    except Exception as error:
        found["error"] = type(error).__name__
        raise
    finally:
        write = log.info if outcome == "ok" else log.warning
        duration = round((perf_counter() - started) * 1000, 1)
        write("external_call", service=service, operation=operation, outcome=outcome, duration_ms=duration, **found)
