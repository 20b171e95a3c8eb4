"""The one clock of the code; its twin in SQL is `app_now()`."""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The present moment in UTC, shifted only inside tests."""
    return datetime.now(UTC) + _offset


def shift(by: timedelta) -> None:
    """Move this process's clock away from real time; tests alone call it, and put it back with zero."""
    global _offset  # the process has one clock; a parameter through every call would hide that
    _offset = by
