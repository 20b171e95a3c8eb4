"""When the end of a certificate is to be said, and how urgently. Pure."""

from datetime import datetime, timedelta
from typing import Final, Literal

Urgency = Literal["fine", "soon", "now", "over"]

_SOON: Final = timedelta(days=60)
_NOW: Final = timedelta(days=7)


def urgency_of(ends_at: datetime, now: datetime) -> Urgency:
    """`soon` from 60 days before, `now` from 7; then nothing signed with it reaches a phone."""
    left = ends_at - now
    if left <= timedelta():
        return "over"
    return "now" if left <= _NOW else "soon" if left <= _SOON else "fine"
