"""Whether whoever asks is still who their token says."""

from collections.abc import Callable
from time import monotonic

from sello.domains.business.sessions import rules, standing_of
from sello.domains.business.sessions.rules import Standing
from sello.infrastructure.database.db import PlatformDb
from sello.shared.auth import Claims
from sello.shared.ids import SessionId


class LiveSessions:
    """Whether access tokens still hold, asked of the database at most every 2 seconds for each session.

    So a dismissed person is out within 2 seconds in every process, and a busy one costs one look-up in 2 seconds.
    """

    def __init__(
        self,
        db: PlatformDb,
        *,
        seconds: float = 2.0,
        most: int = 10_000,
        stopwatch: Callable[[], float] = monotonic,
    ) -> None:
        """`most` sessions are remembered; beyond that the longest-known are forgotten first."""
        self._db = db
        self._seconds = seconds
        self._most = most
        self._stopwatch = stopwatch
        self._known: dict[SessionId, tuple[float, Standing | None]] = {}

    async def check(self, claims: Claims, *, closed: bool = False) -> None:
        """Refuses unauthenticated, session_ended, membership_ended, business_suspended, business_closed.

        With `closed` the owner of a shop that closed within 30 days passes.
        """
        standing = await self._standing(claims.session_id)
        if rules.knows_more(claims, standing):  # a token just issued: what is remembered is older than it
            self._known.pop(claims.session_id, None)
            standing = await self._standing(claims.session_id)
        rules.check_claims(claims, standing, closed=closed)

    async def _standing(self, id_: SessionId) -> Standing | None:
        asked = self._stopwatch()
        known = self._known.get(id_)
        if known is not None and known[0] > asked:
            return known[1]
        standing = await standing_of(self._db, id_)
        self._known.pop(id_, None)  # put back at the end: the dictionary stays in the order of expiry
        while self._known and (len(self._known) >= self._most or next(iter(self._known.values()))[0] <= asked):
            self._known.pop(next(iter(self._known)))
        self._known[id_] = (asked + self._seconds, standing)  # counted from the question, not the answer
        return standing
