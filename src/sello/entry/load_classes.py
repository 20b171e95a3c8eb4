"""Who waits when there is too much work: stamping never waits for a dashboard.

Each class of requests has its own number of places inside a process. Whoever finds none waits a moment, then is told
to come back (503, `busy`). The classes that may take connections for long hold fewer places than the pool has
connections, so that some are always left for the critical one.
"""

import asyncio
from collections import deque
from time import monotonic
from typing import Final, Literal

LoadClass = Literal["critical", "normal", "auth", "sheddable", "webhook", "exempt"]

# (method, beginning of the path template) -> class; the longest beginning wins. A test compares this with the routes:
# whatever writes has a line of its own.
CLASSES: Final[dict[tuple[str, str], LoadClass]] = {
    # What happens at the counter.
    ("POST", "/api/v1/stamps"): "critical",
    ("GET", "/api/v1/scans"): "critical",
    ("GET", "/api/v1/cards"): "critical",
    ("POST", "/api/v1/cards"): "critical",
    ("POST", "/api/v1/rewards/"): "critical",
    ("POST", "/api/v1/redemptions"): "critical",
    ("PUT", "/api/v1/redemptions"): "critical",
    ("DELETE", "/api/v1/redemptions"): "critical",
    ("POST", "/api/v1/voids"): "critical",
    ("GET", "/api/v1/discount-codes"): "critical",
    ("PUT", "/api/v1/discount-codes"): "critical",
    ("DELETE", "/api/v1/discount-codes"): "critical",
    # Few addresses of one provider, which may not ask again: their signature stands for a limit.
    ("POST", "/webhooks/"): "webhook",
    # Proving who one is: few connections, and a queue of its own for the password hash.
    ("GET", "/api/v1/auth"): "auth",
    ("POST", "/api/v1/auth"): "auth",
    ("PUT", "/api/v1/auth"): "auth",
    ("DELETE", "/api/v1/auth"): "auth",
    ("GET", "/api/v1/me"): "auth",
    # Customers' own pages, looking somebody up, and whatever else changes something.
    ("GET", "/api/v1/shops"): "normal",
    ("GET", "/api/v1/consent-texts"): "normal",
    ("POST", "/api/v1/enrollments"): "normal",
    ("GET", "/api/v1/cards/by-link"): "normal",
    ("PUT", "/api/v1/cards/by-link"): "normal",
    ("POST", "/api/v1/cards/by-link"): "normal",
    ("POST", "/api/v1/customers"): "normal",
    ("GET", "/api/v1/customers"): "normal",
    ("PATCH", "/api/v1/customers"): "normal",
    ("PUT", "/api/v1/customers"): "normal",
    ("PUT", "/api/v1/privacy-requests"): "normal",
    ("POST", "/api/v1/staff"): "normal",
    ("PATCH", "/api/v1/staff"): "normal",
    ("DELETE", "/api/v1/staff"): "normal",
    ("PUT", "/api/v1/reward-rules"): "normal",
    ("POST", "/api/v1/templates"): "normal",
    ("PUT", "/api/v1/templates"): "normal",
    ("DELETE", "/api/v1/templates"): "normal",
    ("GET", "/files"): "normal",
    ("GET", "/legal"): "normal",
    ("GET", "/e"): "normal",
    ("GET", "/c"): "normal",
    ("GET", "/k"): "normal",
    ("GET", "/m/"): "normal",
    # Phones with a card of ours: whoever finds no place asks again.
    ("GET", "/passkit"): "normal",
    ("POST", "/passkit"): "normal",
    ("DELETE", "/passkit"): "normal",
    ("PUT", "/api/v1/campaign-alerts"): "normal",
    ("GET", "/web"): "normal",
    ("GET", "/app"): "normal",
    ("GET", "/stamp"): "normal",
    ("PATCH", "/api/v1/businesses"): "normal",
    ("PUT", "/api/v1/businesses"): "normal",
    ("DELETE", "/api/v1/businesses"): "normal",
    ("POST", "/api/v1/businesses/{business_id}/rules"): "normal",
    ("POST", "/api/v1/branches"): "normal",
    ("PATCH", "/api/v1/branches"): "normal",
    ("PUT", "/api/v1/branches"): "normal",
    ("DELETE", "/api/v1/branches"): "normal",
    ("POST", "/api/v1/devices"): "normal",
    ("POST", "/api/v1/device-codes"): "normal",
    ("PATCH", "/api/v1/devices"): "normal",
    ("DELETE", "/api/v1/devices"): "normal",
    ("DELETE", "/api/v1/device-codes"): "normal",
    ("POST", "/api/v1/api-keys"): "normal",
    ("DELETE", "/api/v1/api-keys"): "normal",
    ("DELETE", "/api/v1/pin-tries"): "normal",
    ("POST", "/api/v1/archives"): "normal",
    ("PUT", "/api/v1/admin"): "normal",
    ("PUT", "/api/v1/fraud-signals"): "normal",
    ("DELETE", "/api/v1/fraud-signals"): "normal",
    ("POST", "/api/v1/admin"): "normal",
    ("POST", "/admin/jobs"): "normal",
    ("POST", "/api/v1/cards/{card_id}/adjustments"): "normal",
    ("POST", "/api/v1/campaigns"): "normal",
    ("PATCH", "/api/v1/campaigns"): "normal",
    ("PUT", "/api/v1/campaigns"): "normal",
    ("DELETE", "/api/v1/campaigns"): "normal",
    ("POST", "/api/v1/audience-estimates"): "sheddable",
    ("GET", "/api/v1/cards/{card_id}/ledger"): "sheddable",
    # Lists, dashboards, exports: the first to go.
    ("GET", "/api/v1/customers/{customer_id}/"): "sheddable",
    ("POST", "/api/v1/cards/by-link/{text}/export"): "sheddable",
    ("POST", "/api/v1/imports"): "sheddable",
    ("DELETE", "/api/v1/imports"): "normal",
    ("GET", "/"): "sheddable",
    # Must answer exactly when everything else does not.
    ("GET", "/health/"): "exempt",
    ("GET", "/metrics"): "exempt",
}

