"""Points at which a test lets a process die as if by `kill -9`: nothing is closed, flushed or rolled back by us."""

import os
from collections.abc import Callable
from typing import Final

POINTS: Final = (
    "relay.before_commit",
    "relay.after_commit",
    "job.before_work",
    "job.after_work",
    "import.before_commit",
    "send.after_claim",
    "send.before_call",
    "send.after_answer",
    "send.before_record",
)


def crash_points(*, allowed: bool) -> Callable[[str], None]:
    """A function that ends the process at the point named by CRASH_AT; without `allowed` (SELLO_TEST) it never does."""
    chosen = os.environ.get("CRASH_AT") if allowed else None
    if chosen is not None and chosen not in POINTS:
        raise ValueError(f"CRASH_AT must be one of {', '.join(POINTS)}")

    def reached(point: str) -> None:
        if point == chosen:
            os._exit(137)

    return reached