PATIENCE: Final = 0.05  # s that a request waits for a place while others have been waiting for a while
BURST_PATIENCE: Final = 2.0  # s, when the line has only just begun: a crowd at once is not an overload
BURST_SECONDS: Final = 0.5  # s until a line has stood long enough to be called an overload
_LINE_PER_PLACE: Final = 16


def class_of(method: str, template: str) -> LoadClass | None:
    """The class of a route, or None when no line of the table is about it."""
    if method == "HEAD":
        method = "GET"
    fitting = [key for key in CLASSES if key[0] == method and template.startswith(key[1])]
    return CLASSES[max(fitting, key=lambda key: len(key[1]))] if fitting else None


def places(pool: int) -> dict[LoadClass, int]:
    """How many requests of each class may be inside one process whose pool has `pool` connections.

    Normal and sheddable ones together leave at least a third of the pool (from 3 connections on) to the critical
    ones, which share what is left among four times as many, because each needs its connection for one statement
    alone. Auth works on the platform's pool and waits for hashes, not for connections; webhooks store a row there.
    """
    third = max(1, pool // 3)
    return {"critical": 4 * pool, "normal": third, "auth": 16, "sheddable": third, "webhook": 16}


class Lane:
    """The places of one class and the line in front of them. Not for threads: one event loop owns it.

    Waiting follows CoDel: while the line was empty a moment ago, whoever comes may wait long; once it has stood for
    half a second, newcomers wait 50 ms at most: an overload turns into quick refusals and not into late answers.
    """

    __slots__ = ("_line", "_standing_since", "inside", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self.inside = 0
        self._line: deque[asyncio.Future[bool]] = deque()
        self._standing_since = 0.0

    def enter_at_once(self) -> bool:
        """Take a place if one is free; whoever gets one must `leave`."""
        if self.inside < self.most and not self._line:
            self.inside += 1
            return True
        return False

    async def wait(self) -> bool:
        """Stand in line; whether a place was given within the time that the line's age allows."""
        if len(self._line) >= self.most * _LINE_PER_PLACE:
            return False
        now = monotonic()
        if not self._line:
            self._standing_since = now
        patience = BURST_PATIENCE if now - self._standing_since < BURST_SECONDS else PATIENCE
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._line.append(turn)
        timer = loop.call_later(patience, self._give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.leave()  # the place came in the moment we were called off
            raise
        finally:
            timer.cancel()

    def _give_up(self, turn: asyncio.Future[bool]) -> None:
        if not turn.done():
            turn.set_result(False)
            self._line.remove(turn)

    def leave(self, *, away: bool = False) -> None:
        """Give the place back, to the first in line. `away`: what everybody here needs is gone, so send all home."""
        while self._line:
            turn = self._line.popleft()
            if turn.done():
                continue
            turn.set_result(not away)
            if not away:
                return
        self.inside -= 1
